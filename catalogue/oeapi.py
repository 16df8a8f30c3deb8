"""An offer as a course of the Open Education API, version 6, and its editions as offerings. No Django here.

Schema: the OEAPI v6 specification, `Course` and `CourseOffering`. What is unknown is left out. An outcome has
no identity of its own with us; it gets one that follows from the offer and its words, so that it stays the
same.
"""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from catalogue.records import EditionRecord, OfferRecord
from catalogue.schema_org import known, workload

MODES = {"classroom": "presential", "online": "online", "blended": "blended", "workplace": "work_based"}
STATES = {
    "planned": "concept",
    "open": "active",
    "confirmed": "active",
    "running": "active",
    "delivered": "inactive",
    "cancelled": "cancelled",
}


def course(offer: OfferRecord) -> dict[str, Any]:
    """The course; `offer.id` must be a UUID."""
    credential = offer.microcredential
    return known(
        {
            "courseId": offer.id,
            "primaryCode": {"codeType": "identifier", "code": offer.code},
            "name": _words(offer.title, offer.language),
            "description": _words(offer.description, offer.language),
            "studyLoad": _study_load(offer),
            "modesOfDelivery": [MODES[offer.mode]] if offer.mode in MODES else [],
            "duration": workload(offer.hours),
            "firstStartDate": _first_start(offer),
            "teachingLanguages": list(offer.teaching_languages),
            "fieldsOfStudy": offer.isced_f,
            "learningOutcomes": [_outcome(offer, n, text) for n, text in enumerate(offer.outcomes, start=1)],
            "admissionRequirements": _words(credential.prerequisites, offer.language) if credential else [],
            "assessment": _words(credential.assessment, offer.language) if credential else [],
            "link": offer.homepage or offer.url,
        }
    )


def offerings(offer: OfferRecord) -> dict[str, Any]:
    """The page of course offerings: the dated editions, cancelled ones with that state."""
    items = [_offering(offer, edition) for edition in offer.editions]
    return {
        "pageSize": max(1, len(items)),
        "pageNumber": 1,
        "hasPreviousPage": False,
        "hasNextPage": False,
        "totalPages": 1,
        "items": items,
    }


def _offering(offer: OfferRecord, edition: EditionRecord) -> dict[str, Any]:
    return known(
        {
            "courseOfferingId": edition.id,
            "primaryCode": {"codeType": "identifier", "code": edition.code or edition.id},
            "courseId": offer.id,
            "name": _words(offer.title, offer.language),
            "state": STATES.get(edition.state, "concept"),
            "teachingLanguages": list(offer.teaching_languages),
            "modesOfDelivery": [MODES[offer.mode]] if offer.mode in MODES else [],
            "minNumberStudents": edition.min_seats,
            "maxNumberStudents": edition.seats,
            "enrolledNumberStudents": edition.enrolled,
            "startDateTime": _instant(edition.starts_on),
            "endDateTime": _instant(edition.ends_on),
            "priceInformation": _costs(edition),
            "link": offer.homepage or offer.url,
        }
    )


def _costs(edition: EditionRecord) -> list[dict[str, Any]]:
    """The price without VAT; what it is for stands in words, as the standard has no property for it."""
    if edition.price is None:
        return []
    each = {"edition": "per edition"}.get(edition.price_basis, "per participant")
    price = format(edition.price, "f")
    shown = [{"language": "en", "value": f"EUR {price} {each}, excluding VAT"}]
    return [{"costType": "total_costs", "amountWithoutVat": price, "currency": "EUR", "displayAmount": shown}]


def _study_load(offer: OfferRecord) -> list[dict[str, Any]]:
    loads = (("contact_time", offer.hours), ("ects", offer.ects))
    return [{"studyLoadUnit": unit, "value": _number(value)} for unit, value in loads if value is not None]


def _outcome(offer: OfferRecord, number: int, text: str) -> dict[str, Any]:
    return {
        "learningOutcomeId": str(uuid5(UUID(offer.id), text)),
        "primaryCode": {"codeType": "identifier", "code": f"{offer.code}-{number}"},
        "name": _words(text, offer.language),
    }


def _first_start(offer: OfferRecord) -> str:
    days = [e.starts_on for e in offer.editions if e.starts_on and e.state != "cancelled"]
    return _instant(min(days, default=None))


def _instant(day: date | None) -> str:
    return datetime.combine(day, time(), tzinfo=UTC).isoformat() if day else ""


def _words(text: str, language: str) -> list[dict[str, str]]:
    return [{"language": language, "value": text}] if text else []


def _number(value: Decimal) -> float | int:
    return int(value) if value == value.to_integral_value() else float(value)
