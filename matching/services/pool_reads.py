"""Pools as a person may read them: titles, offers that fit with their components, why a gap is not pooled."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import BooleanField, Case, Count, F, Q, QuerySet, When

from catalogue.models import Offer
from matching.engine.facts import GapFacts
from matching.engine.pooling import PoolingSettings
from matching.engine.roommates import masks_of
from matching.engine.scoring import COMPONENTS
from matching.models import Embedding, KeptOut, Match, Pool
from matching.services.facts import gap_facts
from matching.services.figures import fits_told
from matching.services.fits import PoolOffer, pool_offers
from matching.services.pools import TOGETHER
from matching.services.skill_linking import likeness
from matching.services.unreadable import unreadable_gaps
from matching.services.vectors import active_revision, embedder
from networks.models import Gap
from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role

WORTH_SHOWING = 0.3
"""An offer with less fit than this teaches something else."""


def readable_pools(actor: Actor) -> QuerySet[Pool]:
    """Live pools that the actor may see, with `is_named` (may read whose gaps) and `shown_title`.

    The engine's title is one company's words: who sees only counts gets the public title instead. Figures to
    show, to sort and to filter by are `read_companies`, `read_gaps`, `read_learners`, `read_priority` and
    `read_unmet`: as they are for who may read whose gaps, else those that were last shown to outsiders
    (`PoolQuerySet.with_told`).
    """

    def read(live: Any, told: str | None) -> Case:
        return Case(When(named_to(actor), then=live), default=F(told) if told else None)

    return (
        Pool.objects.visible_to(actor)
        .live()
        .with_told(actor)
        .select_related("network__call")
        .annotate(
            is_named=Case(When(named_to(actor), then=True), default=False, output_field=BooleanField()),
            shown_title=Case(When(named_to(actor), then=F("title")), default=F("public_title")),
            read_companies=read(F("companies"), "told_undertakings"),
            read_gaps=read(Count("pool_gaps", distinct=True), None),
            read_learners=read(F("learners"), "told_learners"),
            read_priority=read(F("priority"), "told_priority"),
            read_unmet=read(F("is_unmet"), "told_unmet"),
        )
    )


def named_to(actor: Actor) -> Q:
    """The pools of which the actor may read whose gaps they hold."""
    if actor.is_system:
        return Q(pk__isnull=False)
    named = Q(network__in=actor.managed_networks | actor.steered_networks)
    if actor.has(Role.COORDINATOR):
        named |= Q(network__call__coordinator=actor.organisation_id)
    return named


@dataclass(frozen=True, slots=True)
class OfferForPool:
    """An offer for a pool: its fit, per component the least, mean and greatest value over the gaps (None where
    no gap says enough), and the mean certainty."""

    offer: Offer
    fit: PoolOffer
    components: dict[str, tuple[float, float, float] | None]
    certainty: float
    unknown: dict[str, int]  # for how many of the matched gaps a component is not known


def offers_for_pool(pool: Pool, limit: int = 8) -> list[OfferForPool]:
    """The offers that fit a pool best, with the components of their matches; none that is far off."""
    fits = [fit for fit in pool_offers([pool.pk])[pool.pk][:limit] if fit.fit >= WORTH_SHOWING]
    offers = Offer.objects.with_provider().in_bulk([fit.offer_id for fit in fits])
    matches = Match.objects.filter(gap__pool_gap__pool=pool, offer__in=offers)
    parts: dict[int, list[dict[str, float | None]]] = {}
    certain: dict[int, list[float]] = {}
    for offer_id, components, certainty in matches.values_list("offer_id", "components", "certainty"):
        parts.setdefault(offer_id, []).append(components)
        certain.setdefault(offer_id, []).append(certainty)
    return [
        OfferForPool(
            offers[pk],
            fit,
            _spread(parts[pk]),
            sum(certain[pk]) / len(certain[pk]),
            {name: sum(row.get(name) is None for row in parts[pk]) for name in COMPONENTS},
        )
        for fit in fits
        if (pk := fit.offer_id) in offers
    ]


def offers_told(pool: Pool, limit: int = 8) -> list[tuple[Offer, float, str]]:
    """The offers that fit a pool best, as outsiders read it: fit in twentieths and, where that may be said, of
    how many of the gaps ("4/4"); never what one gap makes of it."""
    told = {pk: fit for pk, fit in fits_told(pool).items() if fit[0] >= WORTH_SHOWING}
    best = sorted(told, key=lambda pk: (-told[pk][0], pk))[:limit]
    offers = Offer.objects.with_provider().active().in_bulk(best)
    return [(offers[pk], *told[pk]) for pk in best if pk in offers]


def _spread(rows: Sequence[dict[str, float | None]]) -> dict[str, tuple[float, float, float] | None]:
    found: dict[str, tuple[float, float, float] | None] = {}
    for name in COMPONENTS:
        known = [value for row in rows if (value := row.get(name)) is not None]
        found[name] = (min(known), sum(known) / len(known), max(known)) if known else None
    return found


def unpooled_gaps(actor: Actor) -> QuerySet[Gap]:
    """Live gaps that the actor may see by name and that are in no pool."""
    return (
        Gap.objects.visible_to(actor)
        .live()
        .filter(pool_gap__isnull=True)
        .select_related("organisation", "network__call")
    )


@dataclass(frozen=True, slots=True)
class Lonely:
    """Why a gap is not pooled, and the gap of another company that comes nearest (0..1)."""

    reason: str
    nearest: Gap | None = None
    likeness: float | None = None


def why_unpooled(gaps: Sequence[Gap]) -> dict[int, Lonely]:
    """For each gap: `no_network`, `unconfirmed`, `kept_out`, `waiting`, `unreadable`, `facts:…`, `alone` or `far`."""
    kept_out = set(KeptOut.objects.filter(gap__in=gaps, pool=None).values_list("gap_id", flat=True))
    asked = [gap for gap in gaps if gap.network_id and gap.state == Gap.State.OPEN and gap.pk not in kept_out]
    near = _nearest([gap.pk for gap in asked])
    there = Gap.objects.filter(pk__in=[pk for pk, _cosine in near.values()])
    others = {gap.pk: gap for gap in there.with_parties()}
    facts = {fact.id: fact for fact in gap_facts([*asked, *others.values()])}
    read = _read_by_a_run(asked)
    found = {gap.pk: _lonely(gap, kept_out, near.get(gap.pk), others, facts, read) for gap in gaps}
    silent = unreadable_gaps([gap for gap in gaps if found[gap.pk].reason == "waiting"])
    return {**found, **dict.fromkeys(silent, Lonely("unreadable"))}


def _lonely(
    gap: Gap,
    kept_out: set[int],
    near: tuple[int, float] | None,
    others: dict[int, Gap],
    facts: dict[int, GapFacts],
    read: set[int],
) -> Lonely:
    plain = _plain_reason(gap, kept_out, read)
    if plain:
        return Lonely(plain)
    if near is None:
        return Lonely("alone")
    other, cosine = others[near[0]], near[1]
    if embedder().cosine_scale.to_unit(cosine) < TOGETHER:
        return Lonely("far", other, likeness(cosine))
    return Lonely(_difference(facts[gap.pk], facts[other.pk]), other, likeness(cosine))


def _plain_reason(gap: Gap, kept_out: set[int], read: set[int]) -> str:
    if gap.network_id is None:
        return "no_network"
    if gap.state != Gap.State.OPEN:
        return "unconfirmed"
    if gap.pk in kept_out:
        return "kept_out"
    return "" if gap.pk in read else "waiting"


def _difference(mine: GapFacts, theirs: GapFacts) -> str:
    """The first fact by which two gaps cannot sit in one room; `small` when none stands in the way."""
    pair = masks_of([mine, theirs], PoolingSettings().reach_km)
    for name, here, there in zip(("depth", "direction", "period", "language", "place"), *pair, strict=True):
        if not here & there:
            return f"facts:{name}"
    return "small"


def _read_by_a_run(gaps: Sequence[Gap]) -> set[int]:
    """The gaps that the matcher has read: a run embeds before it pools."""
    revision = active_revision()
    if revision is None:
        return set()
    read = Embedding.objects.filter(revision_id=revision.pk, owner_kind=Embedding.Owner.GAP)
    return set(read.filter(owner_id__in=[gap.pk for gap in gaps]).values_list("owner_id", flat=True))


NEAREST = """
SELECT mine.owner_id, near.owner_id, near.cosine
FROM matching_embedding mine JOIN networks_gap g ON g.id = mine.owner_id
CROSS JOIN LATERAL (
    SELECT e.owner_id, 1 - (e.vector <=> mine.vector) AS cosine
    FROM matching_embedding e JOIN networks_gap o ON o.id = e.owner_id
    WHERE e.revision_id = mine.revision_id AND e.owner_kind = 'gap' AND o.network_id = g.network_id
      AND o.state = 'open' AND o.organisation_id <> g.organisation_id
    ORDER BY e.vector <=> mine.vector, e.owner_id LIMIT 1) near
WHERE mine.revision_id = %(revision)s AND mine.owner_kind = 'gap' AND mine.owner_id = ANY(%(gaps)s)
"""


def _nearest(gap_ids: Sequence[int]) -> dict[int, tuple[int, float]]:
    """For each gap the open gap of another company of its network that says most nearly the same."""
    revision = active_revision()
    if revision is None or not gap_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(NEAREST, {"revision": revision.pk, "gaps": list(gap_ids)})
        return {int(gap): (int(other), float(cosine)) for gap, other, cosine in cursor.fetchall()}
