"""The days of what is on offer: what is promised, month by month."""

from datetime import date

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue.models import CapacityOffer, CapacityRequest
from skillnet.kernel.actor import Actor
from skillnet.month import Happening, Month, first_of, month, span


def promised_month(request: HttpRequest, actor: Actor, capacity: CapacityOffer) -> Month:
    """What is promised of one offer; who asked is named to both sides, others read that it is taken."""
    today = timezone.localdate()
    wanted = request.GET.get("month", "") or f"{max(capacity.starts_on, today):%Y-%m}"
    first = first_of(wanted, today)
    begin, end = span(first)
    named = set(
        CapacityRequest.objects.visible_to(actor).filter(capacity=capacity).values_list("pk", flat=True)
    )
    taken = capacity.requests.promised().filter(starts_on__lte=end, ends_on__gte=begin)
    rows = taken.select_related("organisation")
    return month([_taken(row, row.pk in named) for row in rows], first=first, today=today)


def promises_between(actor: Actor, begin: date, end: date) -> list[Happening]:
    """What the own organisation promised or was promised in a period."""
    rows = CapacityRequest.objects.visible_to(actor).promised()
    found = rows.filter(starts_on__lte=end, ends_on__gte=begin)
    return [
        Happening(
            label=row.capacity.title,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            url=reverse("catalogue:capacity_detail", args=[row.capacity.public_id]),
            note=f"{row.quantity} × {row.organisation}",
            state=row.state,
        )
        for row in found.select_related("capacity", "organisation")
    ]


def _taken(row: CapacityRequest, is_named: bool) -> Happening:
    who = str(row.organisation) if is_named else _("bezet")
    return Happening(
        label=f"{row.quantity} × {who}", starts_on=row.starts_on, ends_on=row.ends_on, state=row.state
    )
