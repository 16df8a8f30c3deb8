"""Limits of single companies and networks in assembly, and what an edition that was not bought lost on."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from matching.engine.assembly import (
    EditionChoice,
    Lock,
    NetworkBudget,
    PoolNeed,
    Problem,
    assemble,
    solve_greedy,
)
from matching.engine.assembly_losses import Losses
from tests.matching.engine.problems import TODAY, one, seated


@pytest.mark.parametrize("solve", [assemble, solve_greedy])
def test_a_company_gets_no_seat_that_is_dearer_than_its_budget(solve) -> None:
    need = PoolNeed(1, 7, {11: 4, 12: 4}, budgets={11: Decimal("99.99"), 12: Decimal(100)})
    assert seated(solve(one(pools=(need,)))) == {12: 4}
    nobody = replace(need, budgets={11: Decimal(0), 12: Decimal(40)})
    (unmet,) = solve(one(pools=(nobody,))).unmet
    assert (unmet.obstacle.reason, unmet.obstacle.amount) == ("price", Decimal("60.00"))


@pytest.mark.parametrize("solve", [assemble, solve_greedy])
def test_a_company_gets_no_seat_after_its_last_day(solve) -> None:
    need = PoolNeed(1, 7, {11: 4, 12: 4}, start_by={11: TODAY + timedelta(days=59)})
    assert seated(solve(one(pools=(need,)))) == {12: 4}
    late = replace(need, start_by={11: TODAY + timedelta(days=20), 12: TODAY + timedelta(days=50)})
    (unmet,) = solve(one(pools=(late,))).unmet
    assert (unmet.obstacle.reason, unmet.obstacle.amount, unmet.obstacle.edition) == ("horizon", 10, 5)
    unknown = (EditionChoice(5, 3, Decimal(200), 10),)
    assert seated(solve(one(pools=(late,), editions=unknown))) == {11: 4, 12: 4}


def test_a_person_may_lock_what_is_too_dear_and_too_late() -> None:
    need = PoolNeed(1, 7, {11: 4}, budgets={11: Decimal(0)}, start_by={11: TODAY + timedelta(days=1)})
    assert not assemble(one(pools=(need,))).picks
    assert assemble(one(pools=(need,), locks=(Lock(1, 5),))).picks


@pytest.mark.parametrize("solve", [assemble, solve_greedy])
def test_only_what_is_capped_counts_for_headroom(solve) -> None:
    pools = (PoolNeed(1, 7, {11: 4}), PoolNeed(2, 7, {11: 4}))
    problem = one(pools=pools, fit={(1, 5): 0.8, (2, 5): 0.8}, headroom={11: Decimal(100)})
    assert sum(s.learners for p in solve(problem).picks for s in p.seats) == 1
    mandatory = replace(problem, capped=frozenset({(2, 11)}))
    by_pool = {s.pool: s.learners for p in solve(mandatory).picks for s in p.seats}
    assert by_pool == {1: 4, 2: 1}
    by_edition = replace(problem, capped=frozenset(), capped_editions=frozenset({5}))
    assert sum(s.learners for p in solve(by_edition).picks for s in p.seats) == 1


@pytest.mark.parametrize("solve", [assemble, solve_greedy])
def test_a_network_spends_no_more_at_one_provider_than_its_own_cap(solve) -> None:
    budgets = (NetworkBudget(7, 9, provider_cap=Decimal(600)), NetworkBudget(8, 9))
    pools = (PoolNeed(1, 7, {11: 4}), PoolNeed(2, 8, {21: 5}))
    answer = solve(one(pools=pools, budgets=budgets, fit={(1, 5): 0.8, (2, 5): 0.8}))
    assert seated(answer) == {11: 3, 21: 5}


def lost(problem: Problem, edition: int = 6, pool: int = 1) -> tuple[str, Decimal | None]:
    answer = assemble(problem)
    assert edition not in [p.edition for p in answer.picks if pool in p.pools]
    found = Losses(problem, answer).lost_on(pool, edition)
    return found.reason, found.amount


def two(**changes: object) -> EditionChoice:
    """Another edition, by default as good as the first and three weeks later."""
    other = EditionChoice(6, 3, Decimal(200), 10, starts_on=TODAY + timedelta(days=81))
    return replace(other, **changes)  # type: ignore[arg-type]


def both(other: EditionChoice, fit: float = 0.8, **changes: object) -> Problem:
    first = EditionChoice(5, 3, Decimal(200), 10, starts_on=TODAY + timedelta(days=60))
    whole = {"pools": (PoolNeed(1, 7, {11: 4, 12: 4}, max_editions=1),)} | changes
    return one(editions=(first, other), fit={(1, 5): 0.8, (1, 6): fit}, today=TODAY, **whole)


def test_a_loss_by_each_limit() -> None:
    assert lost(both(two(), fit=0.3)) == ("fit", Decimal("0.05"))
    assert lost(both(two(seats=0))) == ("seats", Decimal(8))
    assert lost(both(two(seats=6))) == ("seats", Decimal(2))
    assert lost(both(two(min_seats=10))) == ("group", Decimal(2))
    assert lost(both(two(), fit=0.9, locks=(Lock(1, 6, wanted=False),)))[0] == "lock"
    late = PoolNeed(1, 7, {11: 4, 12: 4}, start_by=dict.fromkeys((11, 12), TODAY + timedelta(days=61)))
    assert lost(both(two(), fit=0.9, pools=(late,))) == ("horizon", Decimal(20))
    poor = PoolNeed(1, 7, {11: 4, 12: 4}, budgets=dict.fromkeys((11, 12), Decimal(100)))
    assert lost(both(two(price=Decimal(260)), fit=0.9, pools=(poor,))) == ("price", Decimal("30.00"))


def test_a_loss_by_each_kind_of_money() -> None:
    dear = two(price=Decimal(300), provider=4)
    assert lost(both(dear, fit=0.99, budgets=(NetworkBudget(7, 9, Decimal(900)),))) == (
        "network_budget",
        Decimal(300),
    )
    assert lost(both(dear, fit=0.99, call_budgets={9: Decimal(1000)})) == ("call_budget", Decimal(200))
    assert lost(both(dear, fit=0.99, provider_cap=Decimal(1700))) == ("provider_cap", Decimal(700))
    mine = (NetworkBudget(7, 9, provider_cap=Decimal(1700)),)
    assert lost(both(dear, fit=0.99, budgets=mine)) == ("provider_cap", Decimal(700))
    room = {11: Decimal(500), 12: Decimal(400)}
    assert lost(both(dear, fit=0.99, headroom=room)) == ("headroom", Decimal(100))


def test_a_loss_by_each_term() -> None:
    assert lost(both(two(starts_on=TODAY), fit=0.7))[0] == "fit"
    assert lost(both(two(price=Decimal(240), starts_on=TODAY)))[0] == "cost"
    assert lost(both(two()))[0] == "start"
    # The first edition's provider teaches another pool as well: one more provider is what this one costs.
    pools = (PoolNeed(1, 7, {11: 4}), PoolNeed(2, 7, {11: 4}))
    problem = both(two(provider=4, starts_on=TODAY + timedelta(days=60)), pools=pools)
    assert lost(replace(problem, fit={(1, 5): 0.8, (1, 6): 0.8, (2, 5): 0.8}))[0] == "providers"


def test_what_others_left_decides() -> None:
    """The better edition is full of another pool that needs it more."""
    pools = (PoolNeed(1, 7, {11: 6}), PoolNeed(2, 7, {21: 6}, priority=1.5))
    problem = both(two(seats=8), pools=pools)
    answer = assemble(replace(problem, fit={(1, 5): 0.8, (1, 6): 0.85, (2, 6): 0.9}))
    found = Losses(replace(problem, fit={(1, 5): 0.8, (1, 6): 0.85, (2, 6): 0.9}), answer).lost_on(1, 6)
    assert (found.reason, found.amount) == ("seats", Decimal(4))
