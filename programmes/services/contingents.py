"""Contingents: how many people with a shortage profile are needed by a day, and how far programmes come."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count, OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from catalogue.models import Edition
from programmes.claim_rules import edits_contingents
from programmes.models import Contingent, Enrolment, JobseekerAttendance, ProgrammeEdition
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

    Before the lessons the seats of companies and of jobseekers count, afterwards who came; where nobody was
    ever named or counted, the seats still stand for them. A proposal that nobody took up counts nobody, and an
    edition that is not given neither.
    """
    wanted = {skill for contingent in contingents for skill in contingent.skills}
    if not wanted:
        return [Progress(c, 0, 0, 0) for c in contingents]
    here = {"programme": OuterRef("programme"), "edition": OuterRef("edition")}
    named = Enrolment.objects.live().filter(**here).exclude(state=Enrolment.State.WAITLISTED).order_by()
    by_name = named.values("edition")
    came = Count("pk", filter=Q(state__in=[Enrolment.State.ATTENDED, Enrolment.State.CERTIFIED]))
    bought = (
        ProgrammeEdition.objects.filter(
            programme__state__in=LIVE, edition__offer__skills__overlap=sorted(wanted)
        )
        .exclude(edition__state=Edition.State.CANCELLED)
        .annotate(
            came=Subquery(by_name.annotate(n=came).values("n")),
            counted=Subquery(JobseekerAttendance.objects.filter(**here).values("people")[:1]),
        )
    )
    rows = list(bought.select_related("programme", "edition__offer"))
    return [_progress(contingent, rows) for contingent in contingents]


def _progress(contingent: Contingent, rows: Sequence[Any]) -> Progress:
    skills = set(contingent.skills)
    people = {"planned": 0, "funded": 0, "completed": 0}
    for row in rows:
        if skills & set(row.edition.offer.skills):
            stage = _stage(row.programme.state)
            people[stage] += _who_came(row) if stage == "completed" else row.all_seats
    return Progress(contingent, **people)


def _who_came(row: Any) -> int:
    """By name and by count; the seats where neither is known."""
    if row.came is None and row.counted is None:
        return int(row.all_seats)
    return (row.came or 0) + (row.counted or 0)


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
