"""Matches into the table: what is known stays itself, what no longer matches leaves, nothing twice."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
from django.db import connection, transaction
from numpy.typing import NDArray
from psycopg.errors import UniqueViolation

from matching.engine.scoring import COMPONENTS
from matching.services.score import Ranked

UPSERT = """
INSERT INTO matching_match (gap_id, offer_id, run_id, rank, score, certainty, components)
SELECT gap_id, offer_id, run_id, rank, score, certainty, components FROM new_matches ORDER BY gap_id, rank
ON CONFLICT (gap_id, offer_id) DO UPDATE SET
    run_id = excluded.run_id, rank = excluded.rank, score = excluded.score,
    certainty = excluded.certainty, components = excluded.components
"""
LEAVE = """
DELETE FROM matching_match m WHERE m.gap_id = ANY(%s)
AND NOT EXISTS (SELECT FROM new_matches n WHERE n.gap_id = m.gap_id AND n.offer_id = m.offer_id)
"""
# What comes and goes for gaps that had matches: what was known of them, and the first reason that holds.
# A gap's first matches are no change, and a run over a new register writes none. Both parts are worked out
# once: where the table was empty when PostgreSQL last counted it, it would compare all anew for each gap.
CHANGES = """
WITH known AS MATERIALIZED (
    SELECT m.gap_id, max(r.started_at) AS since, max(r.revision_id) AS revision_id,
           max(r.profile_id) AS profile_id
    FROM matching_match m JOIN matching_matchrun r ON r.id = m.run_id
    WHERE m.gap_id = ANY(%(gaps)s) GROUP BY m.gap_id
), changed AS MATERIALIZED (
    SELECT coalesce(m.gap_id, n.gap_id) AS gap_id, coalesce(m.offer_id, n.offer_id) AS offer_id,
           m.score AS old_score, n.score AS new_score
    FROM (SELECT gap_id, offer_id, score FROM matching_match WHERE gap_id = ANY(%(gaps)s)) m
    FULL JOIN new_matches n ON n.gap_id = m.gap_id AND n.offer_id = m.offer_id
    WHERE m.gap_id IS NULL OR n.gap_id IS NULL
)
INSERT INTO matching_matchchange (run_id, gap_id, offer_id, kind, old_score, new_score, reason)
SELECT run.id, c.gap_id, c.offer_id, CASE WHEN c.new_score IS NULL THEN 'gone' ELSE 'new' END,
    c.old_score, c.new_score,
    CASE
        WHEN c.new_score IS NULL AND o.state <> 'active' THEN 'closed'
        WHEN c.new_score IS NULL AND o.open_until < %(today)s THEN 'past'
        WHEN c.new_score IS NULL AND o.is_closed THEN CASE WHEN EXISTS (
            SELECT FROM catalogue_edition e WHERE e.offer_id = o.id AND e.state <> 'cancelled'
            AND (e.starts_on IS NULL OR e.starts_on >= %(today)s)) THEN 'full' ELSE 'past' END
        WHEN c.old_score IS NULL AND o.created_at > k.since THEN 'offer_new'
        WHEN g.updated_at > k.since THEN 'gap'
        WHEN o.updated_at > k.since THEN 'offer'
        WHEN run.revision_id <> k.revision_id THEN 'model'
        WHEN run.profile_id <> k.profile_id THEN 'weights'
        WHEN c.new_score IS NULL THEN 'outranked'
        ELSE 'moved_up'
    END
