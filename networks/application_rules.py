"""Who may do what with applications, reviews and annual plans: predicates of an actor and an object."""

from typing import Any

from networks.rules import coordinates, is_party, manages, may_decide_network, owns_call
from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role


def manages_application(actor: Actor, application: Any) -> bool:
    return actor.is_system or manages(actor, application.network_id)


def may_handle_application(actor: Actor, application: Any) -> bool:
    """The coordinator of the call, unless an own organisation (or one linked to it) is a party."""
    if actor.is_system:
        return True
    return owns_call(actor, application.call) and not is_party(
        application.network, organisations=actor.own_organisations
    )


def may_review(actor: Actor, review: Any) -> bool:
    """The assigned person, while it is not handed in, and never for the own organisation."""
    return (
        actor.user is not None
        and review.reviewer_id == actor.user.pk
        and actor.has(Role.COORDINATOR, Role.ANALYST)
        and review.submitted_at is None
        and review.application.state == "review"
    )


def may_award_network(actor: Actor, network: Any) -> bool:
    """Only what was approved on an application awards a network."""
    approved = network.applications.filter(
        call=network.call_id, state__in=["approved", "approved_with_conditions"]
    )
    return may_decide_network(actor, network) and approved.exists()


def may_release_network(actor: Actor, network: Any) -> bool:
    """A network that gave its award back is a draft again."""
    withdrawn = network.applications.filter(call=network.call_id, state="withdrawn")
    return (actor.is_system or manages(actor, network.pk)) and withdrawn.exists()


def leads_plan(actor: Actor, plan: Any) -> bool:
    return actor.is_system or manages(actor, plan.network_id)


def coordinates_network(actor: Actor, network: Any) -> bool:
    """The coordinator of the call, outside the network."""
    return coordinates(actor, network) and may_decide_network(actor, network)
