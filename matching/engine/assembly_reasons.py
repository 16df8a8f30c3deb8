"""Why a pool got nothing, and what to loosen by how much for it to get its best offer."""

from collections.abc import Mapping
from decimal import ROUND_UP, Decimal

from matching.engine.assembly_problem import EditionChoice, LeftOut, Obstacle, PoolNeed, Unmet
from matching.engine.assembly_terms import (
    DEFAULT_SHARE,
    Compiled,
    Pair,
    Seats,
    days_too_late,
    price_above_budget,
)
from matching.engine.assembly_usage import Ledger

CENT = Decimal("0.01")


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
    pairs = [compiled.pairs[k] for k in indices]
    enough = [q for q in pairs if len(compiled.undertakings(need.id, q.edition)) >= compiled.least]
    best = max(enough or pairs, key=lambda q: (q.worth - compiled.penalty(q.public), -q.edition))
    return (
        no_room(compiled, ledger, need, best, compiled.least)
        or no_money(compiled, ledger, need, best)
        or (_barring(compiled, need, [best.edition]) if not enough else _value(compiled, need, best))
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
    asking = {compiled.undertaking(company) for company, count in need.learners.items() if count}
    if len(asking) < compiled.least:
        return Obstacle("undertakings", Decimal(compiled.least - len(asking)), need.id)
    return _barring(compiled, need, free)


_FINE, _LATE, _DEAR = range(3)
_Way = tuple[int, Decimal, int]
"""What keeps a company out of an edition, in days or euro: the least of them is loosened first."""


def _barring(compiled: Compiled, need: PoolNeed, editions: list[int]) -> Obstacle:
    """What keeps too many companies out of every edition that fits: too dear, too late, about something else than
    they ask, or a person's word.

    The answer is what the least has to be loosened for so that enough undertakings can sit in: days before euro,
    for a date costs nobody money. Where some can, but too few, it names those who cannot.
    """
    ways = _ways(compiled, need, editions)
    nearest: dict[int, _Way] = {}
    for company, way in ways.items():
        key = compiled.undertaking(company)
        nearest[key] = min(way, nearest.get(key, way))
    ordered = sorted(nearest.values())
    if len(ordered) < compiled.least:
        return _other_subject(compiled, need, editions, set(nearest)) or Obstacle(
            "lock", None, need.id, editions[0]
        )
    kind, amount, edition = ordered[compiled.least - 1]
    if kind == _FINE:
        return Obstacle("other", None, edition, edition)
    reason = "horizon" if kind == _LATE else "price"
    if ordered[0][0] != _FINE:
        return Obstacle(reason, amount, edition, edition)
    return Obstacle(f"few_{reason}", amount, need.id, edition, _left_out(compiled, nearest, ways))


def _other_subject(
    compiled: Compiled, need: PoolNeed, editions: list[int], there: set[int]
) -> Obstacle | None:
    """Too few undertakings ask what these editions teach; nothing where that is not what keeps the others out."""
    best = editions[0]
    out = compiled.problem.off_subject.get((need.id, best), frozenset())
    others = sorted(c for c in out if need.learners.get(c) and compiled.undertaking(c) not in there)
    if not others:
        return None
    left_out = tuple(LeftOut(company, "subject", Decimal(0)) for company in others)
    if not there:
        return Obstacle("subject", None, best, best)
    return Obstacle("few_subject", Decimal(compiled.least - len(there)), need.id, best, left_out)


def _left_out(
    compiled: Compiled, nearest: Mapping[int, _Way], ways: Mapping[int, _Way]
) -> tuple[LeftOut, ...]:
    """The companies without a seat of undertakings that none of theirs can sit for."""
    return tuple(
        LeftOut(company, "horizon" if kind == _LATE else "price", amount)
        for company, (kind, amount, _) in sorted(ways.items())
        if nearest[compiled.undertaking(company)][0] != _FINE
    )


def _ways(compiled: Compiled, need: PoolNeed, editions: list[int]) -> dict[int, _Way]:
    """Of each company what has to be loosened for it, in the edition where that is least; none where a person
    ruled out what it could have, or where none is about what it asks.
    """
    share = compiled.share.get(need.network, DEFAULT_SHARE)
    banned = {lock.edition for lock in compiled.problem.locks if lock.pool == need.id and not lock.wanted}
    found: dict[int, _Way] = {}
    for edition in editions:
        choice = compiled.editions[edition]
        out = compiled.problem.off_subject.get((need.id, edition), frozenset())
        for company in (c for c, count in need.learners.items() if count and c not in out):
            euro = price_above_budget(need, choice, share, company)
            days = days_too_late(need, choice, company)
            if edition in banned and not euro and not days:
                continue
            way = (_DEAR, euro.quantize(CENT, ROUND_UP), edition) if euro else (_LATE, Decimal(days), edition)
            way = way if euro or days else (_FINE, Decimal(0), edition)
            found[company] = min(way, found.get(company, way))
    return found


def no_room(
    compiled: Compiled, ledger: Ledger, need: PoolNeed, best: Pair, least: int = 1
) -> Obstacle | None:
    """Return what the edition lacks for ``least`` learners of this pool or more, beside those who sit in it by
    the ledger.
    """
    size = compiled.size(need.id, best.edition)
    choice: EditionChoice = compiled.editions[best.edition]
    left = choice.seats - ledger.seats[best.edition]
    if left < least:
        return Obstacle("seats", Decimal(need.size - max(0, left)), best.edition, best.edition)
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
