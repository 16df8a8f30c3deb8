"""Asking the steering group for its vote: when a plan is there, opens again or changed after it was voted on."""

from django.utils import timezone

from networks.services.telling import steering_group_of
from programmes.models import Programme
from programmes.states import CHANGEABLE
from skillnet.kernel.actor import SYSTEM, Actor
from skillnet.kernel.outbox import queue_notice


def ask_steering_group(*, programme: Programme, why: str, actor: Actor = SYSTEM) -> int:
    """Tell the steering group that a plan waits for its vote; once a day for each reason.

    Only an open plan that is costed is voted on. Who voted on it as it stands is not asked again, nor is who
    opened it. Call it in the transaction that opens or changes the plan. Returns how many were told.
    """
    if programme.state not in CHANGEABLE or programme.cost is None:
        return 0
    voted = set(programme.votes.values_list("organisation_id", flat=True))
    context = {
        "programme": programme.title,
        "network": programme.network.name,
        "path": f"/programmas/{programme.public_id}/#stemming",
        "why": why,
    }
    told = 0
    for user in steering_group_of(programme.network):
        seats = user.memberships.filter(network=programme.network, role="steering_member", ended_at=None)
        if user == actor.user or not set(seats.values_list("organisation_id", flat=True)) - voted:
            continue
        queue_notice(
            user=user,
            key=f"programme_vote:{programme.pk}:{why}:{timezone.localdate()}",
            template="programme_vote",
            context=context,
            mail=user.wants_mail,
        )
        told += 1
    return told


__all__ = ["ask_steering_group"]
