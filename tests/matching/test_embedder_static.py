"""The runtime without torch: the same vectors as sentence-transformers, exact evidence, errors that help."""

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.embedder import BUNDLED_MODEL, Embedder, EmbedderError, load_embedder
from matching.embedder.static import StaticEmbedder
from tests.matching.embedder_models import small_model

TEXTS = ("lassen van inox", "Wound care & welding", "", "  ", "boekhoudster (m/v/x)", "xyzzy")


@pytest.fixture(scope="module")
def embedder():
    return StaticEmbedder(small_model())


def test_what_was_learned_together_is_near(embedder):
    welding, accounting = embedder.encode_queries(["lassen", "boekhouden"])
    documents = embedder.encode_documents(["welding", "accounting"])
    assert list(documents @ welding > 0.6) == [True, False]
    assert list(documents @ accounting > 0.6) == [False, True]


def test_vectors_have_length_one_and_a_text_without_words_is_zero(embedder):
    lengths = np.linalg.norm(embedder.encode_queries(TEXTS), axis=1)
    assert lengths == pytest.approx([1, 1, 0, 0, 1, 1], abs=1e-5)
    assert embedder.encode_queries([]).shape == (0, embedder.dimensions)


def test_the_revision_is_the_hash_of_the_weights(embedder):
    weights = (small_model() / "model.safetensors").read_bytes()
    assert embedder.revision == f"small@{hashlib.sha256(weights).hexdigest()[:12]}"
    assert isinstance(embedder, Embedder)


@given(st.text(max_size=60), st.text(max_size=60))
@settings(max_examples=60, deadline=None)
def test_the_shares_of_both_sides_add_up_to_the_cosine(left, right):
    embedder = StaticEmbedder(small_model()) if not _KEPT else _KEPT[0]
    _KEPT[:] = [embedder]
    evidence = embedder.spans(left, right)
    cosine = float(embedder.encode_queries([left])[0] @ embedder.encode_documents([right])[0])
    assert evidence is not None
    assert evidence.cosine == pytest.approx(cosine, abs=1e-4)
    for side in (evidence.query, evidence.document):
        if evidence.query and evidence.document:
            assert sum(span.weight for span in side) == pytest.approx(cosine, abs=1e-4)


_KEPT: list = []


def test_spans_point_at_the_words_of_the_text_as_given(embedder):
    text = "Cursus LASSEN voor iedereen"
    evidence = embedder.spans("welding", text)
    best = max(evidence.document, key=lambda span: span.weight)
    assert text[best.start : best.end] == "LASSEN"


def test_more_words_than_are_kept_change_no_vector(embedder, monkeypatch):
    monkeypatch.setattr("matching.embedder.static._KEPT_WORDS", 4)
    little = StaticEmbedder(small_model())
    texts = ["lassen", "boekhouden wonden heftruck zonnepanelen plaatsen verzorgen besturen", "lassen"]
    for text in texts:
        assert little.encode_queries([text]) == pytest.approx(embedder.encode_queries([text]), abs=1e-6)
    assert little.encode_queries(texts) == pytest.approx(embedder.encode_queries(texts), abs=1e-6)


@pytest.mark.parametrize("which", ["small", "bundled"])
def test_sentence_transformers_gives_the_same_vectors(which):
    from sentence_transformers import SentenceTransformer

    folder = small_model() if which == "small" else BUNDLED_MODEL
    texts = [text for text in TEXTS if text.strip()] + ["Medewerker zorg en welzijn, 38 u/week – Gent"]
    theirs = SentenceTransformer(str(folder), trust_remote_code=True, device="cpu").encode(texts)
    assert load_embedder(str(folder)).encode_documents(texts) == pytest.approx(theirs, abs=1e-3)


def test_sentence_transformers_saves_what_it_loaded(tmp_path):
    from sentence_transformers import SentenceTransformer

    SentenceTransformer(str(small_model()), trust_remote_code=True, device="cpu").save(str(tmp_path))
    saved = (tmp_path / "model.safetensors").read_bytes()
    assert saved == (small_model() / "model.safetensors").read_bytes()


def test_the_bundled_model_runs_without_torch():
    code = (
        "import sys; from matching.embedder import load_embedder;"
        "e = load_embedder(); e.encode_queries(['lassen']); e.spans('lassen', 'soudage'); e.cosine_scale;"
        "assert not {'torch', 'sentence_transformers', 'sklearn', 'django'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])


def test_a_broken_folder_is_refused_with_its_name(tmp_path):
    shutil.copytree(small_model(), tmp_path / "model")
    (tmp_path / "model" / "model.safetensors").write_bytes(b"no weights")
    with pytest.raises(EmbedderError, match="cannot be read"):
        load_embedder(str(tmp_path / "model"))


def test_a_model_that_is_nowhere_is_refused_with_its_name():
    with pytest.raises(EmbedderError, match="/nowhere/model"):
        load_embedder("/nowhere/model")


def test_the_bundled_model_is_small_enough_for_the_repository():
    assert sum(file.stat().st_size for file in BUNDLED_MODEL.iterdir()) < 40_000_000
    assert json.loads((BUNDLED_MODEL / "modules.json").read_text())[0]["type"].startswith("matching.")
