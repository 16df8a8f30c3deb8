"""Capacity as an iCalendar file (RFC 5545): what one offers, and what one promised or was promised."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from catalogue.icalendar import escape, fold
from catalogue.models import CapacityOffer, CapacityRequest


def capacity_calendar(
    *, offers: Iterable[CapacityOffer], promised: Iterable[CapacityRequest], now: datetime, site_url: str
) -> str:
    """Whole days; what is offered is tentative and keeps nobody busy, what was promised is confirmed and does."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Skillnet Vlaanderen//Capacity//NL",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
    ]
    for row in offers:
        lines += _event(row, row, _("Aangeboden: %(what)s") % {"what": row.title}, "TENTATIVE", now, site_url)
    for request in promised:
        lines += promised_event(request, now=now, site_url=site_url)
    lines.append("END:VCALENDAR")
    return "".join(f"{fold(line)}\r\n" for line in lines)


def promised_event(request: CapacityRequest, *, now: datetime, site_url: str) -> list[str]:
    """The lines of one promise: what, how many, and for whom."""
    summary = f"{request.capacity.title}: {request.quantity} × {request.organisation}"
    return _event(request, request.capacity, summary, "CONFIRMED", now, site_url)


def _event(
    row: CapacityOffer | CapacityRequest,
    capacity: CapacityOffer,
    summary: str,
    status: str,
    now: datetime,
    site_url: str,
) -> list[str]:
    place = capacity.location or capacity.region
    page = f"{site_url.rstrip('/')}/capaciteit/{capacity.public_id}/"
    return [
        "BEGIN:VEVENT",
        f"UID:{row.public_id}-{status.lower()}@{urlsplit(site_url).hostname or 'skillnet'}",
        f"DTSTAMP:{now.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{row.starts_on:%Y%m%d}",
        f"DTEND;VALUE=DATE:{row.ends_on + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{escape(summary)}",
        *([f"LOCATION:{escape(place)}"] if place else []),
        f"URL:{page}",
        f"STATUS:{status}",
        f"TRANSP:{'OPAQUE' if status == 'CONFIRMED' else 'TRANSPARENT'}",
        "END:VEVENT",
    ]
