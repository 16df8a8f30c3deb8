"""Need-to-have: by hand, and within its bounds whatever is known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.engine.priority import DEFAULT_STRATEGY, Demand, Strategy, priority


def test_a_case_by_hand_shows_what_each_part_adds() -> None:
    strategy = Strategy("2026", {"shortage": 3, "stem": 1, "undertakings": 2, "supply": 2}, many=10)
    found = priority(Demand(shortage=True, stem=False, undertakings=5, learners=40, seats=10), strategy)
    assert found.score == pytest.approx((3 + 0 + 1 + 1.5) / 8)
    assert found.shares == pytest.approx(
        {"shortage": 3 / 8, "stem": 0, "undertakings": 1 / 8, "supply": 1.5 / 8}
    )
    assert (found.certainty, found.version) == (1.0, "2026")


def test_unknown_leaves_the_mean_and_one_transition_is_enough() -> None:
    found = priority(Demand(digital=True))
    assert (found.score, found.parts["transition"], found.parts["supply"]) == (1.0, 1.0, None)
    assert priority(Demand(digital=False)).parts["transition"] is None
    assert priority(Demand(digital=False, green=False)).parts["transition"] == 0.0
    assert (priority(Demand()).score, priority(Demand()).certainty) == (0.0, 0.0)
    assert priority(Demand(learners=0, seats=5)).parts["supply"] is None


@given(
    st.builds(
        Demand,
        shortage=st.none() | st.booleans(),
        forecast=st.none() | st.floats(-1, 2),
        green=st.none() | st.booleans(),
        undertakings=st.none() | st.integers(0, 400),
        learners=st.none() | st.integers(0, 99),
        seats=st.none() | st.integers(0, 99),
    )
)
def test_scores_lie_between_nought_and_one_and_more_askers_never_lower_them(demand: Demand) -> None:
    found = priority(demand)
    assert 0 <= found.score <= 1
    assert found.score == pytest.approx(sum(found.shares.values()))
    assert 0 <= found.certainty <= 1


@pytest.mark.parametrize("weights", [{"hype": 1.0}, {"stem": -1.0}, {}, {"stem": 0.0}])
def test_weights_without_a_mean_are_refused(weights: dict[str, float]) -> None:
    with pytest.raises(ValueError):
        Strategy("x", weights)
    assert DEFAULT_STRATEGY.many == 10
