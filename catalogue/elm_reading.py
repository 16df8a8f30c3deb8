"""Learning opportunities of the European Learning Model v3 as rows of the interchange format. No Django here.

Read are the profiles for learning opportunities (LOQ) and for credentials (EDC): LearningOpportunity and its
LearningAchievementSpecification or Qualification, an achievement specification on its own, and the
specification behind a LearningAchievement that somebody was awarded; persons in a credential are not read.
"""

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from catalogue.elm import COUNTRIES, FIELD_UNKNOWN, LABELS, LANGUAGE_CODES, MODES, NO_OUTCOMES, PHRASES
from catalogue.elm_required import lacking
from catalogue.linked_values import (
    Graph,
    Node,
    belgian_number,
    hours_of,
    identity,
    listed,
    map_languages,
    number,
    plain,
    short_id,
    skill_uris,
    types_of,
    words,
)
from skillnet.kernel import regions

SPECIFICATIONS = {"LearningAchievementSpecification", "Qualification"}
MODE_OF = {code: mode for mode, (code, _label) in MODES.items()}
LANGUAGE_OF = {code: language for language, code in LANGUAGE_CODES.items()}
COUNTRY_OF = {code: country for country, code in COUNTRIES.items()}
PHRASE_OF = {name: {text: code for code, text in known.items()} for name, known in PHRASES.items()}
MICROCREDENTIAL = re.compile(r"micro-?credential", re.I)
LANGUAGES = ("nl", "fr", "en", "de")


def rows_of(nodes: Iterable[Node]) -> list[dict[str, str]]:
    """A row for each learning opportunity, and for each achievement that none of them leads to."""
    graph, found = _courses(nodes)
    return [_row(course, graph) for course in found]


def missing_parts(nodes: Iterable[Node]) -> list[tuple[str, ...]]:
    """What the profile asks of each row of `rows_of` and the document lacks, as `Organisation.location`.

    A credential that somebody was awarded keeps to another profile: of its row nothing is said.
    """
    graph, found = _courses(nodes)
    return [() if course.achievement else lacking(course.opportunity, graph) for course in found]


class _Course(NamedTuple):
    """Where a row comes from: empty objects where the document has none."""

    opportunity: Node
    specification: Node
    achievement: Node


def _courses(nodes: Iterable[Node]) -> tuple[Graph, list[_Course]]:
    known = list(nodes)
    graph = Graph(known)
    found: list[_Course] = []
    done: set[int] = set()
    for node in known:
        if "LearningOpportunity" in types_of(node) and _has(node, "title") and id(node) not in done:
            specification = graph.node(_get(node, "learningAchievementSpecification"))
            done |= {id(node), id(specification)}
            found.append(_Course(node, specification, {}))
    for node in known:
        if "LearningAchievement" in types_of(node):
            specification = graph.node(_get(node, "specifiedBy"))
            if specification and id(specification) not in done:
                done.add(id(specification))
                found.append(_Course(specification, specification, node))
    for node in known:
        if types_of(node) & SPECIFICATIONS and _has(node, "title") and id(node) not in done:
            done.add(id(node))
            found.append(_Course(node, node, {}))
    return graph, found


def _row(course: _Course, graph: Graph) -> dict[str, str]:
    opportunity, specification, achievement = course
    language = _language(opportunity, specification, graph)
    outcomes = graph.nodes(_get(specification, "learningOutcome"))
    described = [outcome for outcome in outcomes if not _is_stand_in(outcome, graph)]
    skills = skill_uris(s for outcome in outcomes for s in graph.all(_get(outcome, "relatedESCOSkill")))
    fields = graph.all(_get(specification, "ISCEDFCode")) + graph.all(_get(specification, "thematicArea"))
    provider = graph.node(_get(opportunity, "providedBy"))
    numbers = (words(_get(number, "notation")) for number in graph.nodes(_get(provider, "registration")))
    row = {
        "external_id": _reference(opportunity, graph),
        "provider": plain(words(_get(provider, "legalName"), language)),
        "enterprise_number": belgian_number(numbers),
        "title": plain(words(_get(opportunity, "title"), language)),
        "description": plain(
            words(_get(opportunity, "description") or _get(specification, "description"), language)
        ),
        "outcomes": listed(plain(words(_get(outcome, "title"), language)) for outcome in described),
        "language": language,
        "teaching_languages": " ".join(_languages(_get(specification, "language"), graph)),
        "mode": _mode([*graph.all(_get(opportunity, "mode")), *graph.all(_get(specification, "mode"))]),
        "hours": hours_of(words(_get(opportunity, "duration"))),
        "ects": _credits(specification, graph),
        "eqf_level": _level(specification, graph),
        "skills": " ".join(skills),
        "isced_f": max((_isced(field) for field in fields), key=len, default=""),
        "url": _page(opportunity, graph),
        **_price(opportunity, graph),
    }
    credential = _credential(specification, achievement, graph, language)
    if credential:
        row |= credential | {"credential": "microcredential"}
        row |= {"credential_outcomes": row["outcomes"], "credential_ects": row["ects"]}
        row |= {"credential_eqf_level": row["eqf_level"]}
    elif "Qualification" in types_of(specification):
        row["credential"] = "qualification"
    return row


