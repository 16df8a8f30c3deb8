"""The numbered cases of the domain's table B5; each test carries its number."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from programmes.aid.instruments import (
    KmoRequest,
    LeaveRequest,
    estimate_kmo,
    estimate_leave,
    sector_fund_contribution,
)
from programmes.aid.rates import load_rates
from programmes.aid.register import budget_meur, load_instruments, percent_of
from programmes.aid.sme import Size
from tests.programmes.aid.builders import answer, case, link, organisation, participants, rules

RATES = load_rates()


@pytest.mark.parametrize(
    ("size", "disadvantaged", "intensity", "maximum"),
    [
        pytest.param("small", 0, "70.00", "7700.00", id="case-01"),
        pytest.param("micro", 0, "70.00", "7700.00", id="case-01-micro"),
        pytest.param("small", 10, "70.00", "7700.00", id="case-02"),
        pytest.param("medium", 0, "60.00", "6600.00", id="case-03"),
        pytest.param("medium", 10, "70.00", "7700.00", id="case-04"),
        pytest.param("large", 0, "50.00", "5500.00", id="case-05"),
        pytest.param("large", 10, "60.00", "6600.00", id="case-06"),
        pytest.param("large", 4, "54.00", "5940.00", id="case-07"),
        pytest.param("medium", 3, "63.00", "6930.00", id="case-08"),
    ],
)
def test_intensity(size: str, disadvantaged: int, intensity: str, maximum: str) -> None:
    result = answer(case(size, participants=participants(10, disadvantaged)))
    assert (result["size"], result["intensity"], result["maximum_aid"]) == (size, intensity, maximum)
    assert result["headroom"] == result["granted"] == maximum


def test_case_09_mandatory_training_gets_no_training_aid_but_may_get_de_minimis() -> None:
    barred = answer(case(mandatory_training=True))
    assert [barred[key] for key in ("intensity", "maximum_aid", "headroom", "granted")] == ["0.00"] * 4
    assert "training_aid.mandatory" in rules(barred)
    best = answer(case(mandatory_training=True, route="best"))
    assert (best["route"], best["granted"], best["intensity"]) == ("de_minimis", "11000.00", None)


@pytest.mark.parametrize(
    ("application", "granted"),
    [("2026-03-31", "7700.00"), ("2026-04-01", "0.00"), ("2026-04-02", "0.00")],
    ids=["case-10-day-before", "case-10-same-day", "case-10-day-after"],
)
def test_incentive_effect(application: str, granted: str) -> None:
    result = answer(case(application_date=application))
    assert result["granted"] == granted
    assert ("training_aid.too_late" in rules(result)) is (granted == "0.00")


@pytest.mark.parametrize(
    ("project_aid", "notify", "granted"),
    [("2992300.00", False, "7700.00"), ("2992300.01", True, "0.00")],
    ids=["case-11-exempt", "case-11-notify"],
)
def test_notification(project_aid: str, notify: bool, granted: str) -> None:
    result = answer(case(project_aid=project_aid))
    assert (result["notify"], result["granted"], result["headroom"]) == (notify, granted, "7700.00")


@pytest.mark.parametrize(
    ("requested", "publish"),
    [("100000.00", False), ("100000.01", True)],
    ids=["case-12-not", "case-12-publish"],
)
def test_publication(requested: str, publish: bool) -> None:
    result = answer(case(costs=[{"category": "trainer", "amount": "200000.00"}], requested=requested))
    assert (result["granted"], result["publish"]) == (requested, publish)


def test_case_13_other_aid_on_the_same_costs_leaves_headroom() -> None:
    other = [
        {"instrument": "kmo_portefeuille", "amount": "1500.00", "basis": "de_minimis"},
        {"instrument": "sts", "amount": "2385.60"},
    ]
    result = answer(case(other_aid_same_costs=other))
    assert (result["maximum_aid"], result["headroom"], result["granted"]) == ("7700.00", "3814.40", "3814.40")


EARLIER = [
    {"organisation": "A", "date": "2024-01-15", "amount": "100000.00", "basis": "de_minimis"},
    {"organisation": "A", "date": "2025-06-01", "amount": "120000.00", "basis": "de_minimis"},
]


def de_minimis(**changes: Any) -> dict[str, Any]:
    costs = [{"category": "trainer", "amount": "500000.00"}]
    return answer(case(**{"route": "de_minimis", "costs": costs, "earlier_aid": EARLIER, **changes}))


@pytest.mark.parametrize(
    ("requested", "decision", "headroom", "granted"),
    [
        pytest.param("80000.00", "2026-12-01", "80000.00", "80000.00", id="case-14"),
        pytest.param("80000.01", "2026-12-01", "80000.00", "0.00", id="case-15"),
        pytest.param("180000.00", "2027-01-15", "80000.00", "0.00", id="case-16-anniversary-still-inside"),
        pytest.param("180000.00", "2027-01-16", "180000.00", "180000.00", id="case-16"),
        pytest.param("180000.01", "2027-01-16", "180000.00", "0.00", id="case-16-a-cent-more"),
    ],
)
def test_rolling_window(requested: str, decision: str, headroom: str, granted: str) -> None:
    result = de_minimis(requested=requested, decision_date=decision)
    assert (result["headroom"], result["maximum_aid"], result["granted"]) == (headroom, headroom, granted)
    assert (result["intensity"], result["notify"], result["publish"]) == (None, False, False)


def owned_case(percent: str) -> dict[str, Any]:
    return de_minimis(
        company="B",
        organisations=[organisation("A"), organisation("B")],
        links=[link("A", "B", percent)],
        earlier_aid=[
            {"organisation": "A", "date": "2025-01-15", "amount": "200000.00", "basis": "de_minimis"}
        ],
        requested="150000.00",
    )


def test_case_17_a_majority_owner_shares_the_ceiling() -> None:
    result = owned_case("55")
    assert (result["single_undertaking"], result["granted"]) == (["A", "B"], "0.00")


def test_case_18_exactly_half_is_no_single_undertaking() -> None:
    result = owned_case("50.00")
    assert (result["single_undertaking"], result["granted"]) == (["B"], "150000.00")


@pytest.mark.parametrize(
    ("others", "links", "headcount", "size"),
    [
        pytest.param([organisation("C", "100")], [link("C", "A", "30")], "70", "medium", id="case-19"),
        pytest.param([organisation("L", "30")], [link("A", "L", "60")], "70", "medium", id="case-20"),
        pytest.param([organisation("C", "1000")], [link("C", "A", "24.9")], "40", "small", id="case-21"),
    ],
)
def test_linked_and_partner(others: list[Any], links: list[Any], headcount: str, size: str) -> None:
    result = answer(case(organisations=[organisation("A"), *others], links=links))
    assert result["size"] == size
    assert any(f"Met {headcount} arbeidsjaareenheden" in reason["text"] for reason in result["reasons"])


@pytest.mark.parametrize(
    ("headcounts", "size"),
    [(("48", "52", "49"), "small"), (("48", "52", "53"), "medium")],
    ids=["case-22-stays-small", "case-22-medium"],
)
def test_two_year_rule(headcounts: tuple[str, ...], size: str) -> None:
    years = [
        organisation("A", headcount, year)["years"][0] for year, headcount in enumerate(headcounts, 2023)
    ]
    assert answer(case(organisations=[{"id": "A", "years": years}]))["size"] == size


def kmo(size: Size, cost: str, theme: str = "general", requested_on: str = "2026-03-01") -> Any:
    first_lesson = date(2026, 3, 1)
    request = KmoRequest(
        size, Decimal(cost), first_lesson, requested_on=date.fromisoformat(requested_on), theme=theme
    )
    return estimate_kmo(request, RATES)


@pytest.mark.parametrize(
    ("size", "cost", "theme", "amount"),
    [
        pytest.param(Size.SMALL, "1000.00", "general", "300.00", id="case-23-small"),
        pytest.param(Size.SMALL, "26000.00", "general", "7500.00", id="case-23-cap"),
        pytest.param(Size.MEDIUM, "1000.00", "general", "200.00", id="case-23-medium"),
        pytest.param(Size.SMALL, "1000.00", "cybersecurity", "450.00", id="case-23-cyber-small"),
        pytest.param(Size.MEDIUM, "1000.00", "cybersecurity", "350.00", id="case-23-cyber-medium"),
    ],
)
def test_kmo_portefeuille(size: Size, cost: str, theme: str, amount: str) -> None:
    assert kmo(size, cost, theme).amount == Decimal(amount)


@pytest.mark.parametrize(
    ("cost", "refused"), [("99.99", True), ("100.00", False)], ids=["case-24", "case-24-at-the-minimum"]
)
def test_kmo_minimum(cost: str, refused: bool) -> None:
    assert kmo(Size.SMALL, cost).refused is refused


@pytest.mark.parametrize(
    ("requested_on", "refused"),
    [("2026-03-16", True), ("2026-03-15", False)],
    ids=["case-25-fifteen-days", "case-25-fourteen-days"],
)
def test_kmo_deadline(requested_on: str, refused: bool) -> None:
    result = kmo(Size.SMALL, "1000.00", requested_on=requested_on)
    assert (result.refused, result.deadline) == (refused, date(2026, 3, 15))


def leave(employment: str = "100", weekly: str = "38", claimed: str = "2025-10-01") -> Any:
    request = LeaveRequest(
        employment=Decimal(employment),
        weekly_hours=Decimal(weekly),
        hours=Decimal(40),
        contact_hours=Decimal(40),
        start=date(2025, 10, 1),
        claimed_on=date.fromisoformat(claimed),
    )
    return estimate_leave(request, RATES)


@pytest.mark.parametrize(
    ("employment", "weekly", "amount"),
    [
        pytest.param("75", "28.5", "0.00", id="case-26-75-percent"),
        pytest.param("80", "27", "0.00", id="case-26-27-hours"),
        pytest.param("80", "28", "596.40", id="case-26-just-enough"),
    ],
)
def test_leave_conditions(employment: str, weekly: str, amount: str) -> None:
    result = leave(employment, weekly)
    assert (result.amount, result.refused) == (Decimal(amount), amount == "0.00")


@pytest.mark.parametrize(
    ("claimed", "refused"),
    [("2026-01-02", True), ("2026-01-01", False)],
    ids=["case-27", "case-27-last-day"],
)
def test_leave_claim(claimed: str, refused: bool) -> None:
    assert leave(claimed=claimed).refused is refused


def test_case_28_share_of_companies_in_skillnet_ireland() -> None:
    assert percent_of(Decimal("31.4"), Decimal("83.4")) == Decimal("37.6")


def test_case_29_the_register_reproduces_the_published_budgets() -> None:
    instruments = load_instruments().values()
    whole, demand = budget_meur(instruments), budget_meur(instruments, "demand")
    assert (whole, demand) == (Decimal("1332.6"), Decimal("92.6"))
    assert percent_of(demand, whole) == Decimal("6.9")
    assert percent_of(whole - demand, whole) == Decimal("93.1")


def test_case_30_sector_funds() -> None:
    assert sector_fund_contribution(Decimal("129000000000"), RATES, date(2026, 1, 1)) == Decimal("258000000")
