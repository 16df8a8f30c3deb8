"""A change of the model or of its runtime must not make it worse unseen: a few sets, in seconds.

The thresholds stand a little below what `make quality` measured for the bundled model (docs/model-card.md).
ESCO's labels, which are the answers here, were seen in training; the questions were not.
"""

from dataclasses import replace

import numpy as np
import pytest

from matching.embedder import load_embedder
from matching.embedder.linking import SkillLinker
from matching.embedder.retrieval import by_meaning, measure
from tests.quality import sets

pytestmark = pytest.mark.quality
needs_data = pytest.mark.skipif(not sets.DATA.exists(), reason=sets.NO_DATA)


@pytest.fixture(scope="module")
def ours():
    return load_embedder()


def _thinned(task, step):
    return replace(task, queries=task.queries[::step], relevant=task.relevant[::step])


def test_own_set(ours):
    assert measure(sets.own("report"), by_meaning(ours))["ndcg@10"] >= 0.63


@needs_data
@pytest.mark.parametrize(("name", "least"), [("nld_q_nl_c_en", 0.5), ("fra_q_fr_c_en", 0.74)])
def test_national_titles_find_english_occupations(ours, name, least):
    assert measure(_thinned(sets.melo(name), 4), by_meaning(ours))["mrr"] >= least


@needs_data
@pytest.mark.parametrize(("source", "least"), [("nl", 0.7), ("fr", 0.69)])
def test_competent_labels_of_the_fold_that_was_not_learned(ours, source, least):
    assert measure(sets.competent(source, "en", ("exactMatch",)), by_meaning(ours))["mrr"] >= least


@needs_data
@pytest.mark.parametrize(("pairs", "least"), [(sets.gender_pairs, 0.95), (sets.typo_pairs, 0.8)])
def test_gender_and_typing_errors_change_little(ours, pairs, least):
    left, right = (ours.encode_documents(list(side)) for side in zip(*pairs(), strict=True))
    assert float(np.median((left * right).sum(axis=1))) >= least


@needs_data
def test_skills_are_found_in_sentences(ours):
    task = sets.skill_sentences()
    linker = SkillLinker([str(number) for number in range(len(task.corpus))], {"en": task.corpus}, ours)
    recalls = [
        len({int(skill.uri) for skill in linker.link(text, "en", 10)} & set(relevant)) / len(relevant)
        for text, relevant in zip(task.queries, task.relevant, strict=True)
    ]
    assert np.mean(recalls) >= 0.3
