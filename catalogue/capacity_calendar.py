"""Free capacity as an iCalendar file (RFC 5545): what one offers, and what one was promised."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from catalogue.icalendar import escape, fold
from catalogue.models import CapacityOffer


def capacity_calendar(
    *, offers: Iterable[CapacityOffer], promised: Iterable[CapacityOffer], now: datetime, site_url: str
) -> str:
    """Whole days; what is offered is tentative, what was promised is confirmed."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Skillnet Vlaanderen//Capacity//NL",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
    ]
    for status, rows in (("TENTATIVE", offers), ("CONFIRMED", promised)):
        for row in rows:
            lines += _event(row, status, now, site_url)
    lines.append("END:VCALENDAR")
    return "".join(f"{fold(line)}\r\n" for line in lines)


def _event(row: CapacityOffer, status: str, now: datetime, site_url: str) -> list[str]:
    place = row.location or row.region
    return [
        "BEGIN:VEVENT",
        f"UID:{row.public_id}-{status.lower()}@{urlsplit(site_url).hostname or 'skillnet'}",
        f"DTSTAMP:{now.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{row.starts_on:%Y%m%d}",
        f"DTEND;VALUE=DATE:{row.ends_on + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{escape(row.title)}",
        *([f"LOCATION:{escape(place)}"] if place else []),
        f"STATUS:{status}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]
