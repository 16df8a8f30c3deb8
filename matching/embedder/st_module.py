"""The same model as a module of sentence-transformers, named by the folder's `modules.json`.

`SentenceTransformer("matching/model", trust_remote_code=True)` runs it where this project is importable.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file
from sentence_transformers.base.modules.input_module import InputModule
from tokenizers import Tokenizer

from matching.embedder.static import CONFIG, TOKENIZER, WEIGHTS
from matching.embedder.text import ngram_rows, words


class StaticWords(InputModule):
    """Sums of the vectors of pieces and n-grams, of length one."""

    modalities: list[str] = ["text"]

    def __init__(self, folder: Path, config: dict[str, Any], vectors: torch.Tensor) -> None:
        super().__init__()
        self._folder = folder
        self._config = config
        self.tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        self.embedding = torch.nn.EmbeddingBag.from_pretrained(vectors, freeze=False, mode="sum")

    def preprocess(self, inputs: list[str], prompt: str | None = None, **_: Any) -> dict[str, torch.Tensor]:
        """Texts as the rows of the table, with the weight of each."""
        rows: list[int] = []
        weights: list[float] = []
        offsets: list[int] = []
        for text in inputs:
            offsets.append(len(rows))
            for word in words((prompt or "") + text):
                pieces, ngrams = self._rows_of(word)
                rows += pieces + ngrams
                share = self._config["ngram_weight"] / max(1, len(ngrams)) ** 0.5
                weights += [1.0] * len(pieces) + [share] * len(ngrams)
        return {
            "input_ids": torch.tensor(rows, dtype=torch.long),
            "weights": torch.tensor(weights, dtype=torch.float32),
            "offsets": torch.tensor(offsets, dtype=torch.long),
        }

    def forward(self, features: dict[str, Any], **_: Any) -> dict[str, Any]:
        """The vectors of the texts."""
        sums = self.embedding(
            features["input_ids"], features["offsets"], per_sample_weights=features["weights"]
        )
        features["sentence_embedding"] = torch.nn.functional.normalize(sums, dim=1)
        return features

    def get_embedding_dimension(self) -> int:
        """How many numbers a vector has."""
        return int(self.embedding.embedding_dim)

    @property
    def max_seq_length(self) -> float:
        """Texts are read to their end."""
        return float("inf")

    def save(self, output_path: str, *_: Any, **__: Any) -> None:
        """Copy the folder's files: what is loaded is what is saved."""
        for name in (CONFIG, TOKENIZER, WEIGHTS):
            shutil.copyfile(self._folder / name, Path(output_path) / name)

    @classmethod
    def load(cls, model_name_or_path: str, subfolder: str = "", **_: Any) -> StaticWords:
        """Read a folder that `train_embedder` wrote."""
        folder = Path(model_name_or_path) / subfolder
        tensors = load_file(folder / WEIGHTS)
        vectors = tensors["embeddings"].float() * tensors["weights"].float()[:, None]
        return cls(folder, cls.load_config(model_name_or_path, subfolder=subfolder), vectors)

    def _rows_of(self, word: str) -> tuple[list[int], list[int]]:
        config = self._config
        pieces = self.tokenizer.encode(word, add_special_tokens=False).ids
        ngrams = ngram_rows(
            word, shortest=config["shortest"], longest=config["longest"], buckets=config["buckets"]
        )
        return list(pieces), [int(np.int64(config["pieces"]) + row) for row in ngrams]
