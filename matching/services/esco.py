"""ESCO into the skill and occupation tables; importing again replaces what changed and nothing else."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import Model

from matching.esco_files import EscoFiles, OccupationRecord, SkillRecord
from matching.models import Occupation, Skill

CHUNK = 1_000
SKILL_FIELDS = [
    "labels",
    "alt_labels",
    "descriptions",
    "skill_type",
    "is_digital",
    "is_green",
    "is_transversal",
    "broader",
]
OCCUPATION_FIELDS = ["isco", "labels", "alt_labels", "essential", "optional"]
Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class EscoReport:
    skills: int
    occupations: int


def import_esco(files: EscoFiles, *, progress: Progress = lambda _what, _count: None) -> EscoReport:
    """Upsert all skills and occupations, chunk by chunk."""
    skills = _upsert(Skill, SKILL_FIELDS, map(_skill, files.skills()), lambda n: progress("skills", n))
    occupations = _upsert(
        Occupation,
        OCCUPATION_FIELDS,
        map(_occupation, files.occupations()),
        lambda n: progress("occupations", n),
    )
    return EscoReport(skills, occupations)


def _upsert(model: type[Model], fields: list[str], rows: Iterable[Any], said: Callable[[int], None]) -> int:
    source, count = iter(rows), 0
    while chunk := list(islice(source, CHUNK)):
        with transaction.atomic():
            model._default_manager.bulk_create(
                chunk, update_conflicts=True, unique_fields=["uri"], update_fields=fields
            )
        count += len(chunk)
        said(count)
    return count


def _skill(record: SkillRecord) -> Skill:
    return Skill(
        uri=record.uri,
        labels=record.labels,
        alt_labels={language: list(labels) for language, labels in record.alt_labels.items()},
        descriptions=record.descriptions,
        skill_type=record.skill_type[:40],
        is_digital=record.digital,
        is_green=record.green,
        is_transversal=record.transversal,
        broader=list(record.broader),
    )


def _occupation(record: OccupationRecord) -> Occupation:
    return Occupation(
        uri=record.uri,
        isco=record.isco[:8],
        labels=record.labels,
        alt_labels={language: list(labels) for language, labels in record.alt_labels.items()},
        essential=list(record.essential),
        optional=list(record.optional),
    )