def _credential(specification: Node, achievement: Node, graph: Graph, language: str) -> dict[str, str]:
    """What the document says of a microcredential; empty when it does not say that it is one."""
    notes = _notes(specification, graph, language)
    if not (notes or _says_microcredential(specification, graph)):
        return {}
    awarding = graph.node(_get(specification, "awardingOpportunity")) or graph.node(
        _get(achievement, "awardedBy")
    )
    body = graph.node(_get(awarding, "awardingBody"))
    assessment = graph.node(_get(specification, "provenBy")) or graph.node(_get(achievement, "provenBy"))
    return {
        "credential_title": plain(words(_get(specification, "title"), language)),
        "credential_country": _country(body, graph),
        "credential_region": _region(body, graph),
        "credential_body": plain(words(_get(body, "legalName"), language)),
        "credential_hours": hours_of(words(_get(specification, "volumeOfLearning"))),
        "credential_assessment": plain(words(_get(assessment, "title"), language)),
        "credential_participation": notes.get("participation", ""),
        "credential_quality": notes.get("quality_assurance", ""),
        "credential_prerequisites": plain(
            words(graph.one(_get(specification, "entryRequirement")), language)
        ),
        "credential_validity_months": notes.get("validity_months", ""),
        "credential_supervision": notes.get("supervision", ""),
        "credential_stacking": notes.get("stacking", ""),
        "credential_stacks_into": notes.get("stacks_into", ""),
    }


def _notes(specification: Node, graph: Graph, language: str) -> dict[str, str]:
    """The elements that the model has no property for, as `catalogue.elm` writes them."""
    found = {}
    for note in graph.all(_get(specification, "additionalNote")):
        label, _colon, text = plain(words(note, language)).partition(": ")
        if label in LABELS and text:
            name = LABELS[label]
            found[name] = PHRASE_OF[name].get(text, "") if name in PHRASE_OF else text
    return found


def _is_stand_in(outcome: Node, graph: Graph) -> bool:
    """Whether this is the title of a course without outcomes, as `catalogue.elm` writes it."""
    return any(plain(words(note, "en")) == NO_OUTCOMES for note in graph.all(_get(outcome, "additionalNote")))


def _says_microcredential(specification: Node, graph: Graph) -> bool:
    said = [*graph.all(_get(specification, "dcType")), *graph.all(_get(specification, "type"))]
    return any(MICROCREDENTIAL.search(words(value, "en")) for value in said)


def _reference(node: Node, graph: Graph) -> str:
    notations = (words(_get(i, "notation")) for i in graph.nodes(_get(node, "identifier")))
    return short_id(next((n for n in notations if n), "") or identity(node))


def _language(opportunity: Node, specification: Node, graph: Graph) -> str:
    said = _languages(_get(opportunity, "defaultLanguage"), graph)
    there = map_languages(_get(opportunity, "title")) or map_languages(_get(specification, "title"))
    if said and said[0] in there:
        return said[0]
    return next((code for code in LANGUAGES if code in there), next(iter([*there, *said]), ""))


def _languages(value: Any, graph: Graph) -> list[str]:
    codes = (_tail(member) for member in graph.all(value))
    return list(dict.fromkeys(LANGUAGE_OF[code] for code in codes if code in LANGUAGE_OF))


def _mode(values: Iterable[Any]) -> str:
    return next((MODE_OF[code] for value in values if (code := _tail(value)) in MODE_OF), "")


def _credits(specification: Node, graph: Graph) -> str:
    points = (number(_get(point, "point")) for point in graph.nodes(_get(specification, "creditPoint")))
    return next((point for point in points if point), "")


def _level(specification: Node, graph: Graph) -> str:
    said = [
        v for name in ("EQFLevel", "eqfLevel", "educationLevel") for v in graph.all(_get(specification, name))
    ]
    for value in said:
        address = identity(value) if isinstance(value, dict) else str(value)
        if "/eqf/" in address and _tail(value) in "12345678":
            return _tail(value)
    return ""


def _isced(value: Any) -> str:
    code = _tail(value)
    return code if re.fullmatch(r"\d{2,4}", code) and code != FIELD_UNKNOWN else ""


def _country(body: Node, graph: Graph) -> str:
    for location in graph.nodes(_get(body, "location")):
        code = _tail(graph.one(_get(graph.node(_get(location, "address")), "countryCode")))
        if code in COUNTRY_OF or code in COUNTRIES:
            return COUNTRY_OF.get(code, code)
    return ""


def _region(body: Node, graph: Graph) -> str:
    """The NUTS code of the region, where it is one that we know."""
    for location in graph.nodes(_get(body, "location")):
        for place in graph.all(_get(location, "spatialCode")):
            if (code := _tail(place)) and regions.resolve(code):
                return code
    return ""


def _page(node: Node, graph: Graph) -> str:
    pages = graph.all(_get(node, "homepage"))
    found = (words(p.get("contentURL") or identity(p)) if isinstance(p, dict) else words(p) for p in pages)
    return next((address for address in found if address.startswith(("http://", "https://"))), "")


def _price(node: Node, graph: Graph) -> dict[str, str]:
    """The price in euro; for the group where its description says so, as `catalogue.elm` writes it."""
    for detail in graph.nodes(_get(node, "priceDetail")):
        amount = graph.node(_get(detail, "amount"))
        price = number(words(_get(amount, "value") or amount.get("rdf:value", "")))
        if price and _tail(graph.one(_get(amount, "unit"))) == "EUR":
            group = "per edition" in words(_get(detail, "description"), "en")
            return {"price_eur": price, "price_basis": "edition" if group else "participant"}
    return {}


def _has(node: Node, name: str) -> bool:
    return bool(_get(node, name))


def _get(node: Node, name: str) -> Any:
    """A property, with or without the prefix of the model."""
    return node.get(name, node.get(f"elm:{name}"))


def _tail(value: Any) -> str:
    """The last part of an address: the code in its vocabulary."""
    address = identity(value) if isinstance(value, dict) else value if isinstance(value, str) else ""
    return address.rstrip("/").rsplit("/", 1)[-1]
