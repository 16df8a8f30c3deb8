"""The export of a course against the published schema of OEAPI v6."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from catalogue.oeapi import STATES, course, offerings
from tests.catalogue.records import credential, edition, offer

STANDARD = Path(__file__).resolve().parents[3] / "shared/data/standards/oeapi/oeapi.json"
ID = "0190b5a0-0000-7000-8000-000000000000"
EMPTY: dict[str, Any] = {
    "description": "", "outcomes": (), "hours": None, "ects": None, "mode": "", "editions": (), "isced_f": "",
    "teaching_languages": (), "microcredential": None,
}  # fmt: skip


def errors(document: dict[str, Any], name: str = "Course") -> list[str]:
    schema = json.loads(STANDARD.read_text(encoding="utf-8"))
    validator = Draft202012Validator(
        {"$ref": f"#/components/schemas/{name}", "components": schema["components"]},
        format_checker=Draft202012Validator.FORMAT_CHECKER,
    )
    return [error.message for error in validator.iter_errors(document)]


@pytest.mark.skipif(
    not STANDARD.is_file(), reason="the OEAPI schema (shared/data/standards/oeapi) is not here"
)
def test_the_export_keeps_to_the_schema() -> None:
    assert errors(course(offer(id=ID))) == []
    assert errors(course(offer(id=ID, **EMPTY))) == []
    broken = course(offer(id=ID)) | {"primaryCode": "TIG-1"}
    assert errors(broken)


def test_a_course_says_how_much_and_how() -> None:
    document = course(offer(id=ID, hours=Decimal("37.50")))
    assert {"studyLoadUnit": "contact_time", "value": 37.5} in document["studyLoad"]
    assert {"studyLoadUnit": "ects", "value": 2} in document["studyLoad"]
    assert document["modesOfDelivery"] == ["blended"]
    assert document["firstStartDate"] == "2027-03-01T00:00:00+00:00"


def test_an_outcome_keeps_its_identity() -> None:
    first, again = course(offer(id=ID)), course(offer(id=ID, title="Anders"))
    assert (
        first["learningOutcomes"][0]["learningOutcomeId"] == again["learningOutcomes"][0]["learningOutcomeId"]
    )


@pytest.mark.skipif(
    not STANDARD.is_file(), reason="the OEAPI schema (shared/data/standards/oeapi) is not here"
)
def test_editions_keep_to_the_schema_of_offerings() -> None:
    bare = edition(id=ID, starts_on=None, ends_on=None, seats=None, price=None)
    for run in (edition(id=ID, min_seats=6, enrolled=8, code="voorjaar"), bare):
        page = offerings(offer(id=ID, editions=(run,)))
        assert errors(page, "Pagination") == []
        for item in page["items"]:
            assert errors(item, "CourseOffering") == []
            assert errors(item | {"courseOfferingId": 7}, "CourseOffering")


def test_an_offering_says_seats_state_and_cost() -> None:
    page = offerings(offer(id=ID, editions=(edition(id=ID, min_seats=6, enrolled=8, state="cancelled"),)))
    (item,) = page["items"]
    assert (item["minNumberStudents"], item["maxNumberStudents"], item["enrolledNumberStudents"]) == (
        6,
        12,
        8,
    )
    assert item["state"] == "cancelled"
    assert item["priceInformation"][0]["amountWithoutVat"] == "690.00"
    assert item["startDateTime"].startswith("2027-03-01")
    assert set(STATES.values()) <= {"concept", "active", "inactive", "cancelled"}


@pytest.mark.skipif(
    not STANDARD.is_file(), reason="the OEAPI schema (shared/data/standards/oeapi) is not here"
)
@pytest.mark.parametrize("level", [1, 4, 5, 6, 7, 8])
def test_level_entry_requirements_and_supervision_keep_to_the_schema(level: int) -> None:
    record = credential(supervision="onsite_id", stacking="stackable", stacks_into="Graduaat lassen")
    document = course(offer(id=ID, eqf_level=level, entry_requirements="VCA-attest", microcredential=record))
    assert errors(document) == []
    asked = [words["value"] for words in document["admissionRequirements"]]
    assert asked == ["VCA-attest", "Kunnen lassen met elektrode"]
    assert document["level"]
    assert [words["language"] for words in document["assessment"]] == ["nl", "en"]
    assert document["supplementaryInformation"][0]["value"][1]["value"] == "Graduaat lassen"
    assert "level" not in course(offer(id=ID, eqf_level=None))
