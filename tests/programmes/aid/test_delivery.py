"""The decided case with the learners who come: seats that nobody used bear no aid, for any figures."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from programmes.aid.assessment import assess
from programmes.aid.case import Case, Cost, Organisation, Participant, Year
from programmes.aid.delivery import Use, delivered_case, used_share
from programmes.aid.rates import Rates, load_rates

RATES = Rates(load_rates())
DAY = date(2026, 3, 1)
EURO = st.decimals(min_value=0, max_value=100_000, places=2)


def case(learners: int, cost: Decimal, flagged: int = 0) -> Case:
    years = (Year(2025, Decimal(400), Decimal(90_000_000), Decimal(80_000_000)),)
    return Case(
        application_date=DAY,
        start_date=date(2026, 4, 1),
        decision_date=date(2026, 3, 20),
        company="A",
        requested=cost / 2,
        route="training_aid",
        organisations=(Organisation("A", years),),
        participants=tuple(Participant(Decimal(16), n < flagged) for n in range(learners)),
        costs=(Cost("trainer", cost),),
    )


def granted(wanted: Case) -> Decimal:
    return assess(wanted, RATES).outcome.granted


@given(learners=st.integers(1, 20), used=st.integers(0, 20), cost=EURO)
def test_fewer_seats_in_use_never_bring_more(learners: int, used: int, cost: Decimal) -> None:
    used = min(used, learners)
    whole = case(learners, cost)
    full = granted(delivered_case(whole, [Use(learners, learners)], 0))
    part = granted(delivered_case(whole, [Use(learners, used)], 0))
    assert part <= full == granted(whole)
    assert part == 0 if used == 0 else part <= cost * used / learners / 2


@given(learners=st.integers(1, 12), flagged=st.integers(0, 12), cost=EURO)
def test_more_disadvantaged_learners_never_bring_less(learners: int, flagged: int, cost: Decimal) -> None:
    flagged = min(flagged, learners)
    whole = case(learners, cost)
    fewer = granted(delivered_case(whole, [Use(learners, learners)], max(0, flagged - 1)))
    assert fewer <= granted(delivered_case(whole, [Use(learners, learners)], flagged))


def test_a_dear_edition_weighs_more_than_a_cheap_one() -> None:
    dear, cheap = Use(2, 0, Decimal(900)), Use(2, 2, Decimal(100))
    assert used_share([dear, cheap]) == Decimal("0.1")
    assert used_share([]) == 0
    assert used_share([Use(2, 1, Decimal(0))]) == Decimal("0.5")
    assert used_share([Use(2, 2, Decimal(100), Decimal(90))]) == Decimal("0.9")  # a cheaper edition
    assert used_share([Use(2, 1, Decimal(100), Decimal(110))]) == Decimal("0.5")  # never more than decided


def test_flags_stay_where_they_are_and_costs_follow_their_people() -> None:
    whole = case(3, Decimal(900), flagged=1)
    wanted = delivered_case(whole, [Use(3, 2)], 2)
    assert [p.disadvantaged for p in wanted.participants] == [True, True]
    assert (wanted.costs[0].amount, wanted.requested) == (Decimal("600.00"), Decimal("300.00"))
