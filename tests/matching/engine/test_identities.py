"""Which pool lives on in which group."""

from hypothesis import given
from hypothesis import strategies as st

from matching.engine.identities import OldPool, carry_identities


def pool(number: int, *gaps: int, born: int | None = None, frozen: bool = False) -> OldPool:
    return OldPool(number, number if born is None else born, frozenset(gaps), frozen)


def test_a_pool_lives_on_in_the_group_with_most_of_its_gaps() -> None:
    found = carry_identities([pool(1, 1, 2, 3, 4)], [frozenset({9}), frozenset({1, 2, 8}), frozenset({3})])
    assert found.of_group == (None, 1, None)
    assert found.split == ((1, (1, 2)),)
    assert found.ended == found.merged == ()


def test_less_than_half_is_not_the_same_pool() -> None:
    found = carry_identities([pool(1, 1, 2, 3, 4, 5)], [frozenset({1, 2}), frozenset({3, 4}), frozenset({5})])
    assert found.of_group == (None, None, None)
    assert found.ended == (1,)


def test_of_two_pools_that_merge_the_one_with_most_gaps_there_lives_on_and_the_oldest_on_a_tie() -> None:
    group = [frozenset({1, 2, 3, 4, 5})]
    assert carry_identities([pool(1, 1, 2), pool(2, 3, 4, 5)], group).of_group == (2,)
    tie = carry_identities([pool(7, 1, 2, born=5), pool(9, 3, 4, born=2)], group)
    assert tie.of_group == (9,)
    assert tie.merged == ((7, 9),)
    assert tie.ended == (7,)


def test_an_even_split_goes_to_the_group_with_the_lowest_gap() -> None:
    assert carry_identities([pool(1, 1, 2, 3, 4)], [frozenset({3, 4}), frozenset({1, 2})]).of_group == (
        None,
        1,
    )


def test_frozen_pools_are_left_alone_and_a_lock_decides_first() -> None:
    groups = [frozenset({1, 2}), frozenset({3})]
    assert carry_identities([pool(1, 1, 2, frozen=True)], groups).of_group == (None, None)
    assert carry_identities([pool(1, 1, 2), pool(2, 3)], groups, [2, None]).of_group == (2, None)


@given(
    st.lists(st.frozensets(st.integers(0, 20), min_size=1, max_size=6), max_size=5),
    st.lists(st.integers(0, 5), min_size=21, max_size=21),
)
def test_no_identity_is_given_twice_and_each_is_accounted_for(
    old: list[frozenset[int]], deal: list[int]
) -> None:
    groups = [frozenset(i for i in range(21) if deal[i] == g) for g in set(deal)]
    found = carry_identities([OldPool(i, i, gaps) for i, gaps in enumerate(old)], groups)
    given_away = [p for p in found.of_group if p is not None]
    assert len(given_away) == len(set(given_away))
    assert sorted(given_away + list(found.ended)) == list(range(len(old)))
    for group, number in zip(groups, found.of_group, strict=True):
        if number is not None:
            assert 2 * len(group & old[number]) >= len(old[number])
