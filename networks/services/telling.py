"""Whom to tell: the people who hold a role for an organisation or a network."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.urls import reverse

from networks.models import Network
from skillnet.accounts.models import User
from skillnet.kernel.addresses import absolute
from skillnet.kernel.outbox import queue_notice
from skillnet.kernel.roles import Role


def managers_of(network: Network | int) -> list[User]:
    """The people who manage a network (or the network with this key) now."""
    return _holders(Q(memberships__network=network, memberships__role=Role.NETWORK_MANAGER))


def steering_group_of(network: Network) -> list[User]:
    return _holders(Q(memberships__network=network, memberships__role=Role.STEERING_MEMBER))


def contacts_of(*organisations: int) -> list[User]:
    """The company contacts of these organisations, each person once."""
    return _holders(Q(memberships__organisation__in=organisations, memberships__role=Role.COMPANY_CONTACT))


def teachers_of(organisation_id: int) -> list[User]:
    """The people who keep the supply of an organisation."""
    return _holders(Q(memberships__organisation=organisation_id, memberships__role=Role.PROVIDER))


def reviewers_of(organisation_id: int | None) -> list[User]:
    """Who decides for an administration: its coordinators and administrators; none without one."""
    if organisation_id is None:
        return []
    roles = [Role.COORDINATOR, Role.ADMINISTRATOR]
    return _holders(Q(memberships__organisation=organisation_id, memberships__role__in=roles))


def coordinators_of(network: Network) -> list[User]:
    """The people of the coordinator of the network's call; none without a call."""
    if network.call is None:
        return []
    wanted = Q(memberships__organisation=network.call.coordinator_id, memberships__role=Role.COORDINATOR)
    return _holders(wanted)


def tell(people: Iterable[User], *, key: str, template: str, address: str, **context: Any) -> None:
    """A notice and a mail to each, once per `key`; `address` is where the link in it leads."""
    notify(people, key=key, template=template, context=context | {"url": absolute(address)})


def notify(people: Iterable[User], *, key: str, template: str, context: dict[str, Any]) -> int:
    """A message to each of these people, however many roles they hold; once for each `key`. Returns how many."""
    told = set(people)
    for user in told:
        queue_notice(user=user, key=key, template=template, context=context, mail=user.wants_mail)
    return len(told)


def address_of(network: Network) -> str:
    return reverse("networks:network_detail", args=[network.public_id])


def _holders(wanted: Q) -> list[User]:
    held = wanted & Q(memberships__ended_at=None)
    return list(User.objects.filter(held, is_active=True).distinct())
