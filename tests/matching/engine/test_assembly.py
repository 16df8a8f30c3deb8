"""Assembly against every plan there is, against greedy, and against its own limits."""

from dataclasses import replace
from decimal import Decimal

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
    Problem,
    assemble,
    solve_greedy,
)
from matching.engine.assembly_terms import compile_problem, terms_of
from matching.engine.assembly_usage import violations
from tests.matching.engine.problems import EXACT, best_of_all, case, seats_of


@pytest.mark.parametrize("seed", range(12))
def test_small_cases_reach_the_best_of_all_plans(seed: int) -> None:
    problem = case(seed)
    answer = assemble(problem, EXACT)
    assert answer.value == pytest.approx(best_of_all(problem), abs=1e-6)
    assert answer.bound == pytest.approx(answer.value, abs=1e-5)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6))
def test_never_worse_than_greedy_and_always_within_every_limit(seed: int) -> None:
    problem = case(seed, pools=5, editions=6, companies=3, learners=4)
    greedy, answer = solve_greedy(problem), assemble(problem, Limits(wall=3, deterministic=0.05))
    compiled = compile_problem(problem)
    for found in (greedy, answer):
        assert violations(compiled, seats_of(found)) == []
        assert found.value == pytest.approx(terms_of(compiled, seats_of(found)).value)
        served = {s.pool for p in found.picks for s in p.seats}
        assert served | {u.pool for u in found.unmet} == {p.id for p in problem.pools}
    assert answer.value >= greedy.value - 1e-9
    assert answer.bound >= answer.value - 1e-9
    again = assemble(problem, Limits(wall=3, deterministic=0.05))
    assert (again.picks, again.bound) == (answer.picks, answer.bound)


def test_a_large_problem_is_narrowed_by_its_relaxation(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = case(5, pools=12, editions=20, companies=3, learners=4)
    whole = assemble(problem, EXACT)
    monkeypatch.setattr(assembly_exact, "WHOLE_SEARCH", 10)
    narrowed = assemble(problem, EXACT)
    assert violations(compile_problem(problem), seats_of(narrowed)) == []
    assert narrowed.bound >= whole.value - 1e-6
    assert narrowed.value >= 0.9 * whole.value


def one(**changes: object) -> Problem:
    base = Problem(
        (PoolNeed(1, 7, {11: 4, 12: 4}),),
        (EditionChoice(5, 3, Decimal(200), 10),),
        {(1, 5): 0.8},
        (NetworkBudget(7, 9, Decimal(10_000)),),
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def test_a_case_by_hand_with_its_terms() -> None:
    answer = assemble(one())
    assert answer.terms.closed == pytest.approx(8 * 0.8)
    assert answer.terms.public_money == pytest.approx(-800 * 0.0005)
    (pick,) = answer.picks
    assert (pick.cost, pick.public, pick.pools) == (Decimal(1600), Decimal(800), (1,))
    assert answer.unmet == ()
    assert (answer.gap, answer.feasible) == (0.0, True)


@pytest.mark.parametrize(
    ("changes", "reason", "amount"),
    [
        ({"fit": {}}, "no_offer", None),
        ({"fit": {(1, 5): 0.3}}, "fit", Decimal("0.05")),
        ({"editions": (EditionChoice(5, 3, Decimal(200), 0),)}, "seats", Decimal(8)),
        ({"editions": (EditionChoice(5, 3, Decimal(200), 20, min_seats=12),)}, "group", Decimal(4)),
        ({"pools": (PoolNeed(1, 7, {11: 8}, budget_per_learner=Decimal(60)),)}, "price", Decimal(40)),
        ({"budgets": (NetworkBudget(7, 9, Decimal(0)),)}, "network_budget", Decimal(800)),
        ({"call_budgets": {9: Decimal(50)}}, "call_budget", Decimal(750)),
        ({"provider_cap": Decimal(100)}, "provider_cap", Decimal(1500)),
        ({"headroom": {11: Decimal(0), 12: Decimal(0)}}, "headroom", Decimal(400)),
        ({"price_of_public_euro": 0.01}, "value", Decimal(160)),
        ({"pools": (PoolNeed(1, 7, {}),)}, "group", Decimal(1)),
    ],
)
def test_a_pool_that_gets_nothing_says_what_to_loosen_and_by_how_much(
    changes: dict, reason: str, amount: Decimal | None
) -> None:
    answer = assemble(one(**changes))
    assert answer.picks == ()
    (unmet,) = answer.unmet
    assert (unmet.obstacle.reason, unmet.obstacle.amount) == (reason, amount)


def test_locks_and_promises_are_kept() -> None:
    two = (EditionChoice(5, 3, Decimal(200), 10), EditionChoice(6, 4, Decimal(100), 10))
    problem = one(editions=two, fit={(1, 5): 0.5, (1, 6): 0.9})
    assert [p.edition for p in assemble(problem).picks] == [6]
    assert [p.edition for p in assemble(replace(problem, locks=(Lock(1, 5),))).picks] == [5]
    assert [p.edition for p in assemble(replace(problem, locks=(Lock(1, 6, wanted=False),))).picks] == [5]
    promised = replace(problem, commitments=(Commitment(12, 1, 5, 3),), headroom={11: Decimal(150)})
    (pick,) = assemble(promised).picks
    assert {s.company: s.learners for s in pick.seats} == {11: 1, 12: 4}


def test_locks_that_contradict_the_limits_say_what_to_loosen() -> None:
    tight = one(budgets=(NetworkBudget(7, 9, Decimal(150)),), commitments=(Commitment(12, 1, 5, 4),))
    answer = assemble(tight)
    assert not answer.feasible
    assert [(o.reason, o.subject, o.amount) for o in answer.obstacles] == [
        ("network_budget", 7, Decimal(250))
    ]
    assert not solve_greedy(tight).feasible
    unlawful = assemble(one(locks=(Lock(1, 99),)))
    assert [(o.reason, o.edition) for o in unlawful.obstacles] == [("lock", 99)]


def test_a_whole_edition_is_bought_by_one_network_only() -> None:
    problem = Problem(
        (PoolNeed(1, 7, {11: 5}), PoolNeed(2, 8, {21: 4}), PoolNeed(3, 7, {31: 2})),
        (EditionChoice(5, 3, Decimal(900), 20, "edition"),),
        {(1, 5): 0.9, (2, 5): 0.9, (3, 5): 0.9},
    )
    (pick,) = assemble(problem).picks
    assert (pick.pools, pick.cost, pick.public) == ((1, 3), Decimal(900), Decimal(450))


def test_a_pool_of_400_companies_is_spread_over_editions() -> None:
    need = PoolNeed(1, 7, dict.fromkeys(range(400), 3))
    editions = tuple(EditionChoice(e, e % 9, Decimal(100), 24) for e in range(60))
    answer = assemble(Problem((need,), editions, {(1, e): 0.7 for e in range(60)}), Limits(deterministic=2))
    assert sum(s.learners for p in answer.picks for s in p.seats) == 1200


def test_a_budget_of_zero_and_nothing_at_all() -> None:
    assert assemble(Problem((), (), {})).picks == ()
    free = one(
        pools=(PoolNeed(1, 7, {11: 4}, budget_per_learner=Decimal(0)),),
        editions=(EditionChoice(5, 3, Decimal(0), 9),),
    )
    assert len(assemble(free).picks) == 1
