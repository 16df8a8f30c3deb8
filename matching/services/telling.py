"""Who hears of what happens to demand, and how."""

from collections.abc import Iterable
from typing import Any

from networks.models import Membership, Network
from skillnet.kernel.outbox import queue_notice
from skillnet.kernel.roles import Role


def managers_of(network_id: int) -> list[Any]:
    """The people who manage a network now."""
    rows = Membership.objects.filter(network=network_id, role=Role.NETWORK_MANAGER, ended_at=None)
    return [membership.user for membership in rows.select_related("user")]


def coordinators_of(network: Network) -> list[Any]:
    """The coordinators of the network's call."""
    if network.call is None:
        return []
    rows = Membership.objects.filter(
        organisation=network.call.coordinator_id, role=Role.COORDINATOR, ended_at=None
    )
    return [membership.user for membership in rows.select_related("user")]


def tell(people: Iterable[Any], *, key: str, template: str, context: dict[str, Any]) -> None:
    """One notice for each person and `key`; saying it again does nothing."""
    for person in people:
        queue_notice(user=person, key=key, template=template, context=context)
