"""Facts of an offer that follow from its editions, stored so that the matcher can filter in one scan."""

from collections.abc import Sequence
from datetime import date

from django.db import connection

from catalogue.models import Edition, Offer

# An offer without editions is neither open nor closed: unknown. One with editions is closed when none of
# them has a seat left, and open until the last start that has.
REFRESH = """
UPDATE catalogue_offer o SET open_until = f.open_until, is_closed = f.is_closed, places = f.places
FROM (
    SELECT o.id,
           nullif(max(coalesce(e.starts_on, '9999-12-31'::date)) FILTER (WHERE open.yes), '9999-12-31')
               AS open_until,
           count(e.id) > 0 AND count(e.id) FILTER (WHERE open.yes) = 0 AS is_closed,
           coalesce(
               nullif(array_agg(DISTINCT e.region) FILTER (WHERE open.yes AND e.region <> ''), '{}'),
               o.regions
           )::varchar(5)[] AS places
    FROM catalogue_offer o
    LEFT JOIN catalogue_edition e ON e.offer_id = o.id AND e.state <> 'cancelled'
    LEFT JOIN LATERAL (
        SELECT (coalesce(e.seats, o.seats) IS NULL OR e.enrolled < coalesce(e.seats, o.seats))
           AND e.state IN ('planned', 'open', 'confirmed')
           AND (e.starts_on IS NULL OR e.starts_on >= %(today)s) AS yes
    ) open ON e.id IS NOT NULL
    WHERE %(ids)s::bigint[] IS NULL OR o.id = ANY(%(ids)s)
    GROUP BY o.id
) f
WHERE f.id = o.id
  AND (o.open_until, o.is_closed, o.places) IS DISTINCT FROM (f.open_until, f.is_closed, f.places)
"""


def set_first_facts(offer: Offer, editions: Sequence[Edition], *, today: date) -> None:
    """What `refresh_offer_facts` would find, set on an offer that is still to be written with its editions.

    It saves each new offer a second version, in the table, its indexes and its history.
    """
    takes = [e for e in editions if e.starts_on is None or e.starts_on >= today]
    takes = [e for e in takes if (offer.seats if e.seats is None else e.seats) != 0]
    starts = [e.starts_on for e in takes]
    offer.open_until = None if None in starts else max(filter(None, starts), default=None)
    offer.is_closed = bool(editions) and not takes
    offer.places = sorted({e.region for e in takes if e.region}) or list(offer.regions)


def refresh_offer_facts(*, today: date, offer_ids: Sequence[int] | None = None) -> int:
    """Recompute `open_until`, `is_closed` and `places` of these offers (None: all); how many changed."""
    ids = None if offer_ids is None else list(offer_ids)
    with connection.cursor() as cursor:
        cursor.execute(REFRESH, {"today": today, "ids": ids})
        return int(cursor.rowcount)
