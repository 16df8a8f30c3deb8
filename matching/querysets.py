"""The reads of `matching`: a match is as private as its gap; a pool is shown by name or k-anonymously."""

from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role

if TYPE_CHECKING:
    from matching.models import DemandCard, Match, MatchChange, MatchRun, Pool  # noqa: F401


class MatchQuerySet(models.QuerySet["Match"]):
    def visible_to(self, actor: Actor) -> Self:
        from networks.models import Gap

        return self if actor.is_system else self.filter(gap__in=Gap.objects.visible_to(actor).values("pk"))

    def with_offer(self) -> Self:
        return self.select_related("offer__provider__organisation")


class MatchChangeQuerySet(models.QuerySet["MatchChange"]):
    def visible_to(self, actor: Actor) -> Self:
        """A change is as private as its gap."""
        from networks.models import Gap

        return self if actor.is_system else self.filter(gap__in=Gap.objects.visible_to(actor).values("pk"))

    def with_parties(self) -> Self:
        return self.select_related("gap__organisation", "offer__provider__organisation")


class PoolQuerySet(models.QuerySet["Pool"]):
    def visible_to(self, actor: Actor) -> Self:
        """Pools whose gaps the actor may see by name: managers, steering group, coordinator of the call,
        and a company for the pools that hold a gap of its own."""
        if actor.is_system:
            return self
        wanted = Q(network__in=actor.managed_networks | actor.steered_networks)
        if actor.has(Role.COORDINATOR):
            wanted |= Q(network__call__coordinator=actor.organisation_id)
        if actor.has(Role.COMPANY_CONTACT):
            wanted |= Q(pk__in=_pools_of_company(actor.organisation_id))
        return self.filter(wanted)

    def anonymous_to(self, actor: Actor) -> Self:
        """Pools that may be shown as counts only: of at least k undertakings (linked ones count once)."""
        if not actor.has(Role.PROVIDER, Role.ANALYST, Role.COORDINATOR, Role.ADMINISTRATOR):
            return self.none()
        return self.live().filter(undertakings__gte=settings.K_ANONYMITY)

    def live(self) -> Self:
        return self.exclude(state="dissolved")


class DemandCardQuerySet(models.QuerySet["DemandCard"]):
    def visible_to(self, actor: Actor) -> Self:
        """Cards of pools whose people the actor belongs to; providers read cards through their pool."""
        if actor.is_system:
            return self
        wanted = Q(pool__network__in=actor.managed_networks | actor.steered_networks)
        if actor.has(Role.COORDINATOR):
            wanted |= Q(pool__network__call__coordinator=actor.organisation_id)
        return self.filter(wanted)

    def with_parties(self) -> Self:
        return self.select_related("pool__network__call")


class RunQuerySet(models.QuerySet["MatchRun"]):
    def visible_to(self, actor: Actor) -> Self:
        """Runs of one's networks; all for who runs the whole; one's own requests."""
        if actor.is_system or actor.has(Role.COORDINATOR, Role.ANALYST, Role.ADMINISTRATOR):
            return self
        wanted = Q(network__in=actor.managed_networks | actor.steered_networks)
        if actor.user:
            wanted |= Q(requested_by=actor.user)
        return self.filter(wanted)

    def unfinished(self) -> Self:
        return self.filter(state__in=["pending", "running"])


def _pools_of_company(organisation_id: int | None) -> Any:
    from matching.models import PoolGap

    return PoolGap.objects.filter(gap__organisation=organisation_id).values("pool")
