"""The reads of `matching`: a match is as private as its gap; a pool is shown by name or k-anonymously."""

from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL

from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role

if TYPE_CHECKING:
    from matching.models import DemandCard, Match, MatchChange, MatchRun, Pool  # noqa: F401


# A figure that was last shown, for a reader who can take the own undertaking's part out of it: told only when at
# least k others put something into it, and while the pool holds k undertakings.
TOLD = """(CASE WHEN matching_pool.undertakings >= %s AND (
    SELECT count(*) FROM jsonb_object_keys(coalesce(matching_pool.shown -> 'said' -> %s -> -1, '{}')) AS who
    WHERE who <> coalesce(
        (SELECT coalesce(o.undertaking_id, o.id)::text FROM networks_organisation o WHERE o.id = %s), '')
    ) >= %s THEN (matching_pool.shown -> 'figures' ->> %s)::int END)"""
TOLD_PRIORITY = "(matching_pool.shown ->> 'priority')::float8"
# Whether a pool is unmet, as outsiders read it (matching.services.told_obstacles); in a programme nothing is lacking.
TOLD_UNMET = """(matching_pool.state = 'open'
    AND coalesce((matching_pool.shown ->> 'unmet')::boolean, matching_pool.is_unmet))"""


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

    def with_told(self, actor: Actor) -> Self:
        """`told_undertakings`, `told_learners`, `told_priority`, `told_unmet`: what an outsider reads, a member of
        the pool included; a figure is unknown where somebody could subtract oneself and see fewer than k."""

        def told(name: str) -> RawSQL:
            k = settings.K_ANONYMITY
            values = (k, name, actor.organisation_id, k, name)
            return RawSQL(TOLD, values, models.IntegerField())  # noqa: S611  values go as parameters

        priority = RawSQL(TOLD_PRIORITY, (), models.FloatField())  # noqa: S611  a constant text
        return (
            self.annotate(told_undertakings=told("undertakings"), told_learners=told("learners"))
            .annotate(
                told_priority=models.Case(
                    models.When(told_undertakings__isnull=False, then=priority),
                    default=None,
                    output_field=models.FloatField(),
                )
            )
            .with_told_unmet()
        )

    def with_told_unmet(self) -> Self:
        """`told_unmet`: whether outsiders read that nothing closes the pool."""
        unmet = RawSQL(TOLD_UNMET, (), models.BooleanField())  # noqa: S611  a constant text
        return self.annotate(told_unmet=unmet)

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
        """Runs of one's networks, those of everything too; all for who runs the whole; one's own requests."""
        if actor.is_system or actor.has(Role.COORDINATOR, Role.ANALYST, Role.ADMINISTRATOR):
            return self
        networks = actor.managed_networks | actor.steered_networks
        wanted = Q(network__in=networks)
        if networks:  # the run of the night goes over theirs as well
            wanted |= Q(scope="all")
        if actor.user:
            wanted |= Q(requested_by=actor.user)
        return self.filter(wanted)

    def unfinished(self) -> Self:
        return self.filter(state__in=["pending", "running"])


def _pools_of_company(organisation_id: int | None) -> Any:
    from matching.models import PoolGap

    return PoolGap.objects.filter(gap__organisation=organisation_id).values("pool")
