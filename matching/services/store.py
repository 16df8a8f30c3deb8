"""Matches into the table: what is known stays itself, what no longer matches leaves, nothing twice."""

from collections.abc import Sequence
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
    *, run_id: int, gap_ids: Sequence[int], offer_ids: Sequence[int], ranked: Ranked
) -> tuple[int, int]:
    """Replace the matches of these gaps; return how many are new and how many are gone.

    Call it inside a transaction. `gap_ids` and `offer_ids` translate the row numbers of `ranked`.
    """
    rows = _binary(run_id, np.asarray(gap_ids, np.int64), np.asarray(offer_ids, np.int64), ranked)
    with connection.cursor() as cursor:
        cursor.execute(STORED, [list(gap_ids)])
        if not cursor.fetchone()[0] and _copied(cursor, rows):
            return len(ranked), 0
        return _merged(cursor, list(gap_ids), rows, len(ranked))


def _copied(cursor: Any, rows: bytes) -> bool:
    """Write straight into the table; False when another run stored some of these pairs meanwhile."""
    try:
        with transaction.atomic():
            _copy(cursor, "matching_match", rows)
    except UniqueViolation:
        return False
    return True


def _merged(cursor: Any, gap_ids: list[int], rows: bytes, count: int) -> tuple[int, int]:
    cursor.execute(
        "CREATE TEMP TABLE new_matches (gap_id bigint, offer_id bigint, run_id bigint, rank smallint,"
        " score float8, certainty float8, components real[]) ON COMMIT DROP"
    )
    _copy(cursor, "new_matches", rows)
    cursor.execute(LEAVE, [gap_ids])
    gone = cursor.rowcount
    cursor.execute(STORED, [gap_ids])
    kept = cursor.fetchone()[0]
    cursor.execute(UPSERT)
    cursor.execute("DROP TABLE new_matches")
    return count - kept, gone


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
