"""Rows for tests, each valid on its own: name what a test is about, the rest is filled in."""

from itertools import count
from typing import Any

from django.utils import timezone

from catalogue.models import Edition, Offer, Provider
from networks.models import Call, Gap, Membership, NeedsAnalysis, Network, NetworkMember, Organisation
from networks.services.needs import snapshot_of
from skillnet.accounts.models import User
from skillnet.current import actor_for, memberships_of
from skillnet.kernel.actor import Actor
from skillnet.kernel.enterprise_number import check_digits
from skillnet.kernel.roles import NETWORK_ROLES, Role

_serial = count(1)
PASSWORD = "een-lang-wachtwoord-voor-tests"


def make_enterprise_number() -> str:
    """A number that nobody else in this test run has, with good check digits."""
    first_eight = f"08{next(_serial):06d}"
    return first_eight + check_digits(first_eight)


def make_user(*, email: str = "", **values: Any) -> User:
    number = next(_serial)
    return User.objects.create_user(
        email or f"persoon{number}@voorbeeld.example", PASSWORD, **{"name": f"Persoon {number}", **values}
    )


def make_organisation(*, name: str = "", **values: Any) -> Organisation:
    values = {"enterprise_number": make_enterprise_number(), "is_verified": True} | values
    return Organisation.objects.create(name=name or f"Bedrijf {next(_serial)}", **values)


def make_call(*, coordinator: Organisation | None = None, **values: Any) -> Call:
    values = {"title": f"Oproep {next(_serial)}", "state": Call.State.OPEN} | values
    kind = Organisation.Kind.ADMINISTRATION
    return Call.objects.create(coordinator=coordinator or make_organisation(kind=kind), **values)


def make_network(*, members: int = 0, call: Call | None = None, **values: Any) -> Network:
    """An active network of a call, with as many active companies as `members` says."""
    values = {"name": f"Netwerk {next(_serial)}", "state": Network.State.ACTIVE} | values
    network = Network.objects.create(call=call or make_call(), **values)
    for _ in range(members):
        make_member(network=network)
    return network


def make_member(
    *, network: Network, organisation: Organisation | None = None, state: str = NetworkMember.State.ACTIVE
) -> NetworkMember:
    return NetworkMember.objects.create(
        network=network, organisation=organisation or make_organisation(), state=state
    )


def make_membership(
    *,
    user: User | None = None,
    organisation: Organisation | None = None,
    role: Role = Role.COMPANY_CONTACT,
    network: Network | None = None,
) -> Membership:
    """One role; a network role gets a network when none is named."""
    if role in NETWORK_ROLES and network is None:
        network = make_network()
    return Membership.objects.create(
        user=user or make_user(),
        organisation=organisation or make_organisation(),
        role=role,
        network=network,
    )


def actor_for_user(user: User, organisation: Organisation | None = None) -> Actor:
    """As a request of this person has it, at `organisation` or at the first one."""
    return actor_for(user, memberships_of(user), organisation.pk if organisation else None)


def actor_for_role(
    role: Role,
    *,
    organisation: Organisation | None = None,
    network: Network | None = None,
    user: User | None = None,
) -> Actor:
    """An actor with just this role, at an organisation of its own unless one is named."""
    membership = make_membership(user=user, organisation=organisation, role=role, network=network)
    return actor_for_user(membership.user, membership.organisation)


def organisation_of(actor: Actor) -> Organisation:
    """The organisation that the actor speaks for."""
    assert actor.organisation_id is not None
    return Organisation.objects.get(pk=actor.organisation_id)


def make_gap(
    *, organisation: Organisation | None = None, network: Network | None = None, **values: Any
) -> Gap:
    """An open gap; with a network its company is made a member of it."""
    organisation = organisation or make_organisation()
    if network is not None:
        NetworkMember.objects.get_or_create(
            network=network, organisation=organisation, defaults={"state": NetworkMember.State.ACTIVE}
        )
    number = next(_serial)
    values = {"external_id": f"G-{number}", "title": f"Storingen zelf oplossen {number}"} | values
    return Gap.objects.create(organisation=organisation, network=network, **values)


def validate_needs(network: Network) -> NeedsAnalysis:
    """A frozen version that holds the network's gaps as they are now, as the steering group would leave it."""
    version = network.needs_analyses.count() + 1
    now = timezone.now()
    return NeedsAnalysis.objects.create(
        network=network,
        version=version,
        state=NeedsAnalysis.State.FROZEN,
        snapshot=snapshot_of(network),
        validated_at=now,
        frozen_at=now,
    )


def make_provider(*, organisation: Organisation | None = None, **values: Any) -> Provider:
    kind = Organisation.Kind.PROVIDER
    values = {"kind": Provider.Kind.PRIVATE} | values
    return Provider.objects.create(organisation=organisation or make_organisation(kind=kind), **values)


def make_offer(*, provider: Provider | None = None, **values: Any) -> Offer:
    number = next(_serial)
    values = {"external_id": f"A-{number}", "title": f"Opleiding {number}"} | values
    return Offer.objects.create(provider=provider or make_provider(), **values)


def make_edition(*, offer: Offer | None = None, **values: Any) -> Edition:
    values = {"external_id": f"E-{next(_serial)}"} | values
    return Edition.objects.create(offer=offer or make_offer(), **values)
