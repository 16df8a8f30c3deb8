"""An offer as a course of the Open Education API, version 6, and its editions as offerings. No Django here.

Schema: the OEAPI v6 specification, `Course` and `CourseOffering`. What is unknown is left out. An outcome has
no identity of its own with us; it gets one that follows from the offer and its words, so that it stays the
same.
"""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from catalogue.elm import PHRASES
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


# The level of qualification to which the standard says each of its levels corresponds.
LEVELS = {
    1: "secondary_vocational_education_1",
    2: "secondary_vocational_education_2",
    3: "secondary_vocational_education_3",
    4: "secondary_vocational_education_4",
    5: "associate_degree",
    6: "bachelor",
    7: "master",
    8: "doctoral",
}
PAGE_SIZES = (10, 20, 50, 100, 250)
"""The sizes that the standard allows; the first is the default."""


def course(offer: OfferRecord) -> dict[str, Any]:
    """The course; `offer.id` must be a UUID."""
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
            "level": LEVELS.get(offer.eqf_level or 0),
            "admissionRequirements": _admission(offer),
            "assessment": _assessment(offer),
            "supplementaryInformation": _stacking(offer),
            "link": offer.homepage or offer.url,
        }
    )


def offerings(offer: OfferRecord) -> dict[str, Any]:
    """The page of course offerings: the dated editions, cancelled ones with that state."""
    items = [offering(offer, edition) for edition in offer.editions]
    return page(items, number=1, size=max(1, len(items)), total=len(items))


def page(items: list[dict[str, Any]], *, number: int, size: int, total: int) -> dict[str, Any]:
    """One page of a list; `number` counts from 1, `total` all items."""
    pages = max(1, -(-total // size))
    return {
        "pageSize": size,
        "pageNumber": number,
        "hasPreviousPage": number > 1,
        "hasNextPage": number < pages,
        "totalPages": pages,
        "items": items,
    }


def offering(offer: OfferRecord, edition: EditionRecord) -> dict[str, Any]:
    return known(
        {
            "courseOfferingId": edition.id,
            "primaryCode": {"codeType": "identifier", "code": edition.code or edition.id},
            "courseId": offer.id,
            "name": _words(offer.title, offer.language),
            "description": _words(edition.schedule, offer.language),
            "state": STATES.get(edition.state, "concept"),
            "teachingLanguages": list(offer.teaching_languages),
            "modesOfDelivery": [MODES[offer.mode]] if offer.mode in MODES else [],
            "minNumberStudents": edition.min_seats,
            "maxNumberStudents": edition.seats,
            "enrolledNumberStudents": edition.enrolled,
            "startDateTime": _instant(edition.starts_on),
            "endDateTime": _instant(edition.ends_on),
            "enrolmentPeriods": _enrolment(edition),
            "addresses": _addresses(edition, offer.language),
            "priceInformation": _costs(edition),
            "link": offer.homepage or offer.url,
        }
    )


def _admission(offer: OfferRecord) -> list[dict[str, str]]:
    """What one must know to begin: of the offer, and of its microcredential where that says something else."""
    asked = [offer.entry_requirements, offer.microcredential.prerequisites if offer.microcredential else ""]
    return [words for text in dict.fromkeys(asked) for words in _words(text, offer.language)]


def _assessment(offer: OfferRecord) -> list[dict[str, str]]:
    """How it is shown that one can do it: of the offer, and of its microcredential where that says more."""
    credential = offer.microcredential
    if credential is None:
        return _words(offer.assessment, offer.language)
    supervised = PHRASES["supervision"].get(credential.supervision, "")
    said = dict.fromkeys((credential.assessment, offer.assessment))
    return [*(w for text in said for w in _words(text, offer.language)), *_words(supervised, "en")]


def _stacking(offer: OfferRecord) -> list[dict[str, Any]]:
    """Whether the microcredential counts towards another, in words: the standard has no property for it."""
    credential = offer.microcredential
    if credential is None:
        return []
    said = _words(PHRASES["stacking"].get(credential.stacking, ""), "en")
    said += _words(credential.stacks_into, offer.language)
    return [{"role": "x-stackability", "type": "text_plain", "value": said}] if said else []


def _enrolment(edition: EditionRecord) -> list[dict[str, str]]:
    """Until when one enrols; from the day that the edition was made known, for the standard asks for a start."""
    if edition.enrol_until is None or edition.known_since is None:
        return []
    last = datetime.combine(edition.enrol_until, time(23, 59, 59), tzinfo=UTC)
    return [{"startDateTime": _instant(edition.known_since), "endDateTime": last.isoformat()}]


def _addresses(edition: EditionRecord, language: str) -> list[dict[str, Any]]:
    if not edition.location:
        return []
    return [{"addressType": "teaching", "additional": _words(edition.location, language)}]


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
