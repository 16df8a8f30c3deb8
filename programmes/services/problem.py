"""What assembly is asked for networks: rows into numbers. Matching knows no law: it is handed in."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Q

from catalogue.models import Edition
from matching.engine.assembly_problem import Commitment, Lock, NetworkBudget, PoolNeed, Problem
from matching.engine.facts import HORIZON_DAYS
from matching.models import Bid, Pool, PoolGap
from matching.services.choosing import chosen_bids
from matching.services.fits import GOOD_ENOUGH, PoolOffer, off_subject, pool_offers
from networks.models import Gap, Network, Organisation
from programmes.aid.rates import Rates
from programmes.models import Programme
from programmes.rules import LEAST_UNDERTAKINGS
from programmes.services.budgets import SPENT_STATES, call_position, network_position
from programmes.services.commitment_facts import commitments_of
from programmes.services.declining import declined_pairs
from programmes.services.ledger import undertaking_position
from programmes.services.supply import Supply, proposed_grant, supply_of

# Offers of a pool that assembly may choose from; what lies further down is no real alternative.
OFFERS_A_POOL = 12
# Nobody buys a course that fits this much worse than the best, only because it still has seats.
ALLOWED_LOSS = 0.12
ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Question:
    """The problem of one network, or of several of one call, and the rows that its numbers stand for."""

    problem: Problem
    pools: dict[int, Pool]
    gaps: dict[int, list[Gap]]
    supply: Supply
    offers: dict[int, list[PoolOffer]]
    budgets_left: dict[int, Decimal | None]
    chosen: frozenset[int] = field(default_factory=frozenset)  # pools whose network chose a bid
    declined: frozenset[tuple[int, int]] = field(default_factory=frozenset)  # (pool, edition)

    @property
    def editions(self) -> dict[int, Edition]:
        """The editions that can be bought."""
        return self.supply.editions

    @property
    def budget_left(self) -> Decimal | None:
        """What the network may still commit, where it is one."""
        return next(iter(self.budgets_left.values()), None)

    def problem_has(self, pool_id: int) -> bool:
        """Whether the pool could be asked for at all: somebody must have said how many learners."""
        return any(need.id == pool_id for need in self.problem.pools)


def ask(*, network: Network, rates: Rates, today: date, without: Programme | None = None) -> Question:
    """Everything that decides what to buy for the pools of a network that no programme holds.

    `without`: as if this programme were not there yet, but with what companies promised in it.
    """
    return ask_together(networks=[network], rates=rates, today=today, without=without)


def ask_together(
    *, networks: Sequence[Network], rates: Rates, today: date, without: Programme | None = None
) -> Question:
    """The same for networks that share the budget of one call, or just one."""
    ids = [network.pk for network in networks]
    also = [] if without is None else list(without.programme_pools.values_list("pool_id", flat=True))
    wanted = Q(state=Pool.State.OPEN) | Q(pk__in=also)
    pools = {p.pk: p for p in Pool.objects.filter(wanted, network__in=ids).order_by("pk")}
    gaps = _gaps(pools)
    offers = {pk: rows[:OFFERS_A_POOL] for pk, rows in pool_offers(list(pools)).items()}
    bids = {pk: bid for pk, bid in chosen_bids(pools).items() if bid.edition_id is not None}
    supply = supply_of(
        offers=offers,
        chosen=[bid.edition_id for bid in bids.values() if bid.edition_id is not None],
        networks=ids,
        today=today,
        without=without,
    )
    chosen = {pk: bid for pk, bid in bids.items() if bid.edition_id in supply.editions}
    left = {network.pk: _left(network, without) for network in networks}
    declined = declined_pairs(gaps=gaps, editions=supply.editions)
    mandatory = _mandatory(gaps)
    bound = frozenset(pk for pk, edition in supply.editions.items() if edition.offer.mandatory)
    fit = _as_chosen(_fit(offers, supply.editions), chosen, supply.editions)
    problem = Problem(
        pools=tuple(
            _need(p, gaps[pk], today, free=pk in chosen) for pk, p in pools.items() if _learners(gaps[pk])
        ),
        editions=supply.choices(),
        fit=fit,
        budgets=tuple(
            NetworkBudget(
                network=network.pk,
                call=network.call_id,
                budget=left[network.pk],
                public_share=rates.value("network_grant", today) / 100,
                provider_cap=_provider_cap(left[network.pk], rates, today),
            )
            for network in networks
        ),
        call_budgets=_call_budgets(networks, without),
        headroom=_headroom(gaps, mandatory, {pool for pool, edition in fit if edition in bound}, today),
        capped=mandatory,
        capped_editions=bound,
        off_subject=_off_subject(fit, supply.editions, chosen),
        price_of_public_euro=float(rates.value("assembly_public_euro", today)),
        min_fit=GOOD_ENOUGH,
        undertaking_of={
            g.organisation_id: g.organisation.undertaking_key for rows in gaps.values() for g in rows
        },
        commitments=() if without is None else _commitments(without, gaps, fit),
        locks=tuple(Lock(pool, edition, wanted=False) for pool, edition in sorted(declined)),
        today=today,
        least_undertakings=LEAST_UNDERTAKINGS,
    )
    return Question(problem, pools, gaps, supply, offers, left, frozenset(chosen), declined)


def budget_left(network: Network) -> Decimal | None:
    """What the network may still commit, drafts counted; None when it has no budget line."""
    return network_position(network).plannable


def _left(network: Network, without: Programme | None) -> Decimal | None:
    left = budget_left(network)
    return None if left is None else left + _own_grant(without)


def _own_grant(programme: Programme | None) -> Decimal:
    """What a programme counts for in the budgets, so that it can be asked for as if it were not there."""
    if programme is None or programme.state not in SPENT_STATES:
        return ZERO
    return programme.grant or ZERO


def _call_budgets(networks: Sequence[Network], without: Programme | None) -> dict[int, Decimal]:
    """What these networks may still commit of the budgets of their calls, beside what stands proposed for
    other networks of the call; nothing where a call has no budget."""
    ids = [network.pk for network in networks]
    found: dict[int, Decimal] = {}
    for call in {n.call_id: n.call for n in networks}.values():
        left = None if call is None else call_position(call).plannable
        if call is not None and left is not None:
            others = proposed_grant(call=call, networks=ids)
            found[call.pk] = max(ZERO, left + _own_grant(without) - others)
    return found


def _provider_cap(left: Decimal | None, rates: Rates, today: date) -> Decimal | None:
    """The most that one provider may get of what the network can still spend; None where nothing caps it."""
    share = rates.value("assembly_provider_share", today)
    return None if left is None or share >= 100 else (left * share / 100).quantize(Decimal("0.01"))


def _mandatory(gaps: Mapping[int, Sequence[Gap]]) -> frozenset[tuple[int, int]]:
    """The (pool, company) pairs whose gap is mandatory training: article 31(2) of the block exemption bars it,
    so that only de minimis aid can pay."""
    return frozenset((pk, gap.organisation_id) for pk, rows in gaps.items() for gap in rows if gap.mandatory)


def _headroom(
    gaps: Mapping[int, Sequence[Gap]],
    mandatory: frozenset[tuple[int, int]],
    bound: Collection[int],
    today: date,
) -> dict[int, Decimal]:
    """What is left under the de minimis ceiling of undertakings that ask for mandatory training, or whose pool
    may get an offer that is (`bound`). Other training has no ceiling per undertaking."""
    companies: dict[int, Organisation] = {
        gap.organisation.undertaking_key: gap.organisation
        for pk, rows in gaps.items()
        for gap in rows
        if pk in bound or (pk, gap.organisation_id) in mandatory
    }
    return {
        key: undertaking_position(organisation=company, day=today).left
        for key, company in sorted(companies.items())
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


def _need(pool: Pool, gaps: Sequence[Gap], today: date, *, free: bool) -> PoolNeed:
    """`free`: the network chose a bid, so that neither price nor date is a question any more."""
    budgets: dict[int, Decimal] = {}
    start_by: dict[int, date] = {}
    for gap in () if free else [gap for gap in gaps if gap.learners]:
        company = gap.organisation_id
        if gap.budget is not None:
            each = gap.budget / gap.learners
            budgets[company] = min(each, budgets.get(company, each))
        if gap.horizon:
            last = today + timedelta(days=HORIZON_DAYS[gap.horizon])
            start_by[company] = min(last, start_by.get(company, last))
    return PoolNeed(
        id=pool.pk,
        network=pool.network_id,
        learners=_learners(gaps),
        priority=weight_of(pool.priority),
        budgets=budgets,
        start_by=start_by,
    )


def _commitments(
    programme: Programme, gaps: Mapping[int, Sequence[Gap]], fit: Mapping[tuple[int, int], float]
) -> tuple[Commitment, ...]:
    """What companies promised in the programme, as far as it can still be bought for the pool."""
    learners = {pk: _learners(rows) for pk, rows in gaps.items()}
    return tuple(c for c in commitments_of(programme, learners) if (c.pool, c.edition) in fit)


def weight_of(priority: float | None) -> float:
    """What the strategy adds to demand that already counts: from a half (nothing speaks for it) to one and a
    half. Demand that several companies validated is never worth nothing; unknown is worth one."""
    return 1.0 if priority is None else 0.5 + priority


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


def _off_subject(
    fit: Collection[tuple[int, int]], editions: Mapping[int, Edition], chosen: Collection[int]
) -> dict[tuple[int, int], frozenset[int]]:
    """Which companies an edition has nothing to offer; a person chose the bid of a `chosen` pool for all of it."""
    pairs = [pair for pair in fit if pair[0] not in chosen]
    offers = {edition: editions[edition].offer_id for _pool, edition in pairs}
    out = off_subject(sorted({pool for pool, _ in pairs}), sorted(set(offers.values())))
    return {
        (pool, edition): out[pool, offers[edition]]
        for pool, edition in pairs
        if (pool, offers[edition]) in out
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


def worth_buying(problem: Problem) -> Problem:
    """The problem with, for each pool, only editions that fit nearly as well as the best that nobody ruled out.

    Where nothing is good enough all stay: nothing is bought, and they say by how much it falls short.
    """
    out = {(lock.pool, lock.edition) for lock in problem.locks if not lock.wanted}
    best: dict[int, float] = defaultdict(float)
    for (pool, edition), fit in problem.fit.items():
        if (pool, edition) not in out:
            best[pool] = max(best[pool], fit)
    kept_anyhow = {(lock.pool, lock.edition) for lock in problem.locks if lock.wanted}
    kept_anyhow |= {(promise.pool, promise.edition) for promise in problem.commitments}
    kept = {
        (pool, edition): fit
        for (pool, edition), fit in problem.fit.items()
        if best[pool] < problem.min_fit or fit >= best[pool] - ALLOWED_LOSS or (pool, edition) in kept_anyhow
    }
    return replace(problem, fit=kept)
