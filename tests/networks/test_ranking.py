"""The ranking of applications: marks, order, the budget line."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from networks.ranking import (
    Entry,
    Weighed,
    heaviest_score,
    mark_of_application,
    mark_of_review,
    rank,
    spread,
)

CRITERIA = [Weighed(1, 60, 5), Weighed(2, 40, 10)]
money = st.integers(1, 500_000).map(Decimal)
marks = st.integers(0, 10_000).map(lambda n: Decimal(n) / 100)


@st.composite
def competitions(draw: st.DrawFn) -> list[Entry]:
    count = draw(st.integers(0, 12))
    return [
        Entry(
            key=key,
            mark=draw(marks | st.just(Decimal(70))),
            heaviest=draw(marks | st.just(Decimal(60))),
            requested=draw(money),
            submitted=f"2026-04-{draw(st.integers(1, 28)):02d}",
            excluded=draw(st.booleans()),
        )
        for key in range(count)
    ]


def entry(key: int, mark: int, requested: int, **values: object) -> Entry:
    return Entry(key, Decimal(mark), Decimal(values.pop("heaviest", 50)), Decimal(requested), **values)  # type: ignore[arg-type]


def test_a_mark_weighs_every_criterion_out_of_its_own_highest_score() -> None:
    assert mark_of_review({1: 5, 2: 10}, CRITERIA) == Decimal("100.00")
    assert mark_of_review({1: 3, 2: 5}, CRITERIA) == Decimal("56.00")
    assert mark_of_application([{1: 3, 2: 5}, {1: 4, 2: 7}], CRITERIA) == Decimal("66.00")
    assert heaviest_score([{1: 3, 2: 5}, {1: 4, 2: 7}], CRITERIA) == Decimal("70.00")
    assert spread([{1: 3, 2: 5}, {1: 4, 2: 7}], CRITERIA) == Decimal("20.00")


@pytest.mark.parametrize("scores", [{}, {1: 5}, {1: 6, 2: 1}, {1: -1, 2: 1}])
def test_a_score_that_is_missing_or_too_high_is_no_mark(scores: dict[int, int]) -> None:
    with pytest.raises(ValueError, match="needs a score"):
        mark_of_review(scores, CRITERIA)


def test_the_line_falls_before_the_first_that_does_not_fit_and_nobody_smaller_passes() -> None:
    ranked = rank([entry(1, 90, 60), entry(2, 80, 50), entry(3, 70, 10)], budget=Decimal(100))
    assert [(r.entry.key, r.fits, r.cumulative) for r in ranked] == [
        (1, True, 60),
        (2, False, 110),
        (3, False, 120),
    ]


def test_ties_go_to_the_heaviest_criterion_then_the_lower_request_then_the_earlier() -> None:
    ranked = rank(
        [
            entry(1, 80, 50, submitted="2026-04-03"),
            entry(2, 80, 50, submitted="2026-04-02"),
            entry(3, 80, 40, submitted="2026-04-09"),
            entry(4, 80, 90, heaviest=60),
        ],
        budget=None,
    )
    assert [(r.entry.key, r.tie) for r in ranked] == [
        (4, ""),
        (3, "heaviest"),
        (2, "requested"),
        (1, "submitted"),
    ]
    assert all(r.fits for r in ranked)


def test_below_the_minimum_and_rejected_use_no_budget() -> None:
    entries = [entry(1, 90, 60, excluded=True), entry(2, 80, 50), entry(3, 40, 10)]
    ranked = rank(entries, budget=Decimal(50), minimum=Decimal(50))
    assert [(r.entry.key, r.fits, r.below_minimum, r.cumulative) for r in ranked] == [
        (1, False, False, 0),
        (2, True, False, 50),
        (3, False, True, 50),
    ]


@given(competitions(), money, st.randoms())
def test_the_order_does_not_hang_on_the_order_of_arrival(
    entries: list[Entry], budget: Decimal, chance
) -> None:
    shuffled = list(entries)
    chance.shuffle(shuffled)
    assert rank(entries, budget=budget) == rank(shuffled, budget=budget)


@given(competitions(), money, money)
def test_more_budget_never_takes_money_from_anyone(
    entries: list[Entry], budget: Decimal, more: Decimal
) -> None:
    funded = {r.entry.key for r in rank(entries, budget=budget) if r.fits}
    with_more = {r.entry.key for r in rank(entries, budget=budget + more) if r.fits}
    assert funded <= with_more
    assert sum((e.requested for e in entries if e.key in funded), Decimal(0)) <= budget


@given(competitions(), money)
def test_whoever_is_funded_stands_before_every_eligible_one_that_is_not(
    entries: list[Entry], budget: Decimal
) -> None:
    ranked = [
        r
        for r in rank(entries, budget=budget, minimum=Decimal(30))
        if not (r.below_minimum or r.entry.excluded)
    ]
    fits = [r.fits for r in ranked]
    assert fits == sorted(fits, reverse=True)
    assert [r.cumulative for r in ranked] == sorted(r.cumulative for r in ranked)
