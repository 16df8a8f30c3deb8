"""Meaning, words and fusion against plain definitions of the same."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.engine.facts import GapFacts, OfferFacts
from matching.engine.fusion import NONE, fuse, fuse_many
from matching.engine.retrieval import similarities, top_k
from matching.engine.tables import compatibility, gap_table, offer_table
from matching.engine.words import WordIndex

TODAY = date(2026, 3, 2)


def unit(rng: np.random.Generator, rows: int, dims: int = 8) -> np.ndarray:
    vectors = rng.standard_normal((rows, dims)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def languages(rng: np.random.Generator) -> frozenset[str]:
    return frozenset(rng.choice(["nl", "fr", "en"], size=rng.integers(0, 3), replace=False).tolist())


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    gaps=st.integers(1, 12),
    offers=st.integers(1, 60),
    k=st.integers(1, 9),
    tile=st.integers(1, 7),
    block=st.integers(1, 30),
)
def test_the_k_nearest_allowed_offers_come_back_whatever_the_blocks(
    seed: int, gaps: int, offers: int, k: int, tile: int, block: int
) -> None:
    rng = np.random.default_rng(seed)
    g, o = unit(rng, gaps), unit(rng, offers)
    gap_facts = gap_table([GapFacts(i, i, i, learner_languages=languages(rng)) for i in range(gaps)])
    offer_facts = offer_table(
        [
            OfferFacts(i, 1, teaching_languages=languages(rng), seats_left=int(rng.integers(0, 4)))
            for i in range(offers)
        ],
        TODAY,
    )
    fits = compatibility(gap_facts, offer_facts)
    hits = top_k(g, o, k, allowed=fits, tile=tile, block=block)
    exact = np.round(g.astype(np.float64) @ o.astype(np.float64).T, 5)
    for i in range(gaps):
        lawful = [j for j in range(offers) if fits.allowed[fits.gap_signature[i], fits.offer_signature[j]]]
        expected = sorted(-exact[i, j] for j in lawful)[:k]
        found = [int(j) for j in hits.rows[i] if j != NONE]
        assert set(found) <= set(lawful)
        assert [-exact[i, j] for j in found] == pytest.approx(expected, abs=2e-5)


def test_identical_vectors_go_in_the_order_of_their_rows() -> None:
    one = unit(np.random.default_rng(1), 1)
    hits = top_k(one, np.repeat(one, 50_000, axis=0), 5, block=4096)
    assert hits.rows[0].tolist() == [0, 1, 2, 3, 4]


def test_fewer_offers_than_k_pad_the_answer() -> None:
    rng = np.random.default_rng(2)
    hits = top_k(unit(rng, 2), unit(rng, 3), 5)
    assert (hits.rows[:, 3:] == NONE).all()
    assert np.isnan(hits.scores[:, 3:]).all()
    assert top_k(unit(rng, 2), unit(rng, 0), 5).rows.tolist() == [[NONE] * 5] * 2


def test_half_precision_vectors_are_compared_as_they_are() -> None:
    rng = np.random.default_rng(3)
    g, o = unit(rng, 4), unit(rng, 40).astype(np.float16)
    hits = top_k(g, o, 3)
    expected = np.take_along_axis(g @ o.astype(np.float32).T, hits.rows, axis=1)
    assert hits.scores == pytest.approx(expected, abs=1e-5)
    assert similarities(g, o, hits.rows) == pytest.approx(expected, abs=1e-5)


@given(st.lists(st.lists(st.integers(0, 30), unique=True, max_size=12), min_size=1, max_size=3))
def test_fusion_adds_up_reciprocal_ranks(rankings: list[list[int]]) -> None:
    expected: dict[int, float] = {}
    for ranking in rankings:
        for rank, item in enumerate(ranking, start=1):
            expected[item] = expected.get(item, 0.0) + 1 / (60 + rank)
    found = fuse(rankings)
    assert dict(found) == pytest.approx(expected)
    assert [s for _, s in found] == sorted((s for _, s in found), reverse=True)


def test_ties_in_fusion_go_to_the_first_ranking_and_rows_do_not_mix() -> None:
    assert [i for i, _ in fuse([[9, 4], [4, 9]])] == [9, 4]
    assert [i for i, _ in fuse([[9], [4]])] == [9, 4]
    fused = fuse_many([np.array([[1, 2], [3, NONE]]), np.array([[2, 1], [NONE, NONE]])], limit=2)
    assert fused.ids.tolist() == [[1, 2], [3, NONE]]


def plain_bm25(query: list[str], documents: list[list[str]], i: int) -> float:
    mean = sum(map(len, documents)) / len(documents)
    total = 0.0
    for word in sorted(set(query)):
        found = sum(word in d for d in documents)
        if found:
            idf = np.log(1 + (len(documents) - found + 0.5) / (found + 0.5))
            f = documents[i].count(word)
            total += idf * f * 2.2 / (f + 1.2 * (0.25 + 0.75 * len(documents[i]) / mean))
    return total


WORDS = st.lists(st.sampled_from(["las", "robot", "staal", "plc", "koel", "hef"]), max_size=8)


@settings(max_examples=60, deadline=None)
@given(documents=st.lists(WORDS, min_size=1, max_size=12).filter(any), query=WORDS)
def test_words_score_as_bm25_over_its_full_mark(documents: list[list[str]], query: list[str]) -> None:
    index = WordIndex.build(documents)
    everything = np.arange(len(documents))[None, :]
    hits = index.rank([query], 3, extra=everything)
    full = float(index.idf[index.query(query)].sum())
    expected = [
        min(1.0, plain_bm25(query, documents, i) / full) if full else 0.0 for i in range(len(documents))
    ]
    assert hits.extra[0] == pytest.approx(expected, abs=1e-5)
    found = [(int(r), float(s)) for r, s in zip(hits.rows[0], hits.scores[0], strict=True) if r != NONE]
    best = sorted((s for s in expected if s > 0), reverse=True)[:3]
    assert [s for _, s in found] == pytest.approx(best, abs=1e-5)


def test_words_of_an_offer_that_is_out_of_reach_leave_room_for_the_next() -> None:
    gaps = gap_table([GapFacts(1, 1, 1, learner_languages=frozenset({"nl"}))])
    offers = offer_table(
        [OfferFacts(i, 1, teaching_languages=frozenset({"fr" if i == 0 else "nl"})) for i in range(3)], TODAY
    )
    index = WordIndex.build([["las", "las"], ["las", "staal"], ["plc"]])
    hits = index.rank([["las"]], 1, allowed=compatibility(gaps, offers))
    assert hits.rows.tolist() == [[1]]


def test_one_language_among_others_keeps_its_row_numbers_and_hundreds_of_words_are_cut() -> None:
    index = WordIndex.build([["las"], ["plc"]], rows=[7, 3], total=10)
    assert index.rank([["las"]], 2).rows.tolist() == [[7, NONE]]
    many = [f"w{i}" for i in range(500)]
    assert len(WordIndex.build([many]).query(many * 40)) == 48


def test_identical_texts_by_the_hundred_thousand_cost_nothing() -> None:
    index = WordIndex.build([["dezelfde", "tekst"]] * 100_000)
    hits = index.rank([["dezelfde", "tekst"]] * 200, 5)
    assert (hits.rows == NONE).all()


def test_a_text_that_says_nothing_is_near_to_nothing() -> None:
    """Zeros are no direction: neither the gap nor the offer has a meaning, which is not a meaning of 0."""
    rng = np.random.default_rng(4)
    gaps, offers = unit(rng, 3), unit(rng, 40)
    gaps[1], offers[5], offers[30] = 0.0, 0.0, 0.0
    hits = top_k(gaps, offers, 40, tile=2, block=16)
    assert (hits.rows[1] == NONE).all()
    assert np.isnan(hits.scores[1]).all()
    assert not np.isin(hits.rows, [5, 30]).any()
    assert (np.sum(hits.rows != NONE, axis=1) == [38, 0, 38]).all()
    cosines = similarities(gaps, offers, np.array([[0, 5], [0, 5], [30, 1]]))
    assert np.isnan(cosines).tolist() == [[False, True], [True, True], [True, False]]
