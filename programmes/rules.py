"""Who may do what with a programme: predicates of an actor and an object."""

from dataclasses import dataclass
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
    """The coordinator of the network's call, never on a programme of which the own organisation is part."""
    if not network_rules.coordinates(actor, programme.network):
        return False
    return not takes_part(programme, actor.organisation_id)


def takes_part(programme: Any, organisation_id: int | None) -> bool:
    own = has_participant(programme, organisation_id)
    promoter = programme.network.promoter_id == organisation_id
    contracting = programme.network.contracting_organisation_id == organisation_id
    return own or promoter or contracting


def may_commit(actor: Actor, participation: Any) -> bool:
    """Only the company itself promises learners and money."""
    return actor.has(Role.COMPANY_CONTACT) and actor.organisation_id == participation.organisation_id


def may_comment(actor: Actor, programme: Any) -> bool:
    """Who takes part, runs, steers or decides; others only read."""
    speakers = (Role.COMPANY_CONTACT, Role.NETWORK_MANAGER, Role.STEERING_MEMBER, Role.COORDINATOR)
    return actor.user is not None and actor.has(*speakers)


@dataclass(frozen=True, slots=True)
class Sight:
    """What of a programme an actor may read.

    `companies`: who takes part and with how many learners. `money`: what each company costs, gets and pays,
    and why. `own_id`: the organisation whose own share is shown in any case.
    """

    companies: bool
    money: bool
    own_id: int | None = None

    def sees_money_of(self, organisation_id: int) -> bool:
        return self.money or organisation_id == self.own_id


def sight_of(actor: Actor, programme: Any) -> Sight:
    """Who runs, steers or decides reads all; companies in it know each other, not each other's money; the
    provider knows who comes; analysts and administrators read totals."""
    if (
        actor.is_system
        or manages(actor, programme)
        or steers(actor, programme)
        or network_rules.coordinates(actor, programme.network)
    ):
        return Sight(companies=True, money=True, own_id=actor.organisation_id)
    if actor.has(Role.COMPANY_CONTACT) and has_participant(programme, actor.organisation_id):
        return Sight(companies=True, money=False, own_id=actor.organisation_id)
    return Sight(companies=actor.has(Role.PROVIDER) and teaches(actor, programme), money=False)


def has_participant(programme: Any, organisation_id: int | None) -> bool:
    return any(p.organisation_id == organisation_id for p in programme.participations.all())


def teaches(actor: Actor, programme: Any) -> bool:
    rows = programme.programme_editions.all()
    return any(r.edition.offer.provider.organisation_id == actor.organisation_id for r in rows)


def may_change(actor: Actor, programme: Any) -> bool:
    """Its manager, while it is a draft or was sent back."""
    return manages(actor, programme) and programme.state in ("draft", "returned")


def may_read_dossier(actor: Actor, programme: Any) -> bool:
    """The whole file holds every company's figures."""
    return sight_of(actor, programme).money
