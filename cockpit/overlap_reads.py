"""Subsidised offers as the overlap rule reads them, and the groups that it finds as pages show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
from django.core.cache import cache
from django.db import connection
from django.db.models import Count, Max
from django.utils import timezone

from catalogue.models import Edition, Offer
from cockpit.overlap import (
    Background,
    Group,
    OverlapRule,
    SubsidisedOffer,
    background_of,
    find_overlaps,
    public_part,
)
from cockpit.terms import Filters
from matching.models import ModelRevision
from matching.services.vectors import active_revision, embedder, read_vectors

# So many offers of the catalogue show what all offers share.
SAMPLE = 1500
# How full editions are is read from those that began in the last year or begin within a quarter: later ones
# still have to be enrolled in.
FILL_BACK, FILL_AHEAD = timedelta(days=365), timedelta(days=92)
KEPT_SECONDS = 900

SUBSIDISED = """
SELECT o.id, o.public_id::text, o.title, p.id, org.name, p.kind, o.supply_subsidy_pct, o.isced_f, o.skills,
       o.mode = 'online' AS online, o.price, o.price_basis = 'participant' AS per_seat,
       coalesce(array_agg(DISTINCT e.region) FILTER (WHERE e.region <> ''), '{}') AS places, o.regions,
       coalesce(sum(coalesce(e.seats, o.seats)) FILTER (WHERE around), 0) AS seats,
       coalesce(sum(e.enrolled) FILTER (WHERE around AND coalesce(e.seats, o.seats) IS NOT NULL), 0),
       count(e.id) FILTER (WHERE upcoming) AS editions,
       coalesce(avg(coalesce(e.seats, o.seats)) FILTER (WHERE upcoming), 0)::float8 AS edition_seats,
       avg(e.price) FILTER (WHERE upcoming) AS edition_price,
       o.teaching_languages
