"""Size by Annex I: boundaries, links, partners, public hands, missing figures, two-year rule."""

from __future__ import annotations

from typing import Any

import pytest

from tests.programmes.aid.builders import answer, case, link, organisation, rules


def size_of(organisations: list[dict[str, Any]], links: list[dict[str, Any]] | None = None) -> str:
    return str(answer(case(organisations=organisations, links=links or []))["size"])


def accounts(*rows: tuple[str, str, str], first: int = 2022) -> list[dict[str, Any]]:
    years = [
        {"year": year, "headcount": headcount, "turnover": turnover, "balance_sheet": balance}
        for year, (headcount, turnover, balance) in enumerate(rows, first)
    ]
    return [{"id": "A", "years": years}]


@pytest.mark.parametrize(
    ("figures", "size"),
    [
        (("9.99", "2000000", "99000000"), "micro"),
        (("9.99", "99000000", "2000000"), "micro"),
        (("9", "2000000.01", "2000000.01"), "small"),
        (("10", "1", "1"), "small"),
        (("49.9", "10000000", "99000000"), "small"),
        (("49", "10000000.01", "10000000"), "small"),
        (("49", "10000000.01", "10000000.01"), "medium"),
        (("50", "1", "1"), "medium"),
        (("249.9", "50000000", "99000000"), "medium"),
        (("249", "99000000", "43000000"), "medium"),
        (("249", "50000000.01", "43000000.01"), "large"),
        (("250", "1", "1"), "large"),
    ],
)
def test_headcount_is_below_and_money_at_most_the_ceiling(figures: tuple[str, str, str], size: str) -> None:
    assert size_of(accounts(figures)) == size


@pytest.mark.parametrize(
    ("percent", "more", "size"),
    [
        ("24.99", {}, "small"),
        ("25.00", {}, "medium"),
        ("50.00", {}, "medium"),
        ("50.01", {}, "large"),
        ("0", {"majority_votes": True}, "large"),
        ("0", {"board": True}, "large"),
        ("30", {"contract": True}, "large"),
    ],
)
@pytest.mark.parametrize("upstream", [True, False])
def test_partner_and_linked_at_the_boundary(
    percent: str, more: dict[str, Any], size: str, upstream: bool
) -> None:
    ends = ("C", "A") if upstream else ("A", "C")
    # 40 + 25 % × 240 = 100 and 40 + 50 % × 240 = 160 are medium, 40 + 240 is large.
    assert size_of([organisation("A"), organisation("C", "240")], [link(*ends, percent, **more)]) == size


@pytest.mark.parametrize("kind", ["university", "investor"])
@pytest.mark.parametrize(
    ("percent", "more", "size"),
    [("25", {}, "small"), ("50", {}, "small"), ("50.01", {}, "large"), ("30", {"board": True}, "large")],
)
def test_universities_and_investors_are_exempt_up_to_half_unless_linked(
    kind: str, percent: str, more: dict[str, Any], size: str
) -> None:
    owner = link("C", "A", percent, owner_kind=kind, **more)
    assert size_of([organisation("A"), organisation("C", "5000")], [owner]) == size


GUIDE = [organisation("A", "40"), organisation("B", "10"), organisation("C", "50"), organisation("D", "12")]
GUIDE_LINKS = [
    link("B", "A", "25", owner_kind="university"),
    link("C", "A", "30"),
    link("D", "A", "25", owner_kind="investor"),
]


def headcount(result: dict[str, Any]) -> str:
    return str(next(item["text"] for item in result["reasons"] if item["rule"] == "size.result"))


def test_user_guide_example_4_counts_the_company_partner_only() -> None:
    result = answer(case(organisations=GUIDE, links=GUIDE_LINKS), "en")
    # 100 % A + 30 % C = 40 + 15
    assert "With 55 annual work units" in headcount(result)
    assert result["size"] == "medium"
    assert "size.exempt" in rules(result)


def test_user_guide_example_5_counts_owners_who_are_linked_and_hold_more_than_half_together() -> None:
    links = [
        link("B", "A", "25", owner_kind="university"),
        link("D", "A", "30", owner_kind="investor"),
        link("C", "A", "25"),
        link("B", "D", "100"),
    ]
    result = answer(case(organisations=GUIDE, links=links), "en")
    # 100 % A + 100 % B + 100 % D + 25 % C = 40 + 10 + 12 + 12.5
    assert "With 74.5 annual work units" in headcount(result)


