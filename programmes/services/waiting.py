"""The waiting list of commitments: who wants seats that are gone, in the order of asking; who moves up is told.

The caller of `move_up` holds the programme's row, so that two companies that leave at one instant give a
seat away once.
"""

from collections.abc import Sequence
from dataclasses import replace

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue.models import Edition
from networks.services.telling import contacts_of, managers_of
from programmes.models import Participation, Programme, WaitingPlace
from programmes.rules import may_commit
from programmes.services.plans import Seats, seats_of_programme
from programmes.services.step_notices import message_context, send
from skillnet.kernel.actor import SYSTEM, Actor
from skillnet.kernel.transitions import TransitionRefused, record_decision

OPEN = (
    Programme.State.DRAFT,
    Programme.State.SUBMITTED,
    Programme.State.RETURNED,
    Programme.State.APPROVED,
)


def join_waiting_list(*, participation_id: int, edition_id: int, learners: int, actor: Actor) -> WaitingPlace:
    """Ask for more seats than there are; asking again replaces the number and keeps the place in line.

    Raises TransitionRefused for who may not, ValidationError for an edition outside the programme, or one
    that still has room.
    """
    with transaction.atomic():
        programme = _lock(participation_id)
        row = Participation.objects.select_related("organisation").get(pk=participation_id)
        row.programme = programme
        if not may_commit(actor, row):
            raise TransitionRefused(_("U mag deze stap niet zetten."))
        _check(programme, row, edition_id, learners)
        place, _made = WaitingPlace.objects.update_or_create(
            participation=row,
            edition_id=edition_id,
            state=WaitingPlace.State.WAITING,
            defaults={"learners": learners},
        )
        record_decision(
            subject=row,
            action="wait",
            from_state=row.state,
            to_state=row.state,
            actor=actor,
            evidence={"edition": edition_id, "learners": learners},
        )
        if _made and programme.state == Programme.State.APPROVED:
            # Nothing comes free by itself: seats that are decided on take a supplement, which the manager asks.
            context = message_context(programme, "waits", row.organisation.name)
            send(
                managers_of(programme.network),
                key=f"waits:{place.pk}",
                context=context,
                template="programme_supplement",
            )
    return place


def leave_waiting_list(*, place_id: int, actor: Actor) -> None:
    """Ask no longer; doing it twice changes nothing. Raises TransitionRefused."""
    with transaction.atomic():
        place = WaitingPlace.objects.select_for_update(of=("self",)).get(pk=place_id)
        if not may_commit(actor, place.participation):
            raise TransitionRefused(_("U mag deze stap niet zetten."))
        if place.state == WaitingPlace.State.WAITING:
            _end(place, WaitingPlace.State.LEFT)


def move_up(programme: Programme) -> list[WaitingPlace]:
    """Give seats that came free to who waits, first come first served; what fits partly moves up partly.

    The caller holds the programme's row and writes the plan anew with `seats_with` of the result.
    """
    if programme.state not in OPEN:
        return []
    moved = []
    given: dict[int, int] = {}
    seats = seats_of_programme(programme)
    for place in waiting_in(programme):
        left = seats_left(programme, place.edition, seats)
        if left is not None:
            left -= given.get(place.edition_id, 0)
        count = place.learners if left is None else min(left, place.learners)
        if count < 1:
            continue
        seats = seats_with(seats, place, count)
        if count < place.learners:
            WaitingPlace.objects.filter(pk=place.pk).update(learners=F("learners") - count)
        else:
            _end(place, WaitingPlace.State.MOVED_UP)
        if programme.state == Programme.State.APPROVED:
            Edition.objects.filter(pk=place.edition_id).update(enrolled=F("enrolled") + count)
            given[place.edition_id] = given.get(place.edition_id, 0) + count
        place.learners = count
        moved.append(place)
    return moved


def waiting_in(programme: Programme) -> list[WaitingPlace]:
    """Who waits in this programme, in the order of asking; who left the programme waits no more."""
    rows = WaitingPlace.objects.filter(
        participation__programme=programme, state=WaitingPlace.State.WAITING
    ).exclude(participation__state=Participation.State.WITHDRAWN)
    return list(rows.select_related("edition__offer__provider__organisation", "participation__organisation"))


def seats_left(programme: Programme, edition: Edition, seats: Sequence[Seats]) -> int | None:
    """Free seats of the edition for this programme; None where nobody said how many there are.

    Once approved the edition counts our own learners already; before that they still have to fit.
    """
    left = edition.seats_left
    if left is None or programme.state == Programme.State.APPROVED:
        return left
    taken = sum(s.learners for s in seats if s.edition.pk == edition.pk)
    bought = programme.programme_editions.filter(edition=edition).first()
    return max(0, left - taken - (bought.jobseeker_seats if bought else 0))


def seats_with(seats: Sequence[Seats], place: WaitingPlace, count: int) -> list[Seats]:
    """The seats with so many more for who moves up."""
    company = place.participation.organisation_id
    found = []
    known = False
    for seat in seats:
        if seat.edition.pk == place.edition_id and seat.organisation.pk == company:
            seat, known = replace(seat, learners=seat.learners + count), True
        found.append(seat)
    if not known:
        found.append(Seats(place.edition, place.participation.organisation, count))
    return found


def tell_who_moved(programme: Programme, moved: Sequence[WaitingPlace]) -> None:
    """Each company that moved up hears that it confirms anew; its decision is kept."""
    for place in moved:
        record_decision(
            subject=place.participation,
            action="move_up",
            from_state=place.participation.state,
            to_state=Participation.State.PROPOSED,
            actor=SYSTEM,
            evidence={"edition": place.edition_id, "learners": place.learners},
        )
        context = message_context(programme, "move_up", place.participation.organisation.name) | {
            "path": f"/programmas/deelname/{place.participation.public_id}/",
            "learners": place.learners,
        }
        send(contacts_of(place.participation.organisation_id), key=f"waiting:{place.pk}", context=context)


def _lock(participation_id: int) -> Programme:
    pk = Participation.objects.values_list("programme_id", flat=True).get(pk=participation_id)
    programme: Programme = Programme.objects.select_for_update(of=("self",)).get(pk=pk)
    return programme


def _check(programme: Programme, row: Participation, edition_id: int, learners: int) -> None:
    if programme.state not in OPEN or row.state == Participation.State.WITHDRAWN:
        raise ValidationError(_("Voor dit programma is er geen wachtlijst meer."))
    bought = programme.programme_editions.filter(edition=edition_id).select_related("edition__offer").first()
    if bought is None:
        raise ValidationError(_("Kies alleen edities die in dit programma staan."))
    if learners < 1:
        raise ValidationError(_("Zet minstens één deelnemer op de wachtlijst."))
    left = seats_left(programme, bought.edition, seats_of_programme(programme))
    decided = programme.state in (Programme.State.SUBMITTED, Programme.State.APPROVED)
    if (left is None or left >= learners) and not decided:
        raise ValidationError(_("Er zijn nog plaatsen: verhoog gewoon uw aantal."))


def _end(place: WaitingPlace, state: str) -> None:
    place.state = state
    place.ended_at = timezone.now()
    place.save(update_fields=["state", "ended_at"])


__all__ = [
    "join_waiting_list",
    "leave_waiting_list",
    "move_up",
    "seats_left",
    "seats_with",
    "tell_who_moved",
    "waiting_in",
]
