"""The public catalogue: search, an offer, a provider, a microcredential, and the same for machines."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Value
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, gettext_lazy, npgettext_lazy
from django.utils.translation import gettext as _

from catalogue import oeapi, schema_org
from catalogue.filters import OfferFilter
from catalogue.icalendar import calendar
from catalogue.models import Edition, Microcredential, Offer, Provider
from catalogue.reading import offer_record
from catalogue.views.machines import links_of
from catalogue.views.presenting import (
    edition_table,
    offer_actions,
    offer_facts,
    offer_properties,
    price_text,
    provider_properties,
)
from catalogue.views.recognising import public_recognition, review_actions
from networks.suggesting import skill_names
from skillnet.kernel.actor import Actor, actor_of
from skillnet.kernel.addresses import page_of
from skillnet.kernel.roles import Role
from skillnet.lists import ListColumn, ListSpec, list_response
from skillnet.ui import Action, Link

FEED_LIMIT = 500  # offers in the feed of one provider

OFFER_LIST = ListSpec(
    columns=[
        ListColumn(
            gettext_lazy("Aanbod"),
            lambda offer: offer.title,
            sort="title",
            url=page_of("catalogue:offer_detail"),
        ),
        ListColumn(
            gettext_lazy("Verstrekker"),
            lambda offer: offer.provider.organisation.name,
            sort="provider__organisation__name",
        ),
        ListColumn(gettext_lazy("Lesvorm"), lambda offer: offer.get_mode_display(), sort="mode"),
        ListColumn(gettext_lazy("Uren"), lambda offer: offer.hours, kind="number", sort="hours"),
        ListColumn(
            gettext_lazy("Prijs"),
            lambda offer: offer.price,
            kind="euro",
            sort="price",
            note=lambda offer: offer.get_price_basis_display() if offer.price is not None else "",
        ),
        ListColumn(
            gettext_lazy("Eerste start"), lambda offer: offer.next_start, kind="date", sort="next_start"
        ),
        ListColumn(gettext_lazy("Vrije plaatsen"), lambda offer: offer.free_seats, kind="number"),
        ListColumn(gettext_lazy("Bewijs"), lambda offer: offer.get_credential_display(), export_only=True),
        ListColumn(gettext_lazy("Kenmerk"), lambda offer: offer.external_id, export_only=True),
        ListColumn(gettext_lazy("Omschrijving"), lambda offer: offer.description, export_only=True),
        ListColumn(gettext_lazy("Webpagina"), lambda offer: offer.url, export_only=True),
    ],
    noun=npgettext_lazy("count", "opleiding", "opleidingen"),
    filename="aanbod",
    filterset=OfferFilter,
    more_filters=("place", "starts_after", "price_max", "kind", "credential", "free"),
    fields=(
        *("public_id", "title", "mode", "hours", "price", "price_basis"),
        *("provider__organisation__name", "provider__kind"),
    ),
)


def offers(request: HttpRequest) -> HttpResponse:
    """Everything that is taught; what is typed is searched by meaning and by words, best first."""
    actor = actor_of(request)
    found = Offer.objects.visible_to(actor).active().with_provider()
    searching = bool(request.GET.get("q", "").strip())
    return list_response(  # type: ignore[return-value]
        request,
        template="catalogue/offer_list.html",
        # A search that cannot be read is not applied: then all have the same place.
        queryset=found.with_next_edition(timezone.localdate()).annotate(place=Value(0)),
        spec=replace(OFFER_LIST, order=("place", "-pk")) if searching else OFFER_LIST,
        context={"page_title": _("Aanbod"), "searching": searching, "actions": _register(actor)},
    )


def offer_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """One offer: what one learns, when, for how much; its provider also sees what it lacks."""
    actor = actor_of(request)
    offer = _offer(actor, public_id)
    editions = _editions(actor, offer)
    microcredential = Microcredential.objects.visible_to(actor).filter(offer=offer).first()
    return render(
        request,
        "catalogue/offer_detail.html",
        {
            "page_title": offer.title,
            "breadcrumbs": [Link(_("Aanbod"), reverse("catalogue:offers")), Link(offer.title)],
            "offer": offer,
            "facts": offer_facts(offer, editions),
            "properties": offer_properties(offer),
            "skills": skill_names(offer.skills, get_language() or "nl"),
            "editions": edition_table(editions, actor),
            "microcredential": microcredential,
            "price": price_text(offer.price, offer.price_basis),
            # Escaped by in_page, so that no text of a provider can end the element it stands in.
            "linked_data": mark_safe(schema_org.in_page(schema_org.course(offer_record(offer, editions)))),  # noqa: S308
            **offer_actions(actor, offer, editions, microcredential),
        },
    )


def course_jsonld(request: HttpRequest, public_id: str) -> HttpResponse:
    """The offer as schema.org Course, as its page carries it too."""
    actor = actor_of(request)
    offer = _offer(actor, public_id)
    return _json(schema_org.course(offer_record(offer, _editions(actor, offer))), "application/ld+json")


def course_oeapi(request: HttpRequest, public_id: str) -> HttpResponse:
    """The offer as a course of the Open Education API v6."""
    actor = actor_of(request)
    offer = _offer(actor, public_id)
    credential = Microcredential.objects.visible_to(actor).filter(offer=offer).first()
    record = offer_record(offer, _editions(actor, offer), credential)
    return _json(oeapi.course(record), "application/json")


def course_oeapi_offerings(request: HttpRequest, public_id: str) -> HttpResponse:
    """The editions of an offer as course offerings of the Open Education API v6."""
    actor = actor_of(request)
    offer = _offer(actor, public_id)
    editions = Edition.objects.visible_to(actor).filter(offer=offer).select_related("offer")
    return _json(oeapi.offerings(offer_record(offer, editions)), "application/json")


def offer_calendar(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = actor_of(request)
    offer = _offer(actor, public_id)
    return feed_response(
        offer.title, [offer_record(offer, Edition.objects.visible_to(actor).filter(offer=offer))]
    )


def provider_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """Who teaches, and what."""
    actor = actor_of(request)
    provider = get_object_or_404(Provider.objects.visible_to(actor), public_id=public_id)
    taught = Offer.objects.visible_to(actor).active().with_provider().filter(provider=provider)
    return list_response(  # type: ignore[return-value]
        request,
        template="catalogue/provider_detail.html",
        queryset=taught.with_next_edition(timezone.localdate()),
        spec=replace(
            OFFER_LIST,
            filterset=None,
            columns=[c for c in OFFER_LIST.columns if c.sort != "provider__organisation__name"],
            order=("title",),
        ),
        context={
            "page_title": provider.organisation.name,
            "breadcrumbs": [
                Link(_("Aanbod"), reverse("catalogue:offers")),
                Link(provider.organisation.name),
            ],
            "provider": provider,
            "properties": provider_properties(provider),
            "actions": review_actions(actor, provider),
            "machine_links": links_of(provider),
            **public_recognition(actor, provider),
        },
    )


def provider_calendar(request: HttpRequest, public_id: str) -> HttpResponse:
    """All editions of a provider, to follow in a calendar."""
    actor = actor_of(request)
    provider = get_object_or_404(Provider.objects.visible_to(actor), public_id=public_id)
    taught = Offer.objects.visible_to(actor).active().with_provider().filter(provider=provider)[:FEED_LIMIT]
    dated: dict[int, list[Edition]] = {}
    for edition in Edition.objects.visible_to(actor).filter(offer__in=list(taught)).select_related("offer"):
        dated.setdefault(edition.offer_id, []).append(edition)
    return feed_response(provider.organisation.name, [offer_record(o, dated.get(o.pk, [])) for o in taught])


def _register(actor: Actor) -> list[Action]:
    """Who teaches; and a company that does not teach yet can begin to."""
    actions = [Action(_("Wie opleidt"), reverse("catalogue:providers"))]
    if actor.has(Role.COMPANY_CONTACT) and not actor.has(Role.PROVIDER):
        actions.append(Action(_("Zelf opleidingen aanbieden"), reverse("catalogue:provider_register")))
    return actions


def _offer(actor: Actor, public_id: str) -> Offer:
    return get_object_or_404(Offer.objects.visible_to(actor).with_provider(), public_id=public_id)


def _editions(actor: Actor, offer: Offer) -> list[Edition]:
    editions = list(Edition.objects.visible_to(actor).filter(offer=offer))
    for edition in editions:
        edition.offer = offer
    return editions


def feed_response(name: str, records: list[Any], more: Iterable[str] = ()) -> HttpResponse:
    domain = urlsplit(settings.SITE_URL).hostname or "skillnet"
    text = calendar(name, records, now=timezone.now(), domain=domain, more=more)
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="edities.ics"'
    return response


def _json(document: dict[str, Any], content_type: str) -> JsonResponse:
    return JsonResponse(
        document, content_type=content_type, json_dumps_params={"ensure_ascii": False, "indent": 1}
    )
