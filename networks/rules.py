"""Who may do what with rows of `networks`: predicates of an actor and an object."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.db.models.functions import Coalesce

from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import NETWORK_ROLES, Role


def may_confirm_gap(actor: Actor, organisation_id: int) -> bool:
    """Only the company itself says that a gap is its gap."""
    return actor.is_system or (actor.has(Role.COMPANY_CONTACT) and actor.organisation_id == organisation_id)


def is_company_of(actor: Actor, gap: Any) -> bool:
    return may_confirm_gap(actor, gap.organisation_id)


def may_change_gap(actor: Actor, gap: Any) -> bool:
    """The company, or the manager of the gap's network."""
    return is_company_of(actor, gap) or manages(actor, gap.network_id)


def is_sending_company(actor: Actor, transfer: Any) -> bool:
    """The employer whose gap it is, or the manager of its network."""
    return may_change_gap(actor, transfer.gap)


def is_receiving_company(actor: Actor, transfer: Any) -> bool:
    return transfer.receiving_id is not None and may_confirm_gap(actor, transfer.receiving_id)


def is_party_to_transfer(actor: Actor, transfer: Any) -> bool:
    return is_sending_company(actor, transfer) or is_receiving_company(actor, transfer)


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


MIN_COMPANIES = 3  # what a network is: at least three independent companies


def may_edit_network(actor: Actor, network: Any) -> bool:
    return actor.is_system or manages(actor, network.pk)


def may_decide_network(actor: Actor, network: Any) -> bool:
    """The coordinator of the call, unless an organisation that the person works for (or one linked to it) leads,
    contracts or is in the network."""
    if actor.is_system:
        return True
    return coordinates(actor, network) and not is_party(network, organisations=actor.own_organisations)


def is_party(network: Any, *, organisations: Iterable[int]) -> bool:
    """Whether one of `organisations`, or its single undertaking, leads, contracts or is in the network.

    Asked once for an instance: a page asks it for every button.
    """
    asked = frozenset(organisations)
    known: dict[frozenset[int], bool] = network.__dict__.setdefault("_is_party", {})
    if asked not in known:
        known[asked] = party_networks(asked).filter(pk=network.pk).exists()
    return known[asked]


def linked_organisations(organisations: Iterable[int]) -> Any:
    """The organisations and those that form a single undertaking with one of them."""
    from networks.models import Organisation

    keyed = Organisation.objects.annotate(key=Coalesce("undertaking_id", "pk")).order_by()
    return keyed.filter(key__in=keyed.filter(pk__in=list(organisations)).values("key"))


def party_networks(organisations: Iterable[int]) -> Any:
    """The networks that one of `organisations`, or its single undertaking, leads, contracts or is in."""
    from networks.models import Network, NetworkMember

    group = linked_organisations(organisations).values("pk")
    inside = NetworkMember.objects.filter(
        organisation__in=group, state__in=["invited", "requested", "active"]
    ).order_by()
    return Network.objects.filter(
        Q(pk__in=inside.values("network")) | Q(promoter__in=group) | Q(contracting_organisation__in=group)
    )


def may_read_members(actor: Actor, network: Any) -> bool:
    """Who works with the network; a company that only was invited or asked does not see the others yet."""
    if manages(actor, network.pk) or steers(actor, network.pk):
        return True
    if actor.is_system or actor.has(Role.COORDINATOR, Role.ADMINISTRATOR, Role.ANALYST):
        return True
    return bool(network.members.filter(organisation=actor.organisation_id, state="active").exists())


def is_company_of_member(actor: Actor, member: Any) -> bool:
    return actor.is_system or (
        actor.has(Role.COMPANY_CONTACT) and member.organisation_id == actor.organisation_id
    )


def manages_member(actor: Actor, member: Any) -> bool:
    return actor.is_system or manages(actor, member.network_id)


def leads_needs(actor: Actor, analysis: Any) -> bool:
    return actor.is_system or manages(actor, analysis.network_id)


def may_vote(actor: Actor, analysis: Any) -> bool:
    return steers(actor, analysis.network_id)


def owns_call(actor: Actor, call: Any) -> bool:
    return actor.is_system or (actor.has(Role.COORDINATOR) and call.coordinator_id == actor.organisation_id)


def may_edit_organisation(actor: Actor) -> bool:
    """Whoever answers for the own organisation; a steering group member or an analyst only reads it."""
    return actor.has(
        Role.COMPANY_CONTACT, Role.PROVIDER, Role.NETWORK_MANAGER, Role.COORDINATOR, Role.ADMINISTRATOR
    )


def invitable_roles(actor: Actor) -> list[Role]:
    """For which roles one may invite to the own organisation: one's own, never a network role.

    A coordinator also invites analysts. Network roles come from the network's own page.
    """
    wanted = actor.roles - NETWORK_ROLES
    if actor.has(Role.COORDINATOR):
        wanted |= {Role.ANALYST}
    if actor.has(Role.ADMINISTRATOR):
        wanted = frozenset(Role) - NETWORK_ROLES
    return [role for role in Role if role in wanted]


def may_end_membership(actor: Actor, membership: Any) -> bool:
    """An administrator any; others those of the own organisation that they may also give, and own ones."""
    if actor.is_system or actor.has(Role.ADMINISTRATOR):
        return True
    if membership.network_id in actor.managed_networks:
        return True
    if actor.user is not None and membership.user_id == actor.user.pk:
        return True
    own = membership.organisation_id == actor.organisation_id
    return own and Role(membership.role) in invitable_roles(actor)


def may_manage_invitation(actor: Actor, invitation: Any) -> bool:
    if actor.is_system or actor.has(Role.ADMINISTRATOR):
        return True
    if invitation.network_id is not None:
        return manages(actor, invitation.network_id)
    if manages_company_of(actor, invitation.organisation_id):
        return True
    own = invitation.organisation_id == actor.organisation_id
    return own and Role(invitation.role) in invitable_roles(actor)


def manages_company_of(actor: Actor, organisation_id: int) -> bool:
    """Whether the company is invited or active in a network that the actor manages."""
    from networks.models import NetworkMember

    return bool(actor.managed_networks) and (
        NetworkMember.objects.filter(
            network__in=actor.managed_networks, organisation=organisation_id, state__in=["invited", "active"]
        ).exists()
    )


def is_second_person(actor: Actor, rate: Any) -> bool:
    """A rate is confirmed by another administrator than the one who proposed it."""
    return actor.has(Role.ADMINISTRATOR) and actor.user is not None and rate.proposed_by_id != actor.user.pk


def is_administrator(actor: Actor, _subject: Any) -> bool:
    return actor.is_system or actor.has(Role.ADMINISTRATOR)
