"""Contingents: how many people with a shortage profile are needed by a day, and how far programmes come."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from programmes.claim_rules import edits_contingents
from programmes.models import Contingent, ProgrammeEdition
from programmes.states import AFTER_APPROVAL, DRAFTED, FUNDED, GIVEN, RESERVED
from skillnet.kernel.actor import Actor
from skillnet.kernel.transitions import TransitionRefused

PLANNED = (*DRAFTED, *RESERVED)
LIVE = (*PLANNED, *AFTER_APPROVAL)


@dataclass(frozen=True, slots=True)
class Progress:
    """People of a contingent by how far their programme is; `open` are those that nobody trains yet."""

    contingent: Contingent
    planned: int
    funded: int
    completed: int

    @property
    def open(self) -> int:
        return max(0, self.contingent.needed - self.planned - self.funded - self.completed)


def progress_of(contingents: Sequence[Contingent]) -> list[Progress]:
    """People in programmes whose offers teach one of the skills. One query, whatever their number.

    The seats of companies and of jobseekers count; a proposal that nobody took up counts nobody.
    """
    wanted = {skill for contingent in contingents for skill in contingent.skills}
    if not wanted:
        return [Progress(c, 0, 0, 0) for c in contingents]
    bought = ProgrammeEdition.objects.filter(
        programme__state__in=LIVE, edition__offer__skills__overlap=sorted(wanted)
    ).values_list("programme__state", "seats", "jobseeker_seats", "edition__offer__skills")
    rows = list(bought)
    return [_progress(contingent, rows) for contingent in contingents]


def _progress(contingent: Contingent, rows: Sequence[Any]) -> Progress:
    skills = set(contingent.skills)
    people = {"planned": 0, "funded": 0, "completed": 0}
    for state, seats, jobseekers, taught in rows:
        if skills & set(taught):
            people[_stage(state)] += seats + jobseekers
    return Progress(contingent, **people)


def _stage(state: str) -> str:
    if state in GIVEN:
        return "completed"
    return "funded" if state in FUNDED else "planned"


def save_contingent(
    *, actor: Actor, values: Mapping[str, Any], contingent: Contingent | None = None
) -> Contingent:
    """Write a contingent of the own administration. Raises TransitionRefused or ValidationError."""
    if not edits_contingents(actor) or actor.organisation_id is None:
        raise TransitionRefused(_("U mag deze stap niet zetten."))
    with transaction.atomic():
        row = contingent or Contingent(coordinator_id=actor.organisation_id)
        for name, value in values.items():
            setattr(row, name, value)
        row.full_clean(exclude=["coordinator"])
        row.save()
    return row


def archive_contingent(*, contingent: Contingent, actor: Actor) -> Contingent:
    """Put it away; it counts no longer and stays stored."""
    return save_contingent(actor=actor, values={"is_archived": True}, contingent=contingent)
