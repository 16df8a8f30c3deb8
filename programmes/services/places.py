"""Places in a bought edition: what a company promised is what it may fill; who waits moves up."""

from collections.abc import Iterable

from django.db.models import Sum

from catalogue.models import Edition
from programmes.enrolment_transitions import ENROLMENT_TRANSITIONS, OPEN_FOR_ENROLMENT
from programmes.models import CompanySeats, Enrolment, Participation, Programme, ProgrammeEdition
from programmes.services.learner_news import CLOSED, PLACED, tell_learner
from skillnet.kernel.actor import SYSTEM
from skillnet.kernel.transitions import run_transition

OPEN_STATES = ("requested", "waitlisted", "confirmed")


def lock_places(programme_id: int) -> Programme:
    """Lock the programme: all its places move one after the other.

    Its editions need no lock of ours: an approval reserved the seats that it buys in them, so programmes that
    stay within what they bought never overfill one.
    """
    programme: Programme = (
        Programme.objects.select_for_update(of=("self",)).select_related("network__call").get(pk=programme_id)
    )
    return programme


def free_places(*, programme: Programme, edition: Edition, participation: Participation | None) -> int:
    """How many may still come; the caller holds the locks. Never above promise, purchase or room."""
    if edition.state == Edition.State.CANCELLED:
        return 0
    seated = Enrolment.objects.filter(programme=programme, edition=edition).seated()
    taken = seated.filter(participation=participation).count()
    left = _promised(programme, edition, participation) - taken
    room = edition.seats if edition.seats is not None else edition.offer.seats
    if room is not None:
        left = min(left, room - Enrolment.objects.filter(edition=edition).seated().count())
    return max(0, left)


def _promised(programme: Programme, edition: Edition, participation: Participation | None) -> int:
    """Seats of the company in this edition; without one, those bought for jobseekers."""
    bought = ProgrammeEdition.objects.filter(programme=programme, edition=edition)
    if participation is None:
        return int(bought.aggregate(n=Sum("jobseeker_seats"))["n"] or 0)
    if participation.state == Participation.State.WITHDRAWN:
        return 0
    seats = CompanySeats.objects.filter(
        programme_edition__in=bought, organisation=participation.organisation_id
    )
    return int(seats.aggregate(n=Sum("learners"))["n"] or 0)


def settle_places(programme: Programme, *, tell: bool = True) -> None:
    """After the plan changed: nobody sits on a seat that is no longer promised, and nobody waits beside a free one.

    Who left the programme takes their learners along; of the others the last who came wait. `tell` False:
    the caller tells the learners itself what happened. The caller holds the lock of `lock_places`.
    """
    gone = Enrolment.objects.filter(programme=programme, participation__state=Participation.State.WITHDRAWN)
    _run("close", gone.filter(state__in=OPEN_STATES).order_by("pk"))
    if programme.state not in OPEN_FOR_ENROLMENT:
        return
    pairs = (
        Enrolment.objects.filter(programme=programme, state__in=OPEN_STATES)
        .order_by()
        .values_list("edition_id", "participation_id")
        .distinct()
    )
    for edition_id, participation_id in sorted(pairs, key=str):
        edition = Edition.objects.select_related("offer").get(pk=edition_id)
        participation = Participation.objects.filter(pk=participation_id).first()
        rows = Enrolment.objects.filter(programme=programme, edition=edition, participation=participation)
        cancelled = edition.state == Edition.State.CANCELLED
        promised = 0 if cancelled else _promised(programme, edition, participation)
        over = rows.seated().count() - promised
        if over > 0:
            _run("wait", rows.filter(state__in=["requested", "confirmed"]).order_by("-pk")[:over])
        move_up(programme=programme, edition=edition, tell=tell)


def _run(action: str, rows: Iterable[Enrolment]) -> None:
    for enrolment in list(rows):
        run_transition(table=ENROLMENT_TRANSITIONS, pk=enrolment.pk, action=action, actor=SYSTEM)
        if action == "close":
            tell_learner(enrolment, CLOSED)


def close_all(programme: Programme, *states: str) -> None:
    """Delivered or cancelled: who is in one of these states will not come any more."""
    _run("close", Enrolment.objects.filter(programme=programme, state__in=states).order_by("pk"))


def move_up(*, programme: Programme, edition: Edition, tell: bool = True) -> list[Enrolment]:
    """Who waits takes the places that came free, first come first served; returns who moved up.

    Who was asked by mail hears of it, unless `tell` is False. The caller holds the locks of `lock_places`.
    """
    if programme.state not in OPEN_FOR_ENROLMENT:
        return []
    waiting = (
        Enrolment.objects.filter(programme=programme, edition=edition, state=Enrolment.State.WAITLISTED)
        .select_related("participation")
        .order_by("pk")
    )
    moved = []
    for enrolment in waiting:
        if free_places(programme=programme, edition=edition, participation=enrolment.participation):
            run_transition(table=ENROLMENT_TRANSITIONS, pk=enrolment.pk, action="promote", actor=SYSTEM)
            moved.append(enrolment)
            if tell:
                tell_learner(enrolment, PLACED)
    return moved
