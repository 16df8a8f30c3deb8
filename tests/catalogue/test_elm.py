"""The export of a microcredential against the published shapes of the European Learning Model v3."""

import json
from pathlib import Path
from typing import Any

import pytest

from catalogue.elm import learning_opportunity
from tests.catalogue.records import PROVIDER, credential, offer
from tests.catalogue.shapes import problems, read_shapes

STANDARD = Path(__file__).resolve().parents[3] / "shared/data/standards/elm"
needs_standard = pytest.mark.skipif(
    not STANDARD.is_dir(), reason="the published shapes of ELM v3 (shared/data/standards/elm) are not here"
)


def document(**values: Any) -> dict[str, Any]:
    record = credential(**values)
    return learning_opportunity(offer(microcredential=record), record)


def check(node: dict[str, Any]) -> list[str]:
    shapes = read_shapes((STANDARD / "LOQ-constraints.ttl").read_text(encoding="utf-8"))
    context = json.loads((STANDARD / "edc-ap-context.jsonld").read_text(encoding="utf-8"))["@context"]
    return problems(node, shapes, context)


@needs_standard
@pytest.mark.parametrize(
    "values",
    [
        {},
        {"ects": None, "eqf_level": None, "prerequisites": "", "validity_months": None},
        {"awarding_body": PROVIDER.name, "workload_hours": None},
    ],
)
def test_the_export_keeps_to_the_shapes(values: dict[str, Any]) -> None:
    assert check(document(**values)) == []


@needs_standard
def test_the_check_itself_sees_what_is_wrong() -> None:
    broken = document()
    del broken["homepage"]
    broken["learningAchievementSpecification"]["learningOutcome"] = []
    broken["colour"] = "blue"
    found = "\n".join(check(broken))
    assert "foaf:homepage is missing" in found
    assert "elm:learningOutcome is missing" in found
    assert "colour is not allowed" in found


def test_every_element_of_a_description_is_in_the_export() -> None:
    text = json.dumps(document(), ensure_ascii=False)
    for expected in (
        "Inox lassen met TIG",  # 2
        "authority/country/BEL",  # 3
        "Hogeschool Schelde",  # 4
        "naden beoordelen",  # 6
        "PT60H",  # 7
        '"point": "2"',  # 7
        "snb/eqf/4",  # 8
        "Praktijkproef onder toezicht",  # 9
        "in de klas",  # 10
        "Qfor",  # 11
        "36",
        "esco/skill/188ad0ce",
    ):
        assert expected in text


def test_the_provider_that_awards_itself_is_named_once() -> None:
    awarding = document(awarding_body=PROVIDER.name)["learningAchievementSpecification"][
        "awardingOpportunity"
    ]
    assert awarding["awardingBody"] == PROVIDER.url