FROM changed c
JOIN known k ON k.gap_id = c.gap_id
JOIN catalogue_offer o ON o.id = c.offer_id
JOIN networks_gap g ON g.id = c.gap_id
JOIN matching_matchrun run ON run.id = %(run)s
ORDER BY c.gap_id, c.offer_id
ON CONFLICT (run_id, gap_id, offer_id) DO NOTHING
"""
STORED = "SELECT count(*) FROM matching_match WHERE gap_id = ANY(%s)"

# PostgreSQL's binary COPY: each column is its length and then its bytes, numbers big-endian.
_FLOAT4_OID = 700
_FIELDS = (
    ("gap", ">i8"),
    ("offer", ">i8"),
    ("run", ">i8"),
    ("rank", ">i2"),
    ("score", ">f8"),
    ("certainty", ">f8"),
)
_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TRAILER = b"\xff\xff"


def store_matches(
    *,
    run_id: int,
    gap_ids: Sequence[int],
    offer_ids: Sequence[int] | NDArray[np.int64],
    ranked: Ranked,
    today: date,
) -> tuple[int, int]:
    """Replace the matches of these gaps; return how many are new and how many are gone.

    What changed for gaps that had matches is kept with its reason (`MatchChange`).

    Call it inside a transaction. `gap_ids` and `offer_ids` translate the row numbers of `ranked`.
    """
    rows = _binary(run_id, np.asarray(gap_ids, np.int64), np.asarray(offer_ids, np.int64), ranked)
    with connection.cursor() as cursor:
        cursor.execute(STORED, [list(gap_ids)])
        if not cursor.fetchone()[0] and _copied(cursor, rows):
            return len(ranked), 0
        return _merged(cursor, list(gap_ids), rows, {"run": run_id, "today": today})


def _copied(cursor: Any, rows: bytes) -> bool:
    """Write straight into the table; False when another run stored some of these pairs meanwhile."""
    try:
        with transaction.atomic():
            _copy(cursor, "matching_match", rows)
    except UniqueViolation:
        return False
    return True


def _merged(cursor: Any, gap_ids: list[int], rows: bytes, of_run: dict[str, Any]) -> tuple[int, int]:
    cursor.execute(
        "CREATE TEMP TABLE new_matches (gap_id bigint, offer_id bigint, run_id bigint, rank smallint,"
        " score float8, certainty float8, components real[]) ON COMMIT DROP"
    )
    _copy(cursor, "new_matches", rows)
    # Without statistics the planner may compare every old match with every new one.
    cursor.execute("CREATE INDEX ON new_matches (gap_id, offer_id)")
    cursor.execute("ANALYZE new_matches")
    cursor.execute(CHANGES, {**of_run, "gaps": gap_ids})
    cursor.execute(LEAVE, [gap_ids])
    gone = cursor.rowcount
    cursor.execute(STORED, [gap_ids])
    kept = cursor.fetchone()[0]
    cursor.execute(UPSERT)
    stored = cursor.rowcount
    cursor.execute("DROP TABLE new_matches")
    return stored - kept, gone


def _copy(cursor: Any, table: str, rows: bytes) -> None:
    columns = "gap_id, offer_id, run_id, rank, score, certainty, components"
    with cursor.copy(f"COPY {table} ({columns}) FROM STDIN (FORMAT BINARY)") as copy:
        copy.write(rows)


def _binary(run_id: int, gap_ids: NDArray[np.int64], offer_ids: NDArray[np.int64], ranked: Ranked) -> bytes:
    """All rows in one piece, as PostgreSQL reads them; an unknown component is NaN."""
    rows = np.zeros(len(ranked), dtype=_row_type())
    rows["columns"] = len(_FIELDS) + 1
    values = (
        gap_ids[ranked.gap_rows] if len(ranked) else ranked.gap_rows,
        offer_ids[ranked.offer_rows] if len(ranked) else ranked.offer_rows,
        run_id,
        ranked.ranks,
        ranked.scores.round(6),
        ranked.certainty.round(6),
    )
    for (name, kind), value in zip(_FIELDS, values, strict=True):
        rows[f"{name}_size"] = np.dtype(kind).itemsize
        rows[name] = value
    _fill_array(rows, ranked.components)
    return _HEADER + rows.tobytes() + _TRAILER


def _row_type() -> np.dtype[Any]:
    count = len(COMPONENTS)
    scalars = [part for name, kind in _FIELDS for part in ((f"{name}_size", ">i4"), (name, kind))]
    array = [(name, ">i4") for name in ("array_size", "dimensions", "nulls", "oid", "length", "first")]
    parts = np.dtype([("size", ">i4"), ("value", ">f4")])
    return np.dtype([("columns", ">i2"), *scalars, *array, ("parts", parts, (count,))])


def _fill_array(rows: NDArray[Any], components: NDArray[np.float64]) -> None:
    """`real[]`: dimensions, whether there are nulls, the type, its length, its first index, the parts."""
    count = len(COMPONENTS)
    rows["array_size"] = 5 * 4 + count * 8
    rows["dimensions"], rows["nulls"], rows["oid"] = 1, 0, _FLOAT4_OID
    rows["length"], rows["first"] = count, 1
    rows["parts"]["size"] = 4
    rows["parts"]["value"] = components.round(4)
