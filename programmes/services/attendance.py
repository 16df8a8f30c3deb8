"""Attendance in hours: recorded by who was there or sent them, closing the enrolment, feeding the claim."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from programmes.enrolment_transitions import ENROLMENT_TRANSITIONS, can_be_recorded, records
from programmes.models import Attendance, Enrolment, Participation, Programme
from programmes.services.attendance_sums import AttendedHours, summed_hours
from programmes.services.course_hours import longer_than_the_course
from programmes.services.invoices import sync_invoice_lines
from programmes.services.places import lock_places
from programmes.services.recalculate import recalculate
from skillnet.kernel.actor import Actor
from skillnet.kernel.transitions import TransitionRefused, run_transition

E = Enrolment.State
ZERO = Decimal("0.00")
DAY_HOURS = Decimal(24)
MOST_HOURS = Decimal(1000)


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours of one enrolment, of a `day` or (None) of the whole edition. `line` is where the sender wrote it."""

    reference: str
    hours: Decimal
    day: date | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class HoursProblem:
    """A row that was not recorded, and what to do about it."""

    line: int
    reference: str
    reason: str


@dataclass(slots=True)
class Recorded:
    """What came of a set of hours."""

    changed: int = 0
    unchanged: int = 0
    problems: list[HoursProblem] = field(default_factory=list)


def attended_hours(participation: Participation) -> AttendedHours:
    """Actual learners and hours of a company in a programme; the claim stands on it."""
    rows: list[Any] = list(
        Enrolment.objects.filter(participation=participation).live().exclude(state=E.WAITLISTED).with_hours()
    )
    return summed_hours(rows)


def record_hours(
    *, programme: Programme, rows: Sequence[Hours], actor: Actor, source: str = Attendance.Source.WEB
) -> Recorded:
    """Record hours; rows that cannot be are reported and the others go in. Sending them twice changes nothing.

    Hours of the whole edition close the enrolment (present, or for zero hours not come); hours of a day close
    nothing until `close_attendance`.
    """
    done = Recorded()
    with transaction.atomic():
        locked = lock_places(programme.pk)
        known = _recordable(locked, actor, rows)
        for row in rows:
            try:
                _record_one(known.get(row.reference), row, actor, source, done)
            except ValidationError as error:
                done.problems.append(HoursProblem(row.line, row.reference, " ".join(error.messages)))
            except TransitionRefused as refusal:
                done.problems.append(HoursProblem(row.line, row.reference, " ".join(refusal.reasons)))
        if done.changed:
            _follow(locked, actor, "attendance")
    return done


def close_attendance(*, programme: Programme, edition_id: int, actor: Actor) -> Recorded:
    """Everybody with hours was there; who is written down for zero did not come; the others stay open."""
    done = Recorded()
    with transaction.atomic():
        locked = lock_places(programme.pk)
        rows: Any = (
            Enrolment.objects.recordable_by(actor)
            .filter(programme=locked, edition_id=edition_id, state__in=[E.REQUESTED, E.CONFIRMED])
            .with_hours()
        )
        for enrolment in rows:
            if enrolment.hours_attended is None:
                done.unchanged += 1
                continue
            try:
                _close(enrolment, enrolment.hours_attended, actor)
                done.changed += 1
            except TransitionRefused as refusal:
                reason = " ".join(refusal.reasons)
                done.problems.append(HoursProblem(0, enrolment.reference, reason))
        if done.changed:
            _follow(locked, actor, "attendance")
    return done


def report_no_show(*, enrolment_id: int, actor: Actor, reason: str = "") -> Enrolment:
    """Say that a learner did not come: zero hours. There is no aid on the seat. Raises TransitionRefused."""
    with transaction.atomic():
        programme = lock_places(Enrolment.objects.values_list("programme_id", flat=True).get(pk=enrolment_id))
        taken: Enrolment = run_transition(
            table=ENROLMENT_TRANSITIONS, pk=enrolment_id, action="no_show", actor=actor, reason=reason
        )
        for row in taken.attendance.all():
            row.hours, row.recorded_by, row.recorded_for_id = ZERO, actor.user, actor.organisation_id
            row.save()
        if not taken.attendance.exists():
            _store(taken, None, ZERO, actor, Attendance.Source.WEB)
        _follow(programme, actor, "no_show")
    return taken


def _follow(programme: Programme, actor: Actor, cause: str) -> None:
    """The aid follows who came, and so does what is billed for jobseekers."""
    recalculate(programme=programme, actor=actor, cause=cause)
    sync_invoice_lines(programme=programme)


