"""Another sentence-transformers model in the place of our own."""

import numpy as np
import pytest

from matching.embedder import CosineScale, EmbedderError, load_embedder
from matching.embedder.transformer import MINILM


@pytest.fixture(scope="module")
def minilm():
    return load_embedder(MINILM)


def test_minilm_is_checked_named_and_works(minilm):
    assert minilm.revision == "all-MiniLM-L6-v2@53aa51172d14"
    vectors = minilm.encode_documents(["welding steel", "", "to weld metal"])
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 0, 1], abs=1e-5)
    assert vectors[0] @ vectors[2] > 0.6
    assert minilm.spans("welding", "to weld") is None


def test_weights_that_were_changed_are_refused(monkeypatch):
    monkeypatch.setattr("matching.embedder.transformer.MINILM_SHA256", "0" * 64)
    with pytest.raises(EmbedderError, match="do not use them"):
        load_embedder(MINILM)


def test_a_models_own_prompts_are_used(minilm, tmp_path):
    minilm._model.prompts = {"query": "query: ", "passage": "passage: "}
    minilm._model.save(str(tmp_path / "prompted"))
    minilm._model.prompts = {}
    prompted = load_embedder(str(tmp_path / "prompted"))
    expected = minilm.encode_documents(["query: lassen", "passage: lassen"])
    assert prompted.encode_queries(["lassen"])[0] == pytest.approx(expected[0], abs=1e-4)
    assert prompted.encode_documents(["lassen"])[0] == pytest.approx(expected[1], abs=1e-4)


def test_scales_make_cosines_of_two_models_comparable():
    scale = CosineScale(low=0.2, high=0.7)
    assert [scale.to_unit(cosine) for cosine in (0.1, 0.2, 0.45, 0.7, 0.9)] == pytest.approx(
        [0, 0, 0.5, 1, 1]
    )
    with pytest.raises(EmbedderError):
        CosineScale(low=0.5, high=0.5)
