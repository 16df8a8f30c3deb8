"""An offer as schema.org `Course` in JSON-LD, for search engines and other catalogues. No Django here.

Terms: https://schema.org/Course and https://schema.org/CourseInstance. What is unknown is left out.
"""

import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from catalogue.records import EditionRecord, OfferRecord, ProviderRecord

MODES = {"classroom": "Onsite", "online": "Online", "blended": "Blended", "workplace": "Onsite"}
CREDENTIALS = {
    "certificate": "Certificate",
    "microcredential": "Microcredential",
    "qualification": "Qualification",
}
NONE_LEFT = 0
_HARMLESS = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


def course(offer: OfferRecord) -> dict[str, Any]:
    """The JSON-LD document of an offer with its editions that are not cancelled."""
    document: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Course",
        "@id": offer.url,
        "url": offer.url,
        "name": offer.title,
        "inLanguage": offer.language,
        "courseCode": offer.code,
        "provider": provider(offer.provider),
        "description": offer.description,
        "teaches": [*offer.outcomes, *offer.skills],
        "availableLanguage": list(offer.teaching_languages),
        "timeRequired": workload(offer.hours),
        "numberOfCredits": _credits(offer.ects),
        "educationalLevel": _level(offer.eqf_level),
        "educationalCredentialAwarded": _credential(offer.credential),
        "coursePrerequisites": offer.entry_requirements,
        "sameAs": offer.homepage,
        "offers": _price(offer.price, offer.price_basis, seats_left=None),
        "hasCourseInstance": [_instance(e, offer) for e in offer.editions if e.state != "cancelled"],
    }
    return known(document)


def in_page(document: dict[str, Any]) -> str:
    """The document as it may stand within a script element: nothing in it can end that element."""
    text = json.dumps(document, ensure_ascii=False)
    return text.translate(_HARMLESS)


def course_list(name: str, url: str, offers: Sequence[OfferRecord]) -> dict[str, Any]:
    """Courses in their order, as one document."""
    items = [{"@type": "ListItem", "position": n, "item": _bare(o)} for n, o in enumerate(offers, start=1)]
    return {
        "@context": "https://schema.org",
        "@type": "ItemList",
        "name": name,
        "url": url,
        "numberOfItems": len(items),
        "itemListElement": items,
    }


def _bare(offer: OfferRecord) -> dict[str, Any]:
    return {name: value for name, value in course(offer).items() if name != "@context"}


def provider(record: ProviderRecord) -> dict[str, Any]:
    return known(
        {
            "@type": "EducationalOrganization",
            "@id": record.url,
            "name": record.name,
            "url": record.website or record.url,
            "taxID": record.enterprise_number,
        }
    )


def workload(hours: Decimal | None) -> str:
    """Hours as an ISO 8601 duration; empty when unknown."""
    if hours is None:
        return ""
    minutes = int(hours * 60)
    whole, rest = divmod(minutes, 60)
    return f"PT{whole}H" + (f"{rest}M" if rest else "")


def known(document: dict[str, Any]) -> dict[str, Any]:
    """Without what is unknown: None, empty text, empty list."""
    return {key: value for key, value in document.items() if value not in (None, "", [], {})}


def _instance(edition: EditionRecord, offer: OfferRecord) -> dict[str, Any]:
    return known(
        {
            "@type": "CourseInstance",
            "courseMode": MODES.get(offer.mode),
            "courseWorkload": workload(offer.hours),
            "startDate": _day(edition.starts_on),
            "endDate": _day(edition.ends_on),
            "location": _place(edition, offer),
            "maximumAttendeeCapacity": edition.seats,
            "remainingAttendeeCapacity": edition.seats_left,
            "offers": _price(edition.price, edition.price_basis, seats_left=edition.seats_left),
        }
    )


def _place(edition: EditionRecord, offer: OfferRecord) -> dict[str, Any] | None:
    """Where it is given, with the region (NUTS) where the name of the place does not say it."""
    name = edition.location or edition.region or " ".join(offer.regions)
    if not name:
        return None
    place: dict[str, Any] = {"@type": "Place", "name": name}
    if edition.location and edition.region:
        address = {"addressRegion": edition.region, "addressCountry": edition.region[:2]}
        place["address"] = {"@type": "PostalAddress", **address}
    return place


def _price(price: Decimal | None, basis: str, *, seats_left: int | None) -> dict[str, Any] | None:
    if price is None:
        return None
    unit = "group" if basis == "edition" else "participant"
    specification = {
        "@type": "UnitPriceSpecification",
        "price": format(price, "f"),
        "priceCurrency": "EUR",
        "valueAddedTaxIncluded": False,
        "unitText": unit,
    }
    availability = None
    if seats_left is not None:
        availability = "https://schema.org/" + ("SoldOut" if seats_left == NONE_LEFT else "InStock")
    return known(
        {
            "@type": "Offer",
            "category": "Paid" if price else "Free",
            "priceSpecification": specification,
            "availability": availability,
        }
    )


def _credits(ects: Decimal | None) -> dict[str, Any] | None:
    if ects is None:
        return None
    return {"@type": "StructuredValue", "name": "ECTS", "value": format(ects.normalize(), "f")}


def _level(eqf_level: int | None) -> dict[str, Any] | None:
    if eqf_level is None:
        return None
    return {"@type": "DefinedTerm", "inDefinedTermSet": "EQF", "termCode": str(eqf_level)}


def _credential(kind: str) -> dict[str, Any] | None:
    if kind not in CREDENTIALS:
        return None
    return {"@type": "EducationalOccupationalCredential", "credentialCategory": CREDENTIALS[kind]}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
