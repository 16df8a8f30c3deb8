"""Pieces and mapped weights are those that `tokenizers` and `safetensors` read from the same files."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from matching.embedder.base import EmbedderError
from matching.embedder.mapped import map_tensors
from matching.embedder.pieces import Pieces
from matching.embedder.static import TOKENIZER, WEIGHTS, StaticEmbedder

MODEL = Path(__file__).parents[2] / "matching" / "model"
OURS = Pieces(MODEL / TOKENIZER)
THEIRS = Tokenizer.from_file(str(MODEL / TOKENIZER))
WORDS = st.one_of(
    st.text(max_size=30),
    st.text(alphabet="abdegilnorstuv", max_size=40),
    st.lists(st.sampled_from(["las", "ser", "ing", "booglasser", "😀", "ж", "qq", "ment"]), max_size=5).map(
        "".join
    ),
)


@given(st.lists(WORDS, max_size=8))
def test_words_are_cut_as_tokenizers_cuts_them(names: list[str]) -> None:
    found, counts = OURS.cut(names)
    expected = [code.ids for code in THEIRS.encode_batch(names, add_special_tokens=False)]
    assert [part.tolist() for part in np.split(found, np.cumsum(counts))[: len(names)]] == expected


def test_mapped_weights_are_those_of_the_library_and_cannot_be_written() -> None:
    mapped, read = map_tensors(MODEL / WEIGHTS), load_file(MODEL / WEIGHTS)
    assert mapped.keys() == read.keys()
    for name in read:
        np.testing.assert_array_equal(mapped[name], read[name])
    with pytest.raises(ValueError, match="read-only"):
        mapped["weights"][0] = 1


@pytest.mark.parametrize("kept", [4, 100, 4_000])
def test_a_model_that_was_copied_in_part_says_so(tmp_path: Path, kept: int) -> None:
    for name in ("config.json", TOKENIZER):
        (tmp_path / name).write_bytes((MODEL / name).read_bytes())
    (tmp_path / WEIGHTS).write_bytes((MODEL / WEIGHTS).read_bytes()[:kept])
    with pytest.raises(EmbedderError, match="cannot be read"):
        StaticEmbedder(tmp_path)
