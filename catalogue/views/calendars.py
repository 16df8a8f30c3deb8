"""Calendars: a person's own, its feed for elsewhere, and the months of an offer or a provider."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue.calendars import MOST, NETWORK_ROLES, between, editions_of, feed_of, feed_token
from catalogue.capacity_calendar import promised_events
from catalogue.models import Edition, Offer
from catalogue.reading import offer_record
from catalogue.rules import TRADERS
from catalogue.services.feeds import feed_for, renew_feed
from catalogue.views.capacity_days import promises_between
from catalogue.views.public import feed_response
from skillnet.kernel.actor import actor_of
from skillnet.kernel.addresses import absolute
from skillnet.kernel.roles import Role
from skillnet.month import Happening, Month, first_of, month, span
from skillnet.ui import Link


def my_calendar(request: HttpRequest) -> HttpResponse:
    """The editions that concern one's organisation, month by month, and the link to follow them elsewhere."""
    actor = actor_of(request)
    if request.method == "POST":
        renew_feed(actor=actor)
        messages.success(request, _("Er is een nieuwe koppeling. De oude werkt niet meer."))
        return redirect("catalogue:my_calendar")
    assert actor.organisation_id is not None  # noqa: S101  the access table asks for a role there
    editions = editions_of(
        actor.organisation_id, actor.roles, actor.managed_networks | actor.steered_networks
    )
    own = actor.organisation_id if actor.has(Role.PROVIDER) else None
    begin, end = span(first_of(request.GET.get("month", ""), timezone.localdate()))
    promised = promises_between(actor, begin, end) if actor.has(*TRADERS) else []
    feed = reverse("catalogue:calendar_feed", args=[feed_token(feed_for(actor=actor))])
    return render(
        request,
        "catalogue/my_calendar.html",
        {
            "page_title": _("Mijn agenda"),
            "month": month_of(request, editions, own=own, more=promised),
            "feed_url": absolute(feed),
            "teaches": actor.has(Role.PROVIDER),
            "leads": actor.has(*NETWORK_ROLES),
        },
    )


def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """What a calendar elsewhere fetches: no sign-in, the signed link is the permission."""
    known = feed_of(token)
    if known is None:
        raise Http404
    feed = known.feed
    dated: dict[int, list[Edition]] = {}
    for edition in editions_of(feed.organisation_id, known.roles, known.networks)[:MOST]:
        dated.setdefault(edition.offer_id, []).append(edition)
    records = [offer_record(editions[0].offer, editions) for editions in dated.values()]
    promised = promised_events(feed.organisation_id, known.roles)
    response = feed_response(feed.organisation.name, records, promised)
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "private, max-age=900"
    return response


def offer_month(request: HttpRequest, public_id: str) -> HttpResponse:
    """The editions of one offer, month by month."""
    actor = actor_of(request)
    offer = get_object_or_404(Offer.objects.visible_to(actor).with_provider(), public_id=public_id)
    editions = Edition.objects.visible_to(actor).filter(offer=offer, starts_on__isnull=False)
    wanted = request.GET.get("month", "")
    if not wanted:
        coming = editions.filter(starts_on__gte=timezone.localdate()).exclude(state="cancelled")
        first = coming.order_by("starts_on").values_list("starts_on", flat=True).first()
        wanted = f"{first:%Y-%m}" if first else ""
    detail = reverse("catalogue:offer_detail", args=[offer.public_id])
    return render(
        request,
        "catalogue/offer_month.html",
        {
            "page_title": _("Kalender van %(title)s") % {"title": offer.title},
            "breadcrumbs": [
                Link(_("Aanbod"), reverse("catalogue:offers")),
                Link(offer.title, detail),
                Link(_("Kalender")),
            ],
            "offer": offer,
            "month": month_of(request, editions.select_related("offer"), own=None, wanted=wanted),
        },
    )


def month_of(
    request: HttpRequest, editions: Any, *, own: int | None, wanted: str = "", more: Iterable[Happening] = ()
) -> Month:
    """The month that the address asks for; `own` is the organisation whose editions open for changing."""
    today = timezone.localdate()
    first = first_of(wanted or request.GET.get("month", ""), today)
    begin, end = span(first)
    found = between(editions, begin, end)[:MOST]
    happenings = [_happening(edition, own) for edition in found]
    return month([*happenings, *more], first=first, today=today)


def _happening(edition: Edition, own: int | None) -> Happening:
    assert edition.starts_on is not None  # noqa: S101  the query asks for a start
    mine = own is not None and edition.offer.provider.organisation_id == own
    name, key = ("edition_edit", edition.public_id) if mine else ("offer_detail", edition.offer.public_id)
    return Happening(
        label=edition.offer.title,
        starts_on=edition.starts_on,
        ends_on=_last(edition, edition.starts_on),
        url=reverse(f"catalogue:{name}", args=[key]),
        note=_note(edition),
        state=edition.state,
    )


def _last(edition: Edition, start: date) -> date:
    return edition.ends_on or start


def _note(edition: Edition) -> str:
    parts = [edition.schedule, edition.location]
    left = edition.seats_left
    if left is not None:
        parts.append(_("volzet") if left == 0 else _("%(left)d vrij") % {"left": left})
    return ", ".join(part for part in parts if part)
