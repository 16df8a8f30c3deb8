"""Why a pool got nothing, and what to loosen by how much for it to get its best offer."""

from decimal import Decimal

from matching.engine.assembly_problem import EditionChoice, Obstacle, PoolNeed, Unmet
from matching.engine.assembly_terms import (
    DEFAULT_SHARE,
    Compiled,
    Pair,
    Seats,
    days_too_late,
    price_above_budget,
)
from matching.engine.assembly_usage import Ledger


def unmet_of(compiled: Compiled, seats: Seats) -> tuple[Unmet, ...]:
    """Return the pools for which nothing was bought, each with what stood in the way of its best offer."""
    ledger = Ledger()
    ledger.add(compiled, seats)
    served = {pool for pool, _, _ in seats}
    return tuple(
        Unmet(pool, _obstacle(compiled, ledger, need))
        for pool, need in sorted(compiled.pools.items())
        if pool not in served
    )


def _obstacle(compiled: Compiled, ledger: Ledger, need: PoolNeed) -> Obstacle:
    indices = compiled.by_pool[need.id]
    if not indices:
        return _unlawful(compiled, need)
    best = max(
        (compiled.pairs[k] for k in indices), key=lambda q: (q.worth - compiled.penalty(q.public), -q.edition)
    )
    return (
        no_room(compiled, ledger, need, best)
        or no_money(compiled, ledger, need, best)
        or _value(compiled, need, best)
    )


def _unlawful(compiled: Compiled, need: PoolNeed) -> Obstacle:
    """Nothing may be bought at all: no offer, none good enough, none with seats, or none that is
    affordable.
    """
    problem = compiled.problem
    if need.size <= 0:
        return Obstacle("group", Decimal(1))
    offers = sorted(
        (-fit, e) for (p, e), fit in problem.fit.items() if p == need.id and e in compiled.editions
    )
    if not offers:
        return Obstacle("no_offer")
    fit, edition = -offers[0][0], offers[0][1]
    good = [e for negative, e in offers if -negative >= problem.min_fit]
    if not good:
        return Obstacle("fit", Decimal(str(round(problem.min_fit - fit, 4))), edition, edition)
    free = [e for e in good if compiled.editions[e].seats > 0]
    if not free:
        return Obstacle("seats", Decimal(need.size), good[0], good[0])
    return _barring(compiled, need, free)


def _barring(compiled: Compiled, need: PoolNeed, editions: list[int]) -> Obstacle:
    """What keeps every company out of every edition that fits: too dear, too late, or a person's word.

    The answer is what the least has to be loosened for: days before euro, for a date costs nobody money.
    """
    share = compiled.share.get(need.network, DEFAULT_SHARE)
    late: list[tuple[int, int]] = []
    dear: list[tuple[Decimal, int]] = []
    for edition in editions:
        choice = compiled.editions[edition]
        for company in need.learners:
            euro, days = (
                price_above_budget(need, choice, share, company),
                days_too_late(need, choice, company),
            )
            if days and not euro:
                late.append((days, edition))
            elif euro:
                dear.append((euro, edition))
    if late:
        return Obstacle("horizon", Decimal(min(late)[0]), min(late)[1], min(late)[1])
    if dear:
        return Obstacle("price", min(dear)[0].quantize(Decimal("0.01")), min(dear)[1], min(dear)[1])
    return Obstacle("lock", None, need.id, editions[0])


def no_room(compiled: Compiled, ledger: Ledger, need: PoolNeed, best: Pair) -> Obstacle | None:
    """Return what the edition lacks for this pool, beside those who sit in it by the ledger."""
    size = compiled.size(need.id, best.edition)
    choice: EditionChoice = compiled.editions[best.edition]
    left = choice.seats - ledger.seats[best.edition]
    if left <= 0:
        return Obstacle("seats", Decimal(need.size), best.edition, best.edition)
    together = ledger.seats[best.edition] + size
    if together < choice.min_seats:
        return Obstacle("group", Decimal(choice.min_seats - together), best.edition, best.edition)
    return None


def no_money(compiled: Compiled, ledger: Ledger, need: PoolNeed, best: Pair) -> Obstacle | None:
    """Compare what the whole pool would take with what is left by the ledger."""
    heads = min(
        compiled.size(need.id, best.edition),
        compiled.editions[best.edition].seats - ledger.seats[best.edition],
    )
    heads = max(1, heads, compiled.editions[best.edition].min_seats - ledger.seats[best.edition])
    public = best.public * heads + compiled.whole_public(best.edition, need.network)
    cost = best.cost * heads + compiled.whole_cost(best.edition)
    call = compiled.call_of.get(need.network)
    provider = compiled.editions[best.edition].provider
    checks = [
        (
            "network_budget",
            need.network,
            public,
            compiled.network_budget.get(need.network),
            ledger.network[need.network],
        ),
        ("provider_cap", provider, cost, compiled.cap, ledger.provider[provider]),
        (
            "provider_cap",
            provider,
            cost,
            compiled.network_cap.get(need.network),
            ledger.network_provider[need.network, provider],
        ),
    ]
    if call is not None:
        checks.insert(1, ("call_budget", call, public, compiled.call_budget.get(call), ledger.call[call]))
    for company, count in sorted(need.learners.items()):
        if not (
            compiled.counts(need.id, best.edition, company)
            and compiled.admits(need.id, best.edition, company)
        ):
            continue
        undertaking = compiled.undertaking(company)
        aid = compiled.seat_aid(best) * count
        checks.append(
            ("headroom", undertaking, aid, compiled.headroom.get(undertaking), ledger.aid[undertaking])
        )
    for reason, subject, wanted, limit, used in checks:
        if limit is not None and used + wanted > limit:
            return Obstacle(reason, Decimal(used + wanted - limit) / 100, subject, best.edition)
    return None


def _value(compiled: Compiled, need: PoolNeed, best: Pair) -> Obstacle:
    """Say by how many euro of public money it is too dear for what it closes."""
    public = best.public * need.size + compiled.whole_public(best.edition, need.network)
    short = compiled.penalty(public) + compiled.start_term[best.edition] - best.worth * need.size
    if short > 0 and compiled.per_cent > 0:
        return Obstacle("value", Decimal(round(short / compiled.per_cent)) / 100, best.edition, best.edition)
    return Obstacle("other", None, best.edition, best.edition)
