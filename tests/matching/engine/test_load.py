"""Made-up volume: repeatable, row by row, and shaped like the real thing."""

from collections import Counter
from datetime import date

import pytest

from matching.engine.assembly import Limits, assemble, solve_greedy
from matching.engine.load import generate_gaps, generate_offers, generate_problem

TODAY = date(2026, 3, 2)


def test_the_same_seed_gives_the_same_rows_and_another_one_others() -> None:
    assert list(generate_offers(20, 1, TODAY)) == list(generate_offers(20, 1, TODAY))
    assert [g.title for g in generate_gaps(20, 1)] != [g.title for g in generate_gaps(20, 2)]
    assert generate_problem(5, 20, 3, TODAY) == generate_problem(5, 20, 3, TODAY)


def test_rows_are_varied_and_facts_are_partly_unknown() -> None:
    gaps, offers = list(generate_gaps(600, 1)), list(generate_offers(600, 1, TODAY))
    assert len({g.description for g in gaps}) > 550
    assert set(Counter(g.facts.language for g in gaps)) == {"nl", "fr", "en"}
    assert 0 < sum(o.facts.price_per_learner is None for o in offers) < 300
    assert len({g.facts.undertaking for g in gaps}) < len({g.facts.company for g in gaps})
    assert any(o.facts.editions for o in offers)


def test_a_made_up_assembly_can_be_solved() -> None:
    problem = generate_problem(12, 80, 1, TODAY)
    answer = assemble(problem, Limits(wall=5, deterministic=1))
    assert answer.value >= solve_greedy(problem).value > 0
    assert answer.gap < 0.05


@pytest.mark.parametrize("make", [lambda: generate_gaps(-1, 1), lambda: generate_offers(-1, 1, TODAY)])
def test_a_negative_number_is_refused(make) -> None:
    with pytest.raises(ValueError):
        list(make())
