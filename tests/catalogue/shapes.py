"""The published shapes of the European Learning Model, held against a document by pyshacl, without network."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from pyshacl import validate
from rdflib import RDF, SH, Graph, Literal

STANDARD = Path(__file__).resolve().parents[3] / "shared/data/standards/elm"
REMOTE = "http://data.europa.eu/snb/model/context/edc-ap"
DIALECT = {  # how the published patterns, in the dialect of Java, are written in Python's
    "(?i)": "",
    r"[[A-Fa-f0-9]\:\.]": "[A-Fa-f0-9:.]",
    r"[%[\p{L}\p{Nl}\p{Nd}]]": r"[%\w]",
}
KEYWORDS = {"@id", "@type", "@context", "@value", "@language", "@graph"}


@cache
def published_shapes() -> Graph:
    """The profile for learning opportunities and qualifications, its patterns in Python's own dialect.

    The shape of achievement specifications is published deactivated; we hold ourselves to it all the same.
    """
    shapes = Graph().parse(STANDARD / "LOQ-constraints.ttl")
    shapes.remove((None, SH.deactivated, None))
    for shape, pattern in list(shapes.subject_objects(SH.pattern)):
        said = str(pattern)
        for published, python in DIALECT.items():
            said = said.replace(published, python)
        shapes.set((shape, SH.pattern, Literal(said)))
        if said != str(pattern) and "(?i)" in pattern:
            shapes.set((shape, SH.flags, Literal("i")))
    return shapes


@cache
def published_context() -> dict[str, Any]:
    return json.loads((STANDARD / "edc-ap-context.jsonld").read_text(encoding="utf-8"))["@context"]


def problems(document: dict[str, Any]) -> list[str]:
    """Everything that the published shapes and context refuse in a JSON-LD document, as sentences."""
    said = document["@context"]
    contexts = said if isinstance(said, list) else [said]
    local = [published_context() if context == REMOTE else context for context in contexts]
    terms = {name: value for context in local for name, value in context.items()}
    graph = Graph().parse(data=json.dumps({**document, "@context": local}), format="json-ld")
    _conforms, report, _text = validate(graph, shacl_graph=published_shapes(), advanced=False)
    return [*_unknown(document, terms), *_sentences(report)]


def _sentences(report: Graph) -> list[str]:
    return [
        " ".join(
            str(report.value(result, part) or "").rsplit("#", 1)[-1]
            for part in (SH.focusNode, SH.resultPath, SH.sourceConstraintComponent, SH.resultMessage)
        )
        for result in report.subjects(RDF.type, SH.ValidationResult)
    ]


def _unknown(value: Any, terms: dict[str, Any], inside: str = "") -> list[str]:
    """Keys that the context does not know: a reader of JSON-LD drops them without a word."""
    if isinstance(value, list):
        return [problem for member in value for problem in _unknown(member, terms, inside)]
    if not isinstance(value, dict):
        return []
    found = []
    for key, member in value.items():
        if key in KEYWORDS or _is_language_map(terms, inside):
            continue
        if key not in terms and key.split(":")[0] not in terms:
            found.append(f"{key} is not in the context")
        if key != "@context":
            found += _unknown(member, terms, key)
    return found


def _is_language_map(terms: dict[str, Any], term: str) -> bool:
    meaning = terms.get(term)
    return isinstance(meaning, dict) and meaning.get("@container") == "@language"
