"""What search engines may read: the public catalogue, and where all of it stands."""

from collections.abc import Iterator

from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from catalogue.models import Offer, Provider
from skillnet.kernel.actor import ANONYMOUS
from skillnet.kernel.addresses import absolute

PART = 20_000  # keys in one part; a part may hold 50 000 addresses (sitemaps.org)
OPEN = ("/aanbod/",)
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
XML = "application/xml; charset=utf-8"
DAY = 24 * 3600


@require_GET
@cache_control(max_age=DAY, public=True)
def robots(request: HttpRequest) -> HttpResponse:
    """Only the catalogue is for search engines; lists in every sort order are not."""
    lines = ["User-agent: *", *(f"Allow: {path}" for path in OPEN), "Disallow: /*?", "Disallow: /"]
    lines.append(f"Sitemap: {absolute(reverse('sitemap'))}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_GET
@cache_control(max_age=3600, public=True)
def sitemap_index(request: HttpRequest) -> HttpResponse:
    """The parts of the sitemap: by ranges of keys, so that none costs more than its own rows."""
    parts = "".join(
        f"<sitemap><loc>{absolute(reverse('sitemap_part', args=[number]))}</loc></sitemap>"
        for number in range(1, _parts() + 1)
    )
    text = f'<?xml version="1.0" encoding="UTF-8"?><sitemapindex xmlns="{NAMESPACE}">{parts}</sitemapindex>'
    return HttpResponse(text, content_type=XML)


@require_GET
@cache_control(max_age=3600, public=True)
def sitemap(request: HttpRequest, number: int) -> StreamingHttpResponse:
    """One part; the first holds the providers too."""
    if not 1 <= number <= _parts():
        raise Http404
    return StreamingHttpResponse(_urls(number), content_type=XML)


def _urls(number: int) -> Iterator[str]:
    yield f'<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="{NAMESPACE}">'
    if number == 1:
        yield f"<url><loc>{absolute(reverse('catalogue:offers'))}</loc></url>"
        known = Provider.objects.visible_to(ANONYMOUS).exclude(state=Provider.State.SUSPENDED)
        for public_id in known.values_list("public_id", flat=True).order_by("pk").iterator():
            yield f"<url><loc>{absolute(reverse('catalogue:provider_detail', args=[public_id]))}</loc></url>"
    offers = Offer.objects.visible_to(ANONYMOUS).filter(pk__gt=(number - 1) * PART, pk__lte=number * PART)
    for public_id, changed in offers.values_list("public_id", "updated_at").order_by("pk").iterator():
        address = absolute(reverse("catalogue:offer_detail", args=[public_id]))
        yield f"<url><loc>{address}</loc><lastmod>{changed:%Y-%m-%d}</lastmod></url>"
    yield "</urlset>"


def _parts() -> int:
    highest = Offer.objects.visible_to(ANONYMOUS).aggregate(highest=Max("pk"))["highest"] or 1
    return int((highest - 1) // PART + 1)
