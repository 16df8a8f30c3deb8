"""Matches into the table: what is known stays itself, what no longer matches leaves, nothing twice."""

import json
from collections.abc import Sequence

from django.db import connection

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


def store_matches(
    *, run_id: int, gap_ids: Sequence[int], offer_ids: Sequence[int], ranked: Ranked
) -> tuple[int, int]:
    """Replace the matches of these gaps; return how many are new and how many are gone.

    Call it inside a transaction. `gap_ids` and `offer_ids` translate the row numbers of `ranked`.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE new_matches (gap_id bigint, offer_id bigint, run_id bigint, rank smallint,"
            " score float8, certainty float8, components jsonb) ON COMMIT DROP"
        )
        with cursor.copy(
            "COPY new_matches (gap_id, offer_id, run_id, rank, score, certainty, components) FROM STDIN"
        ) as copy:
            for line in _lines(run_id, gap_ids, offer_ids, ranked):
                copy.write(line)
        cursor.execute(LEAVE, [list(gap_ids)])
        gone = cursor.rowcount
        cursor.execute("SELECT count(*) FROM matching_match WHERE gap_id = ANY(%s)", [list(gap_ids)])
        kept = cursor.fetchone()[0]
        cursor.execute(UPSERT)
        cursor.execute("DROP TABLE new_matches")
    return len(ranked) - kept, gone


def _lines(run_id: int, gap_ids: Sequence[int], offer_ids: Sequence[int], ranked: Ranked) -> list[str]:
    components = [
        json.dumps({n: None if v != v else v for n, v in zip(COMPONENTS, row, strict=True)})
        for row in ranked.components.round(4).tolist()
    ]
    columns = (
        ranked.gap_rows,
        ranked.offer_rows,
        ranked.ranks,
        ranked.scores.round(6),
        ranked.certainty.round(6),
    )
    return [
        f"{gap_ids[gap]}\t{offer_ids[offer]}\t{run_id}\t{rank}\t{score}\t{certainty}\t{parts}\n"
        for gap, offer, rank, score, certainty, parts in zip(
            *(c.tolist() for c in columns), components, strict=True
        )
    ]
