"""Every state of a programme stands in the groups that money, delivery and publication go by."""

from collections import Counter
from types import SimpleNamespace
from typing import Any, cast

import pytest

from programmes import states
from programmes.enrolment_transitions import can_be_certified
from programmes.models import Programme

State = Programme.State
APART = ("BARE", "DRAFTED", "RESERVED", "FUNDED", "SETTLING", "PAID", "UNPAID", "ENDED")


def test_each_state_is_in_one_group() -> None:
    """A state that is added and not placed would fall out of budgets, lists and duties unseen."""
    placed = Counter(state for name in APART for state in getattr(states, name))
    assert placed == Counter(State.values)


@pytest.mark.parametrize(
    ("state", "certified"), [(State.APPROVED, False), (State.RUNNING, True), (State.EVALUATED, True)]
)
def test_who_followed_is_certified_after_the_evaluation_too(state: str, certified: bool) -> None:
    enrolment = SimpleNamespace(programme=Programme(state=state))
    assert (not can_be_certified(cast("Any", enrolment))) is certified
