"""Supplements of the demo: one that a company signs, one that waits for the coordinator."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError

from networks.models import Membership
from networks.services.telling import contacts_of
from programmes.models import Programme, Supplement
from programmes.services.seat_costs import seat_costs
from programmes.services.supplement_seats import Change
from programmes.services.supplements import ask_supplement, sign_supplement
from skillnet.demo.people import actor_of_member
from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import TransitionRefused

WHY = "Er zijn twee mensen in dienst gekomen voor de nieuwe lijn; zij volgen de opleiding mee."
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
    for seat in seat_costs(programme):
        if not contacts_of(seat.organisation_id):
            continue
        change = Change(seats={(seat.edition.pk, seat.organisation_id): seat.learners + 1})
        try:
            return ask_supplement(programme_id=programme.pk, change=change, reason=WHY, actor=manager)
        except (TransitionRefused, ValidationError):
            continue
    return None
