"""The eleven elements of the Council Recommendation."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.microcredentials import ELEMENTS, ISSUED_ONLY, MANDATORY, findings, is_complete
from catalogue.wording import ELEMENTS as NAMES
from catalogue.wording import FINDINGS
from tests.catalogue.records import credential

FIELDS: dict[int, dict[str, Any]] = {
    2: {"title": " "},
    3: {"issuer_country": ""},
    4: {"awarding_body": ""},
    6: {"outcomes": ("", " ")},
    7: {"workload_hours": None, "ects": None},
    9: {"assessment": ""},
    10: {"participation": ""},
    11: {"quality_assurance": ""},
}


def test_eleven_elements_of_which_two_come_with_the_issue_and_one_may_be_absent() -> None:
    assert len(ELEMENTS) == len(set(ELEMENTS)) == 11
    assert frozenset({1, 5}) == ISSUED_ONLY
    assert {2, 3, 4, 6, 7, 9, 10, 11} == MANDATORY
    assert set(NAMES) == set(ELEMENTS)


def test_a_good_description_has_no_findings() -> None:
    assert findings(credential()) == []


@pytest.mark.parametrize("element", sorted(FIELDS))
def test_each_mandatory_element_is_asked_for(element: int) -> None:
    record = credential(**FIELDS[element])
    assert [(f.element, f.code, f.blocks) for f in findings(record)] == [(element, "missing", True)]
    assert not is_complete(record)


@pytest.mark.parametrize(
    ("values", "code", "blocks"),
    [
        ({"issuer_country": "België"}, "country", True),
        ({"issuer_country": "be"}, "country", True),
        ({"ects": None}, "no_ects", False),
        ({"eqf_level": None}, "no_level", False),
        ({"eqf_level": 9}, "level", True),
        ({"workload_hours": Decimal(49)}, "ects_ratio", False),
        ({"workload_hours": Decimal(61)}, "ects_ratio", False),
    ],
)
def test_doubts_are_said_and_only_errors_block(values: dict[str, Any], code: str, blocks: bool) -> None:
    record = credential(**values)
    assert [(f.code, f.blocks) for f in findings(record)] == [(code, blocks)]
    assert is_complete(record) is not blocks
    assert code in FINDINGS


@given(
    ects=st.integers(1, 40),
    per=st.decimals(25, 30, places=2),
)
def test_any_workload_within_the_users_guide_is_fine(ects: int, per: Decimal) -> None:
    assert findings(credential(ects=Decimal(ects), workload_hours=ects * per)) == []
