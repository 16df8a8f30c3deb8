"""A table of vectors as a folder that sentence-transformers and our own runtime read."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file
from tokenizers import Tokenizer

from matching.embedder.static import ARCHITECTURE, CONFIG, TOKENIZER, WEIGHTS
from matching.embedder.training.config import TrainingConfig

MODULE = "matching.embedder.st_module.StaticWords"


def export_model(
    folder: Path, vectors: NDArray[np.float32], tokenizer: Tokenizer, config: TrainingConfig, name: str
) -> None:
    """Write the folder: vectors as int8 with one scale a row, the vocabulary, and what ran."""
    folder.mkdir(parents=True, exist_ok=True)
    peak = np.abs(vectors).max(axis=1, keepdims=True)
    scale = np.where(peak > 0, peak / 127, 1).astype(np.float32)
    whole = np.rint(vectors / scale).clip(-127, 127).astype(np.int8)
    save_file({"embeddings": whole, "weights": scale[:, 0].copy()}, folder / WEIGHTS)
    tokenizer.save(str(folder / TOKENIZER), pretty=False)
    runtime = {
        "architecture": ARCHITECTURE,
        "name": name,
        "dimensions": int(vectors.shape[1]),
        "pieces": config.pieces,
        "buckets": config.buckets,
        "shortest": config.shortest,
        "longest": config.longest,
        "ngram_weight": config.ngram_weight,
    }
    _write(folder / CONFIG, runtime)
    _write(folder / "training.json", dataclasses.asdict(config))
    _write(
        folder / "modules.json",
        [{"idx": 0, "name": "0", "path": "", "type": MODULE}],
    )
    _write(
        folder / "config_sentence_transformers.json",
        {"model_type": "SentenceTransformer", "similarity_fn_name": "cosine", "prompts": {}},
    )


def _write(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")