FROM catalogue_offer o
JOIN catalogue_provider p ON p.id = o.provider_id
JOIN networks_organisation org ON org.id = p.organisation_id
LEFT JOIN LATERAL (
    SELECT x.*, x.starts_on BETWEEN %(back)s AND %(ahead)s AS around,
           (x.starts_on IS NULL OR x.starts_on >= %(today)s) AS upcoming
    FROM catalogue_edition x WHERE x.offer_id = o.id AND x.state <> 'cancelled'
      AND (%(year)s::int IS NULL OR extract(year FROM x.starts_on) = %(year)s)
) e ON true
WHERE o.state = 'active' AND o.supply_subsidy_pct > 0 AND (%(kind)s = '' OR p.kind = %(kind)s)
GROUP BY o.id, p.id, org.id ORDER BY o.id
"""


# The columns of that statement, in order.
NAMES = [
    *[
        "id",
        "public_id",
        "title",
        "provider",
        "provider_name",
        "kind",
        "percent",
        "isced",
        "skills",
        "online",
    ],
    *["price", "per_seat", "places", "regions", "seats", "enrolled", "editions", "edition_seats"],
    *["edition_price", "languages"],
]


@dataclass(frozen=True, slots=True)
class OfferLine:
    """One offer of a group as a page shows it; euro a year of upcoming editions, None unknown."""

    public_id: str
    title: str
    provider: str
    kind: str
    percent: Decimal
    regions: tuple[str, ...]
    online: bool
    editions: int
    fill: float | None
    subsidy: Decimal | None


@dataclass(frozen=True, slots=True)
class OverlapGroup:
    """A group with its offers, how near they are and why they are thought to teach the same."""

    number: int
    offers: tuple[OfferLine, ...]
    places: frozenset[str]
    likeness: float
    fill: float | None
    editions: int
    saved_editions: int
    saved_euro: Decimal | None


def overlap_groups(filters: Filters, today: date | None = None) -> list[OverlapGroup]:
    """The groups within the filters, the largest saving first; kept for a quarter of an hour.

    A change of any offer or edition makes them anew at once.
    """
    day = today or timezone.localdate()
    key = _state_key(filters, day)
    known: list[OverlapGroup] | None = cache.get(key)
    if known is None:
        known = _groups(filters, day)
        cache.set(key, known, KEPT_SECONDS)
    return known


def _state_key(filters: Filters, day: date) -> str:
    offers = Offer.objects.active().aggregate(n=Count("pk"), at=Max("updated_at"))
    editions = Edition.objects.aggregate(n=Count("pk"), at=Max("updated_at"))
    state = [day, filters.region, filters.provider_kind, filters.year, *offers.values(), *editions.values()]
    return "cockpit:overlap:" + ":".join(str(part).replace(" ", "_") for part in state)


def _groups(filters: Filters, day: date) -> list[OverlapGroup]:
    revision = active_revision()
    rows = _read(filters, day)
    if revision is None or not rows:
        return []
    offers = [_offer(row) for row in rows]
    background = _background(revision)
    vectors = read_vectors(revision=revision, kind="offer", ids=[offer.id for offer in offers])
    apart = background.apart(vectors.astype(np.float32))
    groups = find_overlaps(offers, apart, OverlapRule(cosine=background.cosine))
    return [_described(number, group, rows, offers) for number, group in enumerate(groups, start=1)]


def _background(revision: ModelRevision) -> Background:
    ids = list(Offer.objects.active().order_by("-pk").values_list("pk", flat=True)[:SAMPLE])
    sample = read_vectors(revision=revision, kind="offer", ids=ids).astype(np.float32)
    return background_of(sample, raw_cosine=embedder().cosine_scale.high)


def _read(filters: Filters, day: date) -> list[dict[str, Any]]:
    params: dict[str, Any] = {
        "today": day,
        "back": day - FILL_BACK,
        "ahead": day + FILL_AHEAD,
        "kind": filters.provider_kind,
        "year": filters.year,
    }
    with connection.cursor() as cursor:
        cursor.execute(SUBSIDISED, params)
        rows = [dict(zip(NAMES, row, strict=True)) for row in cursor.fetchall()]
    if filters.region:
        rows = [row for row in rows if any(code.startswith(filters.region) for code in _places(row))]
    return rows


def _places(row: dict[str, Any]) -> list[str]:
    places: list[str] = row["places"] or row["regions"]
    return places


def _offer(row: dict[str, Any]) -> SubsidisedOffer:
    price = row["edition_price"] if row["edition_price"] is not None else row["price"]
    return SubsidisedOffer(
        id=row["id"],
        provider=row["provider"],
        isced=row["isced"],
        skills=frozenset(row["skills"]),
        regions=frozenset(_places(row)),
        online=row["online"],
        languages=frozenset(row["languages"]),
        seats=row["seats"],
        enrolled=row["enrolled"],
        editions=row["editions"],
        edition_seats=row["edition_seats"],
        subsidy=public_part(
            price=price, per_seat=row["per_seat"], percent=row["percent"], seats=row["edition_seats"]
        ),
    )


def _described(
    number: int, group: Group, rows: Sequence[dict[str, Any]], offers: Sequence[SubsidisedOffer]
) -> OverlapGroup:
    lines = [_line(rows[place], offers[place]) for place in group.offers]
    return OverlapGroup(
        number=number,
        offers=tuple(sorted(lines, key=lambda line: (-(line.fill or 0), line.title))),
        places=frozenset(pair.place for pair in group.pairs),
        likeness=max(pair.cosine for pair in group.pairs),
        fill=group.fill,
        editions=group.merge.editions,
        saved_editions=group.merge.saved_editions,
        saved_euro=group.merge.saved_euro,
    )


def _line(row: dict[str, Any], offer: SubsidisedOffer) -> OfferLine:
    return OfferLine(
        public_id=row["public_id"],
        title=row["title"],
        provider=row["provider_name"],
        kind=row["kind"],
        percent=row["percent"],
        regions=tuple(sorted(_places(row))),
        online=row["online"],
        editions=offer.editions,
        fill=offer.enrolled / offer.seats if offer.seats else None,
        subsidy=None if offer.subsidy is None else (offer.subsidy * offer.editions).quantize(Decimal(1)),
    )
