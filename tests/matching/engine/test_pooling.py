"""Pools against the best partition there is, a naive threshold, hand-made wishes and bad input."""

import random
from collections import Counter
from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.engine.facts import GapFacts
from matching.engine.pooling import Pooling, PoolingSettings, pool_gaps
from matching.engine.roommates import common, masks_of

SETTINGS = PoolingSettings(threshold=0.4, max_size=4)


def case(
    seed: int, count: int, *, companies: int = 6, networks: int = 1, topics: int = 3
) -> tuple[list[GapFacts], np.ndarray]:
    """Gaps on a few topics, with facts of which many are unknown."""
    rng, nrng = random.Random(seed), np.random.default_rng(seed)
    centres = nrng.standard_normal((topics, 16))
    vectors = centres[nrng.integers(0, topics, count)] + 0.8 * nrng.standard_normal((count, 16))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    gaps = [
        GapFacts(
            id=10 + i,
            company=(company := rng.randrange(companies)),
            undertaking=company,
            network=rng.randrange(networks),
            learner_languages=frozenset(rng.choice([(), (), ("nl",), ("fr",), ("nl", "fr")])),
            depth=rng.choice([None, None, "short", "deep"]),
            direction=rng.choice([None, "upskilling"]),
            horizon=rng.choice([None, "now", "1y", "3y"]),
            regions=frozenset(rng.choice([(), ("BE211",), ("BE234",), ("BE225",)])),
        )
        for i in range(count)
    ]
    return gaps, vectors.astype(np.float32)


def lawful(gaps: list[GapFacts], rows: tuple[int, ...], config: PoolingSettings) -> bool:
    masks = masks_of(gaps, config.reach_km)
    parties = Counter(gaps[r].undertaking for r in rows)
    if len(rows) > config.max_size or max(parties.values()) > 1 or len({gaps[r].network for r in rows}) > 1:
        return False
    shared = masks[rows[0]]
    for row in rows[1:]:
        met = common(shared, masks[row])
        if met is None:
            return False
        shared = met
    return True


def worth(vectors: np.ndarray, rows: tuple[int, ...], threshold: float) -> float:
    return sum(float(vectors[a] @ vectors[b]) - threshold for a, b in combinations(rows, 2))


def partitions(rows: list[int]) -> Iterator[list[tuple[int, ...]]]:
    if not rows:
        yield []
        return
    first, rest = rows[0], rows[1:]
    for size in range(len(rest) + 1):
        for others in combinations(rest, size):
            left = [r for r in rest if r not in others]
            for tail in partitions(left):
                yield [(first, *others), *tail]


def optimum(gaps: list[GapFacts], vectors: np.ndarray, config: PoolingSettings) -> float:
    value = {
        rows: worth(vectors, rows, config.threshold)
        for size in range(1, config.max_size + 1)
        for rows in combinations(range(len(gaps)), size)
        if lawful(gaps, rows, config)
    }
    return max(
        sum(value[p] for p in partition)
        for partition in partitions(list(range(len(gaps))))
        if all(p in value for p in partition)
    )


def naive(gaps: list[GapFacts], vectors: np.ndarray, config: PoolingSettings) -> float:
    """Each gap joins the first group all of whose members are above the threshold."""
    groups: list[tuple[int, ...]] = []
    for row in range(len(gaps)):
        for i, group in enumerate(groups):
            near = all(vectors[row] @ vectors[r] > config.threshold for r in group)
            if near and lawful(gaps, (*group, row), config):
                groups[i] = (*group, row)
                break
        else:
            groups.append((row,))
    return sum(worth(vectors, g, config.threshold) for g in groups)


def test_small_cases_come_near_the_best_partition_there_is() -> None:
    ours = best = 0.0
    for seed in range(40):
        gaps, vectors = case(seed, 7)
        found, limit = pool_gaps(gaps, vectors, SETTINGS).value, optimum(gaps, vectors, SETTINGS)
        assert found <= limit + 1e-4
        ours, best = ours + found, best + limit
    assert ours >= 0.95 * best


def test_large_cases_beat_a_naive_threshold() -> None:
    gaps, vectors = case(1, 300, companies=60, topics=12)
    config = PoolingSettings(threshold=0.4)
    assert pool_gaps(gaps, vectors, config).value > 1.1 * naive(gaps, vectors, config)


