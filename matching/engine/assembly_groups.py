"""Which companies of a pool the integer programme must count one by one, and which go together."""

from collections import Counter
from collections.abc import Mapping, Sequence

from matching.engine.assembly_terms import Compiled


def tight_companies(compiled: Compiled) -> frozenset[tuple[int, int]]:
    """Return the (pool, company) whose seats must be counted on their own."""
    worst: dict[int, int] = {}
    for pool in compiled.pools.values():
        for company, count in pool.learners.items():
            undertaking = compiled.undertaking(company)
            worst[undertaking] = worst.get(undertaking, 0) + count * _most_aid(compiled, pool.id, company)
    short = {u for u, limit in compiled.headroom.items() if worst.get(u, 0) > limit}
    promised = {(pool, company) for pool, _, company in compiled.promised} | _linked(compiled)
    return frozenset(
        (pool.id, company)
        for pool in compiled.pools.values()
        for company in pool.learners
        if (compiled.undertaking(company) in short and _most_aid(compiled, pool.id, company))
        or (pool.id, company) in promised
    )


def _linked(compiled: Compiled) -> set[tuple[int, int]]:
    """Companies of one undertaking in one pool, where undertakings are counted: each other company is one."""
    if compiled.least <= 1:
        return set()
    found: set[tuple[int, int]] = set()
    for pool in compiled.pools.values():
        times = Counter(compiled.undertaking(company) for company in pool.learners)
        found |= {(pool.id, c) for c in pool.learners if times[compiled.undertaking(c)] > 1}
    return found


def _most_aid(compiled: Compiled, pool: int, company: int) -> int:
    """The most cents that one learner of this company can count for its undertaking's headroom."""
    if compiled.undertaking(company) not in compiled.headroom:
        return 0
    pairs = [compiled.pairs[k] for k in compiled.by_pool[pool]]
    counted = [compiled.seat_aid(q) for q in pairs if compiled.counts(pool, q.edition, company)]
    return max(counted, default=0)


def alike_companies(
    compiled: Compiled, tight: frozenset[tuple[int, int]]
) -> dict[int, list[tuple[int, ...]]]:
    """Return the companies of each pool in groups that nothing tells apart: which editions they may sit in, and
    what they pay where an edition is paid as a whole.
    """
    found: dict[int, list[tuple[int, ...]]] = {}
    for pool, indices in compiled.by_pool.items():
        need, editions = compiled.pools[pool], [compiled.pairs[k].edition for k in indices]
        whole = any(compiled.whole_cost(e) for e in editions)
        groups: dict[object, list[int]] = {}
        for company in sorted(need.learners):
            if (pool, company) not in tight and need.learners[company]:
                out = tuple(e for e in editions if not compiled.admits(pool, e, company))
                groups.setdefault((out, need.budget_of(company) if whole else None), []).append(company)
        found[pool] = [tuple(members) for members in groups.values()]
    return found


def share_out(
    learners: Mapping[int, int], companies: Sequence[int], seats: int, least: int
) -> dict[int, int]:
    """Deal seats to companies that nothing tells apart: one for each of the first ``least``, then in order."""
    got = {company: 1 for company in sorted(companies)[: min(least, seats)] if learners[company]}
    left = seats - len(got)
    for company in sorted(companies):
        more = min(left, learners[company] - got.get(company, 0))
        got[company] = got.get(company, 0) + more
        left -= more
    return got
