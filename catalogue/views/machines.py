"""Whole catalogues for machines: JSON-LD of schema.org and of the European Learning Model, and OEAPI, in pages.

An offer's own documents stand beside its page (`catalogue.views.public`). Only what is published is in these.
"""

from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from catalogue import elm, oeapi, schema_org
from catalogue.models import Edition, Microcredential, Offer, Provider
from catalogue.reading import offer_record
from catalogue.records import OfferRecord
from skillnet.kernel.actor import Actor, actor_of
from skillnet.kernel.addresses import absolute

LINKED_SIZE = 250  # offers in one page of a linked document


def catalogue_jsonld(request: HttpRequest) -> HttpResponse:
    """All that is taught, as a list of schema.org courses."""
    offers = _published(actor_of(request))
    return _linked(request, offers, lambda rows: schema_org.course_list(_("Aanbod"), _here(request), rows))


def provider_jsonld(request: HttpRequest, public_id: str) -> HttpResponse:
    """What a provider teaches, as a list of schema.org courses."""
    provider, offers = _taught(request, public_id)
    name = provider.organisation.name
    return _linked(request, offers, lambda rows: schema_org.course_list(name, _here(request), rows))


def provider_elm(request: HttpRequest, public_id: str) -> HttpResponse:
    """What a provider teaches, as learning opportunities of the European Learning Model."""
    _provider, offers = _taught(request, public_id)
    return _linked(request, offers, elm.catalogue)


def course_elm(request: HttpRequest, public_id: str) -> HttpResponse:
    """One offer as a learning opportunity, with or without a microcredential."""
    actor = actor_of(request)
    offer = get_object_or_404(Offer.objects.visible_to(actor).with_provider(), public_id=public_id)
    credential = Microcredential.objects.visible_to(actor).filter(offer=offer).first()
    record = offer_record(offer, (), credential)
    return _json(elm.learning_opportunity(record, record.microcredential), "application/ld+json")


def provider_courses(request: HttpRequest, public_id: str) -> HttpResponse:
    """`GET /courses` of the Open Education API for one provider, ordered by name."""
    _provider, offers = _taught(request, public_id)
    if code := request.GET.get("primaryCode"):
        offers = offers.filter(external_id=code)
    return _page(request, offers, lambda offer: oeapi.course(_record(offer)))


def provider_course(request: HttpRequest, public_id: str, offer_id: str) -> HttpResponse:
    """`GET /courses/{courseId}` of the Open Education API."""
    _provider, offers = _taught(request, public_id)
    return _json(oeapi.course(_record(get_object_or_404(offers, public_id=offer_id))), "application/json")


def provider_offerings(request: HttpRequest, public_id: str) -> HttpResponse:
    """The course offerings of the Open Education API for one provider, by their start."""
    actor = actor_of(request)
    provider = get_object_or_404(Provider.objects.visible_to(actor), public_id=public_id)
    editions = (
        Edition.objects.visible_to(actor)
        .filter(offer__provider=provider, offer__in=_published(actor))
        .select_related("offer__provider__organisation")
        .order_by("starts_on", "pk")
    )
    return _page(request, editions, _offering)


def _offering(edition: Edition) -> dict[str, Any]:
    record = offer_record(edition.offer, [edition])
    return oeapi.offering(record, record.editions[0])


def _taught(request: HttpRequest, public_id: str) -> tuple[Provider, QuerySet[Offer]]:
    actor = actor_of(request)
    provider = get_object_or_404(Provider.objects.visible_to(actor), public_id=public_id)
    return provider, _published(actor).filter(provider=provider)


def _published(actor: Actor) -> QuerySet[Offer]:
    """Published offers by name, with what their records read: three queries, however many."""
    editions = Edition.objects.visible_to(actor).select_related("offer")
    credentials = Microcredential.objects.visible_to(actor)
    return (
        Offer.objects.visible_to(actor)
        .active()
        .with_provider()
        .prefetch_related(
            Prefetch("editions", queryset=editions), Prefetch("microcredential", queryset=credentials)
        )
        .order_by("title", "pk")
    )


def _record(offer: Offer) -> OfferRecord:
    return offer_record(offer, offer.editions.all(), getattr(offer, "microcredential", None))


def _linked(
    request: HttpRequest, offers: QuerySet[Offer], document: Callable[[list[OfferRecord]], dict[str, Any]]
) -> HttpResponse:
    """One page of a linked document; a Link header names the next one (RFC 8288)."""
    page = Paginator(offers, LINKED_SIZE).get_page(request.GET.get("page"))
    response = _json(document([_record(offer) for offer in page]), "application/ld+json")
    if page.has_next():
        response["Link"] = f'<{_here(request)}?page={page.next_page_number()}>; rel="next"'
    return response


def _page(
    request: HttpRequest, rows: QuerySet[Any], document: Callable[[Any], dict[str, Any]]
) -> HttpResponse:
    """A page as the Open Education API has them; a size or number that it does not know is a bad request."""
    size = _number(request, "pageSize", oeapi.PAGE_SIZES[0])
    number = _number(request, "pageNumber", 1)
    if size not in oeapi.PAGE_SIZES or number < 1:
        sizes = ", ".join(str(known) for known in oeapi.PAGE_SIZES)
        detail = _("pageSize is een van %(sizes)s en pageNumber begint bij 1.") % {"sizes": sizes}
        return _json(
            {"status": 400, "title": "Bad Request", "detail": detail}, "application/problem+json", 400
        )
    found = Paginator(rows, size)
    if number > found.num_pages:
        raise Http404
    items = [document(row) for row in found.page(number)]
    return _json(oeapi.page(items, number=number, size=size, total=found.count), "application/json")


def _number(request: HttpRequest, name: str, default: int) -> int:
    """A whole number in the address; -1, which no page has, when it is none."""
    text = request.GET.get(name, str(default))
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= len("1000000") else -1


def _here(request: HttpRequest) -> str:
    return absolute(request.path)


def _json(document: dict[str, Any], content_type: str, status: int = 200) -> JsonResponse:
    return JsonResponse(
        document,
        content_type=content_type,
        status=status,
        json_dumps_params={"ensure_ascii": False, "indent": 1},
    )


def links_of(provider: Provider) -> list[tuple[str, str]]:
    """What the page of a provider offers to other systems: words and address."""
    texts = {
        "provider_jsonld": _("schema.org (JSON-LD)"),
        "provider_elm": _("European Learning Model (JSON-LD)"),
        "provider_courses": _("OEAPI: opleidingen"),
        "provider_offerings": _("OEAPI: edities"),
    }
    return [(text, reverse(f"catalogue:{name}", args=[provider.public_id])) for name, text in texts.items()]
