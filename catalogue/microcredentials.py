"""The eleven elements of a microcredential, and what is wrong with a description of one. No Django here.

Council Recommendation of 16 June 2022 (2022/C 243/02), Annex I. Elements 1 (the learner) and 5 (the date of
issuing) belong to an issued credential and so are never asked of its description; element 8 (the level) is
mandatory "if applicable".
"""

from dataclasses import dataclass
from decimal import Decimal

from catalogue.records import CredentialRecord

ELEMENTS = tuple(range(1, 12))
ISSUED_ONLY = frozenset({1, 5})
MANDATORY = frozenset(ELEMENTS) - ISSUED_ONLY - {8}
HOURS_PER_ECTS = (Decimal(25), Decimal(30))  # ECTS Users' Guide 2015: one credit is 25 to 30 hours
EQF = range(1, 9)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about one element. `blocks`: the description cannot be published like that."""

    element: int
    code: str
    field: str
    blocks: bool = True


def findings(record: CredentialRecord) -> list[Finding]:
    """What is missing or doubtful, in the order of the elements; empty when all is well."""
    found = [
        *_text(2, "title", record.title),
        *_country(record.issuer_country),
        *_text(4, "awarding_body", record.awarding_body),
        *([] if any(o.strip() for o in record.outcomes) else [Finding(6, "missing", "outcomes")]),
        *_workload(record.workload_hours, record.ects),
        *_level(record.eqf_level),
        *_text(9, "assessment", record.assessment),
        *_text(10, "participation", record.participation),
        *_text(11, "quality_assurance", record.quality_assurance),
    ]
    return sorted(found, key=lambda finding: finding.element)


def is_complete(record: CredentialRecord) -> bool:
    """Whether every element that a description must have is there."""
    return not any(finding.blocks for finding in findings(record))


def _text(element: int, field: str, value: str) -> list[Finding]:
    return [] if value.strip() else [Finding(element, "missing", field)]


def _country(code: str) -> list[Finding]:
    """ISO 3166-1 alpha-2, upper case."""
    if not code.strip():
        return [Finding(3, "missing", "issuer_country")]
    if len(code) != 2 or not code.isascii() or not code.isalpha() or code != code.upper():
        return [Finding(3, "country", "issuer_country")]
    return []


def _workload(hours: Decimal | None, ects: Decimal | None) -> list[Finding]:
    if not hours and not ects:
        return [Finding(7, "missing", "workload_hours")]
    if hours and ects and not HOURS_PER_ECTS[0] * ects <= hours <= HOURS_PER_ECTS[1] * ects:
        return [Finding(7, "ects_ratio", "ects", blocks=False)]
    if not ects:
        return [Finding(7, "no_ects", "ects", blocks=False)]
    return []


def _level(eqf_level: int | None) -> list[Finding]:
    if eqf_level is None:
        return [Finding(8, "no_level", "eqf_level", blocks=False)]
    return [] if eqf_level in EQF else [Finding(8, "level", "eqf_level")]