def test_linked_owners_hold_their_shares_together_as_a_partner() -> None:
    links = [link("B", "A", "15"), link("C", "A", "15"), link("B", "C", "80")]
    result = answer(case(organisations=GUIDE[:3], links=links), "en")
    # 40 + 30 % × (10 + 50)
    assert "With 58 annual work units" in headcount(result)


def test_a_partner_brings_its_linked_enterprises_but_not_its_partners() -> None:
    organisations = [*GUIDE, organisation("E", "1000")]
    links = [link("C", "A", "50"), link("C", "B", "60"), link("E", "C", "40")]
    # 40 + 50 % × (50 + 10)
    assert "With 70 annual work units" in headcount(
        answer(case(organisations=organisations, links=links), "en")
    )


def test_a_partner_of_a_linked_enterprise_counts_in_part() -> None:
    links = [link("A", "B", "60"), link("C", "B", "40")]
    # 40 + 10 + 40 % × 50
    assert "With 70 annual work units" in headcount(answer(case(organisations=GUIDE[:3], links=links), "en"))


@pytest.mark.parametrize("there", ["30", "50"])
def test_cross_holdings_count_once_at_the_higher_percentage(there: str) -> None:
    links = [link("A", "C", there), link("C", "A", "40")]
    organisations = [organisation("A"), organisation("C", "50")]
    result = answer(case(organisations=organisations, links=links), "en")
    # 40 + 40 % or 50 % × 50
    assert f"With {'60' if there == '30' else '65'} annual work units" in headcount(result)


@pytest.mark.parametrize(
    ("links", "size"),
    [
        ([link("G", "A", "24.99", owner_kind="public")], "small"),
        ([link("G", "A", "25", owner_kind="public")], "large"),
        ([link("G", "A", "13", owner_kind="public"), link("H", "A", "12", owner_kind="public")], "large"),
        ([link("G", "A", "1", owner_kind="public", board=True)], "large"),
        ([link("G", "I", "100", owner_kind="public"), link("I", "A", "25")], "large"),
        (
            [link("G", "U", "100", owner_kind="public"), link("U", "A", "25", owner_kind="university")],
            "small",
        ),
    ],
)
def test_a_quarter_in_public_hands_is_large(links: list[dict[str, Any]], size: str) -> None:
    assert size_of([organisation("A"), organisation("I", "1"), organisation("U", "1")], links) == size


SMALL = {"owner_kind": "local_authority", "owner_budget": "9999999.99", "owner_inhabitants": 4999}


@pytest.mark.parametrize(
    ("links", "size", "rule"),
    [
        ([link("G", "A", "50", **SMALL)], "small", "size.authority_small"),
        ([link("G", "A", "50.01", **SMALL)], "large", "size.public"),
        ([link("G", "A", "26", **SMALL), link("H", "A", "24", **SMALL)], "small", "size.authority_small"),
        ([link("G", "A", "26", **SMALL), link("H", "A", "24.01", **SMALL)], "large", "size.public"),
        ([link("G", "A", "25", **SMALL | {"owner_budget": "10000000"})], "large", "size.authority_large"),
        ([link("G", "A", "25", **SMALL | {"owner_inhabitants": 5000})], "large", "size.authority_large"),
        ([link("G", "A", "25", **SMALL | {"owner_budget": None})], "large", "size.authority_unknown"),
        ([link("G", "A", "25", owner_kind="local_authority")], "large", "size.authority_unknown"),
        ([link("G", "A", "1", board=True, **SMALL)], "large", "size.public"),
        (
            [link("G", "A", "25", **SMALL), link("H", "A", "24", owner_kind="public")],
            "small",
            "size.authority_small",
        ),
        ([link("G", "A", "25", **SMALL), link("H", "A", "25", owner_kind="public")], "large", "size.public"),
        ([link("G", "I", "100", **SMALL), link("I", "A", "25")], "large", "size.public"),
    ],
)
def test_a_small_local_authority_is_exempt_up_to_half(
    links: list[dict[str, Any]], size: str, rule: str
) -> None:
    result = answer(case(organisations=[organisation("A"), organisation("I", "1")], links=links))
    assert result["size"] == size
    assert rule in rules(result)
    assert result["single_undertaking"] == ["A"]  # a public body ties nobody together


def test_a_natural_person_has_no_figures_but_ties_companies_together() -> None:
    alone = answer(case(organisations=[organisation("A")], links=[link("p", "A", "60", owner_kind="person")]))
    assert (alone["size"], alone["single_undertaking"]) == ("small", ["A"])
    links = [link("p", "A", "60", owner_kind="person"), link("p", "B", "100", owner_kind="person")]
    both = answer(case(organisations=[organisation("A"), organisation("B", "20")], links=links))
    assert (both["size"], both["single_undertaking"]) == ("medium", ["A"])
    assert {"size.person_link", "undertaking.person_not_counted"} <= set(rules(both))


