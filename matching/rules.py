"""Who may do what with matches, pools, runs and weights: predicates of an actor and an object."""

from typing import Any

from networks.rules import coordinates, linked_organisations, manages, steers
from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role


def sees_companies(actor: Actor, pool: Any) -> bool:
    """Whether the actor may know whose gaps are in a pool: its manager, steering group, coordinator.

    A company of the pool sees its own gap and counts, never whose the others are.
    """
    return (
        actor.is_system
        or manages(actor, pool.network_id)
        or steers(actor, pool.network_id)
        or coordinates(actor, pool.network)
    )


def may_pool_by_hand(actor: Actor, network: Any) -> bool:
    """Moving, locking and keeping out is the manager's work; the coordinator of the call may help."""
    return actor.is_system or manages(actor, network.pk) or coordinates(actor, network)


def may_start_run(actor: Actor) -> bool:
    return bool(actor.managed_networks) or actor.has(Role.COORDINATOR, Role.ADMINISTRATOR)


def may_start_run_of_all(actor: Actor) -> bool:
    return actor.is_system or actor.has(Role.COORDINATOR, Role.ADMINISTRATOR)


def may_cancel_run(actor: Actor, run: Any) -> bool:
    """Whoever asked for it, the manager of its network, and who runs the whole."""
    asked = actor.user is not None and run.requested_by_id == actor.user.pk
    return asked or manages(actor, run.network_id) or may_start_run_of_all(actor)


def may_set_weights(actor: Actor) -> bool:
    return actor.is_system or actor.has(Role.COORDINATOR, Role.ADMINISTRATOR)


def may_manage_shortages(actor: Actor) -> bool:
    """Whoever keeps the reference data, and the coordinators who weigh by it."""
    return actor.is_system or actor.has(Role.COORDINATOR, Role.ADMINISTRATOR)


def is_system(actor: Actor, _subject: Any) -> bool:
    """Steps that the clock takes, no person."""
    return actor.is_system


def may_keep_card(actor: Actor, card: Any) -> bool:
    """The manager of its network renews and closes a demand card."""
    return actor.is_system or manages(actor, card.pool.network_id)


def may_keep_bid(actor: Actor, bid: Any) -> bool:
    """Who speaks for the provider writes, submits and withdraws its bid."""
    return actor.has(Role.PROVIDER) and actor.organisation_id == bid.provider.organisation_id


def may_choose_bid(actor: Actor, bid: Any) -> bool:
    """The manager of the pool's network, never on a bid of an organisation that the person works for."""
    own = bid.provider.organisation_id in actor.own_organisations
    return manages(actor, bid.pool.network_id) and not own


def is_bid_of_own_group(actor: Actor, bid: Any) -> bool:
    """Whether the bidder forms a single undertaking with an organisation that the person works for. One query."""
    group = linked_organisations(actor.own_organisations)
    return bool(group.filter(pk=bid.provider.organisation_id).exists())
