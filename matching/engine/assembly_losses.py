"""Why an edition was not bought for a pool that got another: the limit that stands in its way, or the term of
the objective on which it lost most.
"""

from decimal import Decimal

from matching.engine.assembly_problem import Assembly, Obstacle, Pick, PoolNeed, Problem
from matching.engine.assembly_reasons import no_money, no_room
from matching.engine.assembly_terms import (
    DEFAULT_SHARE,
    PROVIDER_TERM,
    SCALE,
    Pair,
    Seats,
    compile_problem,
    days_too_late,
    price_above_budget,
)
from matching.engine.assembly_usage import Ledger


class Losses:
    """One plan, asked of pairs that are not in it. Raises KeyError for pools that the problem lacks."""

    def __init__(self, problem: Problem, assembly: Assembly) -> None:
        self._c = compile_problem(problem)
        self._seats = seats_of(assembly.picks)
        self._pairs = {(q.pool, q.edition): q for q in self._c.pairs}

    def lost_on(self, pool: int, edition: int) -> Obstacle:
        """Return why this edition was not bought for this pool.

        A reason of ``Obstacle``, or ``cost``, ``providers`` or ``start``: the plan is better by the term of that name.
        ``other`` when the edition is no worse for this pool alone: the whole decided.
        """
        need = self._c.pools[pool]
        pair = self._pairs.get((pool, edition))
        if pair is None:
            return self._unlawful(need, edition)
        ledger = Ledger()
        ledger.add(
            self._c, {key: n for key, n in self._seats.items() if key[0] != pool and key[:2] in self._pairs}
        )
        return (
            no_room(self._c, ledger, need, pair)
            or self._fewer_seats(ledger, need, pair)
            or self._other_buyer(ledger, need, pair)
            or no_money(self._c, ledger, need, pair)
            or self._worse(ledger, need, pair)
        )

    def _unlawful(self, need: PoolNeed, edition: int) -> Obstacle:
        problem, choice = self._c.problem, self._c.editions[edition]
        fit = problem.fit.get((need.id, edition), 0.0)
        if fit < problem.min_fit:
            return Obstacle("fit", Decimal(str(round(problem.min_fit - fit, 4))), edition, edition)
        if choice.seats <= 0:
            return Obstacle("seats", Decimal(need.size), edition, edition)
        share = self._c.share.get(need.network, DEFAULT_SHARE)
        out = problem.off_subject.get((need.id, edition), frozenset())
        asking = [company for company in need.learners if company not in out]
        late = [days_too_late(need, choice, company) for company in asking]
        dear = [price_above_budget(need, choice, share, company) for company in asking]
        if not asking:
            return Obstacle("subject", None, edition, edition)
        if late and min(late) > 0:
            return Obstacle("horizon", Decimal(min(late)), edition, edition)
        if dear and min(dear) > 0:
            return Obstacle("price", min(dear).quantize(Decimal("0.01")), edition, edition)
        return Obstacle("lock", None, need.id, edition)

    def _fewer_seats(self, ledger: Ledger, need: PoolNeed, pair: Pair) -> Obstacle | None:
        """Too few seats for the learners that the plan seats."""
        now = sum(n for (pool, _, _), n in self._seats.items() if pool == need.id)
        left = self._c.editions[pair.edition].seats - ledger.seats[pair.edition]
        return Obstacle("seats", Decimal(now - left), pair.edition, pair.edition) if left < now else None

    def _other_buyer(self, ledger: Ledger, need: PoolNeed, pair: Pair) -> Obstacle | None:
        buyers = ledger.buyers.get(pair.edition, set()) - {need.network}
        if buyers and self._c.whole_cost(pair.edition):
            return Obstacle("seats", Decimal(need.size), pair.edition, pair.edition)
        return None

    def _worse(self, ledger: Ledger, need: PoolNeed, pair: Pair) -> Obstacle:
        """Lay the terms of this pool beside those that the edition would bring it."""
        mine = {key: n for key, n in self._seats.items() if key[0] == need.id and key[:2] in self._pairs}
        others = {self._c.editions[e].provider for e in ledger.seats}
        heads = min(
            self._c.size(need.id, pair.edition),
            self._c.editions[pair.edition].seats - ledger.seats[pair.edition],
        )
        now = self._terms(ledger, others, need, {(e, c): n for (_, e, c), n in mine.items()})
        then = self._terms(ledger, others, need, {(pair.edition, 0): heads})
        worse = {name: now[name] - then[name] for name in now}
        if sum(worse.values()) <= 0:
            return Obstacle("other", None, pair.edition, pair.edition)
        name = max(worse, key=lambda n: (worse[n], n))
        return Obstacle(name, Decimal(worse[name]) / SCALE, pair.edition, pair.edition)

    def _terms(
        self, ledger: Ledger, others: set[int], need: PoolNeed, seats: dict[tuple[int, int], int]
    ) -> dict[str, int]:
        """The terms of the objective, in millionths, that these seats of one pool bring beside the ledger."""
        found = {"fit": 0, "cost": 0, "providers": 0, "start": 0}
        for (edition, _), count in seats.items():
            pair = self._pairs[need.id, edition]
            found["fit"] += count * pair.worth
            found["cost"] -= count * self._c.penalty(pair.public)
        fresh = {e for e, _ in seats} - set(ledger.seats)
        for edition in fresh:
            found["cost"] -= self._c.penalty(self._c.whole_public(edition, need.network))
            found["start"] -= self._c.start_term[edition]
        new = {self._c.editions[e].provider for e in fresh} - others
        found["providers"] -= len(new) * round(PROVIDER_TERM * SCALE)
        return found


def seats_of(picks: tuple[Pick, ...]) -> Seats:
    """Return what was bought as a plan."""
    return {(s.pool, pick.edition, s.company): s.learners for pick in picks for s in pick.seats}
