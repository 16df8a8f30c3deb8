"""Problems of assembly that its tests solve, and what an answer gives to whom."""

import random
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import product

from matching.engine.assembly import Assembly, EditionChoice, Limits, NetworkBudget, PoolNeed, Problem
from matching.engine.assembly_terms import compile_problem, terms_of
from matching.engine.assembly_usage import violations

TODAY = date(2026, 3, 2)
EXACT = Limits(wall=10, deterministic=10, stop_at_gap=0.0)


def one(**changes: object) -> Problem:
    """One pool of two companies, one edition that fits, money enough; `changes` replace what a test needs."""
    base = Problem(
        (PoolNeed(1, 7, {11: 4, 12: 4}),),
        (EditionChoice(5, 3, Decimal(200), 10, starts_on=TODAY + timedelta(days=60)),),
        {(1, 5): 0.8},
        (NetworkBudget(7, 9, Decimal(10_000)),),
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def case(seed: int, pools: int = 3, editions: int = 3, companies: int = 1, learners: int = 2) -> Problem:
    """A random problem, the same for the same seed."""
    rng = random.Random(seed)
    needs = tuple(
        PoolNeed(
            p,
            rng.randrange(2),
            {10 * p + c: rng.randint(1, learners) for c in range(companies)},
            round(rng.uniform(0.3, 1), 3),
            rng.choice([None, Decimal(150), Decimal(400)]),
            budgets={10 * p: Decimal(rng.choice([0, 300]))} if rng.random() < 0.3 else {},
            start_by={10 * p + 1: TODAY + timedelta(days=30)} if rng.random() < 0.3 else {},
        )
        for p in range(pools)
    )
    choices = tuple(
        EditionChoice(
            100 + e,
            rng.randrange(2),
            Decimal(rng.randint(50, 900)),
            rng.randint(1, 2 * learners * companies),
            rng.choice(["participant", "edition"]),
            rng.randint(0, 2),
            TODAY + timedelta(days=rng.randint(0, 90)),
        )
        for e in range(editions)
    )
    fit = {(p.id, e.id): round(rng.uniform(0.2, 1), 3) for p in needs for e in choices if rng.random() < 0.85}
    everyone = [c for p in needs for c in p.learners]
    return Problem(
        needs,
        choices,
        fit,
        tuple(
            NetworkBudget(
                n,
                1,
                rng.choice([None, Decimal(rng.randint(0, 900))]),
                provider_cap=rng.choice([None, Decimal(rng.randint(100, 900))]),
            )
            for n in range(2)
        ),
        {1: Decimal(rng.randint(100, 1500))},
        rng.choice([None, Decimal(rng.randint(100, 1200))]),
        {c // 5: Decimal(rng.randint(0, 500)) for c in everyone if rng.random() < 0.4},
        {c: c // 5 for c in everyone},
        today=TODAY,
        capped=rng.choice([None, frozenset((p.id, c) for p in needs[1:] for c in p.learners)]),
        capped_editions=frozenset({100}),
        price_of_public_euro=0.0008,
    )


def seats_of(answer: Assembly) -> dict[tuple[int, int, int], int]:
    return {(s.pool, p.edition, s.company): s.learners for p in answer.picks for s in p.seats}


def best_of_all(problem: Problem) -> float:
    compiled = compile_problem(problem)
    keys = [(q.pool, q.edition, c) for q in compiled.pairs for c in compiled.pools[q.pool].learners]
    ranges = [range(compiled.pools[p].learners[c] + 1) for p, _, c in keys]
    best = 0.0 if not compiled.forced else float("-inf")
    for counts in product(*ranges):
        plan = {k: n for k, n in zip(keys, counts, strict=True) if n}
        value = terms_of(compiled, plan).value
        if value > best and not violations(compiled, plan):
            best = value
    return best


def seated(answer: Assembly) -> dict[int, int]:
    """Learners of each company, over all editions."""
    found: dict[int, int] = {}
    for pick in answer.picks:
        for seat in pick.seats:
            found[seat.company] = found.get(seat.company, 0) + seat.learners
    return found
