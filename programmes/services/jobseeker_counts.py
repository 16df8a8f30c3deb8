"""Counting jobseekers whose names the public employment service keeps: how many came, how long, with the list."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue.models import Edition
from programmes.enrolment_transitions import OPEN_FOR_ATTENDANCE
from programmes.models import EvidenceFile, JobseekerAttendance, Programme
from programmes.rules import manages
from programmes.services.course_hours import longer_than_the_course
from programmes.services.evidence_files import add_evidence
from programmes.services.invoices import sync_invoice_lines
from programmes.services.jobseekers import JobseekerSeats, jobseeker_seats
from programmes.services.places import lock_places
from programmes.services.versions import check_version, version_of
from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import TransitionRefused, record_decision

MOST_HOURS = Decimal(1000)  # of one person in one edition, as for those who are enrolled by name


@dataclass(frozen=True, slots=True)
class Count:
    """How many came and the hours of all of them together; `service` keeps their names."""

    people: int
    hours: Decimal
    service: str


def may_count(actor: Actor, programme: Programme, edition: Edition) -> bool:
    """The manager of the network, and who teaches this edition."""
    own = edition.offer.provider.organisation_id == actor.organisation_id
    return manages(actor, programme) or (actor.has(Role.PROVIDER) and own)


def count_jobseekers(
    *,
    programme: Programme,
    edition_id: int,
    actor: Actor,
    count: Count,
    upload: Any = None,
    evidence: EvidenceFile | None = None,
    version: str | None = None,
) -> JobseekerAttendance:
    """Write how many jobseekers came beside those enrolled by name; the same again changes nothing.

    The signed list goes with the first count, as an upload or as evidence that the programme has; later ones may
    keep it. `version` is what `count_version` said
    when the page was read. Raises TransitionRefused, ValidationError or ChangedMeanwhile with sentences.
    """
    with transaction.atomic():
        locked = lock_places(programme.pk)
        group = _group(locked, edition_id, actor)
        check_version(version, count_version(group))
        _check(group, count)
        file = _proof(locked, group, actor, upload, evidence)
        row = _write(locked, group, actor, count, file)
        sync_invoice_lines(programme=locked)
    return row


def count_version(group: JobseekerSeats) -> str:
    """The token of a count as it stands."""
    known = group.count
    return version_of([(known.people, known.hours, known.service, known.evidence_id)] if known else [])


def _group(programme: Programme, edition_id: int, actor: Actor) -> JobseekerSeats:
    """The seats that may be counted now; raises TransitionRefused."""
    group = next((g for g in jobseeker_seats(programme) if g.edition.pk == edition_id), None)
    if group is None or not may_count(actor, programme, group.edition):
        raise TransitionRefused(_("U mag deze stap niet zetten."))
    if programme.state not in OPEN_FOR_ATTENDANCE:
        raise TransitionRefused(
            _("Dit programma staat op “%(state)s”: aanwezigheden worden genoteerd terwijl het loopt.")
            % {"state": programme.get_state_display()}
        )
    if not group.is_live:
        raise TransitionRefused(_("Deze editie gaat niet door: er valt niemand te tellen."))
    starts_on = group.edition.starts_on
    if starts_on is not None and starts_on > timezone.localdate():
        raise TransitionRefused(_("De eerste les moet nog komen."))
    return group


def _check(group: JobseekerSeats, count: Count) -> None:
    named = group.named.learners + group.named.no_shows + group.named.open
    left = max(0, group.seats - named)
    if count.people > left:
        raise ValidationError(
            {
                "people": _(
                    "Er zijn %(seats)s plaatsen, en %(named)s werkzoekenden staan er met naam: tel er "
                    "hoogstens %(left)s."
                )
                % {"seats": group.seats, "named": named, "left": left}
            }
        )
    if (count.people == 0) != (count.hours == 0):
        raise ValidationError({"hours": _("Wie kwam, heeft uren; kwam niemand, schrijf dan tweemaal 0.")})
    if count.hours > count.people * MOST_HOURS or count.hours < 0:
        raise ValidationError({"hours": _("Dat is meer dan 1000 uren per persoon: kijk het na.")})
    if wrong := longer_than_the_course(group.edition.offer, count.hours, count.people):
        raise ValidationError({"hours": wrong})
    if not count.service.strip():
        raise ValidationError({"service": _("Zeg welke dienst de namen bewaart.")})


def _proof(
    programme: Programme, group: JobseekerSeats, actor: Actor, upload: Any, evidence: EvidenceFile | None
) -> EvidenceFile:
    if upload is not None:
        return add_evidence(
            upload=upload, kind=EvidenceFile.Kind.ATTENDANCE, actor=actor, programme=programme
        )
    if evidence is not None and evidence.programme_id == programme.pk:
        return evidence
    if group.count is None:
        raise ValidationError({"file": _("Voeg de getekende lijst of het attest van de dienst toe.")})
    return group.count.evidence


def _write(
    programme: Programme, group: JobseekerSeats, actor: Actor, count: Count, file: EvidenceFile
) -> JobseekerAttendance:
    known = group.count
    row = known or JobseekerAttendance(programme=programme, edition=group.edition)
    service = " ".join(count.service.split())[:200]
    before = (row.people, row.hours, row.service, row.evidence_id)
    if known is not None and before == (count.people, count.hours, service, file.pk):
        return known
    row.people, row.hours, row.service, row.evidence = count.people, count.hours, service, file
    row.recorded_by, row.recorded_for_id = actor.user, actor.organisation_id
    row.full_clean(exclude=["programme", "edition", "evidence", "recorded_by", "recorded_for", "public_id"])
    row.save()
    record_decision(
        subject=row,
        action="count",
        from_state="counted" if known else "",
        to_state="counted",
        actor=actor,
        evidence={
            "edition": str(group.edition.public_id),
            "people": count.people,
            "hours": str(count.hours),
            "service": service,
            "sha256": file.sha256,
        },
    )
    return row


__all__ = ["Count", "count_jobseekers", "count_version", "may_count"]
