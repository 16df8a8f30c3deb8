"""What a plan uses up, and so what is left for the next edition: one ledger for greedy, checks and
reasons.
"""

from collections import Counter
from dataclasses import dataclass, field

from matching.engine.assembly_terms import Compiled, Seats


@dataclass(slots=True)
class Ledger:
    """Running totals in cents and heads."""

    network: Counter[int] = field(default_factory=Counter)
    call: Counter[int] = field(default_factory=Counter)
    provider: Counter[int] = field(default_factory=Counter)
    network_provider: Counter[tuple[int, int]] = field(default_factory=Counter)
    aid: Counter[int] = field(default_factory=Counter)
    seats: Counter[int] = field(default_factory=Counter)
    learners: Counter[tuple[int, int]] = field(default_factory=Counter)
    editions_of_pool: dict[int, set[int]] = field(default_factory=dict)
    buyers: dict[int, set[int]] = field(default_factory=dict)

    def add(self, compiled: Compiled, seats: Seats) -> None:
        """Book seats; each edition is booked in one go."""
        pair_of = {
            (compiled.pairs[k].pool, edition): compiled.pairs[k]
            for edition in {e for _, e, _ in seats}
            for k in compiled.by_edition.get(edition, ())
        }
        for (pool, edition, company), count in seats.items():
            pair = pair_of[pool, edition]
            network = compiled.pools[pool].network
            self._spend(compiled, network, edition, count * pair.public, count * pair.cost)
            if compiled.counts(pool, edition, company):
                self.aid[compiled.undertaking(company)] += count * compiled.seat_aid(pair)
            self.seats[edition] += count
            self.learners[pool, company] += count
            self.editions_of_pool.setdefault(pool, set()).add(edition)
            networks = self.buyers.setdefault(edition, set())
            if network not in networks:
                networks.add(network)
                self._spend(
                    compiled,
                    network,
                    edition,
                    compiled.whole_public(edition, network),
                    compiled.whole_cost(edition),
                )

    def undertakings(self, compiled: Compiled, pool: int) -> set[int]:
        """Return the undertakings of which learners of the pool have a seat."""
        companies = compiled.pools[pool].learners
        return {compiled.undertaking(c) for c in companies if self.learners[pool, c]}

    def _spend(self, compiled: Compiled, network: int, edition: int, public: int, cost: int) -> None:
        self.network[network] += public
        if network in compiled.call_of:
            self.call[compiled.call_of[network]] += public
        provider = compiled.editions[edition].provider
        self.provider[provider] += cost
        self.network_provider[network, provider] += cost


def violations(compiled: Compiled, seats: Seats) -> list[str]:
    """Return which limits a plan breaks, in words for programmers; none for a plan that is fine."""
    ledger = Ledger()
    ledger.add(compiled, seats)
    return [*_money(compiled, ledger), *_rooms(compiled, ledger), *_promises(compiled, ledger, seats)]


def _money(compiled: Compiled, ledger: Ledger) -> list[str]:
    found = [f"network {n}" for n, limit in compiled.network_budget.items() if ledger.network[n] > limit]
    found += [f"call {c}" for c, limit in compiled.call_budget.items() if ledger.call[c] > limit]
    found += [f"headroom {u}" for u, limit in compiled.headroom.items() if ledger.aid[u] > limit]
    if compiled.cap is not None:
        found += [f"provider {p}" for p, spent in ledger.provider.items() if spent > compiled.cap]
    for (network, provider), spent in ledger.network_provider.items():
        if spent > compiled.network_cap.get(network, spent):
            found.append(f"provider {provider} of network {network}")
    return found


def _rooms(compiled: Compiled, ledger: Ledger) -> list[str]:
    found = []
    for edition, taken in ledger.seats.items():
        choice = compiled.editions[edition]
        if taken > choice.seats or taken < choice.min_seats:
            found.append(f"seats {edition}")
        if choice.basis == "edition" and len(ledger.buyers[edition]) > 1:
            found.append(f"buyers {edition}")
    for pool, editions in ledger.editions_of_pool.items():
        if len(editions) > compiled.spread.get(pool, len(editions)):
            found.append(f"spread {pool}")
    for (pool, company), count in ledger.learners.items():
        if count > compiled.pools[pool].learners[company]:
            found.append(f"learners {pool} {company}")
    few = [p for p in ledger.editions_of_pool if len(ledger.undertakings(compiled, p)) < compiled.least]
    return found + [f"undertakings {pool}" for pool in few]


def _promises(compiled: Compiled, ledger: Ledger, seats: Seats) -> list[str]:
    served = {(p, e) for p, e, _ in seats}
    found = [f"lock {pair}" for pair in sorted(compiled.forced - served)]
    found += [f"company {key}" for key in seats if not compiled.admits(*key)]
    found += [f"promise {key}" for key, count in compiled.promised.items() if seats.get(key, 0) < count]
    for edition, networks in ledger.buyers.items():
        for network in networks:
            own = compiled.whole_cost(edition) - compiled.whole_public(edition, network)
            if own and own > _companies_pay(compiled, edition, seats, own):
                found.append(f"price {edition}")
    return found


def _companies_pay(compiled: Compiled, edition: int, seats: Seats, own: int) -> int:
    total = 0
    for (pool, e, company), count in seats.items():
        if e == edition:
            total += count * company_cents(compiled, pool, edition, company, own)
    return total


def company_cents(compiled: Compiled, pool: int, edition: int, company: int, own: int) -> int:
    """Return the cents that one learner's company brings towards its part of a whole edition.

    A company that names no budget, or a pool that a person locked to this edition, pays whatever it takes.
    """
    budget = compiled.pools[pool].budget_of(company)
    if budget is None or (pool, edition) in compiled.forced:
        return own
    return int(budget * 100)
