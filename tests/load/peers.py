"""What others need for the bare search: pgvector, FAISS HNSW, sentence-transformers, a loop over SQL; and recall."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests.load.matching_parts import TOP, vectors_of
from tests.load.measuring import setup_django, spending

if TYPE_CHECKING:
    from tests.load.parts import Asked

SEARCHED = 200
LOOPED = 5
EFFORTS = (40, 100, 200, 400)


def peers(asked: "Asked") -> dict[str, Any]:
    setup_django()
    offers, gaps = vectors_of("offer"), vectors_of("gap")
    return {
        "faiss_hnsw": faiss_hnsw(offers, gaps, asked.workers),
        "sentence_transformers_s": semantic_search(offers, gaps),
        "python_loop_ms_per_gap": python_loop(gaps),
        **hnsw(asked),
    }


def exact(offers: Any, gaps: Any) -> Any:
    import numpy as np

    scores = gaps @ offers.T
    return np.argsort(-scores, axis=1, kind="stable")[:, :TOP], scores


def recall(found: list[list[int]], scores: Any, wanted: Any) -> float:
    """Share of the exact top that was found; an offer as near as the last of them counts as found."""
    hits = 0
    for row, ids in enumerate(found):
        floor = scores[row, wanted[row, -1]] - 1e-5
        hits += sum(scores[row, pk] >= floor for pk in ids if pk >= 0)
    return round(min(1.0, hits / (len(found) * wanted.shape[1])), 4)


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
        "recall": recall(found[:SEARCHED].tolist(), scores, wanted),
    }


def semantic_search(offers: Any, gaps: Any) -> float:
    import torch
    from sentence_transformers import util

    with spending() as spent:
        util.semantic_search(torch.from_numpy(gaps), torch.from_numpy(offers), top_k=TOP)
    return round(spent.wall, 2)


def python_loop(gaps: Any) -> float:
    """Read every vector through SQL and compare in Python, as a first version of such a product does."""
    from django.db import connection

    from matching.services.vectors import active_revision

    revision = active_revision()
    assert revision is not None
    with spending() as spent, connection.cursor() as cursor:
        for gap in gaps[:LOOPED].tolist():
            cursor.execute(
                "SELECT owner_id, vector::real[] FROM matching_embedding"
                " WHERE revision_id = %s AND owner_kind = 'offer'",
                [revision.pk],
            )
            scored = [
                (sum(a * b for a, b in zip(gap, vector, strict=True)), pk) for pk, vector in cursor.fetchall()
            ]
            sorted(scored, reverse=True)[:TOP]
    return round(spent.wall / LOOPED * 1000)


def hnsw(_asked: "Asked") -> dict[str, Any]:
    """pgvector exact and with HNSW on a copy of the vectors: time of one search, recall at 20, time to build."""
    setup_django()
    from django.db import connection

    from matching.services.vectors import active_revision

    revision = active_revision()
    assert revision is not None
    offers, gaps = vectors_of("offer"), vectors_of("gap")[:SEARCHED]
    wanted, scores = exact(offers, gaps)
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMP TABLE near AS SELECT row_number() OVER (ORDER BY owner_id) - 1 AS place,"  # noqa: S608
            f" vector::halfvec({revision.dimensions}) AS vector FROM matching_embedding"
            f" WHERE revision_id = {revision.pk} AND owner_kind = 'offer'"
        )
        cursor.execute("ANALYZE near")
        answer: dict[str, Any] = {"pgvector_exact": searched(cursor, gaps, scores, wanted)}
        cursor.execute("SET maintenance_work_mem = '512MB'")
        with spending() as build:
            cursor.execute("CREATE INDEX ON near USING hnsw (vector halfvec_ip_ops)")
        answer["pgvector_hnsw_build_s"] = round(build.wall, 1)
        cursor.execute("SELECT pg_relation_size(indexrelid) FROM pg_index WHERE indrelid = 'near'::regclass")
        answer["pgvector_hnsw_mb"] = round(cursor.fetchone()[0] / 2**20)
        for effort in EFFORTS:
            cursor.execute(f"SET hnsw.ef_search = {effort}")
            answer[f"pgvector_hnsw_{effort}"] = searched(cursor, gaps, scores, wanted)
    return answer


def searched(cursor: Any, gaps: Any, scores: Any, wanted: Any) -> dict[str, float]:
    from pgvector import HalfVector

    ask: Callable[[Any], list[int]] = lambda gap: [  # noqa: E731
        row[0]
        for row in cursor.execute(
            "SELECT place FROM near ORDER BY vector <#> %s::halfvec LIMIT %s",
            [HalfVector(gap).to_text(), TOP],
        )
        or cursor.fetchall()
    ]
    with spending() as spent:
        found = [ask(gap) for gap in gaps]
    return {"ms": round(spent.wall / len(gaps) * 1000, 1), "recall": recall(found, scores, wanted)}
