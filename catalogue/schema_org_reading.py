"""Courses of schema.org as rows of the interchange format. No Django here.

Terms: https://schema.org/Course and https://schema.org/CourseInstance. A price that includes VAT, or in another
currency than euro, stays unknown; so does the contact time of a course that counts in days or weeks. Markup in
a text is left out.
"""

import re
from collections.abc import Iterable
from typing import Any

from catalogue.linked_values import (
    Graph,
    Node,
    belgian_number,
    day,
    hours_of,
    identity,
    listed,
    number,
    plain,
    short_id,
    skill_uris,
    types_of,
    words,
)
from skillnet.kernel import regions

MODES = {"onsite": "classroom", "online": "online", "blended": "blended"}
CREDENTIALS = {
    "certificate": "certificate",
    "microcredential": "microcredential",
    "micro-credential": "microcredential",
    "qualification": "qualification",
    "degree": "qualification",
}
LEVELS = [str(level) for level in range(1, 9)]
EQF = re.compile(r"\bEQF\b\D{0,10}([1-8])\b", re.I)
MAX_PLACE = 200
ADDRESS = ("streetAddress", "postalCode", "addressLocality")
EDITION = ("edition_id", "starts_on", "ends_on", "location")
OWN_COLUMNS = ("price_eur", "price_basis", "seats", "region")  # of an edition, where the offer has its own


def rows_of(nodes: Iterable[Node], language: str = "") -> list[dict[str, str]]:
    """A row for each course, and one for each of its dated instances; `language` is that of the page."""
    known = list(nodes)
    graph = Graph(known)
    rows: list[dict[str, str]] = []
    seen: set[str] = set()
    for node in known:
        reference = identity(node)
        if "Course" not in types_of(node) or len(node) <= 2 or (reference and reference in seen):
            continue
        seen.add(reference)
        rows += _course_rows(node, graph, language)
    return rows


def _course_rows(node: Node, graph: Graph, language: str) -> list[dict[str, str]]:
    course = _course(node, graph, language)
    instances = [
        _instance(instance, graph, place)
        for place, instance in enumerate(graph.nodes(node.get("hasCourseInstance")), start=1)
    ]
    course["mode"] = next((i["mode"] for i in instances if i["mode"]), course["mode"])
    course["hours"] = course["hours"] or next((i["hours"] for i in instances if i["hours"]), "")
    dated = [i for i in instances if i["starts_on"]]
    if not dated:
        return [course]
    alike = all(i[c] in ("", course[c]) or not course[c] for i in dated for c in OWN_COLUMNS)
    single = len(dated) == 1 and alike
    rows = [] if single else [course]
    return [*rows, *(_edition_row(course, instance) for instance in dated)]


def _edition_row(course: dict[str, str], instance: dict[str, str]) -> dict[str, str]:
    own = {column: instance[column] or course[column] for column in OWN_COLUMNS}
    return course | own | {name: instance[name] for name in EDITION}


def _course(node: Node, graph: Graph, page_language: str) -> dict[str, str]:
    language = _language(graph.one(node.get("inLanguage"))) or page_language
    teaches = graph.all(node.get("teaches"))
    skills = skill_uris([*teaches, *graph.all(node.get("about")), *graph.all(node.get("competencyRequired"))])
    spoken = [_language(member) for member in graph.all(node.get("availableLanguage"))]
    price, basis = _price(node, graph)
    provider = graph.node(node.get("provider"))
    numbers = (words(provider.get(key)) for key in ("taxID", "vatID", "identifier"))
    return {
        "external_id": _reference(node, graph),
        "provider": plain(words(provider.get("legalName") or provider.get("name"), language)),
        "enterprise_number": belgian_number(numbers),
        "title": plain(words(node.get("name"), language)),
        "description": plain(words(node.get("description"), language)),
        "outcomes": listed(plain(words(t, language)) for t in teaches if not skill_uris([t])),
        "language": language,
        "teaching_languages": " ".join(dict.fromkeys(code for code in spoken if code)),
        "mode": "",
        "hours": hours_of(node.get("timeRequired")),
        "ects": _credits(graph.one(node.get("numberOfCredits"))),
        "eqf_level": _level(graph.all(node.get("educationalLevel"))),
        "credential": _credential(graph.all(node.get("educationalCredentialAwarded"))),
        "skills": " ".join(skills),
        "price_eur": price,
        "price_basis": basis,
        "seats": "",
        "region": "",
        "location": "",
        "entry_requirements": listed(plain(words(a)) for a in graph.all(node.get("coursePrerequisites"))),
        "url": _page(node),
    }


