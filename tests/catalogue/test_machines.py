"""Whole catalogues for other systems: every document a page of it, only what is published, by its standard."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from catalogue.linked_data import course_rows
from catalogue.models import Microcredential, Offer, Provider
from skillnet.kernel.roles import Role
from tests.api.keys import client_of
from tests.api.keys import company as api_company
from tests.catalogue.shapes import STANDARD, problems
from tests.catalogue.test_oeapi import STANDARD as OEAPI
from tests.catalogue.test_oeapi import errors
from tests.factories import make_edition, make_offer, make_provider

pytestmark = pytest.mark.django_db


def get(client: Any, name: str, provider: Provider, **query: Any) -> Any:
    return client.get(reverse(f"catalogue:{name}", args=[provider.public_id]), query)


def describe(offer: Offer) -> Microcredential:
    return Microcredential.objects.create(
        offer=offer,
        title="Inox lassen",
        awarding_body="Hogeschool Schelde",
        outcomes=["inox lassen"],
        ects=Decimal(2),
        assessment="proef",
        participation="in de klas",
        quality_assurance="Qfor",
        issuer_region="BE234",
        supervision="onsite_id",
    )


@pytest.fixture
def provider() -> Provider:
    provider = make_provider()
    for number in range(12):
        offer = make_offer(
            provider=provider, external_id=f"C-{number:02}", title=f"Cursus {number:02}", state="active"
        )
        make_edition(
            offer=offer,
            external_id="voorjaar",
            starts_on=date(2027, 3, number + 1),
            location="Gent, Dok Noord",
            schedule="dinsdagavond",
            enrol_until=date(2027, 2, 1),
        )
    describe(provider.offers.get(external_id="C-00"))
    make_offer(provider=provider, external_id="klad", title="Klad", state="draft")
    make_offer(title="Van een ander", state="active")
    return provider


def test_courses_come_in_pages_of_the_standard(client: Any, provider: Provider) -> None:
    first = get(client, "provider_courses", provider).json()
    second = get(client, "provider_courses", provider, pageNumber=2, pageSize=10).json()
    assert (first["pageSize"], first["totalPages"], first["hasNextPage"]) == (10, 2, True)
    assert (second["hasPreviousPage"], second["hasNextPage"], len(second["items"])) == (True, False, 2)
    names = [item["name"][0]["value"] for item in [*first["items"], *second["items"]]]
    assert names == [f"Cursus {number:02}" for number in range(12)]
    one = get(client, "provider_courses", provider, primaryCode="C-03").json()
    assert [item["primaryCode"]["code"] for item in one["items"]] == ["C-03"]


@pytest.mark.parametrize(
    "query", [{"pageSize": 7}, {"pageNumber": 0}, {"pageNumber": "x"}, {"pageSize": "²"}]
)
def test_a_page_that_the_standard_does_not_know_is_a_bad_request(
    client: Any, provider: Provider, query: dict[str, Any]
) -> None:
    answer = get(client, "provider_offerings", provider, **query)
    assert answer.status_code == 400
    assert "10, 20, 50, 100, 250" in answer.json()["detail"]
    assert get(client, "provider_courses", provider, pageNumber=3).status_code == 404


@pytest.mark.skipif(not OEAPI.is_file(), reason="the OEAPI schema (shared/data/standards/oeapi) is not here")
def test_the_pages_keep_to_the_schema(client: Any, provider: Provider) -> None:
    courses = get(client, "provider_courses", provider, pageSize=20).json()
    offerings = get(client, "provider_offerings", provider, pageSize=20).json()
    for page, name in ((courses, "Course"), (offerings, "CourseOffering")):
        assert errors(page, "Pagination") == []
        assert len(page["items"]) == 12
        assert [problem for item in page["items"] for problem in errors(item, name)] == []
    offer = provider.offers.get(external_id="C-00")
    address = reverse("catalogue:provider_course", args=[provider.public_id, offer.public_id])
    assert client.get(address).json() == courses["items"][0]
    draft = provider.offers.get(external_id="klad")
    address = reverse("catalogue:provider_course", args=[provider.public_id, draft.public_id])
    assert client.get(address).status_code == 404


def test_offerings_say_where_when_and_until_when(client: Any, provider: Provider) -> None:
    item = get(client, "provider_offerings", provider).json()["items"][0]
    assert item["addresses"][0]["additional"][0]["value"] == "Gent, Dok Noord"
    assert item["description"][0]["value"] == "dinsdagavond"
    assert item["enrolmentPeriods"][0]["endDateTime"].startswith("2027-02-01T23:59")
    assert item["startDateTime"].startswith("2027-03-01")


def test_the_linked_documents_hold_what_is_published_and_nothing_else(
    client: Any, provider: Provider
) -> None:
    for name in ("provider_jsonld", "provider_elm"):
        answer = get(client, name, provider)
        assert answer["Content-Type"].startswith("application/ld+json")
        titles = {row["title"] for row in course_rows([answer.json()])}
        assert titles == {f"Cursus {number:02}" for number in range(12)}
    everything = client.get(reverse("catalogue:catalogue_jsonld"))
    assert "Van een ander" in everything.content.decode()
    assert "Klad" not in everything.content.decode()
    assert "Link" not in everything


def test_a_long_list_names_its_next_page(
    client: Any, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catalogue.views.machines.LINKED_SIZE", 10)
    answer = get(client, "provider_jsonld", provider)
    assert answer["Link"].endswith('?page=2>; rel="next"')
    assert "Link" not in get(client, "provider_jsonld", provider, page=2)


@pytest.mark.skipif(not STANDARD.is_dir(), reason="the published shapes of ELM v3 are not here")
def test_a_catalogue_and_an_offer_keep_to_the_shapes(client: Any, provider: Provider) -> None:
    assert problems(get(client, "provider_elm", provider).json()) == []
    offer = provider.offers.get(external_id="C-05")
    assert problems(client.get(reverse("catalogue:course_elm", args=[offer.public_id])).json()) == []


def test_the_number_of_queries_does_not_grow(
    client: Any, provider: Provider, django_assert_max_num_queries: Any
) -> None:
    for name in ("provider_elm", "provider_jsonld", "provider_courses", "provider_offerings"):
        with django_assert_max_num_queries(12):
            get(client, name, provider)


def test_the_page_of_a_provider_leads_to_all_of_it(client: Any, provider: Provider) -> None:
    page = get(client, "provider_detail", provider).content.decode()
    for name in ("provider_jsonld", "provider_elm", "provider_courses", "provider_offerings"):
        assert reverse(f"catalogue:{name}", args=[provider.public_id]) in page


def test_a_refresher_that_is_not_published_is_the_providers_own(client: Any, provider: Provider) -> None:
    credential = Microcredential.objects.get(offer__external_id="C-00")
    refresher = provider.offers.get(external_id="klad")
    credential.refresher, credential.validity_months = refresher, 24
    credential.save()
    address = reverse("catalogue:microcredential_detail", args=[credential.public_id])
    readers = api_company(), client_of(Role.PROVIDER, organisation=provider.organisation)

    def told() -> list[Any]:
        rows = [reader.get("/api/v1/microcredentials/").json()["results"] for reader in readers]
        return [
            refresher.title in client.get(address).content.decode(),
            *[row[0]["refresher"] for row in rows],
        ]

    page, stranger, own = told()
    assert (page, stranger) == (False, None)
    assert own["external_id"] == "klad"
    Offer.objects.filter(pk=refresher.pk).update(state="active")
    page, stranger, own = told()
    assert page is True
    assert stranger == own
