"""Capacity as an iCalendar file (RFC 5545): what one offers, and what one promised or was promised."""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue.icalendar import escape, fold
from catalogue.models import CapacityOffer, CapacityRequest
from catalogue.rules import TRADERS
from skillnet.kernel.roles import Role

MOST = 500  # promises in one feed


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


def promised_events(organisation_id: int, roles: Collection[Role]) -> list[str]:
    """The lines of what an organisation promised or was promised, for who trades for it; nothing for others."""
    if not set(roles) & set(TRADERS):
        return []
    rows = CapacityRequest.objects.promised().filter(
        Q(organisation=organisation_id) | Q(capacity__organisation=organisation_id)
    )
    now = timezone.now()
    found = rows.select_related("capacity", "organisation").order_by("-starts_on", "-pk")[:MOST]
    return [line for row in found for line in promised_event(row, now=now, site_url=settings.SITE_URL)]


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
