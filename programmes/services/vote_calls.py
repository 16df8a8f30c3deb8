"""Asking the steering group for its vote: when a plan is there, opens again or changed after it was voted on."""

from django.utils import timezone

from networks.models import Membership
from networks.services.telling import notify, steering_group_of
from programmes.models import Programme
from programmes.states import CHANGEABLE
from skillnet.accounts.models import User
from skillnet.kernel.actor import SYSTEM, Actor
from skillnet.kernel.roles import Role


def ask_steering_group(*, programme: Programme, why: str, actor: Actor = SYSTEM) -> int:
    """Tell the steering group that a plan waits for its vote; once a day for each reason.

    Only an open plan that is costed is voted on. Who voted on it as it stands is not asked again, nor is who
    opened it. Call it in the transaction that opens or changes the plan. Returns how many were told.
    """
    if programme.state not in CHANGEABLE or programme.cost is None:
        return 0
    context = {
        "programme": programme.title,
        "network": programme.network.name,
        "path": f"/programmas/{programme.public_id}/#stemming",
        "why": why,
    }
    key = f"programme_vote:{programme.pk}:{why}:{timezone.localdate()}"
    return notify(_to_ask(programme, actor), key=key, template="programme_vote", context=context)


def _to_ask(programme: Programme, actor: Actor) -> list[User]:
    """Who sits in the steering group for an organisation that did not vote yet."""
    seats = Membership.objects.filter(network=programme.network, role=Role.STEERING_MEMBER, ended_at=None)
    open_seats = seats.exclude(organisation__in=programme.votes.values("organisation"))
    asked = set(open_seats.values_list("user_id", flat=True))
    return [user for user in steering_group_of(programme.network) if user.pk in asked and user != actor.user]


__all__ = ["ask_steering_group"]
