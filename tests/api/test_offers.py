"""Offers and editions through the API."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from rest_framework.test import APIClient

from catalogue.api import EDITION_EXAMPLE, OFFER_EXAMPLE
from catalogue.models import Edition, Offer
from matching.models import MatchRun
from skillnet.kernel.models import ImportFile
from skillnet.kernel.roles import Role
from tests.api.keys import client_of, company, make_key, provider
from tests.factories import make_edition, make_offer, make_provider

URL = "/api/v1/offers/"
EDITIONS = "/api/v1/editions/"


def put(client: Any, key: str = "A-1", **changes: Any) -> Any:
    return client.put(f"{URL}{key}/", {**OFFER_EXAMPLE, **changes}, format="json")


def put_edition(client: Any, key: str = "E-1", offer: str = "A-1", **changes: Any) -> Any:
    return client.put(f"{URL}{offer}/editions/{key}/", {**EDITION_EXAMPLE, **changes}, format="json")


@pytest.mark.django_db
class TestOffers:
    def test_put_creates_replaces_and_repeats(self) -> None:
        client = provider()
        first = put(client)
        assert first.status_code == 201, first.content
        body = first.json()
        assert body["provider"]["name"] == client.organisation.name
        assert body["state"] == "active"
        assert client.get(first["Location"]).json() == body
        runs = MatchRun.objects.count()
        again = put(client)
        assert (again.status_code, again.json()) == (200, body)
        assert client.put(f"{URL}A-1/", body, format="json").json() == body
        assert MatchRun.objects.count() == runs
        assert put(client, price_eur=None).json()["price_eur"] is None
        assert MatchRun.objects.count() == runs + 1

    def test_archiving_and_bringing_back(self) -> None:
        client = provider()
        put(client)
        assert client.delete(f"{URL}A-1/").status_code == 204
        assert client.delete(f"{URL}A-1/").status_code == 204
        assert client.get(f"{URL}A-1/").json()["state"] == "archived"
        assert put(client).json()["state"] == "active"

    def test_published_offers_are_public_and_the_rest_is_not(self) -> None:
        offer, draft = make_offer(), make_offer(state=Offer.State.DRAFT)
        client = company()
        assert [o["id"] for o in client.get(URL).json()["results"]] == [str(offer.public_id)]
        assert client.get(f"{URL}{offer.public_id}/").status_code == 200
        assert client.get(f"{URL}{draft.public_id}/").status_code == 404

    def test_only_its_provider_writes(self) -> None:
        offer = make_offer()
        assert put(company()).status_code == 403
        assert put(client_of(Role.PROVIDER)).status_code == 403, "no profile of a provider yet"
        stranger = provider()
        assert stranger.delete(f"{URL}{offer.public_id}/").status_code == 404
        assert put_edition(stranger, offer=str(offer.public_id)).status_code == 404
        assert Edition.objects.count() == 0
        assert Offer.objects.get().state == Offer.State.ACTIVE

    @pytest.mark.parametrize(
        ("field", "value"),
        [("hours", "-1"), ("mode", "x"), ("isced_f", "ab"), ("url", "no"), ("outcomes", "text"),
         ("min_seats", 13), ("supply_subsidy_pct", "101"), ("price_basis", None), ("price_eur", "1e20")],
    )  # fmt: skip
    def test_each_mistake_names_its_field(self, field: str, value: Any) -> None:
        answer = put(provider(), **{field: value})
        assert answer.status_code == 400
        assert [e["field"].split(".")[0] for e in answer.json()["errors"]] == [field]

    @pytest.mark.parametrize("count", [1, 30])
    def test_few_queries(self, count: int, django_assert_max_num_queries: Any) -> None:
        for _number in range(count):
            make_edition()
        client = company()
        with django_assert_max_num_queries(5):
            assert len(client.get(URL).json()["results"]) == count
        with django_assert_max_num_queries(5):
            assert len(client.get(EDITIONS).json()["results"]) == count


@pytest.mark.django_db
class TestEditions:
    def test_put_creates_replaces_and_repeats(self) -> None:
        client = provider()
        put(client)
        first = put_edition(client)
        assert first.status_code == 201, first.content
        body = first.json()
        assert body["offer"]["external_id"] == "A-1"
        assert client.get(first["Location"]).json() == body
        runs = MatchRun.objects.count()
        again = put_edition(client)
        assert (again.status_code, again.json()) == (200, body)
        assert MatchRun.objects.count() == runs
        assert put_edition(client, seats=9).json()["seats"] == 9
        assert MatchRun.objects.count() == runs + 1

    def test_slashes_in_both_references(self) -> None:
        client = provider()
        put(client, "2026/1")
        answer = put_edition(client, "najaar/2", offer="2026/1")
        assert answer.status_code == 201
        assert answer.json()["external_id"] == "najaar/2"

    def test_cancelling_twice(self) -> None:
        client = provider()
        put(client)
        url = f"{EDITIONS}{put_edition(client).json()['id']}/"
        assert company().delete(url).status_code == 404
        assert client.delete(url).status_code == 204
        assert client.delete(url).status_code == 204
        assert client.get(url).json()["state"] == "cancelled"

    def test_dates_are_in_order(self) -> None:
        client = provider()
        put(client)
        answer = put_edition(client, starts_on="2027-03-02", ends_on="2027-03-01")
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["field"] == "ends_on"

    def test_filters(self) -> None:
        early, late = make_edition(starts_on="2027-01-10"), make_edition(starts_on="2027-06-10")
        client = company()

        def ids(**filters: str) -> list[str]:
            return [row["id"] for row in client.get(EDITIONS, filters).json()["results"]]

        assert ids(starts_before="2027-03-01") == [str(early.public_id)]
        assert ids(offer=str(late.offer.public_id)) == [str(late.public_id)]
        assert client.get(EDITIONS, {"offer": "x"}).status_code == 400


@pytest.mark.django_db(transaction=True)
def test_what_is_sent_at_one_instant_is_there_once(tmp_path: Any, settings: Any) -> None:
    place = settings.STORAGES["default"]
    place = place | {"OPTIONS": place["OPTIONS"] | {"location": str(tmp_path)}}
    settings.STORAGES = settings.STORAGES | {"default": place}
    own = make_provider()
    make_offer(provider=own, external_id="A-1")
    _token, key = make_key(Role.PROVIDER, organisation=own.organisation)

    def send(path: str) -> int:
        client = APIClient(raise_request_exception=False)
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {key}")
        body = EDITION_EXAMPLE if "editions" in path else OFFER_EXAMPLE
        try:
            if path == "imports":
                file = SimpleUploadedFile("a.csv", b"external_id,title\nA-3,Lassen\n")
                sent = {"kind": "offers", "file": file}
                return int(client.post("/api/v1/imports/", sent, format="multipart").status_code)
            return int(client.put(f"{URL}{path}/", body, format="json").status_code)
        finally:
            connection.close()

    for path in ("A-1/editions/E-1", "A-2"):
        with ThreadPoolExecutor(4) as pool:
            assert sorted(pool.map(send, [path] * 4)) == [200, 200, 200, 201]
    assert Edition.objects.count() == 1
    assert Offer.objects.filter(external_id="A-2").count() == 1
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(send, ["imports"] * 4)) <= {200, 201}
    assert ImportFile.objects.count() == 1
