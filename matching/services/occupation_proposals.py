"""ESCO occupations whose name says about the same as a text: proposals for a person who links."""

from functools import lru_cache

import numpy as np

from matching.models import Occupation
from matching.services.census import census
from matching.services.vectors import embedder

MOST = 6


def propose_occupations(text: str, language: str, limit: int = MOST) -> list[Occupation]:
    """The nearest by name in `language` (else English), nearest first; only those with skills."""
    ids, vectors = _names(embedder().revision, language, census(Occupation))
    if not ids or not text.strip():
        return []
    query = embedder().encode_queries([text])[0]
    near = np.argsort(-(vectors @ query), kind="stable")[:limit]
    rows = Occupation.objects.in_bulk([ids[int(index)] for index in near])
    return [rows[ids[int(index)]] for index in near if ids[int(index)] in rows]


@lru_cache(maxsize=4)
def _names(revision: str, language: str, _census: tuple[int, int]) -> tuple[list[int], "np.ndarray"]:
    """The occupations and the vectors of their names, once for each language and model while they stay the same."""
    rows = Occupation.objects.exclude(essential=[]).order_by("pk").values_list("pk", "labels")
    named = [(pk, labels.get(language) or labels.get("en") or "") for pk, labels in rows]
    named = [(pk, name) for pk, name in named if name]
    if not named:
        return [], np.zeros((0, 1), dtype=np.float32)
    vectors = embedder().encode_queries([name for _pk, name in named])
    return [pk for pk, _name in named], np.asarray(vectors, dtype=np.float32)
