"""What assembly is asked for one network: rows into numbers. Matching knows no law: it is handed in."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from django.db.models import Q

from catalogue.models import Edition, Offer
from matching.engine.assembly_problem import EditionChoice, NetworkBudget, PoolNeed, Problem
from matching.models import Bid, Pool, PoolGap
from matching.services.choosing import chosen_bids
from matching.services.fits import GOOD_ENOUGH, PoolOffer, pool_offers
from networks.models import Gap, Network, Organisation
from programmes.aid.rates import Rates
from programmes.services.budgets import call_position, network_position
from programmes.services.ledger import undertaking_position

# Offers of a pool that assembly may choose from; what lies further down is no real alternative.
OFFERS_A_POOL = 12
# Nobody buys a course that fits this much worse than the best, only because it still has seats.
ALLOWED_LOSS = 0.12


@dataclass(frozen=True, slots=True)
class Question:
    """The problem of one network and the rows that its numbers stand for."""

    problem: Problem
    pools: dict[int, Pool]
    gaps: dict[int, list[Gap]]
    editions: dict[int, Edition]
    offers: dict[int, list[PoolOffer]]
    budget_left: Decimal | None
    unpriced: set[int] = field(default_factory=set)  # offers that fit but lack price or seats

    def problem_has(self, pool_id: int) -> bool:
        """Whether the pool could be asked for at all: somebody must have said how many learners."""
        return any(need.id == pool_id for need in self.problem.pools)


def ask(
    *,
    network: Network,
    rates: Rates,
    today: date,
    budget: Decimal | None = None,
    also: Collection[int] = (),
) -> Question:
    """Everything that decides what to buy for the pools of a network that no programme holds.

    `also` names frozen pools that are asked for as well: what if their programme were not there?
    """
    wanted = Q(state=Pool.State.OPEN) | Q(pk__in=also)
    pools = {p.pk: p for p in Pool.objects.filter(wanted, network=network).order_by("pk")}
    gaps = _gaps(pools)
    offers = {pk: rows[:OFFERS_A_POOL] for pk, rows in pool_offers(list(pools)).items()}
    chosen = {pk: bid for pk, bid in chosen_bids(pools).items() if bid.edition is not None}
    editions = _editions(offers, today) | _of_bids(chosen, today)
    unpriced = _unpriced(offers, editions)
    left = budget if budget is not None else budget_left(network)
    problem = Problem(
        pools=tuple(_need(pool, gaps[pk]) for pk, pool in pools.items() if _learners(gaps[pk])),
        editions=tuple(_choice(edition) for edition in editions.values()),
        fit=_as_chosen(_fit(offers, editions), chosen, editions),
        budgets=(
            NetworkBudget(
                network=network.pk,
                call=network.call_id,
                budget=left,
                public_share=rates.value("network_grant", today) / 100,
            ),
        ),
        call_budgets=_call_budget(network),
        provider_cap=_provider_cap(left, rates, today),
        headroom=_headroom(gaps, today),
        price_of_public_euro=float(rates.value("assembly_public_euro", today)),
        min_fit=GOOD_ENOUGH,
        undertaking_of={
            g.organisation_id: g.organisation.undertaking_key for rows in gaps.values() for g in rows
        },
        today=today,
    )
    return Question(problem, pools, gaps, editions, offers, left, unpriced)


def budget_left(network: Network) -> Decimal | None:
    """What the network may still commit, drafts counted; None when it has no budget line."""
    return network_position(network).plannable


def _call_budget(network: Network) -> dict[int, Decimal]:
    """What all networks of the call may still commit together; nothing where the call has no budget."""
    if network.call is None:
        return {}
    left = call_position(network.call).plannable
    return {} if left is None else {network.call.pk: left}


def _provider_cap(left: Decimal | None, rates: Rates, today: date) -> Decimal | None:
    """The most that one provider may get of what the network can still spend; None where nothing caps it."""
    share = rates.value("assembly_provider_share", today)
    return None if left is None or share >= 100 else (left * share / 100).quantize(Decimal("0.01"))


def _headroom(gaps: Mapping[int, Sequence[Gap]], today: date) -> dict[int, Decimal]:
    """What is left under the de minimis ceiling of undertakings that ask for mandatory training alone.

    Article 31(2) of the block exemption bars it, so that only de minimis aid can pay. Other training has no
    ceiling per undertaking.
    """
    companies: dict[int, Organisation] = {}
    free: set[int] = set()
    for gap in (gap for rows in gaps.values() for gap in rows):
        companies[gap.organisation.undertaking_key] = gap.organisation
        if not gap.mandatory:
            free.add(gap.organisation.undertaking_key)
    return {
        key: undertaking_position(organisation=company, day=today).left
        for key, company in companies.items()
        if key not in free
    }


def _gaps(pools: Mapping[int, Pool]) -> dict[int, list[Gap]]:
    rows: dict[int, list[Gap]] = {pk: [] for pk in pools}
    found = PoolGap.objects.filter(pool__in=pools).select_related("gap__organisation").order_by("gap_id")
    for row in found:
        rows[row.pool_id].append(row.gap)
    return rows


def _learners(gaps: Iterable[Gap]) -> dict[int, int]:
    """Learners per company; a gap that does not say how many waits until it does."""
    learners: dict[int, int] = defaultdict(int)
    for gap in gaps:
        if gap.learners:
            learners[gap.organisation_id] += gap.learners
    return dict(learners)


def _need(pool: Pool, gaps: Sequence[Gap]) -> PoolNeed:
    return PoolNeed(
        id=pool.pk,
        network=pool.network_id,
        learners=_learners(gaps),
        priority=weight_of(pool.priority),
    )


def weight_of(priority: float | None) -> float:
    """What the strategy adds to demand that already counts: from a half (nothing speaks for it) to one and a
    half. Demand that several companies validated is never worth nothing; unknown is worth one."""
    return 1.0 if priority is None else 0.5 + priority


def _editions(offers: Mapping[int, Sequence[PoolOffer]], today: date) -> dict[int, Edition]:
    wanted = {row.offer_id for rows in offers.values() for row in rows if row.fit >= GOOD_ENOUGH}
    found = (
        Edition.objects.filter(offer__in=wanted)
        .taking_people(today)
        .select_related("offer__provider__organisation")
        .order_by("pk")
    )
    return {e.pk: e for e in found if e.effective_price[0] is not None and e.seats_left}


def _unpriced(offers: Mapping[int, Sequence[PoolOffer]], editions: Mapping[int, Edition]) -> set[int]:
    priced = {e.offer_id for e in editions.values()}
    return {r.offer_id for rows in offers.values() for r in rows if r.fit >= GOOD_ENOUGH} - priced


def _choice(edition: Edition) -> EditionChoice:
    price, basis = edition.effective_price
    assert isinstance(price, Decimal)  # noqa: S101  only priced editions come here
    minimum = edition.min_seats if edition.min_seats is not None else edition.offer.min_seats
    return EditionChoice(
        id=edition.pk,
        provider=edition.offer.provider_id,
        price=price,
        seats=edition.seats_left or 0,
        basis="edition" if basis == Offer.PriceBasis.EDITION else "participant",
        min_seats=max(0, (minimum or 0) - edition.enrolled),
        starts_on=edition.starts_on,
    )


def _fit(
    offers: Mapping[int, Sequence[PoolOffer]], editions: Mapping[int, Edition]
) -> dict[tuple[int, int], float]:
    by_offer: dict[int, list[int]] = defaultdict(list)
    for edition in editions.values():
        by_offer[edition.offer_id].append(edition.pk)
    return {
        (pool_id, edition_id): float(row.fit)
        for pool_id, rows in offers.items()
        for row in rows
        for edition_id in by_offer.get(row.offer_id, ())
    }


def _of_bids(chosen: Mapping[int, Bid], today: date) -> dict[int, Edition]:
    """Editions of chosen bids that can still be bought."""
    wanted = [bid.edition_id for bid in chosen.values()]
    found = Edition.objects.filter(pk__in=wanted).taking_people(today)
    return {
        e.pk: e
        for e in found.select_related("offer__provider__organisation").order_by("pk")
        if e.effective_price[0] is not None and e.seats_left
    }


def _as_chosen(
    fit: dict[tuple[int, int], float], chosen: Mapping[int, Bid], editions: Mapping[int, Edition]
) -> dict[tuple[int, int], float]:
    """A pool whose network chose a bid gets that edition and no other; a person found it good enough.

    The edition was proposed for that pool: no other pool is served from it.
    """
    theirs = {bid.edition_id: pool for pool, bid in chosen.items() if bid.edition_id in editions}
    kept = {
        (pool, edition): value
        for (pool, edition), value in fit.items()
        if theirs.get(edition, pool) == pool and (pool not in theirs.values() or edition in theirs)
    }
    for edition, pool in theirs.items():
        assert edition is not None  # noqa: S101  it is one of the editions
        kept[pool, edition] = max(kept.get((pool, edition), 0.0), GOOD_ENOUGH)
    return kept


def worth_buying(problem: Problem, forbidden: Collection[int] = ()) -> Problem:
    """The problem with, for each pool, only editions that fit nearly as well as the best that is not forbidden.

    Where nothing is good enough all stay: nothing is bought, and they say by how much it falls short.
    """
    best: dict[int, float] = defaultdict(float)
    for (pool, edition), fit in problem.fit.items():
        if edition not in forbidden:
            best[pool] = max(best[pool], fit)
    locked = {(lock.pool, lock.edition) for lock in problem.locks if lock.wanted}
    kept = {
        (pool, edition): fit
        for (pool, edition), fit in problem.fit.items()
        if best[pool] < GOOD_ENOUGH or fit >= best[pool] - ALLOWED_LOSS or (pool, edition) in locked
    }
    return replace(problem, fit=kept)
