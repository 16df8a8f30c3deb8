"""Texts to vectors: the project's own model by default, any sentence-transformers model by setting."""

from __future__ import annotations

from pathlib import Path

from matching.embedder.base import (
    CosineScale,
    Embedder,
    EmbedderError,
    Evidence,
    Span,
    Vectors,
)
from matching.embedder.static import StaticEmbedder, is_static_model

__all__ = [
    "BUNDLED_MODEL",
    "CosineScale",
    "Embedder",
    "EmbedderError",
    "Evidence",
    "Span",
    "Vectors",
    "load_embedder",
]

BUNDLED_MODEL = Path(__file__).resolve().parent.parent / "model"


def load_embedder(name_or_path: str | None = None) -> Embedder:
    """The bundled model, or another by name or path ("all-MiniLM-L6-v2" is the one in the dev dependencies).

    A folder of our own kind runs on numpy and `tokenizers`; everything else through sentence-transformers,
    which is imported here and not before. Raises EmbedderError with a remedy.
    """
    folder = Path(name_or_path) if name_or_path else BUNDLED_MODEL
    if is_static_model(folder):
        return StaticEmbedder(folder)
    if not name_or_path:
        raise EmbedderError(f"The bundled model is not in {BUNDLED_MODEL}: check out the whole repository.")
    from matching.embedder.transformer import TransformerEmbedder

    return TransformerEmbedder(name_or_path)
