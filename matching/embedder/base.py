"""What every embedding model must be able to do, and the values that pass between it and its callers."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


class EmbedderError(Exception):
    """A model cannot be found, read or trusted; the message says which and what to do about it."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a text, as offsets of characters, and its share of the cosine (may be negative)."""

    start: int
    end: int
    weight: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why two texts are near: on each side the weights of the spans add up to the cosine."""

    cosine: float
    query: tuple[Span, ...]
    document: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class CosineScale:
    """Median cosines of one model on fixed pairs of texts: of unrelated (low) and of same meaning (high).

    Raw cosines of two models cannot be compared (one model's "unrelated" is 0.05, another's 0.7); shares of
    this scale can.
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        if not self.high > self.low:
            raise EmbedderError(
                f"The model does not tell same meaning ({self.high:.3f}) from unrelated ({self.low:.3f})."
            )

    def to_unit(self, cosine: float) -> float:
        """The cosine as a number from 0 (as unrelated texts) to 1 (as texts of one meaning)."""
        return min(1.0, max(0.0, (cosine - self.low) / (self.high - self.low)))


@runtime_checkable
class Embedder(Protocol):
    """Texts to vectors of length one, in such a way that a near meaning is a high cosine."""

    @property
    def name(self) -> str:
        """Short name of the model, without its path."""

    @property
    def revision(self) -> str:
        """`name@` and the first 12 hexadecimal digits of the weights' sha256."""

    @property
    def dimensions(self) -> int:
        """How many numbers a vector has."""

    @property
    def cosine_scale(self) -> CosineScale:
        """What this model's cosines mean."""

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """One row per text, of length one; the zero vector for a text without content."""

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """As `encode_queries`, for the texts that are searched."""

    def spans(self, query: str, document: str) -> Evidence | None:
        """Which stretches of both texts make the cosine; None where the model cannot say so exactly."""


def sha256_of(path: Path) -> str:
    """The sha256 of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def normalised(vectors: Vectors) -> Vectors:
    """Rows of length one; a zero row stays zero."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    out: Vectors = (vectors / np.where(lengths > 0, lengths, 1)).astype(np.float32)
    return out
