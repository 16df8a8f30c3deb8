"""How well an offer closes a whole pool: what assembly chooses from and pages explain."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

# An offer that matches fewer of a pool's gaps than this teaches something else.
COVERAGE = 0.5
# Below this fit an offer is not good enough to buy.
GOOD_ENOUGH = 0.48

FITS = """
WITH size AS (
    SELECT pg.pool_id, count(*) AS gaps, sum(coalesce(g.learners, 1)) AS learners
    FROM matching_poolgap pg JOIN networks_gap g ON g.id = pg.gap_id
    WHERE pg.pool_id = ANY(%(pools)s) GROUP BY pg.pool_id
)
SELECT pg.pool_id, m.offer_id, sum(m.score * coalesce(g.learners, 1)) / min(size.learners) AS fit,
       count(*)::int AS covered, min(size.gaps)::int AS gaps
FROM matching_poolgap pg
JOIN size USING (pool_id)
JOIN networks_gap g ON g.id = pg.gap_id
JOIN matching_match m ON m.gap_id = g.id
GROUP BY pg.pool_id, m.offer_id
HAVING count(*) >= min(size.gaps) * %(coverage)s
ORDER BY pg.pool_id, fit DESC, m.offer_id
"""


@dataclass(frozen=True, slots=True)
class PoolOffer:
    """An offer for a pool: `fit` is the learner-weighted mean score, a gap that it does not match counting 0."""

    pool_id: int
    offer_id: int
    fit: float
    covered: int
    gaps: int


def pool_offers(pool_ids: Sequence[int]) -> dict[int, list[PoolOffer]]:
    """Offers of each pool that match at least half of its gaps, best first."""
    with connection.cursor() as cursor:
        cursor.execute(FITS, {"pools": list(pool_ids), "coverage": COVERAGE})
        rows = [PoolOffer(*row) for row in cursor.fetchall()]
    found: dict[int, list[PoolOffer]] = {pool_id: [] for pool_id in pool_ids}
    for row in rows:
        found[row.pool_id].append(row)
    return found
