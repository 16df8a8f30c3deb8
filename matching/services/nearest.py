"""The offers nearest to one vector in SQL: the exact scan, or an HNSW index where the setting asks for one.

Nearest first, facts after: most offers pass the facts, so a few hundred of the nearest hold enough that do,
and only those are joined. Where they do not, PostgreSQL looks at all of them; it does not otherwise.
"""

from typing import Any

from django.conf import settings
from django.db import connection

from matching.models import ModelRevision

WIDE = 600
"""So many of the nearest are held against the facts before everything is."""
SAMPLED = 5
"""Per cent of the vectors that are looked at first, for a distance that some thousand of all are within."""
BEYOND = WIDE * SAMPLED // 40
"""So many of the sample are within that distance: two and a half times the share that is looked for."""
EF_SEARCH = 400
"""How wide HNSW looks: recall at 20 of .994 among 100 000 vectors (docs/operations.md)."""
HNSW = ("m=24", "ef_construction=200")
"""How the index is made. Offers of a real catalogue lie close together: as pgvector makes it unasked (16 and 64),
it finds .964 of them, and .989 when it looks as wide as it can."""

# `whole` hangs on a count (lateral), so that PostgreSQL starts no helpers for what it mostly leaves undone.
# `close`: id and distance (minus the cosine) of the offers that the facts allow, at least %(enough)s of the
# nearest. Named parameters: unit, revision, wide, enough, and those of the facts.
CLOSE = """
fit AS MATERIALIZED (SELECT %(unit)s::{type} AS vector),{bound}
quick AS MATERIALIZED (
    SELECT o.id, n.distance FROM (
        SELECT e.owner_id, {vector} <#> {unit} AS distance FROM matching_embedding e
        WHERE e.revision_id = %(revision)s AND e.owner_kind = 'offer'{within}
        ORDER BY {order} LIMIT %(wide)s
    ) n JOIN catalogue_offer o ON o.id = n.owner_id WHERE {facts}
),
whole AS (
    SELECT found.id, found.distance FROM (SELECT count(*) AS number FROM quick) taken
    CROSS JOIN LATERAL (
        SELECT o.id, e.vector <#> (SELECT vector FROM fit) AS distance
        FROM matching_embedding e JOIN catalogue_offer o ON o.id = e.owner_id
        WHERE taken.number < %(enough)s AND e.revision_id = %(revision)s AND e.owner_kind = 'offer' AND {facts}
        ORDER BY distance, o.id LIMIT %(enough)s
    ) found
),
close AS (
    SELECT id, distance FROM whole
    UNION ALL
    SELECT id, distance FROM quick WHERE (SELECT count(*) FROM quick) >= %(enough)s
)"""

# Sorting a hundred thousand distances costs as much as working them out. What lies beyond the bound is not
# sorted; should too little lie within it, `whole` looks at everything, so that the answer is the same.
BOUND = """
bound AS MATERIALIZED (
    SELECT e.vector <#> (SELECT vector FROM fit) AS distance
    FROM matching_embedding e TABLESAMPLE SYSTEM ({sampled}) REPEATABLE (1)
    WHERE e.revision_id = %(revision)s AND e.owner_kind = 'offer'
    ORDER BY distance OFFSET {beyond} LIMIT 1
),"""
WITHIN = " AND e.vector <#> (SELECT vector FROM fit) <= coalesce((SELECT distance FROM bound), 'infinity')"


def close_offers_sql(facts: str, revision: ModelRevision) -> str:
    """The common table expressions that end in `close`, with these facts about `catalogue_offer o`."""
    if not uses_index():
        return CLOSE.format(
            facts=facts,
            type="halfvec",
            vector="e.vector",
            unit="(SELECT vector FROM fit)",
            order="distance, e.owner_id",
            bound=BOUND.format(sampled=SAMPLED, beyond=BEYOND),
            within=WITHIN,
        )
    # An index on an expression serves only that very expression, against a constant, ordered by it alone.
    kind = f"halfvec({revision.dimensions:d})"
    vector, unit = f"(e.vector::{kind})", f"%(unit)s::{kind}"
    return CLOSE.format(
        facts=facts, type=kind, vector=vector, unit=unit, order=f"{vector} <#> {unit}", bound="", within=""
    )


def prepare_search(cursor: Any) -> None:
    """What the index needs to know before a search, for this transaction; nothing for the exact scan."""
    if uses_index():
        cursor.execute(
            "SELECT set_config('hnsw.ef_search', %s, true), set_config('hnsw.iterative_scan', 'strict_order', true)",
            [str(EF_SEARCH)],
        )


def uses_index() -> bool:
    return bool(settings.VECTOR_INDEX == "hnsw")


def index_name(revision: ModelRevision) -> str:
    return f"matching_embedding_{revision.pk:d}_hnsw"


def has_index(revision: ModelRevision) -> bool:
    """Whether the index stands, is whole (not one whose making was broken off), and made as it is now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(bool_or(i.indisvalid AND c.reloptions @> %s), false)"
            " FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indexrelid = to_regclass(%s)",
            [list(HNSW), index_name(revision)],
        )
        return bool(cursor.fetchone()[0])


def build_index(revision: ModelRevision) -> None:
    """Make the HNSW index of a revision's offers while others go on reading and writing; safe to repeat.

    Not inside a transaction. 100 000 vectors take more than a minute on two cores.
    """
    if has_index(revision):
        return
    drop_index(revision)
    with connection.cursor() as cursor:
        cursor.execute(
            f'CREATE INDEX CONCURRENTLY "{index_name(revision)}" ON matching_embedding_{revision.pk:d}'
            f" USING hnsw ((vector::halfvec({revision.dimensions:d})) halfvec_ip_ops)"
            f" WITH ({', '.join(HNSW)}) WHERE owner_kind = 'offer'"
        )


def drop_index(revision: ModelRevision) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f'DROP INDEX IF EXISTS "{index_name(revision)}"')
