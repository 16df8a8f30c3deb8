"""A pool gets seats for learners of enough undertakings, or none: one company alone can never start a programme."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.engine import assembly_exact
from matching.engine.assembly import (
    Commitment,
    EditionChoice,
    Limits,
    Lock,
    NetworkBudget,
    PoolNeed,
    assemble,
    solve_exact,
    solve_greedy,
)
from matching.engine.assembly_problem import LeftOut
from matching.engine.assembly_terms import compile_problem, terms_of
from matching.engine.assembly_usage import violations
from tests.matching.engine.problems import EXACT, TODAY, best_of_all, case, seated, seats_of
from tests.matching.engine.problems import one as one_pool

both_ways = pytest.mark.parametrize("solve", [solve_exact, solve_greedy])
one = partial(one_pool, least_undertakings=2)


@both_ways
def test_nothing_is_bought_that_only_one_company_can_pay(solve) -> None:
    need = PoolNeed(1, 7, {11: 4, 12: 4, 13: 2}, budgets={11: Decimal(60), 13: Decimal(75)})
    answer = solve(one(pools=(need,)))
    assert not answer.picks
    (unmet,) = answer.unmet
    assert (unmet.obstacle.reason, unmet.obstacle.amount) == ("few_price", Decimal("25.00"))
    assert unmet.obstacle.left_out == (
        LeftOut(11, "price", Decimal("40.00")),
        LeftOut(13, "price", Decimal("25.00")),
    )
    loosened = replace(need, budgets={11: Decimal(60), 13: Decimal(100)})
    assert seated(solve(one(pools=(loosened,)))) == {12: 4, 13: 2}, "what it says to loosen is enough"
    assert seated(solve(one(pools=(need,), least_undertakings=1))) == {12: 4}


@both_ways
def test_nothing_is_bought_that_only_one_company_can_start(solve) -> None:
    late = {11: TODAY + timedelta(days=50), 12: TODAY + timedelta(days=60)}
    need = PoolNeed(1, 7, {11: 4, 12: 4}, start_by=late)
    (unmet,) = solve(one(pools=(need,))).unmet
    assert (unmet.obstacle.reason, unmet.obstacle.amount) == ("few_horizon", Decimal(10))
    assert unmet.obstacle.left_out == (LeftOut(11, "horizon", Decimal(10)),)
    in_time = replace(need, start_by={c: TODAY + timedelta(days=60) for c in late})
    assert seated(solve(one(pools=(in_time,)))) == {11: 4, 12: 4}


@both_ways
def test_linked_companies_are_one_undertaking(solve) -> None:
    linked = one(undertaking_of={11: 1, 12: 1})
    (unmet,) = solve(linked).unmet
    assert (unmet.obstacle.reason, unmet.obstacle.amount) == ("undertakings", Decimal(1))
    third = one(undertaking_of={11: 1, 12: 1}, pools=(PoolNeed(1, 7, {11: 4, 12: 4, 13: 1}),))
    assert set(seated(solve(third))) == {11, 12, 13}


@both_ways
def test_nobody_can_pay_stays_a_want_of_supply(solve) -> None:
    need = PoolNeed(1, 7, {11: 4, 12: 4}, budgets={11: Decimal(90), 12: Decimal(80)})
    (unmet,) = solve(one(pools=(need,))).unmet
    assert (unmet.obstacle.reason, unmet.obstacle.amount) == ("price", Decimal("20.00")), "so that two can"


@both_ways
def test_the_last_seats_and_euros_are_shared_by_two(solve) -> None:
    few = (EditionChoice(5, 3, Decimal(200), 3),)
    assert seated(solve(one(editions=few))) == {11: 2, 12: 1}
    assert seated(solve(one(budgets=(NetworkBudget(7, 9, Decimal(350)),)))) == {11: 2, 12: 1}
    for alone in (
        one(editions=(EditionChoice(5, 3, Decimal(200), 1),)),
        one(budgets=(NetworkBudget(7, 9, Decimal(150)),)),
        one(headroom={11: Decimal(50)}),
    ):
        answer = solve(alone)
        assert not answer.picks
        assert answer.unmet[0].obstacle.reason in ("seats", "network_budget", "headroom")
    assert solve(one(headroom={11: Decimal(50)})).unmet[0].obstacle.subject == 11


def test_two_editions_may_hold_the_two_companies() -> None:
    """One can only be early, the other only pays the cheap one: together they are a programme."""
    need = PoolNeed(1, 7, {11: 4, 12: 4}, budgets={12: Decimal(50)}, start_by={11: TODAY + timedelta(days=9)})
    editions = (
        EditionChoice(5, 3, Decimal(200), 10, starts_on=TODAY),
        EditionChoice(6, 3, Decimal(100), 10, starts_on=TODAY + timedelta(days=60)),
    )
    answer = assemble(one(pools=(need,), editions=editions, fit={(1, 5): 0.8, (1, 6): 0.8}))
    assert {(p.edition, s.company) for p in answer.picks for s in p.seats} == {(5, 11), (6, 12)}


def test_a_lock_on_one_company_alone_says_that_a_second_is_lacking() -> None:
    alone = one(pools=(PoolNeed(1, 7, {11: 4}),), locks=(Lock(1, 5),))
    answer = assemble(alone)
    assert not answer.feasible
    assert [(o.reason, o.amount, o.subject) for o in answer.obstacles] == [("undertakings", Decimal(1), 1)]
    assert not solve_greedy(alone).feasible
    tight = one(editions=(EditionChoice(5, 3, Decimal(200), 4),), commitments=(Commitment(12, 1, 5, 4),))
    assert [(o.reason, o.amount) for o in assemble(tight).obstacles] == [("seats", Decimal(1))]
    assert seated(assemble(one(commitments=(Commitment(12, 1, 5, 3),)))) == {11: 4, 12: 4}


@pytest.mark.parametrize("seed", range(1, 10))
def test_small_cases_reach_the_best_of_all_plans(seed: int) -> None:
    problem = replace(case(seed, pools=2, companies=2), least_undertakings=2)
    problem = replace(problem, undertaking_of={c: c for p in problem.pools for c in p.learners})
    answer = assemble(problem, EXACT)
    assert answer.value == pytest.approx(best_of_all(problem), abs=1e-6)
    assert answer.bound == pytest.approx(answer.value, abs=1e-5)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 3), st.booleans())
def test_never_worse_than_greedy_and_every_pool_has_enough(seed: int, least: int, linked: bool) -> None:
    problem = replace(
        case(seed, pools=5, editions=6, companies=4, learners=4), headroom={}, least_undertakings=least
    )
    each = {c: c // 2 if linked else c for p in problem.pools for c in p.learners}
    problem = replace(problem, undertaking_of=each)
    quick = Limits(wall=3, deterministic=0.05)
    greedy, answer = solve_greedy(problem), assemble(problem, quick)
    compiled = compile_problem(problem)
    for found in (greedy, answer):
        assert violations(compiled, seats_of(found)) == []
        assert found.value == pytest.approx(terms_of(compiled, seats_of(found)).value)
        pools = {s.pool for p in found.picks for s in p.seats}
        for pool in pools:
            there = {each[s.company] for p in found.picks for s in p.seats if s.pool == pool}
            assert len(there) >= least
        assert pools | {u.pool for u in found.unmet} == {p.id for p in problem.pools}
    assert answer.value >= greedy.value - 1e-9
    assert answer.bound >= answer.value - 1e-9
    again = assemble(problem, quick)
    assert (again.picks, again.unmet, again.bound) == (answer.picks, answer.unmet, answer.bound)


def test_a_narrowed_problem_keeps_the_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = replace(case(5, pools=12, editions=20, companies=3, learners=4), least_undertakings=2)
    problem = replace(problem, undertaking_of={})
    monkeypatch.setattr(assembly_exact, "WHOLE_SEARCH", 10)
    narrowed = assemble(problem, EXACT)
    assert violations(compile_problem(problem), seats_of(narrowed)) == []
    assert narrowed.picks
    assert narrowed.value >= solve_greedy(problem).value - 1e-9
