"""The figures by which rankings are judged, against values worked out by hand."""

from math import log2

import pytest

from matching.embedder.metrics import first_hit, hit_at, mrr, ndcg_at, recall_at


def test_first_hit_is_the_rank_of_the_first_relevant_answer():
    assert first_hit([False, False, True, True]) == 3
    assert first_hit([False, False]) == 0


def test_mrr_of_ranks_one_four_and_never():
    assert mrr([1, 4, 0]) == pytest.approx((1 + 0.25 + 0) / 3)


def test_hit_counts_ranks_up_to_and_with_the_depth():
    assert hit_at([1, 5, 6, 0], 5) == 0.5


def test_recall_is_of_all_relevant_answers_not_of_those_shown():
    assert recall_at([True, False, True, True], total=4, depth=3) == 0.5
    assert recall_at([True], total=0, depth=3) == 0.0


def test_ndcg_by_hand():
    # Grades 3, 2 and 1 exist; found are 2 on the first place and 3 on the third.
    found = 3 / log2(2) + 7 / log2(4)
    best = 7 / log2(2) + 3 / log2(3) + 1 / log2(4)
    assert ndcg_at([2, 0, 3], [1, 2, 3], 10) == pytest.approx(found / best)


def test_ndcg_looks_no_deeper_than_asked_and_is_one_for_the_best_order():
    assert ndcg_at([0, 3], [3], 1) == 0.0
    assert ndcg_at([3, 1], [1, 3], 10) == pytest.approx(1.0)
    assert ndcg_at([0], [], 10) == 0.0


def test_no_queries_is_zero_not_an_error():
    assert mrr([]) == 0.0
    assert hit_at([], 10) == 0.0
