"""The contract of an assessment, sentence by sentence."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from programmes.aid.assessment import assess
from programmes.aid.case import case_record, parse_case
from programmes.aid.rates import RateRow, Rates, load_rates
from programmes.aid.texts import LANGUAGES
from tests.programmes.aid.builders import answer, case, link, organisation, participants, rules

ZERO = ["0.00"] * 4
AMOUNTS = ("intensity", "maximum_aid", "headroom", "granted")


def amounts(result: dict[str, Any]) -> list[str | None]:
    return [result[key] for key in AMOUNTS]


def test_the_design_example_gives_the_design_answer() -> None:
    result = answer(
        case(
            links=[link("C", "A", "30", owner_kind="company")],
            participants=[{"hours": "16", "disadvantaged": False}],
            costs=[{"category": "trainer", "amount": "4000.00"}],
            other_aid_same_costs=[
                {"instrument": "kmo_portefeuille", "amount": "1500.00", "basis": "de_minimis"}
            ],
            earlier_aid=[
                {"organisation": "A", "date": "2024-01-15", "amount": "100000.00", "basis": "de_minimis"}
            ],
            requested="80000.00",
        )
    )
    reasons = result.pop("reasons")
    assert result == {
        "size": "small",
        "single_undertaking": ["A"],
        "route": "training_aid",
        "intensity": "70.00",
        "maximum_aid": "2800.00",
        "headroom": "1300.00",
        "granted": "1300.00",
        "notify": False,
        "publish": False,
    }
    assert {key for item in reasons for key in item} == {
        "rule",
        "text",
        "legal_basis",
        "valid_from",
        "valid_to",
    }
    assert all(item["text"] and item["legal_basis"] and item["valid_from"] for item in reasons)


def test_absent_lists_are_empty() -> None:
    bare = {
        key: value for key, value in case().items() if key not in {"organisations", "participants", "costs"}
    }
    result = answer(bare)
    assert (result["size"], result["single_undertaking"], result["granted"]) == ("unknown", ["A"], "0.00")


@pytest.mark.parametrize(
    ("costs", "maximum"),
    [
        ([{"category": "trainer", "amount": "900.00"}], "520.00"),
        ([{"category": "trainer", "amount": "900.00", "participants": [1]}], "540.00"),
        ([{"category": "trainer", "amount": "900.00", "participants": [0]}], "450.00"),
        ([{"category": "trainer", "amount": "900.00", "participants": [0, 1]}], "510.00"),
        ([{"category": "trainer", "amount": "900.00", "participants": []}], "520.00"),
        (
            [
                {"category": "trainer", "amount": "900.00"},
                {"category": "trainee", "amount": "90.00", "participants": [1]},
            ],
            "574.00",
        ),
    ],
)
def test_costs_are_apportioned_by_hours_unless_they_name_participants(
    costs: list[dict[str, Any]], maximum: str
) -> None:
    people = [
        {"hours": "2", "disadvantaged": False},
        {"hours": "4", "disadvantaged": True},
        {"hours": "3", "disadvantaged": True},
    ]
    # Of nine hours seven are disadvantaged: 700 × 60 % + 200 × 50 % = 520.
    assert answer(case("large", participants=people, costs=costs))["maximum_aid"] == maximum


def test_without_hours_the_heads_count_and_without_participants_there_is_no_bonus() -> None:
    people = [{"hours": "0", "disadvantaged": True}, {"hours": 0}]
    assert answer(case("large", participants=people))["intensity"] == "55.00"
    nobody = answer(case("large", participants=[]))
    assert nobody["intensity"] == "50.00"
    assert "training_aid.no_participants" in rules(nobody)


def test_participants_can_be_named_by_their_own_id() -> None:
    people = [{"id": "p1", "hours": "1"}, {"id": "p2", "hours": "1", "disadvantaged": True}]
    costs = [{"category": "trainer", "amount": "100.00", "participants": ["p2"]}]
    assert answer(case("large", participants=people, costs=costs))["maximum_aid"] == "60.00"


def test_maxima_are_rounded_down() -> None:
    people = participants(3, 1)
    result = answer(case("large", participants=people, costs=[{"category": "trainer", "amount": "100.01"}]))
    # 100.01 × (50 + 10 / 3) % = 53.338…
    assert (result["maximum_aid"], result["intensity"]) == ("53.33", "53.33")
    two = answer(
        case("large", participants=participants(3, 2), costs=[{"category": "advice", "amount": "0.03"}])
    )
    assert (two["maximum_aid"], two["intensity"]) == ("0.01", "56.66")


def test_granted_is_the_request_where_that_is_less() -> None:
    result = answer(case(requested="1234.56"))
    assert (result["headroom"], result["granted"]) == ("7700.00", "1234.56")


@pytest.mark.parametrize(
    ("basis", "headroom"),
    [
        ("training_aid", "6700.00"),
        ("de_minimis", "6700.00"),
        ("de_minimis_sgei", "6700.00"),
        ("other_state_aid", "6700.00"),
        (None, "6700.00"),
        ("not_aid", "7700.00"),
    ],
)
def test_which_other_aid_counts_for_training_aid(basis: str | None, headroom: str) -> None:
    other = {"instrument": "x", "amount": "1000.00"} | ({"basis": basis} if basis else {})
    assert answer(case(other_aid_same_costs=[other]))["headroom"] == headroom


def test_headroom_is_never_negative() -> None:
    result = answer(case(other_aid_same_costs=[{"instrument": "x", "amount": "9000.00"}]))
    assert (result["headroom"], result["granted"]) == ("0.00", "0.00")


@pytest.mark.parametrize("field", ["in_difficulty", "recovery_order"])
@pytest.mark.parametrize("member", ["A", "P"])
def test_difficulty_or_recovery_of_any_member_bars_training_aid_only(field: str, member: str) -> None:
    organisations = [organisation("A"), organisation("P"), organisation("Z")]
    for item in organisations:
        item[field] = item["id"] in {member, "Z"}
    data = case(organisations=organisations, links=[link("P", "A", "60")])
    barred = answer(data)
    assert amounts(barred) == ZERO
    assert barred["route"] == "training_aid"
    text = next(item["text"] for item in barred["reasons"] if item["rule"].startswith("training_aid."))
    assert member in text
    assert "Z" not in text
    assert answer(data | {"route": "de_minimis"})["granted"] == "11000.00"


def test_a_stranger_in_difficulty_bars_nothing() -> None:
    data = case(organisations=[organisation("A"), organisation("P", in_difficulty=True)])
    assert answer(data | {"links": [link("P", "A", "50")]})["granted"] == "6600.00"
    assert answer(data)["granted"] == "7700.00"


@pytest.mark.parametrize(
    ("ad_hoc", "size", "asked"),
    [(True, "large", True), (True, "medium", False), (False, "large", False), (False, "small", False)],
)
def test_the_counterfactual_is_asked_of_ad_hoc_aid_to_large_companies(
    ad_hoc: bool, size: str, asked: bool
) -> None:
    result = answer(case(size, ad_hoc=ad_hoc))
    assert any("6(3)" in item["legal_basis"] for item in result["reasons"]) is asked
    assert result["granted"] != "0.00"


@pytest.mark.parametrize(
    ("decision", "ad_hoc", "granted"),
    [
        ("2026-12-31", True, "7700.00"),
        ("2027-01-01", True, "0.00"),
        ("2027-01-01", False, "7700.00"),
        ("2027-06-30", False, "7700.00"),
        ("2027-07-01", False, "0.00"),
    ],
)
def test_the_block_exemption_ends(decision: str, ad_hoc: bool, granted: str) -> None:
    assert answer(case(decision_date=decision, ad_hoc=ad_hoc))["granted"] == granted


def test_de_minimis_ends_with_its_regulation() -> None:
    last = case(route="de_minimis", decision_date="2030-12-31")
    assert answer(last)["granted"] == "11000.00"
    after = answer(last | {"decision_date": "2031-01-01"})
    assert (amounts(after), rules(after)[-1]) == ([None, "0.00", "0.00", "0.00"], "de_minimis.not_in_force")


def test_notification_looks_at_the_whole_project_and_publication_at_the_grant() -> None:
    data = case(project_aid="2992299.99", other_aid_same_costs=[{"instrument": "x", "amount": "0.02"}])
    # min(11 000, 7 699.98) + 2 992 299.99 + 0.02 = 2 999 999.99
    assert answer(data)["notify"] is False
    assert answer(data | {"project_aid": "2992300.01"})["notify"] is True
    assert answer(data | {"project_aid": "2992300.01", "requested": "7699.97"})["notify"] is False
    huge = case(costs=[{"category": "trainer", "amount": "5000000.00"}], requested="3000000.01")
    result = answer(huge)
    assert (result["notify"], result["granted"], result["publish"]) == (True, "0.00", False)


def test_de_minimis_headroom_is_also_what_is_left_to_pay() -> None:
    other = [{"instrument": "sector_fund", "amount": "4000.00", "basis": "not_aid"}]
    data = case(route="de_minimis", other_aid_same_costs=other, requested="7000.00")
    fits = answer(data)
    assert amounts(fits) == [None, "7000.00", "7000.00", "7000.00"]
    assert amounts(answer(data | {"requested": "7000.01"})) == [None, "7000.00", "7000.00", "0.00"]


@pytest.mark.parametrize(
    ("basis", "amount", "headroom"),
    [
        ("de_minimis", "295000.00", "5000.00"),
        ("de_minimis", "400000.00", "0.00"),
        ("de_minimis_sgei", "295000.00", "11000.00"),
        ("de_minimis_sgei", "745000.00", "5000.00"),
        ("training_aid", "999999.00", "11000.00"),
        ("other_state_aid", "999999.00", "11000.00"),
        ("not_aid", "999999.00", "11000.00"),
        (None, "999999.00", "11000.00"),
    ],
)
def test_which_earlier_aid_counts_for_de_minimis(basis: str | None, amount: str, headroom: str) -> None:
    grant = {"organisation": "A", "date": "2025-05-05", "amount": amount} | (
        {"basis": basis} if basis else {}
    )
    assert answer(case(route="de_minimis", earlier_aid=[grant]))["headroom"] == headroom


@pytest.mark.parametrize(
    ("granted_on", "decision", "inside"),
    [
        ("2024-02-29", "2027-02-28", True),
        ("2024-02-29", "2027-03-01", False),
        ("2025-02-28", "2028-02-28", True),
        ("2025-02-28", "2028-02-29", False),
        ("2026-03-20", "2026-03-20", True),
        ("2026-03-21", "2026-03-20", False),
        ("1999-01-01", "2026-03-20", False),
    ],
)
def test_the_window_runs_from_day_to_day(granted_on: str, decision: str, inside: bool) -> None:
    grant = {"organisation": "A", "date": granted_on, "amount": "299000.00", "basis": "de_minimis"}
    result = answer(case(route="de_minimis", decision_date=decision, earlier_aid=[grant]))
    assert result["headroom"] == ("1000.00" if inside else "11000.00")


def test_aid_of_the_whole_group_counts_and_of_others_does_not() -> None:
    grants = [
        {"organisation": name, "date": "2025-01-01", "amount": "100000.00", "basis": "de_minimis"}
        for name in ("A", "M", "D", "X")
    ]
    links = [link("M", "A", board=True), link("A", "D", "51"), link("X", "A", "50")]
    costs = [{"category": "trainer", "amount": "900000.00"}]
    result = answer(case(route="de_minimis", earlier_aid=grants, links=links, costs=costs))
    assert result["single_undertaking"] == ["A", "D", "M"]
    assert result["headroom"] == "0.00"


def test_best_takes_the_larger_grant() -> None:
    assert answer(case(route="best"))["route"] == "de_minimis"
    assert answer(case(route="best", requested="7700.01"))["granted"] == "7700.01"


def test_best_takes_training_aid_on_a_tie_and_never_both() -> None:
    result = answer(case(route="best", requested="7700.00"))
    assert (result["route"], result["granted"], result["intensity"]) == ("training_aid", "7700.00", "70.00")


def test_best_falls_back_on_training_aid_where_de_minimis_does_not_fit() -> None:
    grant = {"organisation": "A", "date": "2025-01-01", "amount": "290000.00", "basis": "de_minimis"}
    result = answer(case(route="best", earlier_aid=[grant]))
    assert (result["route"], result["granted"]) == ("training_aid", "7700.00")


def test_best_may_find_nothing() -> None:
    grant = {"organisation": "A", "date": "2025-01-01", "amount": "290000.00", "basis": "de_minimis"}
    result = answer(case(route="best", earlier_aid=[grant], mandatory_training=True))
    assert (result["route"], amounts(result)) == ("none", ZERO)
    assert {"training_aid.mandatory", "de_minimis.too_much", "best.none"} <= set(rules(result))


def test_best_prefers_de_minimis_to_a_notification() -> None:
    result = answer(case(route="best", project_aid="3000000.00"))
    assert (result["route"], result["granted"], result["notify"]) == ("de_minimis", "11000.00", False)


def test_what_is_not_certain_says_so() -> None:
    organisations = [organisation("A", in_difficulty=True)]
    text = next(
        item["text"]
        for item in answer(case(organisations=organisations), "en")["reasons"]
        if item["rule"] == "training_aid.difficulty"
    )
    assert "Not certain" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_language_changes_the_sentences_only(language: str) -> None:
    dutch, other = answer(case()), answer(case(), language)
    for result in (dutch, other):
        for item in result["reasons"]:
            item.pop("text")
    assert dutch == other


def test_a_stored_assessment_replays_after_the_law_changed() -> None:
    data = case("medium", route="best", participants=participants(10, 3), ad_hoc=True)
    first = assess(parse_case(data), load_rates())
    stored = json.loads(json.dumps({"case": case_record(parse_case(data)), "answer": first.as_record()}))
    changed = Rates(
        RateRow(row.key, row.value / 2, row.unit, row.valid_from, row.valid_to, row.legal_basis, row.source)
        for row in load_rates()
    )
    again = parse_case(stored["case"])
    assert assess(again, changed).as_record() != stored["answer"]
    rows = Rates(RateRow.from_record(row) for row in stored["answer"]["rows"])
    replayed = assess(again, rows)
    assert replayed == first
    assert replayed.as_record() == stored["answer"]


@pytest.mark.parametrize("decision", ["2026-03-20", "2027-08-01", "2031-02-01", "2020-01-01"])
@pytest.mark.parametrize("route", ["training_aid", "de_minimis", "best"])
def test_every_answer_replays_from_its_own_rows(decision: str, route: str) -> None:
    parsed = parse_case(case(decision_date=decision, route=route))
    first = assess(parsed, load_rates())
    assert assess(parsed, Rates(first.rows)) == first


def test_amounts_may_be_json_numbers() -> None:
    data = case(requested=1000, costs=[{"category": "trainer", "amount": Decimal("4000.10")}])
    assert answer(data)["granted"] == "1000.00"


def test_de_minimis_that_passes_the_intensity_with_other_state_aid_says_who_decides_and_what_the_risk_is() -> (
    None
):
    """10 000 of a small company: 6 000 elsewhere and 4 000 de minimis is all of it, where article 31 allows 7 000."""
    costs = [{"category": "trainer", "amount": "10000.00"}]
    other = [{"instrument": "sts", "amount": "6000.00", "basis": "other_state_aid"}]
    data = case(route="de_minimis", costs=costs, other_aid_same_costs=other, requested="4000.00")
    result = answer(data)
    assert result["granted"] == "4000.00"
    [said] = [r["text"] for r in result["reasons"] if r["rule"] == "de_minimis.above_intensity"]
    for part in ("10.000", "3.000", "7.000", "coördinator beslist", "teruggevorderd"):
        assert part in said, said
    others: list[dict[str, Any]] = [
        {"requested": "1000.00"},
        {"mandatory_training": True},
        {"other_aid_same_costs": []},
    ]
    for within in others:
        assert not [r for r in answer(data | within)["reasons"] if r["rule"] == "de_minimis.above_intensity"]
