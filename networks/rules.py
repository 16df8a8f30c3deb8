"""Who may do what with rows of `networks`: predicates of an actor and an object."""

from typing import Any

from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role


def may_confirm_gap(actor: Actor, organisation_id: int) -> bool:
    """Only the company itself says that a gap is its gap."""
    return actor.is_system or (actor.has(Role.COMPANY_CONTACT) and actor.organisation_id == organisation_id)


def is_company_of(actor: Actor, gap: Any) -> bool:
    return may_confirm_gap(actor, gap.organisation_id)


def may_change_gap(actor: Actor, gap: Any) -> bool:
    """The company, or the manager of the gap's network."""
    return is_company_of(actor, gap) or manages(actor, gap.network_id)


def manages(actor: Actor, network_id: int | None) -> bool:
    return network_id is not None and network_id in actor.managed_networks


def steers(actor: Actor, network_id: int | None) -> bool:
    return network_id is not None and network_id in actor.steered_networks


def coordinates(actor: Actor, network: Any) -> bool:
    """The coordinator of the network's call."""
    return (
        actor.has(Role.COORDINATOR)
        and network.call is not None
        and network.call.coordinator_id == actor.organisation_id
    )
