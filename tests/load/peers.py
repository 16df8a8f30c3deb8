"""What others need for the bare search: FAISS HNSW, sentence-transformers, a loop over SQL, pgvector; and recall.

Each peer is asked for the nearest twenty offers of a gap and says how many milliseconds a gap it took.
pgvector is asked through the product's own SQL, hard facts of the gap included; what is right is a product of
all vectors in memory, of which nothing is left out but what those facts exclude.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from tests.load.matching_parts import TOP, vectors_of
from tests.load.measuring import setup_django, spending

if TYPE_CHECKING:
    from tests.load.parts import Asked

SEARCHED = 200
"""Gaps that recall is measured on."""
LOOPED = 5
READ_AT_ONCE = 2_000
EFFORTS = (40, 100, 200)
"""`ef_search` besides the documented one."""


def peers(asked: "Asked") -> dict[str, Any]:
    setup_django()
    offers, gaps = vectors_of("offer"), vectors_of("gap")
    return {
        "gaps": len(gaps),
        "offers": len(offers),
        "faiss_hnsw": faiss_hnsw(offers, gaps, asked.workers),
        "sentence_transformers": semantic_search(offers, gaps),
        "python_loop": python_loop(gaps),
        **pgvector(),
    }


def exact(offers: Any, gaps: Any) -> Any:
    import numpy as np

    scores = gaps @ offers.T
    return np.argsort(-scores, axis=1, kind="stable")[:, :TOP], scores


def recall(found: Sequence[Sequence[int]], scores: Any, wanted: Any) -> float:
    """Share of the exact top that was found; an offer as near as the last of them counts as found."""
    hits = asked = 0
    for row, ids in enumerate(found):
        best = [place for place in wanted[row] if scores[row, place] > -1]
        if not best:
            continue
        floor = scores[row, best[-1]] - 1e-5
        hits += min(len(best), sum(scores[row, place] >= floor for place in ids if place >= 0))
        asked += len(best)
    return round(hits / asked, 4) if asked else 1.0


def faiss_hnsw(offers: Any, gaps: Any, threads: int) -> dict[str, Any]:
    import faiss

    faiss.omp_set_num_threads(threads)
    index = faiss.IndexHNSWFlat(offers.shape[1], 32, faiss.METRIC_INNER_PRODUCT)
    index.hnsw.efConstruction = 80
    with spending() as build:
        index.add(offers)
    index.hnsw.efSearch = 100
    with spending() as spent:
        _, found = index.search(gaps, TOP)
    wanted, scores = exact(offers, gaps[:SEARCHED])
    return {
        "build_s": round(build.wall, 2),
        "search_s": round(spent.wall, 2),
        "ms": _each(spent.wall, len(gaps)),
        "recall": recall(found[:SEARCHED].tolist(), scores, wanted),
    }


def semantic_search(offers: Any, gaps: Any) -> dict[str, float]:
    import torch
    from sentence_transformers import util

    with spending() as spent:
        util.semantic_search(torch.from_numpy(gaps), torch.from_numpy(offers), top_k=TOP)
    return {"search_s": round(spent.wall, 2), "ms": _each(spent.wall, len(gaps))}


def python_loop(gaps: Any) -> dict[str, float]:
    """Read every vector through SQL and compare in Python, as a first version of such a product does."""
    from django.db import connection

    from matching.services.vectors import active_revision

    revision = active_revision()
    assert revision is not None
    few = gaps[:LOOPED].tolist()
    with spending() as spent, connection.cursor() as cursor:
        for gap in few:
            cursor.execute(
                "SELECT owner_id, vector::real[] FROM matching_embedding"
                " WHERE revision_id = %s AND owner_kind = 'offer'",
                [revision.pk],
            )
            scored: list[tuple[float, int]] = []
            while rows := cursor.fetchmany(READ_AT_ONCE):
                scored += ((sum(a * b for a, b in zip(gap, v, strict=True)), pk) for pk, v in rows)
            sorted(scored, reverse=True)[:TOP]
    return {"ms": _each(spent.wall, len(few)), "gaps": len(few)}


@dataclass(frozen=True, slots=True)
class Questions:
    """Gaps to ask the database about, and what is right for each."""

    revision: Any
    facts: Sequence[Any]
    vectors: Any
    place: dict[int, int]
    scores: Any
    wanted: Any
    today: date


def questions() -> Questions:
    """The first gaps; offers that their facts exclude score minus two, which no cosine does."""
    import numpy as np
    from django.utils import timezone

    from matching.engine.tables import compatibility, gap_table
    from matching.services.facts import gap_facts
    from matching.services.run_supply import read_supply
    from matching.services.vectors import active_revision, read_vectors
    from networks.models import Gap

    revision, today = active_revision(), timezone.localdate()
    assert revision is not None
    gaps = list(Gap.objects.live().with_parties().order_by("pk")[:SEARCHED])
    facts = gap_facts(gaps)
    supply = read_supply(revision, today)
    vectors = read_vectors(revision=revision, kind="gap", ids=[g.pk for g in gaps]).astype(np.float32)
    allowed = compatibility(gap_table(facts), supply.table)
    scores = vectors @ supply.vectors.astype(np.float32).T
    for row in range(len(gaps)):
        scores[row, ~allowed.of_gap(row)[allowed.offer_signature]] = -2
    wanted = np.argsort(-scores, axis=1, kind="stable")[:, :TOP]
    place = {pk: number for number, pk in enumerate(supply.ids)}
    return Questions(revision, facts, vectors, place, scores, wanted, today)


def pgvector() -> dict[str, Any]:
    """The product's SQL, exact and with HNSW: time of one search, recall at 20, time to build, size."""
    from matching.services.nearest import EF_SEARCH

    asked = questions()
    answer: dict[str, Any] = {"pgvector_exact": searched(asked)}
    with vector_index("hnsw"):
        answer["pgvector_index"] = build(asked.revision)
        answer["pgvector_hnsw"] = {**searched(asked), "ef_search": EF_SEARCH}
        for effort in EFFORTS:
            answer[f"pgvector_hnsw_{effort}"] = searched(asked, effort)
    return answer