def check(gaps: list[GapFacts], pooling: Pooling, config: PoolingSettings) -> None:
    row = {g.id: i for i, g in enumerate(gaps)}
    seen = [i for g in pooling.groups for i in g.gaps] + list(pooling.unpooled)
    assert sorted(seen) == sorted(row)
    assert all(
        lawful(gaps, tuple(row[i] for i in g.gaps), config) for g in pooling.groups if g.locked_to is None
    )


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), count=st.integers(1, 60), networks=st.integers(1, 3))
def test_pools_are_lawful_and_do_not_hang_on_the_order_of_input(seed: int, count: int, networks: int) -> None:
    gaps, vectors = case(seed, count, companies=15, networks=networks)
    pooling = pool_gaps(gaps, vectors, SETTINGS)
    check(gaps, pooling, SETTINGS)
    row = {g.id: i for i, g in enumerate(gaps)}
    value = sum(worth(vectors, tuple(row[i] for i in g.gaps), SETTINGS.threshold) for g in pooling.groups)
    assert pooling.value == pytest.approx(value, abs=1e-3)
    shuffled = np.random.default_rng(seed).permutation(count)
    again = pool_gaps([gaps[i] for i in shuffled], vectors[shuffled], SETTINGS)
    assert again == pooling


def test_one_more_gap_leaves_most_pools_as_they_were() -> None:
    changed = []
    for seed in range(15):
        gaps, vectors = case(seed, 41, companies=20)
        first = pool_gaps(gaps[:40], vectors[:40], SETTINGS)
        was = {i: number for number, g in enumerate(first.groups) for i in g.gaps}
        more = pool_gaps(gaps, vectors, SETTINGS, previous=was)
        changed.append(len({g.gaps for g in first.groups} - {g.gaps for g in more.groups}))
    assert max(changed) <= 3
    assert sum(changed) <= len(changed)  # one pool each, of about eleven: the one that the new gap joins


def test_wishes_of_a_person_are_respected() -> None:
    one = np.ones((1, 4), dtype=np.float32) / 2
    other = np.array([[1, -1, 1, -1]], dtype=np.float32) / 2
    vectors = np.vstack([one, one, one, one, other, one])
    gaps = [
        GapFacts(1, 1, 1, 7, apart_from=frozenset({2})),
        GapFacts(2, 2, 2, 7),
        GapFacts(3, 3, 3, 7, kept_out=True),
        GapFacts(4, 4, 4, 7, locked_to=99),
        GapFacts(5, 4, 4, 7, locked_to=99),
        GapFacts(6, 6, 6, None),
    ]
    pooling = pool_gaps(gaps, vectors, PoolingSettings())
    home = {i: g for g in pooling.groups for i in g.gaps}
    assert pooling.unpooled[-2:] == (3, 6)
    assert home[4] is home[5]
    assert home[4].locked_to == 99
    assert not any({1, 2} <= set(g.gaps) for g in pooling.groups)
    assert pool_gaps(gaps, vectors, PoolingSettings(), frozen=[1, 2, 3, 4, 5, 6]).groups == ()


def test_a_lone_gap_that_a_person_locked_to_a_pool_keeps_that_pool_alive() -> None:
    gaps = [GapFacts(1, 1, 1, 7, locked_to=5), GapFacts(2, 2, 2, 7)]
    pooling = pool_gaps(gaps, np.eye(2, dtype=np.float32))
    assert [(g.gaps, g.locked_to) for g in pooling.groups] == [((1,), 5)]
    assert pooling.unpooled == (2,)


def test_linked_companies_count_once_and_networks_do_not_mix() -> None:
    same = np.ones((3, 2), dtype=np.float32) / np.sqrt(np.float32(2))
    gaps = [GapFacts(1, 1, 50, 1), GapFacts(2, 2, 50, 1), GapFacts(3, 3, 3, 2)]
    assert pool_gaps(gaps, same).groups == ()


def test_thirty_thousand_identical_texts_of_400_companies_make_full_rooms() -> None:
    count = 30_000
    vectors = np.ones((count, 4), dtype=np.float32) / 2
    gaps = [GapFacts(i, i % 400, i % 400, 1) for i in range(count)]
    pooling = pool_gaps(gaps, vectors, PoolingSettings())
    assert sum(len(g.gaps) == 12 for g in pooling.groups) >= count // 12 - 40
    assert len(pooling.unpooled) <= 1


def test_networks_above_the_limit_are_halved_and_still_pooled() -> None:
    gaps, vectors = case(3, 200, companies=50)
    whole = pool_gaps(gaps, vectors, PoolingSettings(threshold=0.4))
    halved = pool_gaps(gaps, vectors, PoolingSettings(threshold=0.4, exact_limit=60))
    assert halved.value > 0.5 * whole.value


def test_nothing_in_nothing_out() -> None:
    assert pool_gaps([], np.empty((0, 3), dtype=np.float32)) == Pooling((), (), 0.0)
