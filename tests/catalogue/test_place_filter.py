"""Where something is taught: by district, by distance, by municipality; and what search engines may read."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from tests.factories import make_edition, make_offer, make_organisation, make_provider

pytestmark = pytest.mark.django_db
Clients = Callable[..., Any]


def titles(client: Any, **query: Any) -> set[str]:
    return {row.name for row in client.get(reverse("catalogue:offers"), query).context["rows"]}


def test_a_district_and_what_lies_around_it(client_for: Clients) -> None:
    make_offer(title="Gent", places=["BE234"], regions=["BE234"])
    make_offer(title="Aalst", places=["BE231"], regions=["BE231"])
    make_offer(title="Hasselt", places=["BE221"], regions=["BE221"])
    make_offer(title="Online", mode="online")
    nobody = client_for(None)
    assert titles(nobody, region="BE234") == {"Gent", "Online"}
    assert titles(nobody, region="BE234", within="50") == {"Gent", "Aalst", "Online"}
    assert titles(nobody, within="10") == {"Gent", "Aalst", "Hasselt", "Online"}
    assert titles(nobody, region="BE23") == {"Gent", "Aalst", "Online"}


def test_a_municipality_is_that_of_an_edition_or_of_the_provider(client_for: Clients) -> None:
    make_edition(offer=make_offer(title="Op verplaatsing"), location="Campus Deinze, lokaal 3")
    here = make_provider(organisation=make_organisation(municipality="Deinze"))
    make_offer(title="Thuis", provider=here)
    make_offer(title="Elders")
    assert titles(client_for(None), place="deinze") == {"Op verplaatsing", "Thuis"}


def test_by_daypart_and_by_who_is_recognised(client_for: Clients) -> None:
    make_offer(title="Avond", dayparts=["evening"])
    make_offer(title="Dag", dayparts=["day"])
    make_provider(recognised_since="2020-01-01", organisation=make_organisation(name="Erkende school"))
    make_provider(organisation=make_organisation(name="Andere school"))
    nobody = client_for(None)
    assert titles(nobody, daypart="evening") == {"Avond"}
    page = nobody.get(reverse("catalogue:providers"), {"recognised": "true"})
    assert [row.name for row in page.context["rows"]] == ["Erkende school"]
    found = nobody.get(reverse("catalogue:providers"), {"q": "andere"}).context["rows"]
    assert [row.name for row in found] == ["Andere school"]


def test_search_engines_read_what_is_public(client_for: Clients) -> None:
    offer, draft = make_offer(), make_offer(state="draft")
    hidden = make_provider(state="suspended", state_reason="Vals.")
    nobody = client_for(None)
    robots = nobody.get("/robots.txt").content.decode()
    assert "Allow: /aanbod/" in robots
    assert "Disallow: /\n" in robots
    index = nobody.get("/sitemap.xml").content.decode()
    assert "/sitemap-1.xml" in index
    number = (offer.pk - 1) // 20_000 + 1
    whole = b"".join(nobody.get(f"/sitemap-{number}.xml").streaming_content).decode()
    assert reverse("catalogue:offer_detail", args=[offer.public_id]) in whole
    assert str(draft.public_id) not in whole
    first = b"".join(nobody.get("/sitemap-1.xml").streaming_content).decode()
    assert reverse("catalogue:provider_detail", args=[offer.provider.public_id]) in first
    assert str(hidden.public_id) not in first
    assert nobody.get("/sitemap-999.xml").status_code == 404
