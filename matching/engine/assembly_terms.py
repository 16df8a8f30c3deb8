"""The problem in whole numbers: lawful pairs, cents and the objective in millionths, alike for every
solver.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from matching.engine.assembly_problem import EditionChoice, Pick, PoolNeed, Problem, Seat, Terms

SCALE = 1_000_000
PROVIDER_TERM = 0.05
"""What each further provider costs: a small fixed term, so that fewer providers win when all else is
equal.
"""
START_TERM = 0.002
"""What each week until an edition starts costs: an earlier start wins when all else is equal."""
DEFAULT_SHARE = Decimal("0.5")

Seats = dict[tuple[int, int, int], int]
"""A plan: learners by (pool, edition, company)."""


def cents(amount: Decimal) -> int:
    """Return whole cents, rounded down."""
    return int((amount * 100).to_integral_value(ROUND_FLOOR))


def cents_up(amount: Decimal) -> int:
    """Return whole cents, rounded up."""
    return int((amount * 100).to_integral_value(ROUND_CEILING))


@dataclass(frozen=True, slots=True)
class Pair:
    """One pool in one edition, with what a learner of it is worth and what one costs (0 for a whole
    edition).
    """

    pool: int
    edition: int
    worth: int
    cost: int
    public: int


@dataclass(frozen=True, slots=True)
class Compiled:
    """The problem with all lookups made and unlawful pairs left out."""

    problem: Problem
    pools: Mapping[int, PoolNeed]
    editions: Mapping[int, EditionChoice]
    pairs: tuple[Pair, ...]
    by_pool: Mapping[int, tuple[int, ...]]
    by_edition: Mapping[int, tuple[int, ...]]
    share: Mapping[int, Decimal]
    network_budget: Mapping[int, int]
    call_of: Mapping[int, int]
    call_budget: Mapping[int, int]
    headroom: Mapping[int, int]
    cap: int | None
    network_cap: Mapping[int, int]
    barred: Mapping[tuple[int, int], frozenset[int]]
    forced: frozenset[tuple[int, int]]
    promised: Mapping[tuple[int, int, int], int]
    spread: Mapping[int, int]
    start_term: Mapping[int, int]
    per_cent: float

    def undertaking(self, company: int) -> int:
        """Return the single undertaking of a company; itself when nothing says otherwise."""
        return self.problem.undertaking_of.get(company, company)

    def counts(self, pool: int, edition: int, company: int) -> bool:
        """Return whether the aid for this company's seats counts for its undertaking's headroom."""
        capped = self.problem.capped
        return capped is None or (pool, company) in capped or edition in self.problem.capped_editions

    def admits(self, pool: int, edition: int, company: int) -> bool:
        """Return whether the edition is what this company of the pool asks, at its price and in time."""
        return company not in self.barred.get((pool, edition), ())

    def size(self, pool: int, edition: int) -> int:
        """Return the learners of the pool that may sit in the edition."""
        learners = self.pools[pool].learners
        return sum(count for company, count in learners.items() if self.admits(pool, edition, company))

    @property
    def least(self) -> int:
        """Return of how many undertakings a pool must seat learners to get any seat."""
        return max(1, self.problem.least_undertakings)

    def undertakings(self, pool: int, edition: int) -> set[int]:
        """Return the undertakings of the pool that may sit in the edition."""
        learners = self.pools[pool].learners
        return {
            self.undertaking(c) for c, count in learners.items() if count and self.admits(pool, edition, c)
        }

    def whole_cost(self, edition: int) -> int:
        """Return in cents what is paid for an edition as a whole; 0 when it is paid by participant."""
        choice = self.editions[edition]
        return cents(choice.price) if choice.basis == "edition" else 0

    def whole_public(self, edition: int, network: int) -> int:
        """Return the public cents in the price of a whole edition that this network buys."""
        return int(self.whole_cost(edition) * self.share.get(network, DEFAULT_SHARE))

    def seat_aid(self, pair: Pair) -> int:
        """Return the public cents that count for an undertaking's headroom for one learner.

        A whole edition is divided over its smallest group, which can only overstate the aid.
        """
        if not self.whole_cost(pair.edition):
            return pair.public
        whole = self.whole_public(pair.edition, self.pools[pair.pool].network)
        return -(-whole // max(1, self.editions[pair.edition].min_seats))

    def penalty(self, public: int) -> int:
        """Return what public cents cost in the objective, in millionths."""
        return round(public * self.per_cent)


def compile_problem(problem: Problem) -> Compiled:
    """Prepare a problem for the solvers."""
    pools = {p.id: p for p in problem.pools}
    editions = {e.id: e for e in problem.editions}
    share = {b.network: b.public_share for b in problem.budgets}
    forced = {(k.pool, k.edition) for k in problem.locks if k.wanted}
    forced |= {(c.pool, c.edition) for c in problem.commitments}
    banned = {(k.pool, k.edition) for k in problem.locks if not k.wanted}
    barred = _barred(problem, pools, editions, share)
    pairs = [
        _pair(pools[p], editions[e], fit, share.get(pools[p].network, DEFAULT_SHARE))
        for (p, e), fit in sorted(problem.fit.items())
        if p in pools and e in editions and (p, e) not in banned
        if (p, e) in forced or _good_enough(problem, pools[p], editions[e], fit, barred.get((p, e)))
    ]
    pairs = _closable(problem, pools, pairs, barred, {pool for pool, _ in forced})
    by_pool: dict[int, list[int]] = {p: [] for p in sorted(pools)}
    by_edition: dict[int, list[int]] = {e: [] for e in sorted(editions)}
    for index, pair in enumerate(pairs):
        by_pool[pair.pool].append(index)
        by_edition[pair.edition].append(index)
    promised: dict[tuple[int, int, int], int] = {}
    for c in problem.commitments:
        key = (c.pool, c.edition, c.company)
        promised[key] = max(promised.get(key, 0), c.learners)
    return Compiled(
        problem=problem,
        pools=pools,
        editions=editions,
        pairs=tuple(pairs),
        by_pool={p: tuple(k) for p, k in by_pool.items()},
        by_edition={e: tuple(k) for e, k in by_edition.items() if k},
        share=share,
        network_budget={b.network: cents(b.budget) for b in problem.budgets if b.budget is not None},
        call_of={b.network: b.call for b in problem.budgets if b.call is not None},
        call_budget={c: cents(amount) for c, amount in problem.call_budgets.items()},
        headroom={u: cents(amount) for u, amount in problem.headroom.items()},
        cap=None if problem.provider_cap is None else cents(problem.provider_cap),
        network_cap={b.network: cents(b.provider_cap) for b in problem.budgets if b.provider_cap is not None},
        barred=barred,
        forced=frozenset(forced),
        promised=promised,
        spread={
            p: max(pools[p].max_editions or 0, sum(q == p for q, _ in forced))
            for p in by_pool
            if pools[p].max_editions is not None or any(q == p for q, _ in forced)
        },
        start_term={e: _start_term(problem, editions[e]) for e in editions},
        per_cent=problem.price_of_public_euro * SCALE / 100,
    )


def _good_enough(
    problem: Problem, pool: PoolNeed, edition: EditionChoice, fit: float, barred: frozenset[int] | None
) -> bool:
    if fit < problem.min_fit or edition.seats <= 0 or pool.size <= 0:
        return False
    return not barred or any(count > 0 for company, count in pool.learners.items() if company not in barred)


def _closable(
    problem: Problem,
    pools: Mapping[int, PoolNeed],
    pairs: list[Pair],
    barred: Mapping[tuple[int, int], frozenset[int]],
    locked: Collection[int],
) -> list[Pair]:
    """Leave out pools of which too few undertakings may sit in any edition at all, unless a person locked one."""
    if problem.least_undertakings <= 1:
        return pairs
    found: dict[int, set[int]] = {}
    for q in pairs:
        out = barred.get((q.pool, q.edition), frozenset())
        learners = pools[q.pool].learners
        found.setdefault(q.pool, set()).update(
            problem.undertaking_of.get(c, c) for c, count in learners.items() if count and c not in out
        )
    return [q for q in pairs if q.pool in locked or len(found[q.pool]) >= problem.least_undertakings]


def _barred(
    problem: Problem,
    pools: Mapping[int, PoolNeed],
    editions: Mapping[int, EditionChoice],
    share: Mapping[int, Decimal],
) -> dict[tuple[int, int], frozenset[int]]:
    """Return which companies an edition is too dear or too late for, or teaches something else than they ask.

    What a person locked is none of that. Where a company promised to come, its colleagues of the pool may come
    along at that price and day, if it is what they ask.
    """
    locked = {(lock.pool, lock.edition) for lock in problem.locks if lock.wanted}
    promised: dict[tuple[int, int], set[int]] = {}
    for c in problem.commitments:
        promised.setdefault((c.pool, c.edition), set()).add(c.company)
    found: dict[tuple[int, int], frozenset[int]] = {}
    for pool, edition in problem.fit:
        if pool not in pools or edition not in editions or (pool, edition) in locked:
            continue
        need, choice = pools[pool], editions[edition]
        out = problem.off_subject.get((pool, edition), frozenset()) - promised.get((pool, edition), set())
        if (pool, edition) not in promised:
            part = share.get(need.network, DEFAULT_SHARE)
            out |= {
                company
                for company in need.learners
                if price_above_budget(need, choice, part, company) or days_too_late(need, choice, company)
            }
        if out:
            found[pool, edition] = out
    return found


def price_above_budget(pool: PoolNeed, edition: EditionChoice, share: Decimal, company: int) -> Decimal:
    """Return by how many euro a learner's own part exceeds what the company pays; 0 when it does not or is
    unknown.
    """
    budget = pool.budget_of(company)
    if budget is None:
        return Decimal(0)
    heads = min(pool.size, edition.seats) if edition.basis == "edition" else 1
    own = edition.price * (1 - share) / max(1, heads)
    return max(Decimal(0), own - budget)


def days_too_late(pool: PoolNeed, edition: EditionChoice, company: int) -> int:
    """Return how many days after the company's last day the edition starts; 0 when it is in time or unknown."""
    last = pool.start_by.get(company)
    if last is None or edition.starts_on is None:
        return 0
    return max(0, (edition.starts_on - last).days)


