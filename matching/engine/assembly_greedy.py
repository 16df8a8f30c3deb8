"""Assembly by common sense: always buy the edition that brings most next. Fast, and a floor for the exact
solver.
"""

import heapq
from collections.abc import Iterable

from matching.engine.assembly_terms import PROVIDER_TERM, SCALE, Compiled, Pair, Seats, terms_of
from matching.engine.assembly_usage import Ledger, company_cents, violations

BOTH_WAYS = 5_000
"""Up to so many pairs greedy is tried twice."""


def greedy_seats(compiled: Compiled) -> Seats | None:
    """Return the better of buying by gain and by gain per public euro; ``None`` when locks cannot be kept."""
    ways = (False, True) if len(compiled.pairs) <= BOTH_WAYS else (False,)
    plans = [plan for per_euro in ways if (plan := _Greedy(compiled, per_euro).run()) is not None]
    return max(plans, key=lambda plan: round(terms_of(compiled, plan).value * SCALE), default=None)


class _Greedy:
    def __init__(self, compiled: Compiled, per_euro: bool) -> None:
        self._c = compiled
        self._per_euro = per_euro
        self._ledger = Ledger()
        self._seats: Seats = {}
        self._providers: set[int] = set()

    def run(self) -> Seats | None:
        for edition in sorted({e for _, e in self._c.forced}):
            if edition not in self._c.by_edition:
                return None
            self._buy(self._fill(edition)[1])
        heap = [(-self._rank(e), e) for e in self._c.by_edition if e not in self._ledger.seats]
        heapq.heapify(heap)
        while heap:
            _, edition = heapq.heappop(heap)
            rank = self._rank(edition)
            if rank <= 0:
                continue
            if heap and rank < -heap[0][0]:
                heapq.heappush(
                    heap, (-rank, edition)
                )  # others have taken its learners or its money: ask again later
                continue
            self._buy(self._fill(edition)[1])
        # what is bought for locks may seat too few undertakings at first: it is looked at when all is bought
        return None if self._c.forced and violations(self._c, self._seats) else self._seats

    def _rank(self, edition: int) -> float:
        gain, seats = self._fill(edition)
        if gain <= 0 or not self._per_euro:
            return float(gain)
        pair_of = {self._c.pairs[k].pool: self._c.pairs[k] for k in self._c.by_edition[edition]}
        public = sum(n * pair_of[p].public for (p, _, _), n in seats.items())
        return gain / (1 + public + self._whole(edition, seats))

    def _whole(self, edition: int, seats: Seats) -> int:
        networks = {self._c.pools[p].network for p, _, _ in seats}
        return max((self._c.whole_public(edition, n) for n in networks), default=0)

    def _buy(self, seats: Seats) -> None:
        self._seats.update(seats)
        self._ledger.add(self._c, seats)
        self._providers |= {self._c.editions[e].provider for _, e, _ in seats}

    def _fill(self, edition: int) -> tuple[int, Seats]:
        """Return the gain of an edition and who would sit in it, best learners first."""
        pairs = [self._c.pairs[k] for k in self._c.by_edition[edition]]
        if not self._c.whole_cost(edition):
            return self._fill_with(edition, pairs)
        networks = sorted({self._c.pools[q.pool].network for q in pairs})
        options = [
            self._fill_with(edition, [q for q in pairs if self._c.pools[q.pool].network == n])
            for n in networks
        ]
        must = {self._c.pools[p].network for p, e in self._c.forced if e == edition}
        options = [o for o, n in zip(options, networks, strict=True) if not must or n in must]
        return max(options, key=lambda option: option[0])

    def _fill_with(self, edition: int, pairs: list[Pair]) -> tuple[int, Seats]:
        choice = self._c.editions[edition]
        room = _Room(self._c, self._ledger, edition)
        if pairs and self._c.whole_cost(edition) and not room.pay_whole(self._c.pools[pairs[0].pool].network):
            return 0, {}
        seats: Seats = {}
        gain = 0
        for pair in sorted(pairs, key=self._order):
            net = pair.worth - self._c.penalty(pair.public)
            if net > 0 or (pair.pool, edition) in self._c.forced:
                taken = room.seat(pair)
                seats.update(taken)
                gain += net * sum(taken.values())
        total = sum(seats.values())
        if not total or total < choice.min_seats or not self._paid(edition, seats):
            return 0, {}
        gain -= self._c.penalty(self._whole(edition, seats)) + self._c.start_term[edition]
        gain -= 0 if choice.provider in self._providers else round(PROVIDER_TERM * SCALE)
        return gain, seats

    def _order(self, pair: Pair) -> tuple[bool, int, int]:
        forced = (pair.pool, pair.edition) in self._c.forced
        return (not forced, self._c.penalty(pair.public) - pair.worth, pair.pool)

    def _paid(self, edition: int, seats: Seats) -> bool:
        whole = self._c.whole_cost(edition)
        if not whole:
            return True
        own = whole - self._whole(edition, seats)
        brought = sum(n * company_cents(self._c, p, edition, c, own) for (p, _, c), n in seats.items())
        return brought >= own


