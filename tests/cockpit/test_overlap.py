"""Overlap: who teaches the same, near by, half empty, with public money; and what a merge saves."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.overlap import (
    LEAST_BACKGROUND,
    OverlapRule,
    SubsidisedOffer,
    background_of,
    find_overlaps,
    find_pairs,
    merge_of,
    public_part,
    same_place,
)

RULE = OverlapRule(cosine=0.8)
ALIKE = np.array([[1, 0], [1, 0]], dtype=np.float32)
APART = np.array([[1, 0], [0, 1]], dtype=np.float32)
BASE = SubsidisedOffer(
    id=1,
    provider=1,
    regions=frozenset({"BE234"}),
    seats=10,
    enrolled=3,
    editions=2,
    edition_seats=10.0,
    subsidy=Decimal("1000"),
)
OTHER = replace(BASE, id=2, provider=2)


def pairs(other: SubsidisedOffer, vectors: np.ndarray = ALIKE, one: SubsidisedOffer = BASE) -> int:
    return len(find_pairs([one, other], vectors, RULE))


def test_near_in_meaning_near_by_half_empty_and_of_two_providers() -> None:
    assert pairs(OTHER) == 1
    assert pairs(replace(OTHER, provider=1)) == 0
    assert pairs(replace(OTHER, regions=frozenset({"BE211"}))) == 0
    assert pairs(replace(OTHER, seats=10, enrolled=10)) == 0
    assert pairs(OTHER, APART) == 0


def test_one_field_and_mostly_the_same_skills_is_the_same_without_near_words() -> None:
    one = replace(BASE, isced="0715", skills=frozenset({"a", "b"}))
    assert pairs(replace(OTHER, isced="0715", skills=frozenset({"a", "b"})), APART, one) == 1
    assert pairs(replace(OTHER, isced="0716", skills=frozenset({"a", "b"})), APART, one) == 0
    assert pairs(replace(OTHER, isced="0715", skills=frozenset({"a", "c", "d"})), APART, one) == 0


def test_known_and_different_skills_or_languages_are_not_the_same() -> None:
    one = replace(BASE, skills=frozenset({"a"}), languages=frozenset({"nl"}))
    assert pairs(replace(OTHER, skills=frozenset({"b"})), one=one) == 0
    assert pairs(replace(OTHER, languages=frozenset({"fr"})), one=one) == 0
    assert pairs(OTHER, one=one) == 1


def test_an_unknown_fill_excludes_nothing_and_claims_no_saving() -> None:
    empty = [replace(offer, seats=0, enrolled=0) for offer in (BASE, OTHER)]
    (group,) = find_overlaps(empty, ALIKE, RULE)
    assert group.fill is None
    assert group.merge.saved_euro is None
    assert group.merge.saved_editions == 0


@pytest.mark.parametrize(
    ("ones", "others", "place"),
    [
        ({"BE234"}, {"BE234"}, "district"),
        ({"BE234"}, {"BE231"}, "province"),
        ({"BE23"}, {"BE231"}, "province"),
        ({"BE2"}, {"BE231"}, None),
        (set(), {"BE231"}, None),
    ],
)
def test_places(ones: set[str], others: set[str], place: str | None) -> None:
    one, other = replace(BASE, regions=frozenset(ones)), replace(OTHER, regions=frozenset(others))
    assert same_place(one, other) == same_place(other, one) == place


def test_online_overlaps_online() -> None:
    one, other = (replace(offer, regions=frozenset(), online=True) for offer in (BASE, OTHER))
    assert same_place(one, other) == "online"
    assert same_place(one, replace(other, online=False)) is None


def test_a_merge_keeps_the_editions_that_its_learners_fill() -> None:
    # 2 × 2 editions of 10 places, 30 % taken: 12 learners fill two editions; two are saved.
    merge = merge_of([BASE, OTHER])
    assert (merge.editions, merge.saved_editions, merge.saved_euro) == (4, 2, Decimal("2000.00"))


def test_public_part_of_a_price() -> None:
    part = public_part(price=Decimal("40"), per_seat=True, percent=Decimal("60"), seats=10)
    assert part == Decimal("600")
    assert public_part(price=Decimal("40"), per_seat=False, percent=Decimal("60"), seats=10) == Decimal("60")
    assert public_part(price=Decimal("0"), per_seat=True, percent=Decimal("100"), seats=10) is None
    assert public_part(price=None, per_seat=True, percent=Decimal("60"), seats=10) is None


def test_a_chain_makes_no_group() -> None:
    ends = [replace(BASE, id=n, provider=n) for n in range(3)]
    angles = np.array([0, 0.6, 1.2])
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    groups = find_overlaps(ends, vectors, RULE)
    assert [len(group.offers) for group in groups] == [2]


def test_what_all_share_is_taken_away() -> None:
    random = np.random.default_rng(1)
    common = np.zeros(32)
    common[0] = 4
    vectors = random.normal(size=(LEAST_BACKGROUND * 2, 32)) * 0.5 + common
    vectors[1] = vectors[0] + random.normal(size=32) * 0.05
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    assert float(vectors[2] @ vectors[3]) > 0.5
    background = background_of(vectors, raw_cosine=0.2)
    apart = background.apart(vectors[:4])
    assert float(apart[2] @ apart[3]) < background.cosine < float(apart[0] @ apart[1])
    assert not background.apart(np.zeros((1, 32), dtype=np.float32)).any()
    assert background_of(vectors[:5], raw_cosine=0.2).cosine == 0.2


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30), st.integers(0, 4)), min_size=1, max_size=6))
def test_a_merge_never_saves_all_editions_nor_more_than_their_money(rows: list[tuple[int, int, int]]) -> None:
    offers = [
        replace(BASE, id=n, seats=seats, enrolled=min(seats, taken), editions=editions)
        for n, (seats, taken, editions) in enumerate(rows)
    ]
    merge = merge_of(offers)
    assert 0 <= merge.saved_editions <= max(0, merge.editions - 1)
    assert (merge.saved_euro or 0) <= 1000 * merge.editions
