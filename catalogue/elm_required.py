"""What the profile for learning opportunities (LOQ) of the European Learning Model asks. No Django here.

Source: the published SHACL shapes (LOQ-constraints), every property with a minimum of one, of the classes that we
read. Where they are at hand the tests hold this table against them.
"""

from collections.abc import Mapping
from typing import Any

from catalogue.linked_values import MAX_LIST, Graph, Node, types_of

# Class → the properties that it must have, as documents name them.
REQUIRED: Mapping[str, tuple[str, ...]] = {
    "LearningOpportunity": (
        "title", "homepage", "providedBy", "learningAchievementSpecification", "defaultLanguage",
    ),
    "LearningAchievementSpecification": ("title", "thematicArea", "language", "learningOutcome"),
    "Qualification": ("title", "thematicArea", "learningOutcome", "eqfLevel", "nqfLevel"),
    "LearningOutcome": ("title",),
    "LearningAssessmentSpecification": ("title",),
    "AwardingOpportunity": ("awardingBody", "learningAchievementSpecification"),
    "Organisation": ("legalName", "location"),
    "Location": ("address",),
    "Address": ("countryCode",),
    "Identifier": ("notation",),
    "LegalIdentifier": ("notation", "spatial"),
    "CreditPoint": ("framework", "point"),
    "Amount": ("unit", "value"),
    "Note": ("noteLiteral",),
    "WebResource": ("contentURL",),
}  # fmt: skip
# Other names by which a document may call a property.
ALIASES: Mapping[str, tuple[str, ...]] = {
    "thematicArea": ("ISCEDFCode",),
    "eqfLevel": ("EQFLevel",),
    "nqfLevel": ("NQFLevel",),
    "value": ("rdf:value",),
    "contentURL": ("contentUrl",),
}
MOST_NODES = 2_000  # of one course that are looked at


def lacking(node: Node, graph: Graph) -> tuple[str, ...]:
    """The required parts that a course, or anything that it leads to, does not have: `Class.property`, once each."""
    found: dict[str, None] = {}
    waiting: list[Any] = [node]
    seen: set[int] = set()
    while waiting and len(seen) < MOST_NODES:
        current = waiting.pop()
        if isinstance(current, list):
            waiting.extend(reversed(current[:MAX_LIST]))
        elif isinstance(current, dict) and id(current) not in seen:
            seen.add(id(current))
            found |= dict.fromkeys(_missing(current))
            for value in current.values():
                waiting.extend(reversed(graph.all(value)))
    return tuple(found)


def _missing(node: Node) -> list[str]:
    """What this object lacks; one that only names another by its identity lacks nothing."""
    return [
        f"{name}.{wanted}"
        for name in sorted(types_of(node) & REQUIRED.keys())
        for wanted in REQUIRED[name]
        if not any(_has(node, spelling) for spelling in (wanted, *ALIASES.get(wanted, ())))
    ]


def _has(node: Node, name: str) -> bool:
    return any(node.get(spelling) not in (None, "", [], {}) for spelling in (name, f"elm:{name}"))