class _Room:
    """What is left for one edition while it is being filled."""

    def __init__(self, compiled: Compiled, ledger: Ledger, edition: int) -> None:
        self._c = compiled
        self._ledger = ledger
        self._edition = edition
        choice = compiled.editions[edition]
        self._places = choice.seats - ledger.seats[edition]
        self._cap = None if compiled.cap is None else compiled.cap - ledger.provider[choice.provider]
        self._provider = choice.provider
        self._capped: dict[int, int] = {}
        self._network: dict[int, int] = {}
        self._call: dict[int, int] = {}
        self._aid: dict[int, int] = {}

    def pay_whole(self, network: int) -> bool:
        return self._pay(
            network, self._c.whole_public(self._edition, network), self._c.whole_cost(self._edition), 1
        )

    def _limits(self, network: int) -> Iterable[tuple[dict[int, int], int]]:
        budget = self._c.network_budget.get(network)
        if budget is not None:
            self._network.setdefault(network, budget - self._ledger.network[network])
            yield self._network, network
        call = self._c.call_of.get(network)
        budget = None if call is None else self._c.call_budget.get(call)
        if call is not None and budget is not None:
            self._call.setdefault(call, budget - self._ledger.call[call])
            yield self._call, call

    def _affordable(self, network: int, public: int, cost: int, count: int) -> int:
        for left, key in self._limits(network):
            if public:
                count = min(count, max(0, left[key]) // public)
        if self._cap is not None and cost:
            count = min(count, max(0, self._cap) // cost)
        own = self._own_cap(network)
        if own is not None and cost:
            count = min(count, max(0, own) // cost)
        return count

    def _own_cap(self, network: int) -> int | None:
        """What the network may still spend at this provider; None where nothing caps it."""
        limit = self._c.network_cap.get(network)
        if limit is None:
            return None
        left = limit - self._ledger.network_provider[network, self._provider]
        return self._capped.setdefault(network, left)

    def _pay(self, network: int, public: int, cost: int, count: int) -> bool:
        if self._affordable(network, public, cost, count) < count:
            return False
        for left, key in self._limits(network):
            left[key] -= public * count
        if self._cap is not None:
            self._cap -= cost * count
        if network in self._capped:
            self._capped[network] -= cost * count
        return True

    def seat(self, pair: Pair) -> Seats:
        """Seat as many learners of a pool as fit, those who were promised first."""
        used = self._ledger.editions_of_pool.get(pair.pool, set())
        if len(used) >= self._c.spread.get(pair.pool, len(used) + 1):
            return {}
        learners = self._c.pools[pair.pool].learners
        companies = sorted(c for c in learners if self._c.admits(pair.pool, pair.edition, c))
        companies.sort(key=lambda c: (pair.pool, pair.edition, c) not in self._c.promised)
        taken: Seats = {}
        if self._c.least > 1 and not self._seat_one_of_each(pair, companies, taken):
            return {}
        for company in companies:
            self._take(pair, company, taken, self._places)
        return taken

    def _seat_one_of_each(self, pair: Pair, companies: list[int], taken: Seats) -> bool:
        """Seat one learner of each undertaking that the pool still lacks; give back what is not enough.

        What a person locked stays: others may sit in a second locked edition.
        """
        there = self._ledger.undertakings(self._c, pair.pool)
        for company in companies:
            if len(there) >= self._c.least:
                break
            undertaking = self._c.undertaking(company)
            if undertaking not in there and self._take(pair, company, taken, 1):
                there.add(undertaking)
        enough = len(there) >= self._c.least or (pair.pool, pair.edition) in self._c.forced
        if not enough:
            for (_, _, company), count in taken.items():
                self._book(pair, company, -count)
        return enough

    def _take(self, pair: Pair, company: int, taken: Seats, most: int) -> int:
        """Seat so many learners of a company as fit, up to ``most``; return how many."""
        key = (pair.pool, pair.edition, company)
        pool = self._c.pools[pair.pool]
        wanted = pool.learners[company] - self._ledger.learners[pair.pool, company] - taken.get(key, 0)
        wanted = min(wanted, self._places, most)
        if wanted <= 0:
            return 0
        count = self._affordable(pool.network, pair.public, pair.cost, wanted)
        count = min(count, self._within_headroom(company, pair))
        if count > 0:
            self._book(pair, company, count)
            taken[key] = taken.get(key, 0) + count
        return count

    def _book(self, pair: Pair, company: int, count: int) -> None:
        self._pay(self._c.pools[pair.pool].network, pair.public, pair.cost, count)
        self._places -= count
        if self._c.counts(pair.pool, pair.edition, company):
            self._aid[self._c.undertaking(company)] -= count * self._c.seat_aid(pair)

    def _within_headroom(self, company: int, pair: Pair) -> int:
        if not self._c.counts(pair.pool, pair.edition, company):
            return self._places
        undertaking = self._c.undertaking(company)
        limit = self._c.headroom.get(undertaking)
        left = self._aid.setdefault(undertaking, (limit or 0) - self._ledger.aid[undertaking])
        aid = self._c.seat_aid(pair)
        return self._places if limit is None or not aid else max(0, left) // aid
