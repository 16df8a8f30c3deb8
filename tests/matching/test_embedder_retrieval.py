"""Rankings of files of queries and corpus, as the command prints them."""

import json
from io import StringIO

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from matching.embedder.retrieval import Task, by_characters, by_words, hybrid, measure, read_task
from tests.matching.embedder_models import small_model

CORPUS = ["welding of steel", "accounting for beginners", "wound care", "forklift driving"]


def test_bm25_ranks_by_rare_words_and_gives_nothing_to_texts_without_them():
    scores = by_words(["welding for all", "xyzzy"], CORPUS)
    assert np.argmax(scores[0]) == 0
    assert scores[0][1] > 0 == scores[0][2]
    assert not scores[1].any()


def test_bm25_by_hand():
    # One document in two has the word, once, and both are as long: idf = ln(1 + 1.5/1.5), tf part 2.2/2.2.
    assert by_words(["a"], ["a b", "c d"])[0] == pytest.approx([np.log(2), 0.0])


def test_characters_see_through_a_typing_error():
    assert np.argmax(by_characters(["acounting"], CORPUS)[0]) == 1


def test_fusion_prefers_what_both_rank_high_and_ignores_what_neither_ranks():
    def first(queries, corpus):
        return np.array([[3.0, 2.0, 0.0]])

    def second(queries, corpus):
        return np.array([[0.0, 2.0, 3.0]])

    fused = hybrid(first, second)(["q"], ["a", "b", "c"])[0]
    assert fused == pytest.approx([1 / 61, 2 / 62, 1 / 61])


def test_figures_of_a_known_ranking():
    def ranker(queries, corpus):
        return np.array([[0.9, 0.8, 0.1, 0.0], [0.0, 0.1, 0.2, 0.3]])

    figures = measure(Task(["p", "q"], CORPUS, [{1: 1.0}, {0: 1.0, 3: 2.0}]), ranker)
    assert figures["mrr"] == pytest.approx((1 / 2 + 1) / 2)
    assert figures["hit@1"] == 0.5
    assert figures["recall@10"] == 1.0
    assert (figures["queries"], figures["corpus"]) == (2, 4)


def test_a_tie_is_worth_no_luck():
    figures = measure(
        Task(["q"], CORPUS, [{0: 1.0}]), lambda queries, corpus: np.zeros((1, 4), dtype=np.float32)
    )
    assert figures["mrr"] == 0.5  # of four equals the second place, not the first


@pytest.fixture
def files(tmp_path):
    (tmp_path / "q.tsv").write_text("Q1\tlassen\nQ2\tboekhouden\nQ3\tgeen oordeel\n", encoding="utf-8")
    lines = [f"C{number}\t{text}" for number, text in enumerate(CORPUS)]
    (tmp_path / "c.tsv").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "a.tsv").write_text("Q1\t0\tC0\t1\nQ2\t0\tC1\t2\nQ1\t0\tC2\t0\n", encoding="utf-8")
    return [
        f"--{name}={tmp_path / file}"
        for name, file in zip(("queries", "corpus", "qrels"), "qca", strict=True)
    ]


def _evaluate(files, *options):
    out = StringIO()
    call_command("evaluate_retrieval", *[f"{file}.tsv" for file in files], *options, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("system", ["meaning", "hybrid"])
def test_the_command_prints_the_contract(files, system):
    figures = json.loads(
        _evaluate(files, "--model", str(small_model()), "--system", system, "--format", "json")
    )
    assert list(figures) == [
        "mrr",
        "hit@1",
        "hit@5",
        "hit@10",
        "recall@10",
        "queries",
        "corpus",
        "texts_per_second",
    ]
    assert (figures["mrr"], figures["queries"], figures["corpus"]) == (1.0, 2, 4)


def test_the_command_finds_nothing_by_words_across_languages(files):
    assert json.loads(_evaluate(files, "--system", "words", "--format", "json"))["hit@1"] == 0.0


def test_a_bad_line_is_named(files, tmp_path):
    (tmp_path / "a.tsv").write_text("Q1\t0\tC9\t1\n", encoding="utf-8")
    with pytest.raises(CommandError, match="line 1"):
        _evaluate(files)
    (tmp_path / "a.tsv").write_text("Q1 C9\n", encoding="utf-8")
    with pytest.raises(CommandError, match="4 columns"):
        _evaluate(files)


def test_files_may_begin_with_a_byte_order_mark(tmp_path, files):
    (tmp_path / "q.tsv").write_bytes("\ufeffQ1\tlassen\nQ2\tboekhouden\n".encode())
    task = read_task(tmp_path / "q.tsv", tmp_path / "c.tsv", tmp_path / "a.tsv")
    assert task.queries == ["lassen", "boekhouden"]
