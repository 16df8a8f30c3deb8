"""Pooled demand as providers read it: counts of at least k undertakings, ranked by their own fit."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, FloatField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from catalogue.models import Offer, Provider
from matching.anonymity import AnonymousDemand, Wish, anonymous
from matching.models import Match, Pool, PoolGap, ProviderInterest
from matching.services.fits import GOOD_ENOUGH, PoolOffer, pool_offers
from networks.models import Gap, Membership
from skillnet.kernel.actor import Actor
from skillnet.kernel.outbox import queue_notice
from skillnet.kernel.roles import Role

LEARNERS = Coalesce("gap__learners", 1)


def demand_for(actor: Actor) -> QuerySet[Pool]:
    """Pools that the actor may see as counts, with `own_fit`: the best fit (0..1) of an offer of its own."""
    own = (
        Match.objects.filter(
            gap__pool_gap__pool=OuterRef("pk"),
            offer__provider__organisation=actor.organisation_id,
            offer__state="active",
        )
        .order_by()
        .values("offer")
        .annotate(total=Sum(F("score") * LEARNERS))
        .order_by("-total")
        .values("total")[:1]
    )
    weight = (
        PoolGap.objects.filter(pool=OuterRef("pk"))
        .order_by()
        .values("pool")
        .annotate(total=Sum(LEARNERS))
        .values("total")
    )
    pools = Pool.objects.anonymous_to(actor).select_related("network", "demand_card")
    fit = Subquery(own, output_field=FloatField()) / Subquery(weight, output_field=FloatField())
    return pools.annotate(own_fit=fit)


def anonymous_demand(pools: Sequence[Pool]) -> dict[int, AnonymousDemand]:
    """What may be said of each pool, counted anew from its gaps; one query. Pools of too few are left out."""
    wishes: dict[int, list[Wish]] = defaultdict(list)
    for gap in Gap.objects.filter(pool_gap__pool__in=pools).select_related("organisation", "pool_gap"):
        wishes[gap.pool_gap.pool_id].append(_wish(gap))
    found = {pool.pk: anonymous(wishes[pool.pk], settings.K_ANONYMITY) for pool in pools}
    return {pk: demand for pk, demand in found.items() if demand is not None}


def own_offers_for(pool: Pool, actor: Actor) -> list[tuple[Offer, PoolOffer]]:
    """The actor's own published offers that fit the pool well enough, best first."""
    fits = {fit.offer_id: fit for fit in pool_offers([pool.pk])[pool.pk]}
    fits = {pk: fit for pk, fit in fits.items() if fit.fit >= GOOD_ENOUGH}
    own = Offer.objects.editable_by(actor).active().filter(pk__in=fits)
    return sorted(((offer, fits[offer.pk]) for offer in own), key=lambda pair: -pair[1].fit)


def interest_of(pool: Pool, actor: Actor) -> ProviderInterest | None:
    return ProviderInterest.objects.filter(
        pool=pool, provider__organisation=actor.organisation_id, state=ProviderInterest.State.OPEN
    ).first()


def interests_in(pool: Pool) -> list[ProviderInterest]:
    """Providers that could teach what this pool asks, for the people of its network."""
    open_ones = pool.interests.filter(state=ProviderInterest.State.OPEN)
    return list(open_ones.select_related("provider__organisation"))


def register_interest(*, pool: Pool, actor: Actor, note: str = "") -> ProviderInterest:
    """A provider says that it could teach this; managers of the network hear it once. Safe to repeat.

    Raises ValidationError when the organisation is no provider or the pool is no longer shown.
    """
    provider = Provider.objects.of(actor).first() if actor.has(Role.PROVIDER) else None
    if provider is None:
        raise ValidationError(_("Alleen een opleidingsverstrekker kan belangstelling melden."))
    with transaction.atomic():
        shown = Pool.objects.anonymous_to(actor).select_for_update(of=("self",)).filter(pk=pool.pk).first()
        if shown is None:
            raise ValidationError(_("Deze vraag bestaat niet meer."))
        interest, _created = ProviderInterest.objects.update_or_create(
            pool=shown,
            provider=provider,
            defaults={"note": note.strip()[:1000], "state": ProviderInterest.State.OPEN, "user": actor.user},
        )
        for person in _managers(shown.network_id):
            queue_notice(
                user=person,
                key=f"interest:{interest.pk}",
                template="provider_interest",
                context={"provider": str(provider), "pool": shown.title, "note": interest.note},
            )
    return interest


def withdraw_interest(*, pool: Pool, actor: Actor) -> None:
    """Take one's interest back; safe to repeat."""
    ProviderInterest.objects.filter(pool=pool, provider__organisation=actor.organisation_id).update(
        state=ProviderInterest.State.WITHDRAWN
    )


def _managers(network_id: int) -> list[Any]:
    rows = Membership.objects.filter(network=network_id, role=Role.NETWORK_MANAGER, ended_at=None)
    return [membership.user for membership in rows.select_related("user")]


def _wish(gap: Gap) -> Wish:
    budget = gap.budget / gap.learners if gap.budget is not None and gap.learners else None
    return Wish(
        undertaking=gap.organisation.undertaking_key,
        learners=gap.learners,
        regions=tuple(gap.regions),
        skills=tuple(gap.skills),
        horizon=gap.horizon,
        depth=gap.depth,
        languages=tuple(gap.learner_languages),
        budget=budget,
    )
