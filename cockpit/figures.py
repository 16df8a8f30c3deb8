"""The figures of the overview: demand, supply, co-financing. Aggregated in SQL, a few queries a page.

Demand is what stands open today, in learners; supply is what can still be booked, in free seats of upcoming
editions. An unknown number is never counted as zero: it is counted apart.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Count, Q
from django.utils import timezone

from cockpit.anonymity import Atom, Cube
from cockpit.terms import Filters
from matching.models import Pool
from matching.services.facts import DEEP_FROM_HOURS
from matching.services.fits import FITTING, GOOD_ENOUGH
from programmes.models import Programme
from programmes.states import BOUND
from skillnet.kernel import regions
from skillnet.kernel.actor import Actor

# A working day of a week of 38 hours: what a training day is counted in.
HOURS_A_DAY = Decimal("7.6")
SME_SIZES = ("micro", "small", "medium")
# Which of their axes figures name at once: fewer would say less, more would have to be withheld anyway.
DEMAND_LEVELS = ("region sector", "region depth direction", "sector depth direction")
PAID_LEVELS = ("region sector", "region year", "sector year")
SIZES = (*SME_SIZES, "large", "unknown")

# A gap counts once: in its province, in that of its company when it names none, apart when it names several.
DEMAND = """
SELECT CASE WHEN cardinality(g.regions) = 0 THEN left(o.region, 4)
            WHEN (SELECT count(DISTINCT left(r, 4)) FROM unnest(g.regions) r) = 1 THEN left(g.regions[1], 4)
            ELSE 'several' END AS region,
       coalesce(n.sector, '') AS sector,
       g.depth, g.direction,
       array_agg(DISTINCT coalesce(o.undertaking_id, o.id)) AS undertakings,
       count(*) AS gaps, coalesce(sum(g.learners), 0) AS learners,
       count(*) FILTER (WHERE g.learners IS NULL) AS uncounted
FROM networks_gap g
JOIN networks_organisation o ON o.id = g.organisation_id
LEFT JOIN networks_network n ON n.id = g.network_id
WHERE g.state = 'open'
GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
"""

SUPPLY = f"""
WITH wanted AS (
    SELECT DISTINCT m.offer_id
    FROM matching_match m
    JOIN networks_gap g ON g.id = m.gap_id AND g.state = 'open'
    LEFT JOIN networks_network n ON n.id = g.network_id
    WHERE {FITTING} >= %(good)s AND (%(sector)s = '' OR n.sector = %(sector)s)
), edition AS (
    SELECT e.id, e.offer_id, e.starts_on, p.kind,
           coalesce(e.seats, o.seats) - e.enrolled AS free,
           CASE WHEN e.region <> '' THEN left(e.region, 4)
                WHEN o.mode = 'online' THEN 'online'
                WHEN cardinality(o.regions) > 0
                     AND (SELECT count(DISTINCT left(r, 4)) FROM unnest(o.regions) r) = 1
                THEN left(o.regions[1], 4)
                WHEN cardinality(o.regions) > 1 THEN 'several'
                ELSE '' END AS region,
           CASE WHEN o.depth <> '' THEN o.depth WHEN o.hours >= %(deep)s THEN 'deep'
                WHEN o.hours IS NOT NULL THEN 'short' ELSE '' END AS depth,
           o.direction
    FROM catalogue_edition e
    JOIN catalogue_offer o ON o.id = e.offer_id AND o.state = 'active'
    JOIN catalogue_provider p ON p.id = o.provider_id
    WHERE e.state IN ('planned', 'open', 'confirmed') AND (e.starts_on IS NULL OR e.starts_on >= %(today)s)
)
SELECT region, depth, direction, date_trunc('month', starts_on)::date AS month,
       wanted.offer_id IS NOT NULL AS matched,
       coalesce(sum(greatest(free, 0)), 0), count(*), count(*) FILTER (WHERE free IS NULL)
FROM edition LEFT JOIN wanted USING (offer_id)
WHERE (%(region)s = '' OR region = %(region)s) AND (%(kind)s = '' OR kind = %(kind)s)
  AND (%(year)s::int IS NULL OR extract(year FROM starts_on) = %(year)s)
GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
"""  # noqa: S608 - put together from constants only

# Hours a learner follows: the mean of the programme's editions, weighed by the seats it buys in each.
COFINANCING = """
WITH hours AS (
    SELECT pe.programme_id,
           sum(pe.seats * o.hours) / nullif(sum(pe.seats) FILTER (WHERE o.hours IS NOT NULL), 0) AS hours
    FROM programmes_programmeedition pe
    JOIN catalogue_edition e ON e.id = pe.edition_id JOIN catalogue_offer o ON o.id = e.offer_id
    GROUP BY 1
)
SELECT left(org.region, 4) AS region, n.sector, coalesce(extract(year FROM pr.starts_on)::text, '') AS year,
       array_agg(DISTINCT coalesce(org.undertaking_id, org.id)) AS undertakings,
       sum(pa.learners), sum(pa.learners * coalesce(hours.hours, 0)),
       sum(pa.cost), sum(pa."grant"), sum(pa.own_share)
FROM programmes_participation pa
JOIN programmes_programme pr ON pr.id = pa.programme_id AND pr.state = ANY(%(states)s)
JOIN networks_network n ON n.id = pr.network_id
JOIN networks_organisation org ON org.id = pa.organisation_id
LEFT JOIN hours ON hours.programme_id = pr.id
WHERE pa.state <> 'withdrawn'
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""

