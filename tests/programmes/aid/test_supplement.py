"""More aid for a decided project: what may be asked and stand, and when what is added came too late."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from programmes.aid.rates import Rates, load_rates
from programmes.aid.supplement import incentive_effect, new_total, requested_in_all

euro = st.decimals(min_value=0, max_value=500_000, places=2)
share = st.decimals(min_value=0, max_value=1, places=2)
DAY = date(2026, 11, 27)


@given(euro, euro, euro, share)
def test_what_is_asked_grows_by_the_share_of_what_is_added_and_never_by_more(asked, was, more, part):
    whole = requested_in_all(asked=asked, was=was, cost=was + more, share=part)
    assert asked <= whole <= asked + more * part
    assert requested_in_all(asked=asked, was=was, cost=was, share=part) == asked


@given(euro, euro, euro)
def test_a_cost_that_falls_takes_its_part_of_the_request_along(asked, cost, more):
    less = requested_in_all(asked=asked, was=cost + more, cost=cost, share=Decimal(1))
    assert less <= asked


@given(euro, euro, euro)
def test_what_stands_is_never_less_than_decided_nor_more_than_the_cost(decided, possible, cost):
    found = new_total(decided=decided, possible=possible, cost=cost)
    assert found <= cost
    assert found == cost or found >= decided
    assert found <= max(decided, possible)


@given(st.integers(-400, 400))
def test_aid_for_what_began_on_or_before_the_application_comes_too_late(days):
    rates = Rates(load_rates())
    late, why = incentive_effect(application=DAY, start=DAY + timedelta(days=days), rates=rates, day=DAY)
    assert late is (days <= 0)
    assert why.rule == ("training_aid.too_late" if late else "training_aid.in_time")
    assert "6(2)" in why.legal_basis
