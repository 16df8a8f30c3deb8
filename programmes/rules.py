"""Who may do what with a programme: predicates of an actor and an object."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from networks import rules as network_rules
from programmes.states import CHANGEABLE
from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role

LEAST_UNDERTAKINGS = 2
"""Independent undertakings that a programme takes: with fewer it is one company's own training, not a network's."""


def manages(actor: Actor, programme: Any) -> bool:
    return network_rules.manages(actor, programme.network_id)


def steers(actor: Actor, programme: Any) -> bool:
    """The steering group validates; a manager who sits in it does not validate the own work alone."""
    return network_rules.steers(actor, programme.network_id)


def directs(actor: Actor, programme: Any) -> bool:
    """Who runs or steers the network, or coordinates its call: they read all of the money and the votes."""
    inside = manages(actor, programme) or steers(actor, programme)
    return actor.is_system or inside or network_rules.coordinates(actor, programme.network)


def may_vote(actor: Actor, programme: Any) -> bool:
    """A person of the steering group, while the plan can still change."""
    return actor.user is not None and steers(actor, programme) and programme.state in CHANGEABLE


def decides(actor: Actor, programme: Any) -> bool:
    """The coordinator of the network's call, never on a programme in which an own organisation has a part."""
    return network_rules.coordinates(actor, programme.network) and not has_interest(actor, programme)


def has_interest(actor: Actor, programme: Any) -> bool:
    """Whether an organisation that the person works for, or one linked to it, takes part in the programme,
    leads or contracts its network, or teaches what it buys. Asked once for an instance: a page asks it for
    every button."""
    asked = actor.own_organisations
    known: dict[frozenset[int], bool] = programme.__dict__.setdefault("_has_interest", {})
    if asked not in known:
        network = programme.network
        party = (
            Q(participations__programme=programme)
            | Q(provider__offers__editions__programme_editions__programme=programme)
            | Q(pk__in=[pk for pk in (network.promoter_id, network.contracting_organisation_id) if pk])
        )
        known[asked] = network_rules.linked_organisations(asked).filter(party).exists()
    return known[asked]


def may_commit(actor: Actor, participation: Any) -> bool:
    """Only the company itself promises learners and money."""
    return actor.has(Role.COMPANY_CONTACT) and actor.organisation_id == participation.organisation_id


def may_read_declarations(actor: Actor, participation: Any) -> bool:
    """The company's own figures and earlier aid: for itself, who draws up its programme and who decides on it.
    The steering group is made of its competitors."""
    programme = participation.programme
    runs = manages(actor, programme) or network_rules.coordinates(actor, programme.network)
    return actor.is_system or runs or may_commit(actor, participation)


def may_read_ledger(actor: Actor, participation: Any) -> bool:
    """How much de minimis aid the company's undertaking had: itself, and who decides on its aid."""
    coordinates = network_rules.coordinates(actor, participation.programme.network)
    return actor.is_system or coordinates or may_commit(actor, participation)


def may_remove(actor: Actor, participation: Any) -> bool:
    """Who runs the network takes a company that stays silent out of the plan."""
    return manages(actor, participation.programme)


def may_comment(actor: Actor, programme: Any) -> bool:
    """Who takes part, runs, steers or decides; others only read."""
    speakers = (Role.COMPANY_CONTACT, Role.NETWORK_MANAGER, Role.STEERING_MEMBER, Role.COORDINATOR)
    return actor.user is not None and actor.has(*speakers)


@dataclass(frozen=True, slots=True)
class Sight:
    """What of a programme an actor may read.

    `companies`: who takes part and with how many learners. `money`: what each company costs, gets and pays,
    and why. `ledger`: how much de minimis aid each undertaking had; without it one reads only whether there is
    room enough. `own_id`: the organisation whose own share is shown in any case.
    """

    companies: bool
    money: bool
    own_id: int | None = None
    ledger: bool = False

    def sees_money_of(self, organisation_id: int) -> bool:
        return self.money or organisation_id == self.own_id

    def sees_ledger_of(self, organisation_id: int) -> bool:
        return self.ledger or organisation_id == self.own_id


def sight_of(actor: Actor, programme: Any) -> Sight:
    """Who runs, steers or decides reads all; companies in it know each other, not each other's money; the
    provider knows who comes; analysts and administrators read totals. What an undertaking had in de minimis
    aid is for itself and the coordinator."""
    own = actor.organisation_id
    if actor.is_system or network_rules.coordinates(actor, programme.network):
        return Sight(companies=True, money=True, own_id=own, ledger=True)
    if directs(actor, programme):
        return Sight(companies=True, money=True, own_id=own)
    if actor.has(Role.COMPANY_CONTACT) and has_participant(programme, actor.organisation_id):
        return Sight(companies=True, money=False, own_id=own)
    return Sight(companies=actor.has(Role.PROVIDER) and teaches(actor, programme), money=False)


def has_participant(programme: Any, organisation_id: int | None) -> bool:
    return any(p.organisation_id == organisation_id for p in programme.participations.all())


def teaches(actor: Actor, programme: Any) -> bool:
    rows = programme.programme_editions.all()
    return any(r.edition.offer.provider.organisation_id == actor.organisation_id for r in rows)


def may_change(actor: Actor, programme: Any) -> bool:
    """Its manager, while it is a draft or was sent back."""
    return manages(actor, programme) and programme.state in CHANGEABLE


def may_read_dossier(actor: Actor, programme: Any) -> bool:
    """The whole file holds every company's figures."""
    return sight_of(actor, programme).money
