"""The supply side as columns, read in one query: for the candidates of one gap or for a whole run.

What decides whether an offer can be joined at all (`is_closed`, `open_until`, `places`) are the stored facts
that the SQL of one gap filters by, so that both ways see the same offers. A test holds the columns against
`matching.engine.tables.offer_table`.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
from django.db import connection

from matching.engine.tables import OfferTable, Sets
from matching.services.facts import DEEP_FROM_HOURS

COLUMNS = """
SELECT o.id, o.language,
    CASE WHEN o.depth = 'deep' THEN 2 WHEN o.depth = 'short' THEN 1
        WHEN o.hours >= %(deep)s THEN 2 WHEN o.hours IS NOT NULL THEN 1 ELSE 0 END,
    CASE o.direction WHEN 'upskilling' THEN 1 WHEN 'reskilling' THEN 2 ELSE 0 END,
    o.eqf_level::float8,
    (CASE o.price_basis WHEN 'edition' THEN o.price / nullif(o.seats, 0) ELSE o.price END)::float8,
    (e.first_start - %(today)s)::float8,
    (CASE WHEN e.known THEN e.seats ELSE coalesce(e.seats, o.seats) END)::float8,
    (known.recognised + (p.quality_label <> '')::int + filled.share)
        / (known.recognised + (p.quality_label <> '')::int + 1),
    CASE WHEN o.is_closed OR o.open_until < %(today)s THEN 1 ELSE 0 END,
    array_to_string(o.teaching_languages, ' '),
    CASE WHEN o.mode = 'online' THEN '' ELSE array_to_string(o.places, ' ') END,
    o.mode,
    array_to_string(o.skills, ' ')
FROM catalogue_offer o
JOIN catalogue_provider p ON p.id = o.provider_id
CROSS JOIN LATERAL (SELECT coalesce(p.recognised_since <= %(today)s
    AND coalesce(p.recognised_until, %(today)s) >= %(today)s, false)::int AS recognised) known
CROSS JOIN LATERAL (SELECT (
    (o.description <> '')::int + (o.mode <> '')::int + (o.hours IS NOT NULL)::int + (o.price IS NOT NULL)::int
    + (o.eqf_level IS NOT NULL)::int + (o.credential <> '')::int + (o.isced_f <> '')::int + (o.url <> '')::int
    ) / 8.0::float8 AS share) filled
LEFT JOIN {editions} e ON e.offer_id = o.id
WHERE {wanted} ORDER BY o.id
"""

# Of the editions that can still be joined: the first start, and the room in the roomiest one.
EDITIONS = """(
    SELECT e.offer_id, true AS known, min(e.starts_on) FILTER (WHERE open.yes) AS first_start,
        max(coalesce(e.seats, o.seats) - e.enrolled) FILTER (WHERE open.yes) AS seats
    FROM catalogue_edition e JOIN catalogue_offer o ON o.id = e.offer_id
    CROSS JOIN LATERAL (
        SELECT e.state IN ('planned', 'open', 'confirmed')
            AND (e.starts_on IS NULL OR e.starts_on >= %(today)s)
            AND (coalesce(e.seats, o.seats) IS NULL OR e.enrolled < coalesce(e.seats, o.seats)) AS yes
    ) open
    WHERE e.state <> 'cancelled' AND {wanted} GROUP BY e.offer_id
)"""
ALL = "o.state = 'active'"
SOME = "o.id = ANY(%(ids)s)"


def read_offers(*, today: date, ids: Sequence[int] | None = None) -> tuple[OfferTable, list[str]]:
    """Active offers (or just these, by ascending key) as columns, and the language of each one's text."""
    wanted = ALL if ids is None else SOME
    sql = COLUMNS.format(wanted=wanted, editions=EDITIONS.format(wanted=wanted))
    with connection.cursor() as cursor:
        if ids is None:  # every worker of a run reads: helpers of each would only take turns
            cursor.execute("SET LOCAL max_parallel_workers_per_gather = 0")
        cursor.execute(
            sql, {"today": today, "deep": DEEP_FROM_HOURS, "ids": None if ids is None else list(ids)}
        )
        rows = cursor.fetchall()
    columns: list[Sequence[Any]] = list(zip(*rows, strict=True)) if rows else [()] * 14
    numbers = [np.array(column, dtype=np.float64) for column in columns[2:10]]  # None becomes NaN
    depth, direction, level, price, starts, seats, trust, closed = numbers
    return (
        OfferTable(
            ids=np.array(columns[0], dtype=np.int64),
            depth=depth.astype(np.int64),
            direction=direction.astype(np.int64),
            level=level,
            price=price,
            starts=starts,
            seats=seats,
            trust=trust,
            closed=closed.astype(np.int64),
            languages=Sets.of_texts(columns[10]),
            places=Sets.of_texts(columns[11]),
            modes=Sets.of_texts(columns[12]),
            skills=Sets.of_texts(columns[13]),
        ),
        list(columns[1]),
    )