@contextmanager
def vector_index(kind: str) -> Iterator[None]:
    """The setting, for a while."""
    from django.test import override_settings

    with override_settings(VECTOR_INDEX=kind):
        yield


def build(revision: Any) -> dict[str, float]:
    """Make the index anew; it stays, for what is measured with it after this."""
    from django.db import connection

    from matching.services.nearest import build_index, drop_index, index_name

    drop_index(revision)
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '512MB'")
        with spending() as spent:
            build_index(revision)
        cursor.execute("SELECT pg_relation_size(%s::regclass)", [index_name(revision)])
        return {"build_s": round(spent.wall, 1), "mb": round(cursor.fetchone()[0] / 2**20)}


def searched(asked: Questions, effort: int | None = None) -> dict[str, float]:
    """Ask for the nearest of each gap, as a saved gap does."""
    from django.db import connection, transaction

    from matching.services.nearest import close_offers_sql, prepare_search
    from matching.services.retrieve import FACTS

    close = close_offers_sql(FACTS, asked.revision)
    sql = f"WITH {close} SELECT id FROM close ORDER BY distance, id LIMIT {TOP}"  # noqa: S608
    found = []
    with transaction.atomic(), connection.cursor() as cursor:
        prepare_search(cursor)
        if effort is not None:
            cursor.execute("SELECT set_config('hnsw.ef_search', %s, true)", [str(effort)])
        ready = [_parameters(asked, row) for row in range(len(asked.facts))]
        with spending() as spent:
            for parameters in ready:
                cursor.execute(sql, parameters)
                found.append([asked.place[pk] for (pk,) in cursor.fetchall() if pk in asked.place])
    return {"ms": _each(spent.wall, len(found)), "recall": recall(found, asked.scores, asked.wanted)}


def _parameters(asked: Questions, row: int) -> dict[str, Any]:
    from pgvector import HalfVector

    from matching.engine.retrieval import SLACK
    from matching.services.retrieve import CANDIDATES, CLOSEST, reachable_codes
    from skillnet.kernel import regions

    facts = asked.facts[row]
    return {
        "unit": HalfVector(asked.vectors[row]).to_text(),
        "revision": asked.revision.pk,
        "wide": CLOSEST,
        "enough": CANDIDATES + SLACK,
        "today": asked.today,
        "languages": sorted(facts.learner_languages),
        "places": reachable_codes(facts.regions),
        "known": sorted(regions.REGIONS),
    }


def _each(seconds: float, count: int) -> float:
    return round(seconds / max(1, count) * 1000, 3)
