"""What holds for every case: monotonicity, splitting, adding up, termination, replay."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from programmes.aid.assessment import assess
from programmes.aid.case import case_record, parse_case
from programmes.aid.rates import Rates, load_rates
from programmes.aid.reader import InvalidCase
from programmes.aid.shares import ShareError, split_amount
from tests.programmes.aid.builders import answer, case

NAMES = st.sampled_from("ABCDEF")
PERCENT = st.decimals("0", "100", places=2)
MONEY = st.decimals("0", "5000000", places=2)
HEADCOUNT = st.decimals("0", "600", places=1)
PEOPLE = st.lists(
    st.fixed_dictionaries({"hours": st.integers(0, 40), "disadvantaged": st.booleans()}),
    min_size=1,
    max_size=6,
)
LINKS = st.lists(
    st.fixed_dictionaries(
        {
            "owner": NAMES,
            "owned": NAMES,
            "percent": PERCENT,
            "owner_kind": st.sampled_from(
                ["company", "investor", "university", "public", "local_authority", "person"]
            ),
            "board": st.booleans(),
            "owner_budget": st.sampled_from([None, "9000000", "11000000"]),
            "owner_inhabitants": st.sampled_from([None, 4_000, 6_000]),
        }
    ),
    max_size=12,
    unique_by=lambda item: (item["owner"], item["owned"]),
)


@st.composite
def organisations(draw: st.DrawFn) -> list[dict[str, Any]]:
    years = range(2023, 2023 + draw(st.integers(1, 3)))
    figures = {"headcount": HEADCOUNT, "turnover": MONEY, "balance_sheet": MONEY}
    return [
        {"id": name, "years": [{"year": year, **draw(st.fixed_dictionaries(figures))} for year in years]}
        for name in "ABCDEF"
    ]


@st.composite
def cases(draw: st.DrawFn) -> dict[str, Any]:
    costs = st.fixed_dictionaries({"category": st.sampled_from(["trainer", "trainee"]), "amount": MONEY})
    return case(
        organisations=draw(organisations()),
        links=draw(LINKS),
        participants=draw(PEOPLE),
        costs=draw(st.lists(costs, max_size=4)),
        requested=draw(MONEY),
        project_aid=draw(MONEY),
        route=draw(st.sampled_from(["training_aid", "de_minimis", "best"])),
    )


@given(data=cases())
@settings(max_examples=60, deadline=None)
def test_any_case_ends_replays_and_stays_within_its_bounds(data: dict[str, Any]) -> None:
    parsed = parse_case(data)
    first = assess(parsed, load_rates())
    assert assess(parsed, Rates(first.rows)) == first
    assert parse_case(case_record(parsed)) == parsed
    outcome = first.outcome
    assert 0 <= outcome.granted <= outcome.headroom <= outcome.maximum
    assert outcome.granted <= parsed.requested
    assert outcome.maximum <= sum((cost.amount for cost in parsed.costs), Decimal(0))
    if outcome.route == "de_minimis":
        assert outcome.granted in {parsed.requested, 0}
    assert first.reasons == assess(parsed, load_rates()).reasons


@given(people=PEOPLE, position=st.integers(0, 5), size=st.sampled_from(["small", "medium", "large"]))
@settings(max_examples=60, deadline=None)
def test_one_more_disadvantaged_learner_never_lowers_the_intensity(
    people: list[dict[str, Any]], position: int, size: str
) -> None:
    more = copy.deepcopy(people)
    more[position % len(more)]["disadvantaged"] = True
    before, after = answer(case(size, participants=people)), answer(case(size, participants=more))
    assert Decimal(after["intensity"]) >= Decimal(before["intensity"])
    assert Decimal(after["maximum_aid"]) >= Decimal(before["maximum_aid"])


@given(
    parties=organisations(),
    links=LINKS,
    which=st.tuples(st.integers(0, 5), st.integers(0, 2)),
    measure=st.sampled_from(["headcount", "turnover", "balance_sheet"]),
    growth=st.integers(1, 90_000_000).map(Decimal),
)
@settings(max_examples=80, deadline=None)
def test_a_bigger_company_never_raises_the_intensity(
    parties: list[dict[str, Any]], links: list[Any], which: tuple[int, int], measure: str, growth: Decimal
) -> None:
    bigger = copy.deepcopy(parties)
    years = bigger[which[0]]["years"]
    years[which[1] % len(years)][measure] += growth
    before = answer(case(organisations=parties, links=links))
    after = answer(case(organisations=bigger, links=links))
    assert Decimal(after["intensity"]) <= Decimal(before["intensity"])


@given(people=PEOPLE, amount=st.integers(2, 10**7), cut=st.integers(1, 10**7), named=st.booleans())
@settings(max_examples=60, deadline=None)
def test_splitting_a_cost_line_changes_nothing(
    people: list[dict[str, Any]], amount: int, cut: int, named: bool
) -> None:
    first = min(cut, amount - 1)
    who = {"participants": [0]} if named else {}

    def line(cents: int) -> dict[str, Any]:
        return {"category": "trainer", "amount": str(Decimal(cents).scaleb(-2)), **who}

    other = [{"category": "advice", "amount": "77.77"}]
    whole = answer(case("medium", participants=people, costs=[line(amount), *other]))
    split = answer(case("medium", participants=people, costs=[line(first), *other, line(amount - first)]))
    assert whole == split


@given(
    cents=st.integers(0, 10**9),
    keys=st.dictionaries(st.text(min_size=1, max_size=3), st.decimals("0", "1000", places=3), max_size=8),
)
def test_shares_add_up_to_the_cent_and_stay_within_a_cent_of_exact(
    cents: int, keys: dict[str, Decimal]
) -> None:
    amount = Decimal(cents).scaleb(-2)
    whole = sum(keys.values())
    if not whole:
        with pytest.raises(ShareError):
            split_amount(amount, keys)
        return
    parts = split_amount(amount, keys)
    assert sum(parts.values()) == amount
    assert parts == split_amount(amount, dict(reversed(keys.items())))
    for name, part in parts.items():
        assert abs(part - amount * keys[name] / whole) < Decimal("0.0100001")
        assert part == 0 or keys[name] > 0


@given(percent=st.decimals("100.01", "100000", places=2))
def test_more_than_a_hundred_per_cent_is_refused(percent: Decimal) -> None:
    with pytest.raises(InvalidCase) as caught:
        parse_case(case(links=[{"owner": "C", "owned": "A", "percent": str(percent)}]))
    assert caught.value.field == "links[0].percent"


@given(data=st.recursive(st.none() | st.booleans() | st.text() | st.integers(), st.lists, max_leaves=5))
def test_anything_else_than_a_case_is_invalid_and_nothing_worse(data: Any) -> None:
    with pytest.raises(InvalidCase):
        parse_case(data)
    fields = {field: _refused_field(case(**{field: data})) for field in case()}
    assert all(refused in {field, None} for field, refused in fields.items())


def _refused_field(data: object) -> str | None:
    try:
        parse_case(data)
    except InvalidCase as error:
        return error.field.partition("[")[0]
    return None


@given(figures=organisations(), links=LINKS, percent=PERCENT)
@settings(max_examples=60, deadline=None)
def test_more_in_public_hands_never_makes_a_company_smaller(
    figures: list[dict[str, Any]], links: list[dict[str, Any]], percent: Decimal
) -> None:
    public = {"owner": "G", "owned": "A", "percent": percent, "owner_kind": "public"}
    before = answer(case(organisations=figures, links=links))["size"]
    after = answer(case(organisations=figures, links=[*links, public]))["size"]
    assert after in {"large", before}
    if percent >= 25:
        assert after == "large"


@given(
    figures=organisations(),
    links=LINKS,
    budgets=st.lists(st.integers(0, 20_000_000), min_size=2, max_size=2).map(sorted),
    people=st.lists(st.integers(0, 10_000), min_size=2, max_size=2).map(sorted),
    percent=PERCENT,
)
@settings(max_examples=60, deadline=None)
def test_a_bigger_local_authority_never_makes_a_company_smaller(
    figures: list[dict[str, Any]],
    links: list[dict[str, Any]],
    budgets: list[int],
    people: list[int],
    percent: Decimal,
) -> None:
    def size(place: int) -> str:
        authority = {
            "owner": "G",
            "owned": "A",
            "percent": percent,
            "owner_kind": "local_authority",
            "owner_budget": budgets[place],
            "owner_inhabitants": people[place],
        }
        return str(answer(case(organisations=figures, links=[*links, authority]))["size"])

    assert size(1) in {size(0), "large"}
