"""Who may do what with a programme: predicates of an actor and an object."""

from typing import Any

from networks import rules as network_rules
from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role


def manages(actor: Actor, programme: Any) -> bool:
    return network_rules.manages(actor, programme.network_id)


def steers(actor: Actor, programme: Any) -> bool:
    """The steering group validates; a manager who sits in it does not validate the own work alone."""
    return network_rules.steers(actor, programme.network_id)


def decides(actor: Actor, programme: Any) -> bool:
    """The coordinator of the network's call, never on a programme in which the own organisation takes part."""
    if not network_rules.coordinates(actor, programme.network):
        return False
    return not takes_part(programme, actor.organisation_id)


def takes_part(programme: Any, organisation_id: int | None) -> bool:
    own: bool = programme.participations.filter(organisation=organisation_id).exists()
    promoter = programme.network.promoter_id == organisation_id
    contracting = programme.network.contracting_organisation_id == organisation_id
    return own or promoter or contracting


def may_commit(actor: Actor, participation: Any) -> bool:
    """Only the company itself promises learners and money."""
    return actor.has(Role.COMPANY_CONTACT) and actor.organisation_id == participation.organisation_id


def may_comment(actor: Actor, programme: Any) -> bool:
    return actor.user is not None and actor.organisation_id is not None