def _instance(node: Node, graph: Graph, place: int) -> dict[str, str]:
    price, basis = _price(node, graph)
    starts = day(node.get("startDate"))
    places = graph.all(node.get("location"))
    modes = [words(mode).rsplit("/", 1)[-1].lower() for mode in graph.all(node.get("courseMode"))]
    return {
        "edition_id": short_id(words(node.get("identifier")) or starts or str(place)),
        "starts_on": starts,
        "ends_on": day(node.get("endDate")),
        "mode": next((MODES[mode] for mode in modes if mode in MODES), ""),
        "hours": hours_of(node.get("courseWorkload")),
        "seats": number(node.get("maximumAttendeeCapacity") or ""),
        "region": next((code for place in places if (code := _region(place, graph))), ""),
        "location": next((name for place in places if (name := _location(place, graph))), ""),
        "price_eur": price,
        "price_basis": basis,
    }


def _reference(node: Node, graph: Graph) -> str:
    identifier = graph.one(node.get("identifier"))
    value = words(identifier.get("value")) if isinstance(identifier, dict) else words(identifier)
    return short_id(words(node.get("courseCode")) or value or identity(node) or _page(node))


def _page(node: Node) -> str:
    """Where the course is described: at its provider when it says so, else its own address."""
    found = (words(node.get(key)) for key in ("sameAs", "url", "@id"))
    return next((text for text in found if text.startswith(("http://", "https://"))), "")


def _language(value: Any) -> str:
    text = (
        words(value)
        if not isinstance(value, dict)
        else words(value.get("alternateName") or value.get("name"))
    )
    return text[:2].lower()


def _credits(value: Any) -> str:
    """ECTS only where it is said: schema.org leaves the unit of a bare number open."""
    if not isinstance(value, dict):
        return ""
    said = " ".join(words(value.get(key)) for key in ("name", "unitText", "unitCode")).upper()
    return number(value.get("value", "")) if "ECTS" in said else ""


def _level(values: Iterable[Any]) -> str:
    for value in values:
        if isinstance(value, dict) and "EQF" in str(value.get("inDefinedTermSet", "")).upper():
            code = words(value.get("termCode")).removeprefix("EQF").strip()
            if code in LEVELS:
                return code
        elif isinstance(value, str) and (found := EQF.search(value)):
            return found[1]
    return ""


def _credential(values: Iterable[Any]) -> str:
    for value in values:
        category = words(value.get("credentialCategory")) if isinstance(value, dict) else words(value)
        if category.lower() in CREDENTIALS:
            return CREDENTIALS[category.lower()]
    return ""


def _price(node: Node, graph: Graph) -> tuple[str, str]:
    """The price in euro without VAT and what it is for; both empty when unknown."""
    for offer in graph.nodes(node.get("offers")):
        said = graph.node(offer.get("priceSpecification")) or offer
        currency = words(said.get("priceCurrency") or offer.get("priceCurrency"))
        price = number(said.get("price", offer.get("price", "")))
        if price and currency == "EUR" and said.get("valueAddedTaxIncluded") not in (True, "true", "True"):
            unit = words(said.get("unitText")).lower()
            return price, "edition" if unit in ("group", "edition") else "participant"
    return "", ""


def _region(place: Any, graph: Graph) -> str:
    """A NUTS code, where the place is named by one or its address has it for region."""
    named = (_name(place), words(_address(place, graph).get("addressRegion")))
    return next((text for text in named if regions.resolve(text)), "")


def _location(place: Any, graph: Graph) -> str:
    """The place and its address in one line, each part once; empty online, and where only a region is named."""
    if isinstance(place, dict) and "VirtualLocation" in types_of(place):
        return ""
    address = _address(place, graph)
    street, code, town = (plain(words(address.get(key))) for key in ADDRESS)
    parts = [plain(_name(place)), street, f"{code} {town}".strip()]
    kept: list[str] = []
    for part in parts:
        if part and not regions.resolve(part) and part not in ", ".join(kept):
            kept.append(part)
    return ", ".join(kept)[:MAX_PLACE]


def _name(place: Any) -> str:
    return words(place.get("name")) if isinstance(place, dict) else words(place)


def _address(place: Any, graph: Graph) -> Node:
    """The address of a place; a text for address is its street."""
    if not isinstance(place, dict):
        return {}
    address = graph.one(place.get("address"))
    return address if isinstance(address, dict) else {"streetAddress": address or ""}
