"""Editions as an iCalendar feed (RFC 5545). No Django here.

Editions are whole days: `DTEND` is the day after the last one, as the standard says. An edition without a
start is left out; one that was cancelled stays in with its status, so that calendars take it away.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from catalogue.records import EditionRecord, OfferRecord

MAX_OCTETS = 75
STATUSES = {"planned": "TENTATIVE", "cancelled": "CANCELLED"}


def calendar(
    name: str, offers: Iterable[OfferRecord], *, now: datetime, domain: str, more: Iterable[str] = ()
) -> str:
    """The feed of these offers' editions; `domain` makes their identities those of this site.

    `more` are the lines of further events.
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Skillnet Vlaanderen//Catalogue//NL",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escape(name)}",
    ]
    for offer in offers:
        for edition in offer.editions:
            if edition.starts_on is not None:
                lines += _event(offer, edition, edition.starts_on, now, domain)
    lines += [*more, "END:VCALENDAR"]
    return "".join(f"{fold(line)}\r\n" for line in lines)


def _event(offer: OfferRecord, edition: EditionRecord, start: date, now: datetime, domain: str) -> list[str]:
    last = edition.ends_on or start
    place = edition.location or edition.region
    return [
        "BEGIN:VEVENT",
        f"UID:{edition.id}@{domain}",
        f"DTSTAMP:{now.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{start:%Y%m%d}",
        f"DTEND;VALUE=DATE:{last + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{escape(offer.title)}",
        *([f"LOCATION:{escape(place)}"] if place else []),
        f"URL:{offer.url}",
        f"STATUS:{STATUSES.get(edition.state, 'CONFIRMED')}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def escape(text: str) -> str:
    """A text value: backslash, comma, semicolon and line break escaped; other control characters gone."""
    text = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")
    return "".join(character for character in text if character >= " ")


def fold(line: str) -> str:
    """A line in pieces of at most 75 octets, never within a character."""
    pieces, current, size, room = [], "", 0, MAX_OCTETS
    for character in line:
        octets = len(character.encode("utf-8"))
        if size + octets > room:
            pieces.append(current)
            current, size, room = "", 0, MAX_OCTETS - 1  # the blank that continues a line counts
        current += character
        size += octets
    return "\r\n ".join([*pieces, current])
