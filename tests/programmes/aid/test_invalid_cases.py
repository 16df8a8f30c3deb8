"""Bad input: each mistake is refused with its field and a reason in the reader's language."""

from __future__ import annotations

import json
from typing import Any

import pytest

from programmes.aid.assessment import assess
from programmes.aid.case import load_case, parse_case
from programmes.aid.rates import load_rates
from programmes.aid.reader import InvalidCase
from programmes.aid.texts import LANGUAGES
from tests.programmes.aid.builders import case, link, organisation

COST = {"category": "trainer", "amount": "5"}


def field_of(data: Any) -> str:
    with pytest.raises(InvalidCase) as caught:
        assess(parse_case(data), load_rates())
    assert all(caught.value.render(language) for language in LANGUAGES)
    return caught.value.field


@pytest.mark.parametrize(
    "field", ["application_date", "start_date", "decision_date", "company", "requested", "route"]
)
@pytest.mark.parametrize("value", [None, "", [], {}])
def test_what_must_be_there(field: str, value: Any) -> None:
    assert field_of(case(**{field: value})) == field


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"application_date": "1999-03-01"}, "application_date"),
        ({"start_date": "1999-03-01"}, "start_date"),
        ({"decision_date": "1999-03-01"}, "decision_date"),
        ({"decision_date": "2026-02-30"}, "decision_date"),
        ({"decision_date": "20260320"}, "decision_date"),
        ({"decision_date": "2026-03-20T10:00"}, "decision_date"),
        ({"decision_date": 20260320}, "decision_date"),
        ({"mandatory_training": "no"}, "mandatory_training"),
        ({"ad_hoc": 1}, "ad_hoc"),
        ({"company": "Z"}, "company"),
        ({"route": "none"}, "route"),
        ({"route": "loan"}, "route"),
        ({"requested": "-1"}, "requested"),
        ({"requested": "1.001"}, "requested"),
        ({"requested": "NaN"}, "requested"),
        ({"requested": "Infinity"}, "requested"),
        ({"requested": "1E+99999999"}, "requested"),
        ({"requested": "1_000"}, "requested"),
        ({"requested": "1.000,00"}, "requested"),
        ({"requested": True}, "requested"),
        ({"project_aid": "-0.01"}, "project_aid"),
        ({"project_aid": "veel"}, "project_aid"),
        ({"costs": {}}, "costs"),
        ({"costs": ["4000"]}, "costs[0]"),
        ({"costs": [{"category": "travel", "amount": "1.00"}]}, "costs[0].category"),
        ({"costs": [{"amount": "1.00"}]}, "costs[0].category"),
        ({"costs": [{"category": "trainer"}]}, "costs[0].amount"),
        ({"costs": [{"category": "trainer", "amount": "-5"}]}, "costs[0].amount"),
        ({"costs": [{**COST, "participants": [10]}]}, "costs[0].participants"),
        ({"costs": [{**COST, "participants": [-1]}]}, "costs[0].participants"),
        (
            {"costs": [{"category": "trainer", "amount": "5", "participants": [True]}]},
            "costs[0].participants",
        ),
        ({"costs": [{**COST, "participants": ["p"]}]}, "costs[0].participants"),
        ({"costs": [{**COST, "participants": 1}]}, "costs[0].participants"),
        ({"participants": [{}]}, "participants[0].hours"),
        ({"participants": [{"hours": "-1"}]}, "participants[0].hours"),
        ({"participants": [{"hours": "1"}, {"hours": "x"}]}, "participants[1].hours"),
        ({"participants": [{"hours": "1", "disadvantaged": "yes"}]}, "participants[0].disadvantaged"),
        ({"organisations": [organisation("A"), organisation("A")]}, "organisations[1].id"),
        ({"organisations": [{"years": []}]}, "organisations[0].id"),
        ({"organisations": [organisation("A", "-3")]}, "organisations[0].years[0].headcount"),
        ({"organisations": [organisation("A", "veertig")]}, "organisations[0].years[0].headcount"),
        ({"organisations": [organisation("A", year=25)]}, "organisations[0].years[0].year"),
        (
            {"organisations": [{"id": "A", "years": organisation("A")["years"] * 2}]},
            "organisations[0].years[1].year",
        ),
        ({"organisations": [organisation("A", recovery_order="x")]}, "organisations[0].recovery_order"),
        ({"links": [link("C", "A", "100.01")]}, "links[0].percent"),
        ({"links": [link("C", "A", "-1")]}, "links[0].percent"),
        ({"links": [{"owner": "C", "owned": "A"}]}, "links[0].percent"),
        ({"links": [{"owned": "A", "percent": "5"}]}, "links[0].owner"),
        ({"links": [link("C", "A", "5", owner_kind="alien")]}, "links[0].owner_kind"),
        ({"links": [link("C", "A", "5", board="yes")]}, "links[0].board"),
        ({"links": [link("C", "A", "5"), link("C", "A", "6")]}, "links[1].owned"),
        ({"earlier_aid": [{"organisation": "A", "date": "?", "amount": "1"}]}, "earlier_aid[0].date"),
        ({"earlier_aid": [{"organisation": "A", "date": "2025-01-01"}]}, "earlier_aid[0].amount"),
        (
            {"earlier_aid": [{"organisation": "A", "date": "2025-01-01", "amount": "1", "basis": "gift"}]},
            "earlier_aid[0].basis",
        ),
        (
            {"other_aid_same_costs": [{"instrument": "x", "amount": "1", "basis": "gift"}]},
            "other_aid_same_costs[0].basis",
        ),
        ({"other_aid_same_costs": [{"instrument": "x"}]}, "other_aid_same_costs[0].amount"),
    ],
)
def test_each_mistake_names_its_field(changes: dict[str, Any], field: str) -> None:
    assert field_of(case(**changes)) == field


@pytest.mark.parametrize("text", ["", "{", "[1, 2", "NaN", '{"requested": Infinity}', "[" * 100_000])
def test_text_that_is_no_json(text: str) -> None:
    with pytest.raises(InvalidCase):
        load_case(text)


def test_json_numbers_keep_every_cent() -> None:
    text = json.dumps(case()).replace('"11000.00"', "1000000000.01")
    assert str(load_case(text).requested) == "1000000000.01"


def test_a_control_flag_needs_no_percentage() -> None:
    parsed = parse_case(case(links=[{"owner": "C", "owned": "A", "contract": True}]))
    assert parsed.links[0].percent == 0