def certify(*, enrolment_id: int, actor: Actor) -> Enrolment:
    """The provider says that the certificate was handed over. Raises TransitionRefused."""
    taken: Enrolment = run_transition(
        table=ENROLMENT_TRANSITIONS, pk=enrolment_id, action="certify", actor=actor
    )
    return taken


def _recordable(programme: Programme, actor: Actor, rows: Iterable[Hours]) -> dict[str, Enrolment]:
    found = (
        Enrolment.objects.recordable_by(actor)
        .filter(programme=programme, reference__in={row.reference for row in rows})
        .select_related("programme__network", "edition__offer__provider", "participation")
    )
    return {enrolment.reference: enrolment for enrolment in found}


def _record_one(enrolment: Enrolment | None, row: Hours, actor: Actor, source: str, done: Recorded) -> None:
    if enrolment is None:
        raise ValidationError(
            _("Dit kenmerk hoort niet bij een inschrijving in dit programma. Neem het over uit de lijst.")
        )
    if not records(actor, enrolment) and not actor.is_system:
        raise TransitionRefused(_("U mag deze stap niet zetten."))
    _check(enrolment, row)
    changed = _store(enrolment, row.day, row.hours, actor, source)
    if row.day is None:
        changed = _close(enrolment, row.hours, actor) or changed
    done.changed += changed
    done.unchanged += not changed


def _check(enrolment: Enrolment, row: Hours) -> None:
    reasons = can_be_recorded(enrolment)
    if enrolment.state in (E.CANCELLED, E.WAITLISTED):
        reasons = [_("Deze deelnemer heeft geen plaats: noteer de uren bij wie er zat.")]
    if reasons:
        raise TransitionRefused(*reasons)
    if not ZERO <= row.hours <= (DAY_HOURS if row.day else MOST_HOURS):
        raise ValidationError(
            _("Een dag heeft hoogstens 24 uur.") if row.day else _("Geef uren tussen 0 en 1000.")
        )
    if row.day is None:
        _within_the_course(enrolment, row.hours)
        if enrolment.attendance.exclude(day=None).exists():
            raise ValidationError(
                _("Voor deze deelnemer staan al uren per dag: vul die aan, geen totaal ernaast.")
            )
        return
    if enrolment.attendance.filter(day=None).exists():
        raise ValidationError(_("Voor deze deelnemer staat al een totaal: pas dat aan, geen dag ernaast."))
    first, last = enrolment.edition.starts_on, enrolment.edition.ends_on
    if (first and row.day < first) or (last and row.day > last):
        raise ValidationError(_("Deze dag valt buiten de editie."))
    if row.day > timezone.localdate():
        raise ValidationError(_("Deze dag moet nog komen."))
    others = enrolment.attendance.exclude(day=row.day).aggregate(total=Sum("hours"))["total"] or ZERO
    _within_the_course(enrolment, others + row.hours)


def _within_the_course(enrolment: Enrolment, hours: Decimal) -> None:
    """`hours` of one learner in all; raises ValidationError with what to do where the course was shorter."""
    wrong = longer_than_the_course(enrolment.edition.offer, hours)
    if wrong:
        raise ValidationError(wrong)


def _store(enrolment: Enrolment, day: date | None, hours: Decimal, actor: Actor, source: str) -> bool:
    """Write the hours; True when that changed something. Hours move in the same row, so none are doubled."""
    known = Attendance.objects.filter(enrolment=enrolment, day=day).first()
    if known is not None and known.hours == hours:
        return False
    row = known or Attendance(enrolment=enrolment, day=day)
    row.hours, row.source = hours, source
    row.recorded_by, row.recorded_for_id = actor.user, actor.organisation_id
    row.save()
    if day is not None and enrolment.state in (E.ATTENDED, E.NO_SHOW):
        total = enrolment.attendance.aggregate(total=Sum("hours"))["total"] or ZERO
        _close(enrolment, total, actor)
    return True


def _close(enrolment: Enrolment, hours: Decimal, actor: Actor) -> bool:
    """Present or not come; a certificate that was handed over stands."""
    target, action = (E.ATTENDED, "attend") if hours > 0 else (E.NO_SHOW, "no_show")
    if enrolment.state in (target, E.CERTIFIED):
        return False
    run_transition(table=ENROLMENT_TRANSITIONS, pk=enrolment.pk, action=action, actor=actor)
    enrolment.refresh_from_db(fields=["state", "closed_at"])
    return True
