"""Candidates of one gap: one SQL round trip that filters by hard facts before the nearest are taken."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray
from pgvector import HalfVector

from matching.engine.facts import GapFacts
from matching.engine.fusion import fuse
from matching.engine.retrieval import DECIMALS, SLACK
from matching.engine.tables import REACH_KM
from matching.models import ModelRevision
from matching.services.nearest import WIDE, close_offers_sql, prepare_search
from matching.services.words import Word, quoted
from skillnet.kernel import regions

CANDIDATES = 100
"""So many by meaning and so many by words are fused and scored: five for each match that is kept."""

CLOSEST = WIDE
"""So many of the nearest are held against the facts before all are."""

# Each word is looked up in its index, which need not read the words of the offers that it finds.
# Vectors have length one: the inner product is the cosine. Places are given after rounding, as in memory.
NEAREST = """
WITH {close}, near AS (
    SELECT id, row_number() OVER (ORDER BY round(distance * 1e6), id) AS place
    FROM close ORDER BY place LIMIT %(limit)s
), worded AS (
    SELECT id, row_number() OVER (ORDER BY round(score::numeric, 5) DESC, id) AS place FROM (
        SELECT found.id, sum(w.share) AS score FROM unnest(%(words)s::text[], %(shares)s::float8[]) w (word, share)
        CROSS JOIN LATERAL (
            SELECT o.id FROM catalogue_offer o
            WHERE o.language = %(language)s AND o.search @@ w.word::tsquery AND {facts}
        ) found GROUP BY found.id
    ) scored ORDER BY round(score::numeric, 5) DESC, id LIMIT %(limit)s
)
SELECT o.id, near.place, worded.place, -(e.vector <#> (SELECT vector FROM fit)),
       CASE WHEN o.language = %(language)s THEN {score} END
FROM (SELECT id FROM near UNION SELECT id FROM worded) found
JOIN catalogue_offer o USING (id)
LEFT JOIN near USING (id) LEFT JOIN worded USING (id)
LEFT JOIN matching_embedding e
    ON e.revision_id = %(revision)s AND e.owner_kind = 'offer' AND e.owner_id = o.id
"""

# The first place alone is looked up by hash; comparing arrays for every offer took most of the time.
FACTS = """o.state = 'active' AND NOT o.is_closed
    AND (o.open_until IS NULL OR o.open_until >= %(today)s)
    AND (%(languages)s::text[] = '{}' OR o.teaching_languages = '{}'
        OR o.teaching_languages && %(languages)s::varchar[])
    AND (%(places)s::text[] = '{}' OR o.mode = 'online' OR o.places = '{}'
        OR o.places[1] = ANY(%(places)s::varchar[]) OR o.places && %(places)s::varchar[]
        OR NOT o.places <@ %(known)s::varchar[])"""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Offers of one gap by fused rank, with the evidence for each; NaN where there is no vector, or no common
    language to compare words in."""

    offer_ids: list[int]
    cosines: NDArray[np.float64]
    words: NDArray[np.float64]


def candidates_of(
    *,
    gap: GapFacts,
    vector: NDArray[Any],
    words: Sequence[Word],
    revision: ModelRevision,
    today: date,
    limit: int = CANDIDATES,
) -> Candidates:
    """The offers that meaning or words bring near, best fused rank first, none that a known fact excludes."""
    sql = NEAREST.format(close=close_offers_sql(FACTS, revision), facts=FACTS, score=_score_sql(len(words)))
    whole = sum(word.idf for word in words)
    params = {
        "unit": HalfVector(vector).to_text(),
        "revision": revision.pk,
        "limit": limit,
        "wide": CLOSEST,
        "enough": limit + SLACK,
        "language": gap.language,
        "words": [quoted(word.lexeme) for word in words],
        "shares": [word.idf / whole for word in words],
        "today": today,
        "languages": sorted(gap.learner_languages),
        "places": reachable_codes(gap.regions),
        "known": sorted(regions.REGIONS),  # a place that we know nothing of excludes nothing
        **{f"word{i}": quoted(word.lexeme) for i, word in enumerate(words)},
        **{f"idf{i}": word.idf / whole for i, word in enumerate(words)},
    }
    with connection.cursor() as cursor:
        prepare_search(cursor)
        cursor.execute(sql, params)
        rows = cursor.fetchall()
    if not np.any(vector):  # nothing is known of what the gap means: words alone speak
        rows = [(pk, None, place, None, score) for pk, _, place, _, score in rows if place is not None]
    return _fused(rows)


def reachable_codes(wanted: frozenset[str], reach_km: float = REACH_KM) -> list[str]:
    """Every NUTS code within reach of one of the gap's regions; empty when these are unknown."""
    if not wanted:
        return []
    return sorted(code for code in regions.REGIONS if regions.reachable(wanted, frozenset([code]), reach_km))


def _fused(rows: list[tuple[Any, ...]]) -> Candidates:
    near = [row[0] for row in sorted((r for r in rows if r[1] is not None), key=lambda r: r[1])]
    worded = [row[0] for row in sorted((r for r in rows if r[2] is not None), key=lambda r: r[2])]
    evidence = {row[0]: (row[3], row[4]) for row in rows}
    ids = [pk for pk, _score in fuse([near, worded])]
    cosines = [np.nan if evidence[pk][0] is None else round(evidence[pk][0], DECIMALS) for pk in ids]
    words = [np.nan if evidence[pk][1] is None else float(evidence[pk][1]) for pk in ids]
    return Candidates(ids, np.array(cosines, dtype=np.float64), np.array(words, dtype=np.float64))


def _score_sql(words: int) -> str:
    if not words:
        return "0::float8"
    terms = [
        f"CASE WHEN o.search @@ %(word{i})s::tsquery THEN %(idf{i})s::float8 ELSE 0 END" for i in range(words)
    ]
    return f"({' + '.join(terms)})"
