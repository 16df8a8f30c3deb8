"""Just enough of SHACL for the published ELM shapes: what a class may have, must have, how often."""

import re
from dataclasses import dataclass, field
from typing import Any

PROPERTY = re.compile(r"sh:property\s*\[", re.S)
KEYWORDS = {"id", "type", "@context"}


@dataclass
class Shape:
    target: str
    closed: bool
    least: dict[str, int] = field(default_factory=dict)
    most: dict[str, int] = field(default_factory=dict)

    @property
    def paths(self) -> set[str]:
        return set(self.least)


def read_shapes(turtle: str) -> dict[str, Shape]:
    """The node shapes by the class that they describe (`elm:LearningOpportunity`)."""
    text = re.sub(r'"(?:[^"\\]|\\.)*"', '""', turtle)  # patterns and remarks hold brackets too
    text = re.sub(r"(?m)#(?![\w>]).*$|^\s*#.*$", "", text)
    shapes = {}
    for block in re.split(r"(?m)^(?=:\w+Shape\b)", text)[1:]:
        target = re.search(r"sh:targetClass\s+([\w:]+)", block)
        if target is None:
            continue
        shape = Shape(target[1], closed=bool(re.search(r"sh:closed\s+true", block)))
        for start in (m.end() for m in PROPERTY.finditer(block)):
            body = _bracketed(block, start)
            path = re.search(r"sh:path\s+([\w:]+)", body)
            if path is None:
                continue
            least = re.search(r"sh:minCount\s+(\d+)", body)
            most = re.search(r"sh:maxCount\s+(\d+)", body)
            shape.least[path[1]] = int(least[1]) if least else 0
            if most:
                shape.most[path[1]] = int(most[1])
        shapes[shape.target] = shape
    return shapes


def problems(node: Any, shapes: dict[str, Shape], context: dict[str, Any], where: str = "") -> list[str]:
    """Everything in a JSON-LD node, and below it, that its shapes forbid or miss."""
    if isinstance(node, list):
        return [
            p for place, item in enumerate(node) for p in problems(item, shapes, context, f"{where}[{place}]")
        ]
    if not isinstance(node, dict) or "type" not in node:
        return []
    found = []
    shape = shapes.get(_iri(node["type"], context))
    counts: dict[str, int] = {}
    for key, value in node.items():
        if key in KEYWORDS:
            continue
        path = _iri(key, context)
        counts[path] = counts.get(path, 0) + (len(value) if isinstance(value, list) else 1)
        found += problems(value, shapes, context, f"{where}/{key}")
    if shape is None:
        return found if node["type"] in context else [*found, f"{where}: {node['type']} is no class"]
    if shape.closed:
        found += [f"{where}: {path} is not allowed" for path in counts if path not in shape.paths]
    found += [f"{where}: {p} is missing" for p, least in shape.least.items() if counts.get(p, 0) < least]
    found += [f"{where}: {p} too often" for p, most in shape.most.items() if counts.get(p, 0) > most]
    return found


def _bracketed(text: str, start: int) -> str:
    depth, place = 1, start
    while depth:
        depth += {"[": 1, "]": -1}.get(text[place], 0)
        place += 1
    return text[start : place - 1]


def _iri(term: str, context: dict[str, Any]) -> str:
    """A term as a compact IRI; one that the context does not know stays bare, and no shape allows it."""
    known = context.get(term)
    if known is None:
        return term
    return str(known["@id"] if isinstance(known, dict) else known)
