"""How well an offer closes a whole pool: what assembly chooses from and pages explain."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from matching.engine.scoring import COMPONENTS, DEFAULT_PROFILE

# An offer that matches fewer of a pool's gaps than this teaches something else.
COVERAGE = 0.5
# Below this fit an offer is not good enough to buy.
GOOD_ENOUGH = 0.48
# So near are nineteen of twenty texts that have nothing to do with each other (tests/quality/own). An offer
# that says no more than that of what is asked is not bought for its price, its place or its day.
LEAST_CONTENT = 0.25
# Below this it is about something else for certain enough to give nobody a seat: nine of ten pairs of unrelated
# texts and one of twelve that people graded as closing a gap. Between both a person sees that it is not covered.
ELSE_CONTENT = 0.12
CONTENT = ("meaning", "words", "skills")


def _content_sql() -> str:
    """What of `matching_match m` is about the same, 0..1, NULL where nothing of it is known. The weights are
    those of the product as it came: no profile can make the subject of a course not matter."""
    values = [f"nullif(m.components[{COMPONENTS.index(name) + 1}], 'NaN')" for name in CONTENT]
    weights = [DEFAULT_PROFILE.weights[name] for name in CONTENT]
    pairs = list(zip(values, weights, strict=True))
    whole = " + ".join(f"coalesce({value} * {weight}, 0)" for value, weight in pairs)
    known = " + ".join(f"CASE WHEN {value} IS NULL THEN 0 ELSE {weight} END" for value, weight in pairs)
    return f"(({whole}) / nullif({known}, 0))"


# Whether the offer of `matching_match m` is about what the gap asks at all, and its score as a fit counts it:
# where it is not, the score ends below good enough, by as much as the content falls short.
SAME_SUBJECT = f"(coalesce({_content_sql()}, 1) >= {LEAST_CONTENT})"
FITTING = (
    f"(CASE WHEN {SAME_SUBJECT} THEN m.score"
    f" ELSE least(m.score, {GOOD_ENOUGH} * {_content_sql()} / {LEAST_CONTENT}) END)"
)

FITS = f"""
WITH size AS (
    SELECT pg.pool_id, count(*) AS gaps, sum(coalesce(g.learners, 1)) AS learners
    FROM matching_poolgap pg JOIN networks_gap g ON g.id = pg.gap_id
    WHERE pg.pool_id = ANY(%(pools)s) GROUP BY pg.pool_id
)
SELECT pg.pool_id, m.offer_id, sum({FITTING} * coalesce(g.learners, 1)) / min(size.learners) AS fit,
       (count(*) FILTER (WHERE {SAME_SUBJECT}))::int AS covered, min(size.gaps)::int AS gaps
FROM matching_poolgap pg
JOIN size USING (pool_id)
JOIN networks_gap g ON g.id = pg.gap_id
JOIN matching_match m ON m.gap_id = g.id
GROUP BY pg.pool_id, m.offer_id
HAVING count(*) >= min(size.gaps) * %(coverage)s
ORDER BY pg.pool_id, fit DESC, m.offer_id
"""  # noqa: S608 - put together from constants only

# Companies all of whose gaps in the pool ask something else than the offer teaches. A gap that the offer was not
# laid beside is not known to.
OFF_SUBJECT = f"""
WITH asked AS (
    SELECT pg.pool_id, g.organisation_id, g.id AS gap_id, count(*) OVER company AS gaps
    FROM matching_poolgap pg JOIN networks_gap g ON g.id = pg.gap_id
    WHERE pg.pool_id = ANY(%(pools)s) AND g.learners > 0
    WINDOW company AS (PARTITION BY pg.pool_id, g.organisation_id)
)
SELECT asked.pool_id, m.offer_id, asked.organisation_id
FROM asked JOIN matching_match m USING (gap_id)
WHERE m.offer_id = ANY(%(offers)s)
GROUP BY 1, 2, 3
HAVING count(*) = min(asked.gaps) AND bool_and(coalesce({_content_sql()}, 1) < {ELSE_CONTENT})
"""  # noqa: S608 - put together from constants only


@dataclass(frozen=True, slots=True)
class PoolOffer:
    """An offer for a pool: `fit` is the learner-weighted mean score, a gap that it does not match counting 0 and
    one that asks something else little. `covered` are the gaps that it is about."""

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


def off_subject(pool_ids: Sequence[int], offer_ids: Sequence[int]) -> dict[tuple[int, int], frozenset[int]]:
    """By (pool, offer) the companies that ask something else than the offer teaches, in all that they ask there."""
    found: dict[tuple[int, int], set[int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(OFF_SUBJECT, {"pools": list(pool_ids), "offers": list(offer_ids)})
        for pool_id, offer_id, company in cursor.fetchall():
            found.setdefault((pool_id, offer_id), set()).add(company)
    return {pair: frozenset(companies) for pair, companies in found.items()}