# The size that the aid rules (Annex I, Regulation 651/2014) found when the plan was drawn up.
BY_SIZE = """
SELECT coalesce(nullif(pa.assessment ->> 'size', ''), 'unknown') AS size,
       array_agg(DISTINCT coalesce(org.undertaking_id, org.id)), sum(pa.learners)
FROM programmes_participation pa
JOIN programmes_programme pr ON pr.id = pa.programme_id AND pr.state = ANY(%(states)s)
JOIN networks_organisation org ON org.id = pa.organisation_id
WHERE pa.state <> 'withdrawn'
GROUP BY 1 ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class SupplyCell:
    """Free seats of editions of one region, kind and month; `matched`: some open gap fits them well."""

    region: str
    depth: str
    direction: str
    month: date | None
    matched: bool
    seats: int
    editions: int
    uncounted: int


@dataclass(frozen=True, slots=True)
class PoolCounts:
    """Pools of at least k undertakings, and how many smaller ones there are."""

    shown: int
    unmet: int
    too_small: int


def demand_cube() -> Cube:
    """Open gaps by region, sector, depth and direction; `uncounted` are gaps without a number of learners."""
    axes = ("region", "sector", "depth", "direction")
    return _cube(axes, ("gaps", "learners", "uncounted"), _rows(DEMAND, {}), DEMAND_LEVELS)


def cofinancing_cube() -> Cube:
    """Participations in granted programmes by region, sector and year of start; euro and hours."""
    rows = _rows(COFINANCING, {"states": list(BOUND)})
    measures = ("learners", "hours", "cost", "grant", "own_share")
    return _cube(("region", "sector", "year"), measures, rows, PAID_LEVELS)


def size_cube() -> Cube:
    """Undertakings and learners of granted programmes by size of the enterprise."""
    return _cube(("size",), ("learners",), _rows(BY_SIZE, {"states": list(BOUND)}), ("size",))


def supply(filters: Filters, today: date | None = None) -> list[SupplyCell]:
    """Upcoming editions, public knowledge, within the filters (the sector says whose gaps must match)."""
    params = {
        "good": GOOD_ENOUGH,
        "sector": filters.sector,
        "region": filters.region,
        "kind": filters.provider_kind,
        "year": filters.year,
        "deep": DEEP_FROM_HOURS,
        "today": today or timezone.localdate(),
    }
    return [SupplyCell(*row) for row in _rows(SUPPLY, params)]


def seats(cells: Iterable[SupplyCell], *, every: bool = False, at: Mapping[str, str] | None = None) -> int:
    """Free seats at a region, depth or direction, of what an open gap wants; with `every` of all supply."""
    where = at or {}
    return sum(
        cell.seats
        for cell in cells
        if (cell.matched or every) and all(getattr(cell, name) == value for name, value in where.items())
    )


def seats_by_month(cells: Iterable[SupplyCell], months: Sequence[date]) -> list[int]:
    """All free seats by month of start."""
    found: dict[date, int] = {}
    for cell in cells:
        if cell.month:
            found[cell.month] = found.get(cell.month, 0) + cell.seats
    return [found.get(month, 0) for month in months]


def pool_counts(actor: Actor, filters: Filters) -> PoolCounts:
    """How many pools there are, unmet ones apart."""
    live = narrow_pools(Pool.objects.live().with_told_unmet(), filters)
    shown = Q(undertakings__gte=settings.K_ANONYMITY)
    counts = live.aggregate(
        shown=Count("pk", filter=shown),
        unmet=Count("pk", filter=shown & Q(told_unmet=True)),
        too_small=Count("pk", filter=~shown),
    )
    return PoolCounts(**counts)


def narrow_pools(pools: Any, filters: Filters) -> Any:
    """Pools of a sector, and those that may be taught in a region: by the regions that may be told, once they are."""
    if filters.sector:
        pools = pools.filter(network__sector=filters.sector)
    if filters.region:
        near = codes_near(filters.region)
        untold = Q(shown__figures__isnull=True, regions__overlap=codes_within(filters.region))
        pools = pools.filter(untold | Q(shown__figures__regions__has_any_keys=near))
    return pools


def codes_near(region: str) -> list[str]:
    """Codes of the regions that have something in common with this one, larger ones too."""
    return [code for code in regions.REGIONS if regions.overlaps(code, region)]


def codes_within(region: str) -> list[str]:
    """The codes of a region and of everything in it."""
    from skillnet.kernel.regions import REGIONS

    return [region, *(code for code in REGIONS if code.startswith(region) and code != region)]


def programmes_by_state(actor: Actor, filters: Filters) -> dict[str, int]:
    """Programmes that the actor may open, by state, in the order of the procedure."""
    programmes = Programme.objects.visible_to(actor)
    if filters.sector:
        programmes = programmes.filter(network__sector=filters.sector)
    if filters.year:
        programmes = programmes.filter(starts_on__year=filters.year)
    if filters.region:
        programmes = programmes.filter(network__region__startswith=filters.region)
    found = dict(programmes.order_by().values_list("state").annotate(Count("pk")))
    return {state: found[state] for state in Programme.State.values if state in found}


def _cube(
    axes: Sequence[str], measures: Sequence[str], rows: Iterable[tuple[Any, ...]], levels: Sequence[str]
) -> Cube:
    depth = len(axes)
    atoms = [
        Atom(
            key=tuple(row[:depth]),
            undertakings=frozenset(row[depth]),
            values=tuple(float(value or 0) for value in row[depth + 1 :]),
        )
        for row in rows
    ]
    return Cube(axes, measures, atoms, settings.K_ANONYMITY, levels=levels)


def _rows(statement: str, params: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
