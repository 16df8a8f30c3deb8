"""Supplements of the demo: one that a company signs, one that waits for the coordinator."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from catalogue.models import Edition
from networks.models import Membership
from programmes.models import Participation, Programme, Supplement
from programmes.services.commitments import commit_participation
from programmes.services.seat_costs import SeatCost, seat_costs
from programmes.services.supplement_seats import Change
from programmes.services.supplements import ask_supplement, sign_supplement
from skillnet.demo.people import actor_of_member
from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import TransitionRefused

WHY = "Er is iemand in dienst gekomen voor de nieuwe lijn; die volgt de opleiding mee."
WANTED = 2


def ask_supplements(say: Callable[[str], None]) -> None:
    """Ask one seat more in decided programmes that have room; the first of them is signed as well. Does nothing
    where somebody asked already."""
    if Supplement.objects.exists():
        return
    made: list[Supplement] = []
    states = (Programme.State.APPROVED, Programme.State.RUNNING)
    for programme in Programme.objects.filter(state__in=states).select_related("network").order_by("pk"):
        manager = _holder(role=Role.NETWORK_MANAGER, network=programme.network)
        if len(made) == WANTED or manager is None:
            continue
        found = _ask(programme, manager)
        if found is not None:
            made.append(found)
    for supplement in made[:1]:
        for line in supplement.lines.filter(needs_word=True):
            actor = _holder(role=Role.COMPANY_CONTACT, organisation=line.organisation_id)
            if actor is not None:
                sign_supplement(line_id=line.pk, actor=actor, declares_de_minimis=True)
    say(f"  {len(made)} supplements")


def _holder(**held: Any) -> Actor | None:
    row = Membership.objects.filter(ended_at=None, **held).order_by("pk").first()
    return actor_of_member(row) if row else None


def _ask(programme: Programme, manager: Actor) -> Supplement | None:
    """For the first company with people who may sign, and for which it is lawful."""
    today = timezone.localdate()
    for seat in seat_costs(programme):
        contact = _holder(role=Role.COMPANY_CONTACT, organisation=seat.organisation_id)
        starts = seat.edition.starts_on
        if contact is None or not seat.is_live or starts is None or starts <= today:
            continue
        change = Change(seats={(seat.edition.pk, seat.organisation_id): seat.learners + 1})
        try:
            with transaction.atomic():
                _make_room(programme, seat, contact)
                return ask_supplement(programme_id=programme.pk, change=change, reason=WHY, actor=manager)
        except (TransitionRefused, ValidationError):
            continue
    return None


def _make_room(programme: Programme, seat: SeatCost, contact: Actor) -> None:
    """The company confirmed what was decided, and the provider found a bigger room where it was full."""
    row = programme.participations.get(organisation=seat.organisation_id)
    if row.state == Participation.State.PROPOSED:
        commit_participation(participation_id=row.pk, actor=contact, declares_de_minimis=True)
    if seat.edition.seats_left == 0:
        Edition.objects.filter(pk=seat.edition.pk, seats__isnull=False).update(seats=F("seats") + 1)
