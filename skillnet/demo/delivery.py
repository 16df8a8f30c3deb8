"""Programmes that run, for the demo: seats with names, a waiting list, somebody who still has to answer."""

from datetime import timedelta
from decimal import Decimal

from django.db.models import F
from django.utils import timezone

from catalogue.models import Edition
from programmes.models import Enrolment, Participation, Programme, ProgrammeEdition
from programmes.services.attendance import Hours, record_hours
from programmes.services.enrolments import enrol_learners
from programmes.services.learners import NewLearner
from skillnet.demo.claims import NAMES
from skillnet.kernel.actor import Actor

FIRST_HOURS = Decimal("7.50")


def fill_seats(programme: Programme, companies: dict[int, Actor], manager: Actor) -> None:
    """Companies of a running programme enrol their people; where it sits alone in its edition, the lessons
    began the day before yesterday and the first day's hours are known."""
    if programme.enrolments.exists():
        return
    for row in programme.programme_editions.select_related("edition"):
        for seat in row.company_seats.all():
            part = programme.participations.filter(
                organisation=seat.organisation_id, state=Participation.State.COMMITTED
            ).first()
            if part is not None:
                _enrol(part, row, seat.pk, seat.learners, companies[seat.organisation_id])
    if _begin(programme):
        _first_day(programme, manager)


def _enrol(part: Participation, row: ProgrammeEdition, seed: int, seats: int, actor: Actor) -> None:
    """One more than there are seats, so that a waiting list shows; the last of those seated is asked first."""
    people = [
        NewLearner(
            _name(seed + n),
            f"deelnemer{seed * 100 + n}@werk.example",
            n == 0,
            "HR-2026-014" if n == 0 else "",
        )
        for n in range(seats + 1)
    ]
    edition = row.edition_id
    asked, others = people[seats - 1], [p for n, p in enumerate(people) if n != seats - 1]
    enrol_learners(participation=part, edition_id=edition, people=[(1, asked)], actor=actor, invite=True)
    enrol_learners(
        participation=part, edition_id=edition, people=list(enumerate(others, start=2)), actor=actor
    )


def _begin(programme: Programme) -> bool:
    editions = [row.edition_id for row in programme.programme_editions.all()]
    if ProgrammeEdition.objects.filter(edition__in=editions).exclude(programme=programme).exists():
        return False
    first = timezone.localdate() - timedelta(days=2)
    for turn, pk in enumerate(sorted(editions)):  # one after the other, a week apart
        start = first + timedelta(weeks=turn)
        Edition.objects.filter(pk=pk).update(starts_on=start, ends_on=start + timedelta(days=3))
    Programme.objects.filter(pk=programme.pk).update(starts_on=first)
    programme.participations.exclude(applied_at=None).update(applied_at=F("applied_at") - timedelta(days=60))
    return True


def _first_day(programme: Programme, manager: Actor) -> None:
    day = timezone.localdate() - timedelta(days=2)
    seated = programme.enrolments.filter(state=Enrolment.State.CONFIRMED, edition__starts_on=day).order_by(
        "pk"
    )
    rows = [Hours(enrolment.reference, FIRST_HOURS, day) for enrolment in seated]
    record_hours(programme=programme, rows=rows, actor=manager)


def _name(number: int) -> str:
    first = NAMES[(number * 5) % len(NAMES)].split()[0]
    return f"{first} {NAMES[(number * 7 + 1) % len(NAMES)].split()[1]}"
