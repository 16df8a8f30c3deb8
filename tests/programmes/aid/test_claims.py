"""What a claim pays, whatever was spent; references that check themselves; a draw that anybody can repeat."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programmes.aid.claims import (
    ActualCost,
    CompanyClaim,
    draw_sample,
    is_valid_communication,
    sample_size,
    settle,
    structured_communication,
)
from programmes.aid.texts import LANGUAGES, render

D = Decimal
euros = st.decimals(0, 100_000, places=2)
costs = st.lists(
    st.builds(ActualCost, st.sampled_from(["trainer", "operating", "advice", "trainee"]), euros, euros),
    max_size=6,
).map(tuple)


@st.composite
def claims(draw: st.DrawFn) -> CompanyClaim:
    planned = draw(st.decimals(1, 100_000, places=2))
    decided = draw(st.decimals(0, planned, places=2))
    seats = draw(st.integers(1, 30))
    return CompanyClaim(
        planned=planned,
        decided=decided,
        granted=draw(st.decimals(0, decided, places=2)),
        costs=draw(costs),
        intensity=draw(st.none() | st.decimals(0, 70, places=2)),
        seats=seats,
        used=draw(st.none() | st.integers(0, seats)),
        other_funding=draw(st.just(D("0.00")) | euros),
    )


@given(claims())
def test_never_more_than_granted_nor_than_the_share_or_intensity_of_what_it_cost(claim: CompanyClaim) -> None:
    result = settle(claim)
    assert D(0) <= result.payable <= claim.granted
    assert result.eligible <= result.actual == sum((c.amount for c in claim.costs), D(0))
    assert result.payable <= result.eligible
    invoiced = sum((Fraction(c.amount) for c in claim.costs if c.category != "trainee"), Fraction(0))
    assert result.payable <= invoiced
    assert Fraction(result.payable) <= Fraction(claim.decided) / Fraction(claim.planned) * invoiced
    if claim.intensity is not None:
        assert Fraction(result.payable) <= Fraction(claim.intensity) * Fraction(result.eligible) / 100
    assert result.payable == result.payable.quantize(D("0.01"))


@given(claims(), st.data())
def test_splitting_a_line_and_the_order_of_lines_change_nothing(
    claim: CompanyClaim, data: st.DataObject
) -> None:
    split: list[ActualCost] = []
    for cost in claim.costs:
        part = data.draw(st.decimals(0, cost.amount, places=2))
        split += [
            ActualCost(cost.category, cost.amount - part, cost.vat),
            ActualCost(cost.category, part),
        ]
    other = settle(replace(claim, costs=tuple(data.draw(st.permutations(split)))))
    assert other == settle(claim)


@given(claims(), euros)
def test_more_cost_never_pays_less_and_vat_never_pays(claim: CompanyClaim, more: Decimal) -> None:
    dearer = replace(claim, costs=(*claim.costs, ActualCost("trainer", more)))
    assert settle(dearer).payable >= settle(claim).payable
    taxed = replace(claim, costs=(*claim.costs, ActualCost("trainer", D("0.00"), more)))
    assert settle(taxed).payable == settle(claim).payable


def test_a_worked_example_in_every_language() -> None:
    """3 seats of 1 000 euro, half of it granted; one learner did not come, and the invoice was 2 800."""
    claim = CompanyClaim(
        planned=D("3000.00"),
        decided=D("1500.00"),
        granted=D("1000.00"),
        costs=(ActualCost("trainer", D("2800.00"), D("588.00")), ActualCost("trainee", D("200.00"))),
        intensity=D("60"),
        seats=3,
        used=2,
    )
    result = settle(claim)
    assert result.eligible == D("2066.66")
    assert result.payable == D("933.33")  # half of 2/3 of the invoice
    assert [r.rule for r in result.reasons][:3] == ["claim.actual", "claim.vat", "claim.unused_seats"]
    for language in LANGUAGES:
        assert all(render(item, language) for item in result.reasons)


def test_wages_lift_what_the_law_allows_and_never_earn_a_share() -> None:
    """Planned: 3 000 invoiced and 3 000 wages, of which 1 500 was granted: half of the invoice."""
    plan = CompanyClaim(
        planned=D("3000.00"),
        decided=D("1500.00"),
        granted=D("1500.00"),
        costs=(ActualCost("trainer", D("3000.00")),),
        intensity=D("60"),
        seats=3,
        used=3,
    )
    assert settle(plan).payable == D("1500.00")
    wages = (ActualCost("trainer", D("500.00")), ActualCost("trainee", D("5500.00")))
    assert settle(replace(plan, costs=wages)).payable == D("250.00")


def test_never_more_than_what_was_invoiced_in_full() -> None:
    """A call that pays everything still pays no wages."""
    claim = CompanyClaim(
        planned=D("1000.00"),
        decided=D("1000.00"),
        granted=D("1000.00"),
        costs=(ActualCost("trainer", D("300.00")), ActualCost("trainee", D("9000.00"))),
        intensity=None,
        seats=1,
        used=1,
    )
    assert settle(claim).payable == D("300.00")


@given(st.integers(1, 10**10 - 1))
def test_a_communication_checks_itself(number: int) -> None:
    text = structured_communication(number)
    assert len(text) == 20
    assert is_valid_communication(text)
    digits = text.strip("+").replace("/", "")
    wrong = digits[:-1] + str((int(digits[-1]) + 1) % 10)
    assert not is_valid_communication(wrong)


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("+++090/9337/55493+++", True),  # the example of the federation of the financial sector
        ("090/9337/55493", True),
        ("***010/8068/17183***", True),
        ("+++090/9337/55439+++", False),
        ("+++090/9337/5549+++", False),
        ("", False),
        ("+++abc/defg/hijkl+++", False),
        ("000/0000/00097", False),
    ],
)
def test_known_communications(text: str, valid: bool) -> None:
    assert is_valid_communication(text) is valid
    with pytest.raises(ValueError, match="does not fit"):
        structured_communication(10**10)


@pytest.mark.parametrize(
    ("population", "drawn"),
    [(0, 0), (1, 1), (2, 2), (9, 2), (12, 2), (13, 3), (60, 12), (100, 20), (900, 20)],
)
def test_a_fifth_at_least_two_at_most_twenty(population: int, drawn: int) -> None:
    assert sample_size(population, share=D(20), least=2, most=20) == drawn


@given(st.sets(st.uuids().map(str), max_size=40), st.text(max_size=20), st.randoms())
def test_the_same_seed_draws_the_same_whatever_the_order(keys: set[str], seed: str, random: object) -> None:
    shuffled = list(keys)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    first = draw_sample(sorted(keys), seed=seed, share=D(20), least=2, most=20)
    assert first == draw_sample(shuffled, seed=seed, share=D(20), least=2, most=20)
    assert len(set(first)) == sample_size(len(keys), share=D(20), least=2, most=20)
    assert set(first) <= keys


def test_another_seed_draws_others() -> None:
    keys = [str(n) for n in range(100)]
    draws = {tuple(draw_sample(keys, seed=s, share=D(20), least=2, most=20)) for s in "abcdef"}
    assert len(draws) == 6
