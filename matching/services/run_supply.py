"""The supply side of a whole run: facts, vectors and words of all active offers, as arrays.

Reading them costs as much processor as matching a thousand gaps, so the processes of a host that work on a run
read them once, each a part of them, and share what they read.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date
from functools import lru_cache, partial
from typing import Any

import numpy as np
from django.conf import settings
from django.db import connection
from numpy.typing import NDArray

from matching.engine.tables import CLOSED, OfferTable, Sets
from matching.models import MatchRun, ModelRevision
from matching.services.shared_arrays import Arrays, as_bytes, as_texts, keep_newest, share
from matching.services.supply import read_offers
from matching.services.vectors import read_vectors
from matching.services.words import Postings, read_postings

KEPT_RUNS = 3
"""Of so many runs the arrays stay: each takes about 1.5 kB an offer, and seldom two runs go on at once."""
SETS = ("languages", "places", "modes", "skills")


@dataclass(frozen=True, slots=True)
class Supply:
    """All active offers: `ids` ascend, and the rows of everything else are places among them."""

    ids: NDArray[np.int64]
    languages: NDArray[np.str_]
    table: OfferTable
    vectors: NDArray[np.float32]
    postings: dict[str, Postings]


@lru_cache(maxsize=1)
def supply_of(run_id: int, revision: ModelRevision, today: date) -> Supply:
    """The supply side of one run; the run is part of the key, so a later run reads it anew.

    Of a run over everything, which many processes work on, it is shared between those of this host.
    """
    run = MatchRun.objects.only("public_id", "scope").get(pk=run_id)
    if run.scope != MatchRun.Scope.ALL:
        return read_supply(revision, today)
    root = settings.SUPPLY_DIR
    folder = root / f"{run.public_id}-{revision.pk}-{today}"
    first = share(folder, {"offers": _offers})["offers"]
    parts = share(folder, _makers(first, revision, today))
    keep_newest(root, KEPT_RUNS)
    return _supply(first, parts)


def read_supply(revision: ModelRevision, today: date) -> Supply:
    """The same, read by this process for itself."""
    first = _offers()
    return _supply(first, {name: make() for name, make in _makers(first, revision, today).items()})


def _makers(first: Arrays, revision: ModelRevision, today: date) -> dict[str, Callable[[], Arrays]]:
    """What is read, the longest first: the words of the language that most offers are in."""
    spoken = as_texts(first["spoken"])
    size = np.bincount(first["languages"], minlength=len(spoken))
    longest = sorted(range(len(spoken)), key=lambda number: (-size[number], spoken[number]))
    words = [(f"words-{spoken[n]}", partial(_words, spoken[n], first["ids"])) for n in longest if size[n]]
    return dict(
        [
            *words[:1],
            ("facts", partial(_facts, first["ids"], today)),
            *words[1:],
            ("vectors", partial(_vectors, first["ids"], revision)),
        ]
    )


def _supply(first: Arrays, parts: dict[str, Arrays]) -> Supply:
    postings = {
        name.removeprefix("words-"): Postings(as_texts(part["words"]), part["start"], part["rows"])
        for name, part in parts.items()
        if name.startswith("words-")
    }
    return Supply(
        ids=first["ids"],
        languages=np.array(as_texts(first["spoken"]))[first["languages"]],
        table=_table(first["ids"], parts["facts"]),
        vectors=parts["vectors"]["vectors"],
        postings=dict(sorted(postings.items())),
    )


def _offers() -> Arrays:
    """Which offers there are, and the language of each one's text: what all other parts go by."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, language FROM catalogue_offer WHERE state = 'active' ORDER BY id")
        rows = cursor.fetchall()
    number: dict[str, int] = {}
    codes = [number.setdefault(language, len(number)) for _, language in rows]
    return {
        "ids": np.array([pk for pk, _ in rows], dtype=np.int64),
        "languages": np.array(codes, dtype=np.int64),
        "spoken": as_bytes(list(number)),
    }


def _vectors(ids: NDArray[np.int64], revision: ModelRevision) -> Arrays:
    return {"vectors": read_vectors(revision=revision, kind="offer", ids=ids.tolist()).astype(np.float32)}


def _words(language: str, ids: NDArray[np.int64]) -> Arrays:
    found = read_postings(language, ids)
    return {"words": as_bytes(found.words), "start": found.start, "rows": found.rows}


def _facts(ids: NDArray[np.int64], today: date) -> Arrays:
    """The columns of `OfferTable` in the rows of `ids`: who reads a moment later may find other offers."""
    table, _ = read_offers(today=today)
    place = np.minimum(np.searchsorted(ids, table.ids), max(0, len(ids) - 1))
    known = ids[place] == table.ids if len(ids) else np.zeros(len(place), dtype=bool)
    arrays: Arrays = {}
    for name, column in _columns(table):
        values = column.codes if isinstance(column, Sets) else column
        rows = np.full(len(ids), np.nan if values.dtype.kind == "f" else 0, dtype=values.dtype)
        rows[place[known]] = values[known]
        arrays[name] = rows
        if isinstance(column, Sets):
            arrays[f"{name}_values"] = as_bytes([" ".join(sorted(value)) for value in column.values])
    gone = np.ones(len(ids), dtype=bool)
    gone[place[known]] = False
    arrays["closed"][gone] = CLOSED["past"]
    return arrays


def _columns(table: OfferTable) -> list[tuple[str, Any]]:
    return [(f.name, getattr(table, f.name)) for f in fields(OfferTable) if f.name != "ids"]


def _table(ids: NDArray[np.int64], arrays: Arrays) -> OfferTable:
    columns: dict[str, Any] = {
        f.name: arrays[f.name] for f in fields(OfferTable) if f.name not in ("ids", *SETS)
    }
    for name in SETS:
        values = tuple(frozenset(text.split()) for text in as_texts(arrays[f"{name}_values"]))
        columns[name] = Sets(arrays[name], values)
    return OfferTable(ids=ids, **columns)
