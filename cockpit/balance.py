"""Demand against supply per theme (a pool) and per skill: learners that wait, free seats that fit."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cockpit.figures import codes_near
from cockpit.terms import Filters, region_name, sector_name
from matching.services.fits import COVERAGE, FITTING, GOOD_ENOUGH

FREE = """
SELECT e.offer_id, coalesce(sum(greatest(coalesce(e.seats, o.seats) - e.enrolled, 0)), 0) AS seats
FROM catalogue_edition e
JOIN catalogue_offer o ON o.id = e.offer_id AND o.state = 'active'
JOIN catalogue_provider p ON p.id = o.provider_id
WHERE e.state IN ('planned', 'open', 'confirmed') AND (e.starts_on IS NULL OR e.starts_on >= %(today)s)
  AND (%(kind)s = '' OR p.kind = %(kind)s)
  AND (%(year)s::int IS NULL OR extract(year FROM e.starts_on) = %(year)s)
GROUP BY 1
"""

# An offer fits a pool as assembly judges it: a good enough mean score, on at least half of its gaps. What was told of
# a pool before (its figures, its fits) is told again until enough undertakings changed (matching.services.figures).
THEMES = f"""
WITH free AS ({FREE}), pool AS (
    SELECT p.id, p.public_title, n.sector, p.shown -> 'fits' AS fits,
           CASE WHEN told.figures IS NULL THEN p.regions::text[]
                ELSE ARRAY(SELECT jsonb_array_elements_text(told.figures -> 'regions')) END AS regions,
           coalesce((told.figures ->> 'undertakings')::int, p.undertakings) AS undertakings,
           CASE WHEN told.figures IS NULL THEN p.learners ELSE (told.figures ->> 'learners')::int END AS learners
    FROM matching_pool p JOIN networks_network n ON n.id = p.network_id
    CROSS JOIN LATERAL (SELECT p.shown -> 'figures' AS figures) AS told
    WHERE p.state <> 'dissolved' AND p.undertakings >= %(k)s
      AND (%(sector)s = '' OR n.sector = %(sector)s)
), size AS (
    SELECT pg.pool_id, count(*) AS gaps, sum(coalesce(g.learners, 1)) AS learners
    FROM matching_poolgap pg JOIN pool ON pool.id = pg.pool_id AND pool.fits IS NULL
    JOIN networks_gap g ON g.id = pg.gap_id
    GROUP BY 1
), fit AS (
    SELECT pool.id AS pool_id, told.key::bigint AS offer_id
    FROM pool CROSS JOIN LATERAL jsonb_each(pool.fits) AS told
    WHERE (told.value ->> 0)::float8 >= %(good)s
    UNION ALL
    SELECT pg.pool_id, m.offer_id
    FROM matching_poolgap pg JOIN size USING (pool_id)
    JOIN networks_gap g ON g.id = pg.gap_id JOIN matching_match m ON m.gap_id = g.id
    GROUP BY 1, 2
    HAVING sum({FITTING} * coalesce(g.learners, 1)) / min(size.learners) >= %(good)s
       AND count(*) >= min(size.gaps) * %(coverage)s
)
SELECT pool.public_title, pool.sector, pool.regions, pool.undertakings, pool.learners,
       count(free.offer_id), coalesce(sum(free.seats), 0)
FROM pool LEFT JOIN fit ON fit.pool_id = pool.id LEFT JOIN free ON free.offer_id = fit.offer_id
WHERE %(codes)s::text[] IS NULL OR pool.regions && %(codes)s::text[]
GROUP BY pool.id, pool.public_title, pool.sector, pool.regions, pool.undertakings, pool.learners
ORDER BY coalesce(pool.learners, 0) - coalesce(sum(free.seats), 0) DESC, pool.id
"""  # noqa: S608 - put together from constants only

SKILLS = f"""
WITH free AS ({FREE}), demand AS (
    SELECT s AS uri, count(DISTINCT coalesce(o.undertaking_id, o.id)) AS undertakings,
           coalesce(sum(g.learners), 0) AS learners
    FROM networks_gap g JOIN networks_organisation o ON o.id = g.organisation_id, unnest(g.skills) s
    WHERE g.state = 'open' GROUP BY 1 HAVING count(DISTINCT coalesce(o.undertaking_id, o.id)) >= %(k)s
), wanted AS (
    SELECT DISTINCT m.offer_id FROM matching_match m
    JOIN networks_gap g ON g.id = m.gap_id AND g.state = 'open' WHERE {FITTING} >= %(good)s
), supply AS (
    SELECT s AS uri, count(*) AS offers, sum(free.seats) AS seats
    FROM free JOIN wanted USING (offer_id) JOIN catalogue_offer o ON o.id = free.offer_id, unnest(o.skills) s
    GROUP BY 1
)
SELECT skill.labels, demand.undertakings, demand.learners,
       coalesce(supply.offers, 0), coalesce(supply.seats, 0)
FROM demand JOIN matching_skill skill USING (uri) LEFT JOIN supply USING (uri)
ORDER BY demand.learners - coalesce(supply.seats, 0) DESC, uri
"""  # noqa: S608 - put together from constants only


@dataclass(frozen=True, slots=True)
class BalanceRow:
    """Learners that ask against free seats that fit; `learners` None where no company named a number."""

    title: str
    sector: str
    regions: str
    undertakings: int
    learners: int | None
    offers: int
    seats: int

    @property
    def balance(self) -> int | None:
        """Learners without a seat (positive), or seats without a learner (negative)."""
        return None if self.learners is None else self.learners - self.seats

    @property
    def is_hiatus(self) -> bool:
        return self.seats == 0


def theme_balance(filters: Filters, today: date | None = None) -> list[BalanceRow]:
    """A row for every pool of at least k undertakings, the largest shortage first."""
    codes = codes_near(filters.region) if filters.region else None
    rows = _rows(THEMES, filters, today, sector=filters.sector, codes=codes, coverage=COVERAGE)
    return [
        BalanceRow(
            pool_title(row[0], row[1]),
            sector_name(row[1]),
            _names(row[2]),
            row[3],
            row[4],
            row[5],
            int(row[6]),
        )
        for row in rows
    ]


def skill_balance(filters: Filters, today: date | None = None) -> list[BalanceRow]:
    """A row for every skill that at least k undertakings name; only the filters of supply narrow it."""
    return [
        BalanceRow(_label(labels), "", "", undertakings, learners, offers, int(seats))
        for labels, undertakings, learners, offers, seats in _rows(SKILLS, filters, today)
    ]


def pool_title(public_title: str, sector: str) -> str:
    """The title that names no company; without one the pool is called by its sector."""
    return public_title or _("Gebundelde vraag, %(sector)s") % {"sector": sector_name(sector).lower()}


def _names(codes: Sequence[str]) -> str:
    return ", ".join(dict.fromkeys(region_name(code) for code in codes))


def _label(raw: str | dict[str, str]) -> str:
    labels: dict[str, str] = json.loads(raw) if isinstance(raw, str) else raw
    language = get_language() or "nl"
    return labels.get(language) or labels.get("nl") or labels.get("en") or next(iter(labels.values()), "")


def _rows(statement: str, filters: Filters, today: date | None, **more: Any) -> list[tuple[Any, ...]]:
    params = {
        "today": today or timezone.localdate(),
        "kind": filters.provider_kind,
        "year": filters.year,
        "k": settings.K_ANONYMITY,
        "good": GOOD_ENOUGH,
        **more,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