def test_a_natural_person_is_no_partner() -> None:
    links = [link("p", "A", "40", owner_kind="person"), link("p", "B", "100", owner_kind="person")]
    assert size_of([organisation("A"), organisation("B", "2000")], links) == "small"


@pytest.mark.parametrize("missing", ["headcount", "turnover", "balance_sheet"])
@pytest.mark.parametrize("absent", [True, False])
@pytest.mark.parametrize("whose", ["A", "C", "L"])
def test_missing_figures_of_a_counted_enterprise_make_the_size_unknown(
    missing: str, absent: bool, whose: str
) -> None:
    organisations = [organisation("A"), organisation("C", "1"), organisation("L", "1")]
    links = [link("C", "A", "30"), link("A", "L", "60")]
    assert size_of(organisations, links) == "small"
    figures = next(item for item in organisations if item["id"] == whose)["years"][0]
    if absent:
        del figures[missing]
    else:
        figures[missing] = None
    result = answer(case(organisations=organisations, links=links))
    assert (result["size"], result["intensity"]) == ("unknown", "50.00")
    assert "size.missing_year" in rules(result)


def test_a_company_without_figures_gets_the_rates_of_a_large_one() -> None:
    result = answer(case(organisations=[{"id": "A"}]))
    assert (result["size"], result["intensity"], result["granted"]) == ("unknown", "50.00", "5500.00")
    assert "size.missing" in rules(result)


def test_missing_figures_of_an_enterprise_that_does_not_count_do_not_matter() -> None:
    links = [link("C", "A", "24.99"), link("U", "A", "40", owner_kind="university")]
    assert size_of([organisation("A"), {"id": "C"}, {"id": "U"}], links) == "small"


def test_a_linked_enterprise_that_is_not_described_makes_the_size_unknown() -> None:
    assert size_of([organisation("A")], [link("M", "A", "51")]) == "unknown"


def test_a_partner_that_is_not_described_is_named_as_uncertain() -> None:
    result = answer(case(organisations=[organisation("A")], links=[link("C", "A", "30")]), "en")
    text = next(item["text"] for item in result["reasons"] if item["rule"] == "size.undescribed")
    assert (result["size"], "Not certain" in text) == ("small", True)


def test_every_year_is_aggregated_with_the_links_of_today() -> None:
    organisations = accounts(("40", "1", "1"), ("40", "1", "1"), ("40", "1", "1"))
    owner: dict[str, Any] = {
        "id": "M",
        "years": [{**year, "headcount": "300"} for year in organisations[0]["years"]],
    }
    assert size_of([*organisations, owner], [link("M", "A", "80")]) == "large"
    del owner["years"][0]
    assert size_of([*organisations, owner], [link("M", "A", "80")]) == "unknown"


@pytest.mark.parametrize(
    ("headcounts", "size"),
    [
        ("48 52", "small"),
        ("48 52 53", "medium"),
        ("48 52 49 52", "small"),
        ("48 52 53 49", "medium"),
        ("48 52 53 49 49", "small"),
        ("52", "medium"),
        ("52 48", "medium"),
        ("52 48 48", "small"),
        ("8 12 55", "small"),
        ("8 55 300", "medium"),
        ("8 300 300", "large"),
        ("300 40 45", "small"),
        ("300 40 60", "medium"),
    ],
)
def test_each_ceiling_flips_after_two_consecutive_years(headcounts: str, size: str) -> None:
    assert size_of(accounts(*[(headcount, "1", "1") for headcount in headcounts.split()])) == size


def test_headcount_one_year_and_money_the_next_is_no_two_years_over_one_ceiling() -> None:
    over_money = ("40", "11000000", "11000000")
    assert size_of(accounts(("40", "1", "1"), ("60", "1", "1"), over_money)) == "small"
    assert size_of(accounts(("40", "1", "1"), over_money, over_money)) == "medium"


def test_years_may_come_in_any_order_and_a_hole_is_missing() -> None:
    rows = accounts(("48", "1", "1"), ("52", "1", "1"), ("53", "1", "1"))
    rows[0]["years"].reverse()
    assert size_of(rows) == "medium"
    rows[0]["years"].pop(1)
    assert size_of(rows) == "unknown"


def test_the_two_year_rule_explains_itself() -> None:
    result = answer(case(organisations=accounts(("48", "1", "1"), ("52", "1", "1"))))
    assert "size.two_years" in rules(result)
