"""Calculators beyond the numbered cases, and splitting to the cent."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from programmes.aid.instruments import (
    KmoRequest,
    LeaveRequest,
    Proposal,
    add_months,
    estimate_kmo,
    estimate_leave,
)
from programmes.aid.rates import load_rates
from programmes.aid.register import RegisterError, load_instruments, read_instrument
from programmes.aid.shares import ShareError, split_amount
from programmes.aid.sme import Size
from programmes.aid.texts import render

RATES = load_rates()
KMO = KmoRequest(Size.SMALL, Decimal("1000.00"), date(2026, 3, 1), date(2026, 3, 1))
LEAVE = LeaveRequest(
    employment=Decimal(100),
    weekly_hours=Decimal(38),
    hours=Decimal(40),
    contact_hours=Decimal(40),
    start=date(2025, 10, 1),
    claimed_on=date(2025, 10, 1),
)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"size": Size.LARGE}, "kmo.not_sme"),
        ({"size": Size.UNKNOWN}, "kmo.not_sme"),
        ({"registered_provider": False}, "kmo.unregistered_provider"),
        ({"mandatory_training": True}, "kmo.mandatory"),
    ],
)
def test_kmo_refusals(changes: dict[str, Any], rule: str) -> None:
    result = estimate_kmo(replace(KMO, **changes), RATES)
    assert (result.amount, result.refused) == (Decimal(0), True)
    assert rule in {item.rule for item in result.reasons}


def test_kmo_catering_counts_up_to_its_cap() -> None:
    request = replace(KMO, catering=Decimal("400.00"), person_days=10)
    result = estimate_kmo(request, RATES)
    assert result.amount == Decimal("375.00")
    assert "250,00" in render(result.reasons[0])
    assert estimate_kmo(replace(request, catering=Decimal("200.00")), RATES).amount == Decimal("360.00")


def test_kmo_year_cap_looks_at_what_was_used() -> None:
    almost = replace(KMO, used_this_year=Decimal("7400.00"))
    assert estimate_kmo(almost, RATES).amount == Decimal("100.00")
    full = estimate_kmo(replace(KMO, used_this_year=Decimal("8000.00")), RATES)
    assert (full.amount, full.refused) == (Decimal(0), False)


def test_kmo_micro_counts_as_small_and_a_theme_must_exist() -> None:
    assert estimate_kmo(replace(KMO, size=Size.MICRO), RATES).amount == Decimal("300.00")
    energy = replace(KMO, size=Size.MEDIUM, theme="energy_efficiency")
    assert estimate_kmo(energy, RATES).amount == Decimal("350.00")
    with pytest.raises(ValueError, match="theme"):
        estimate_kmo(replace(KMO, theme="advice"), RATES)


@pytest.mark.parametrize(
    ("changes", "own", "joint", "rule"),
    [
        ({}, 40, 0, "vov.estimate"),
        ({"hours": 150}, 125, 0, "vov.hours_cut"),
        ({"hours": 150, "proposal": Proposal.OPEN}, 125, 0, "vov.proposal_open"),
        ({"hours": 150, "proposal": Proposal.REFUSED}, 125, 0, "vov.proposal_refused"),
        ({"hours": 150, "proposal": Proposal.ACCEPTED}, 125, 25, "vov.estimate"),
        ({"hours": 400, "proposal": Proposal.ACCEPTED}, 125, 125, "vov.hours_cut"),
        ({"hours": 400, "proposal": Proposal.ACCEPTED, "employment": 80}, 100, 100, "vov.hours_cut"),
        ({"hours": 40, "used_hours": 100}, 25, 0, "vov.hours_cut"),
        (
            {"hours": 40, "used_hours": 125, "used_joint_hours": 100, "proposal": Proposal.ACCEPTED},
            0,
            25,
            "vov.hours_cut",
        ),
    ],
)
def test_leave_takes_the_own_account_first(changes: dict[str, Any], own: int, joint: int, rule: str) -> None:
    values: dict[str, Any] = {
        key: Decimal(value) if isinstance(value, int) else value for key, value in changes.items()
    }
    result = estimate_leave(replace(LEAVE, **values), RATES)
    assert (result.own_hours, result.joint_hours) == (Decimal(own), Decimal(joint))
    assert result.amount == (own + joint) * Decimal("14.91")
    assert rule in {item.rule for item in result.reasons}


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"registered": False}, "vov.not_registered"),
        ({"contact_hours": Decimal("31.5")}, "vov.too_short"),
        ({"used_hours": Decimal(125)}, "vov.no_hours_left"),
    ],
)
def test_leave_refusals(changes: dict[str, Any], rule: str) -> None:
    result = estimate_leave(replace(LEAVE, **changes), RATES)
    assert (result.amount, result.refused) == (Decimal(0), True)
    assert rule in {item.rule for item in result.reasons}


def test_leave_accepts_credits_for_hours_and_pays_the_rate_of_the_day() -> None:
    credits_only = replace(LEAVE, contact_hours=Decimal(0), ects=Decimal(3))
    assert estimate_leave(credits_only, RATES).amount == Decimal("596.40")
    before = replace(LEAVE, start=date(2025, 8, 31), employment=Decimal(50), weekly_hours=Decimal(19))
    assert estimate_leave(before, RATES).amount == Decimal("852.00")


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [("2025-11-30", 3, "2026-02-28"), ("2025-10-01", 3, "2026-01-01"), ("2023-11-30", 3, "2024-02-29")],
)
def test_months_end_on_the_last_day_of_a_shorter_month(day: str, months: int, expected: str) -> None:
    assert add_months(date.fromisoformat(day), months) == date.fromisoformat(expected)


def test_cents_go_to_the_largest_remainders() -> None:
    third = {"a": 1, "b": 1, "c": 1}
    assert split_amount(Decimal("100.00"), third) == {
        "a": Decimal("33.34"),
        "b": Decimal("33.33"),
        "c": Decimal("33.33"),
    }
    assert split_amount(Decimal("0.05"), {"a": 1, "b": 6}) == {"a": Decimal("0.01"), "b": Decimal("0.04")}
    assert split_amount(Decimal("10.00"), {"a": 0, "b": 5}) == {"a": Decimal(0), "b": Decimal(10)}


@pytest.mark.parametrize(
    ("amount", "keys"),
    [("1.00", {}), ("1.00", {"a": 0}), ("1.00", {"a": -1, "b": 3}), ("-1.00", {"a": 1}), ("0.001", {"a": 1})],
)
def test_what_cannot_be_split_is_refused(amount: str, keys: dict[str, int]) -> None:
    with pytest.raises(ShareError):
        split_amount(Decimal(amount), keys)


def test_an_instrument_must_be_complete_in_every_language() -> None:
    record: dict[str, object] = {
        "key": "x",
        "name": {"nl": "x", "fr": "x", "en": "x"},
        "funder": "x",
        "domain": "work",
        "beneficiary": "company",
        "side": "demand",
        "costs": ["fee"],
        "basis": "not_aid",
        "budget_meur": None,
        "rates": [],
        "matrix": None,
        "apply": {"nl": "x", "fr": "x", "en": "x"},
        "conditions": {"nl": "x", "fr": "x", "en": "x"},
        "source": "x",
        "certain": True,
    }
    assert read_instrument(record).key == "x"
    changes: tuple[dict[str, object], ...] = (
        {"name": {"nl": "x"}},
        {"side": "both"},
        {"basis": "gift"},
        {"calculator": "magic"},
    )
    for change in changes:
        with pytest.raises(RegisterError):
            read_instrument(record | change)
    with pytest.raises(RegisterError):
        read_instrument({key: value for key, value in record.items() if key != "source"})


def test_instruments_know_their_place_in_the_matrix() -> None:
    roles = {key: instrument.matrix for key, instrument in load_instruments().items()}
    assert (roles["kmo_portefeuille"], roles["vov"], roles["ibo"], roles["cvo"]) == (
        "kmo",
        "leave",
        "workplace",
        "supply",
    )
