"""The reads of `networks`. `visible_to` is the only way for a page to reach these rows."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Count, Q, Sum

from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role

if TYPE_CHECKING:
    from networks.models import Gap, Network, Organisation  # noqa: F401


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def visible_to(self, actor: Actor) -> Self:
        """One's own; for a network manager also the members; all for who runs the whole."""
        if actor.is_system or actor.has(Role.ADMINISTRATOR, Role.COORDINATOR, Role.ANALYST):
            return self
        networks = actor.managed_networks | actor.steered_networks
        in_network = Q(pk__in=_member_ids(networks)) if networks else Q()
        own = Q(pk=actor.organisation_id) if actor.organisation_id else Q(pk__in=[])
        return self.filter(own | in_network) if networks else self.filter(own)


class NetworkQuerySet(models.QuerySet["Network"]):
    def visible_to(self, actor: Actor) -> Self:
        """Networks one is in, manages, steers, promotes, or whose call one coordinates."""
        if actor.is_system or actor.has(Role.ADMINISTRATOR, Role.ANALYST):
            return self
        wanted = Q(pk__in=actor.managed_networks | actor.steered_networks)
        if actor.has(Role.COMPANY_CONTACT):
            wanted |= Q(pk__in=_network_ids(actor.organisation_id))
        if actor.has(Role.COORDINATOR):
            wanted |= Q(call__coordinator_id=actor.organisation_id)
        return self.filter(wanted)

    def managed_by(self, actor: Actor) -> Self:
        return self.filter(pk__in=actor.managed_networks)

    def with_counts(self) -> Self:
        return self.annotate(
            open_gaps=Count("gaps", filter=Q(gaps__state="open"), distinct=True),
            active_members=Count("members", filter=Q(members__state="active"), distinct=True),
        )


class GapQuerySet(models.QuerySet["Gap"]):
    def visible_to(self, actor: Actor) -> Self:
        """A gap shows a weakness: only its company, its network's manager and steering group, and the
        coordinator of its call see it by name. Everybody else sees pools and counts."""
        if actor.is_system:
            return self
        wanted = Q(network__in=actor.managed_networks | actor.steered_networks)
        if actor.has(Role.COMPANY_CONTACT):
            wanted |= Q(organisation=actor.organisation_id)
        if actor.has(Role.COORDINATOR):
            wanted |= Q(network__call__coordinator=actor.organisation_id)
        return self.filter(wanted)

    def editable_by(self, actor: Actor) -> Self:
        wanted = Q(network__in=actor.managed_networks)
        if actor.has(Role.COMPANY_CONTACT):
            wanted |= Q(organisation=actor.organisation_id)
        return self if actor.is_system else self.filter(wanted)

    def open(self) -> Self:
        return self.filter(state="open")

    def live(self) -> Self:
        """What still counts: open, or waiting for the company's word."""
        return self.filter(state__in=["open", "to_confirm"])

    def with_parties(self) -> Self:
        return self.select_related("organisation", "network")

    def totals(self) -> dict[str, Any]:
        return self.aggregate(
            gaps=Count("id"), learners=Sum("learners"), companies=Count("organisation", distinct=True)
        )


def _member_ids(networks: frozenset[int]) -> Any:
    from networks.models import NetworkMember

    return NetworkMember.objects.filter(network__in=networks, state="active").values("organisation")


def _network_ids(organisation_id: int | None) -> Any:
    from networks.models import NetworkMember

    return NetworkMember.objects.filter(organisation=organisation_id, state="active").values("network")
