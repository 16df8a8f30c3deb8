"""A company gets no seat in an edition that teaches something else than it asks, whatever its pool may fit."""

from dataclasses import replace
from decimal import Decimal
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.engine.assembly import (
    Commitment,
    EditionChoice,
    Limits,
    Lock,
    PoolNeed,
    assemble,
    solve_exact,
    solve_greedy,
)
from matching.engine.assembly_losses import Losses
from matching.engine.assembly_problem import LeftOut, Problem
from tests.matching.engine.problems import EXACT, best_of_all, case, seated, seats_of
from tests.matching.engine.problems import one as one_pool

both_ways = pytest.mark.parametrize("solve", [solve_exact, solve_greedy])
one = partial(one_pool, least_undertakings=2)
THREE = (PoolNeed(1, 7, {11: 4, 12: 4, 13: 2}),)


def off(**companies: tuple[int, ...]) -> dict[tuple[int, int], frozenset[int]]:
    """`off(e5=(13,))`: of pool 1, company 13 asks something else than edition 5 teaches."""
    return {(1, int(edition[1:])): frozenset(out) for edition, out in companies.items()}


@both_ways
def test_a_company_that_asks_something_else_gets_no_seat(solve) -> None:
    assert seated(solve(one(pools=THREE))) == {11: 4, 12: 4, 13: 2}
    assert seated(solve(one(pools=THREE, off_subject=off(e5=(13,))))) == {11: 4, 12: 4}


@both_ways
def test_the_others_may_go_to_what_they_ask(solve) -> None:
    editions = (EditionChoice(5, 3, Decimal(200), 10), EditionChoice(6, 3, Decimal(200), 10))
    both = one(
        pools=THREE,
        editions=editions,
        fit={(1, 5): 0.9, (1, 6): 0.6},
        off_subject=off(e5=(13,), e6=(11, 12)),
    )
    found = {(p.edition, s.company) for p in solve(both).picks for s in p.seats}
    assert found == {(5, 11), (5, 12), (6, 13)}


@both_ways
def test_a_pool_says_that_too_few_ask_what_is_taught(solve) -> None:
    (unmet,) = solve(one(pools=THREE, off_subject=off(e5=(12, 13)))).unmet
    assert (unmet.obstacle.reason, unmet.obstacle.amount, unmet.obstacle.subject) == ("few_subject", 1, 1)
    assert unmet.obstacle.left_out == (
        LeftOut(12, "subject", Decimal(0)),
        LeftOut(13, "subject", Decimal(0)),
    )
    nobody = one(off_subject=off(e5=(11, 12)))
    answer = solve(nobody)
    assert answer.unmet[0].obstacle.reason == "subject"
    assert Losses(nobody, answer).lost_on(1, 5).reason == "subject"


def test_what_keeps_the_second_out_is_said_of_those_who_ask_it() -> None:
    """Company 12 asks something else; of the others, 13 cannot pay it: ten euro more and it can start."""
    need = PoolNeed(1, 7, {11: 4, 12: 4, 13: 2}, budgets={13: Decimal(90)})
    (unmet,) = assemble(one(pools=(need,), off_subject=off(e5=(12,)))).unmet
    assert (unmet.obstacle.reason, unmet.obstacle.amount) == ("few_price", Decimal("10.00"))
    richer = replace(need, budgets={13: Decimal(100)})
    assert seated(assemble(one(pools=(richer,), off_subject=off(e5=(12,))))) == {11: 4, 13: 2}


@both_ways
def test_who_promised_to_come_has_a_seat_but_takes_nobody_along(solve) -> None:
    promised = one(pools=THREE, off_subject=off(e5=(12, 13)), commitments=(Commitment(12, 1, 5, 3),))
    assert set(seated(solve(promised))) == {11, 12}


@both_ways
def test_what_a_person_locked_is_for_all(solve) -> None:
    locked = one(pools=THREE, off_subject=off(e5=(13,)), locks=(Lock(1, 5),))
    assert seated(solve(locked)) == {11: 4, 12: 4, 13: 2}


def random_off(problem: Problem, dice: st.DataObject) -> Problem:
    companies = {p.id: sorted(p.learners) for p in problem.pools}
    out = {
        pair: frozenset(dice.draw(st.sets(st.sampled_from(companies[pair[0]]))))
        for pair in sorted(problem.fit)
    }
    return replace(problem, off_subject={pair: who for pair, who in out.items() if who})


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.data())
def test_nobody_sits_in_what_it_did_not_ask_and_the_plan_is_the_best(seed: int, dice: st.DataObject) -> None:
    problem = random_off(case(seed, pools=2, companies=2), dice)
    answer, greedy = assemble(problem, EXACT), solve_greedy(problem)
    for found in (answer, greedy):
        for pool, edition, company in seats_of(found):
            assert company not in problem.off_subject.get((pool, edition), ())
    assert answer.value == pytest.approx(best_of_all(problem), abs=1e-6)
    freed = assemble(replace(problem, off_subject={}), EXACT)
    assert freed.value >= answer.value - 1e-6, "a rule more never finds a better plan"


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6), st.data())
def test_every_pool_without_a_course_says_why(seed: int, dice: st.DataObject) -> None:
    problem = random_off(case(seed, pools=4, editions=4, companies=3), dice)
    problem = replace(problem, least_undertakings=2)
    for unmet in assemble(problem, Limits(wall=3, deterministic=0.05)).unmet:
        assert unmet.obstacle.reason
        assert all(one.reason in ("price", "horizon", "subject") for one in unmet.obstacle.left_out)