def _pair(pool: PoolNeed, edition: EditionChoice, fit: float, share: Decimal) -> Pair:
    by_head = edition.basis == "participant"
    cost = cents(edition.price) if by_head else 0
    return Pair(pool.id, edition.id, round(SCALE * pool.priority * fit), cost, int(cost * share))


def _start_term(problem: Problem, edition: EditionChoice) -> int:
    if problem.today is None or edition.starts_on is None:
        return 0
    return round(SCALE * START_TERM * max(0, (edition.starts_on - problem.today).days) / 7)


def buyer(compiled: Compiled, edition: int, pools: set[int]) -> int | None:
    """Return the network that pays for a whole edition; ``None`` when it is paid by participant or by
    nobody.
    """
    if not compiled.whole_cost(edition) or not pools:
        return None
    return min(compiled.pools[p].network for p in pools)


def terms_of(compiled: Compiled, seats: Seats) -> Terms:
    """Return the parts of the objective of a plan."""
    pair_of = {(q.pool, q.edition): q for q in compiled.pairs}
    closed = money = 0
    for (pool, edition, _), count in seats.items():
        pair = pair_of[pool, edition]
        closed += count * pair.worth
        money -= count * compiled.penalty(pair.public)
    bought = sorted({e for _, e, _ in seats})
    for edition in bought:
        network = buyer(compiled, edition, {p for p, e, _ in seats if e == edition})
        if network is not None:
            money -= compiled.penalty(compiled.whole_public(edition, network))
    providers = len({compiled.editions[e].provider for e in bought})
    start = -sum(compiled.start_term[e] for e in bought)
    return Terms(closed / SCALE, money / SCALE, -providers * PROVIDER_TERM, start / SCALE)


def picks_of(compiled: Compiled, seats: Seats) -> tuple[Pick, ...]:
    """Return a plan as what is bought, by edition."""
    pair_of = {(q.pool, q.edition): q for q in compiled.pairs}
    by_edition: dict[int, list[Seat]] = {}
    for (pool, edition, company), count in sorted(seats.items()):
        by_edition.setdefault(edition, []).append(Seat(pool, company, count))
    picks = []
    for edition, taken in sorted(by_edition.items()):
        pairs = [(pair_of[s.pool, edition], s.learners) for s in taken]
        cost = compiled.whole_cost(edition) + sum(q.cost * n for q, n in pairs)
        network = buyer(compiled, edition, {s.pool for s in taken})
        whole = compiled.whole_public(edition, network) if network is not None else 0
        public = whole + sum(q.public * n for q, n in pairs)
        provider = compiled.editions[edition].provider
        picks.append(Pick(edition, provider, tuple(taken), Decimal(cost) / 100, Decimal(public) / 100))
    return tuple(picks)
