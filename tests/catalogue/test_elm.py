"""The export of a microcredential against the published shapes of the European Learning Model v3."""

import json
from typing import Any

import pytest
from rdflib import SH, Graph

from catalogue.elm import NO_OUTCOMES, catalogue, learning_opportunity
from catalogue.elm_required import ALIASES, REQUIRED
from tests.catalogue.records import PROVIDER, credential, offer
from tests.catalogue.shapes import STANDARD, problems, published_context, published_shapes

needs_standard = pytest.mark.skipif(
    not STANDARD.is_dir(), reason="the published shapes of ELM v3 (shared/data/standards/elm) are not here"
)


def document(**values: Any) -> dict[str, Any]:
    record = credential(**values)
    return learning_opportunity(offer(microcredential=record), record)


def plain(**values: Any) -> dict[str, Any]:
    return learning_opportunity(offer(microcredential=None, credential="none", **values))


@needs_standard
@pytest.mark.parametrize(
    "values",
    [
        {"ects": None, "eqf_level": None, "prerequisites": "", "validity_months": None},
        {"awarding_body": PROVIDER.name, "workload_hours": None},
        {"issuer_region": "BE234", "supervision": "onsite_id", "stacking": "stackable", "stacks_into": "HBO"},
    ],
)
def test_the_export_keeps_to_the_shapes(values: dict[str, Any]) -> None:
    assert problems(document(**values)) == []


@needs_standard
@pytest.mark.parametrize(
    "values",
    [
        {"outcomes": (), "skills": (), "description": "", "isced_f": "", "hours": None, "ects": None},
        {"price": None, "mode": "", "teaching_languages": (), "eqf_level": None, "entry_requirements": "VCA"},
        {"language": "de", "homepage": "https://leerhuis.example/tig?q=é", "mode": "workplace"},
    ],
)
def test_an_ordinary_offer_keeps_to_the_shapes_too(values: dict[str, Any]) -> None:
    assert problems(plain(**values)) == []


@needs_standard
def test_a_whole_catalogue_keeps_to_the_shapes() -> None:
    first = offer(url="https://skillnet.example/aanbod/o-2/", microcredential=None, outcomes=())
    whole = catalogue([first, offer()])
    assert problems(whole) == []
    assert len(whole["@graph"]) == 2


@needs_standard
def test_the_check_itself_sees_what_is_wrong() -> None:
    broken = document()
    del broken["homepage"]
    broken["learningAchievementSpecification"]["learningOutcome"] = []
    broken["colour"] = "blue"
    broken["elm:colour"] = "blue"
    broken["providedBy"]["location"]["type"] = "Concept"
    broken["priceDetail"]["amount"]["rdf:value"] = "690.00"
    found = "\n".join(problems(broken))
    assert "homepage MinCountConstraintComponent" in found
    assert "learningOutcome MinCountConstraintComponent" in found
    assert "colour is not in the context" in found
    assert "colour ClosedConstraintComponent" in found
    assert "location ClassConstraintComponent" in found
    assert "value DatatypeConstraintComponent" in found


@needs_standard
def test_without_the_second_context_a_reader_would_see_no_identities() -> None:
    """The published context leaves `id` and `type` to that of credentials."""
    bare = document() | {"@context": "http://data.europa.eu/snb/model/context/edc-ap"}
    assert {"id is not in the context", "type is not in the context"} <= set(problems(bare))


@needs_standard
def test_what_we_ask_of_imports_is_what_the_shapes_ask() -> None:
    asked = _minima(published_shapes())
    context = published_context()
    for name, properties in REQUIRED.items():
        paths = {_path(wanted, context) for wanted in properties}
        assert paths == asked[_full(context[name], context)], name


def _minima(shapes: Graph) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for shape, target in shapes.subject_objects(SH.targetClass):
        for rule in shapes.objects(shape, SH.property):
            if shapes.value(rule, SH.minCount) is not None:
                found.setdefault(str(target), set()).add(str(shapes.value(rule, SH.path)))
    return found


def _path(term: str, context: dict[str, Any]) -> str:
    spellings = (*ALIASES.get(term, ()), term)
    known = next((name for name in spellings if ":" in name or name in context), f"elm:{term}")
    meaning = context.get(known, known)
    return _full(meaning["@id"] if isinstance(meaning, dict) else meaning, context)


def _full(compact: str, context: dict[str, Any]) -> str:
    prefix, _colon, name = compact.partition(":")
    return f"{context[prefix]}{name}"


def test_an_offer_without_outcomes_says_that_its_title_stands_there() -> None:
    (outcome,) = plain(outcomes=(), skills=())["learningAchievementSpecification"]["learningOutcome"]
    assert outcome["title"] == {"nl": "TIG-lassen van inox"}
    assert outcome["additionalNote"]["noteLiteral"]["en"] == NO_OUTCOMES
    assert "awardingOpportunity" not in plain()["learningAchievementSpecification"]


def test_region_supervision_and_stacking_are_said() -> None:
    values = {"supervision": "online_id", "stacking": "stackable", "stacks_into": "Graduaat lassen"}
    text = json.dumps(document(issuer_region="BE234", **values))
    for expected in (
        "data.europa.eu/nuts/code/BE234",
        "Supervised online with identity verification",
        "stackable towards another credential",
        "Stacks into: Graduaat lassen",
    ):
        assert expected in text


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
    assert awarding["awardingBody"] == f"{PROVIDER.url}#organisation"
