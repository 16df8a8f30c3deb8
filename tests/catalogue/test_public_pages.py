"""The public catalogue: no account needed, nothing shown that was not published, nothing typed is run."""

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from catalogue.models import Microcredential, Offer
from matching.services.vectors import Text, current_revision, store_vectors
from skillnet.kernel.roles import Role
from tests.factories import make_edition, make_offer, make_organisation, make_provider

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate
SCRIPT = "<script>alert(1)</script>"


def listed(client: Any, **query: Any) -> list[str]:
    answer = client.get(reverse("catalogue:offers"), query)
    assert answer.status_code == 200
    return [row.name for row in answer.context["rows"]]


def embed(*offers: Offer) -> None:
    store_vectors(
        revision=current_revision(), kind="offer", texts=[Text(offer.pk, offer.text) for offer in offers]
    )


def detail(offer: Offer, name: str = "offer_detail") -> str:
    return reverse(f"catalogue:{name}", args=[offer.public_id])


def test_everybody_sees_published_offers_and_nothing_else(client: Any) -> None:
    shown = make_offer(title="Lassen")
    hidden = [make_offer(title="Ontwerp", state="draft"), make_offer(title="Weg", state="archived")]
    assert listed(client) == ["Lassen"]
    for name in ("offer_detail", "course_jsonld", "course_oeapi", "offer_calendar"):
        assert client.get(detail(shown, name)).status_code == 200
        for offer in hidden:
            assert client.get(detail(offer, name)).status_code == 404


def test_the_provider_sees_a_draft_and_others_do_not(client_for: Any) -> None:
    draft = make_offer(state="draft")
    own = client_for(Role.PROVIDER, organisation=draft.provider.organisation)
    page = own.get(detail(draft))
    assert page.status_code == 200
    assert page.context["own"]
    assert client_for(Role.PROVIDER).get(detail(draft)).status_code == 404
    assert client_for(Role.COMPANY_CONTACT, organisation=draft.provider.organisation).get(
        detail(draft)
    ).status_code == 404  # fmt: skip


def test_meaning_finds_what_words_do_not(client: Any) -> None:
    right = make_offer(title="Roestvrij staal verbinden met de TIG-techniek")
    wrong = make_offer(title="Boekhouden voor beginners")
    embed(right, wrong)
    assert listed(client, q="inox lassen")[0] == right.title
    assert wrong.title not in listed(client, q="inox lassen")


def test_a_half_typed_word_is_found(client: Any) -> None:
    offer = make_offer(title="Boekhouden voor beginners")
    assert listed(client, q="boekh") == [offer.title]
    assert listed(client, q=offer.external_id) == [offer.title]
    assert listed(client, q="zzzz qqqq") == []


@pytest.mark.parametrize("typed", ["'", "a & | !", "\\", '"', ":*", "\x00", "x" * 5000, "' OR 1=1 --", "☃"])
def test_nothing_that_is_typed_breaks_the_search(client: Any, typed: str) -> None:
    make_offer()
    assert client.get(reverse("catalogue:offers"), {"q": typed}).status_code == 200


def test_facets(client: Any) -> None:
    start = TODAY() + timedelta(days=30)
    academy = make_provider(kind="academy")
    rich = make_offer(
        title="A",
        provider=academy,
        mode="classroom",
        teaching_languages=["fr"],
        price=Decimal(100),
        credential="certificate",
        places=["BE234"],
    )
    make_edition(offer=rich, starts_on=start, seats=10, enrolled=9)
    online = make_offer(
        title="B", mode="online", language="en", price=Decimal(1200), price_basis="edition", seats=10
    )
    make_edition(offer=online, starts_on=start, seats=5, enrolled=5)
    make_offer(title="C")
    expected = {
        ("mode", "classroom"): ["A"],
        ("language", "fr"): ["A"],
        ("language", "en"): ["B"],
        ("kind", "academy"): ["A"],
        ("credential", "certificate"): ["A"],
        ("region", "BE23"): ["A", "B"],
        ("region", "BE21"): ["B"],
        ("price_max", "100"): ["A"],
        ("price_max", "120"): ["A", "B"],
        ("free", "true"): ["A"],
        ("starts_after", start.isoformat()): ["A", "B"],
        ("starts_after", (start + timedelta(days=1)).isoformat()): [],
    }
    for (name, value), titles in expected.items():
        assert sorted(listed(client, **{name: value})) == titles, (name, value)


def test_sorting_puts_the_unknown_last(client: Any) -> None:
    make_offer(title="Duur", price=Decimal(900))
    make_offer(title="Onbekend")
    make_offer(title="Goedkoop", price=Decimal(90))
    assert listed(client, sort="price") == ["Goedkoop", "Duur", "Onbekend"]
    assert listed(client, sort="-price") == ["Duur", "Goedkoop", "Onbekend"]


@pytest.mark.parametrize("count", [1, 30])
def test_a_list_needs_few_queries(client: Any, count: int, django_assert_max_num_queries: Any) -> None:
    for _ in range(count):
        make_edition(offer=make_offer(), starts_on=TODAY())
    listed(client)
    with django_assert_max_num_queries(4):
        listed(client)
    with django_assert_max_num_queries(8):
        listed(client, q="opleiding")


def test_markup_in_a_description_is_shown_and_not_run(client: Any) -> None:
    offer = make_offer(title=f"Lassen {SCRIPT}", description=SCRIPT, outcomes=[SCRIPT])
    html = client.get(detail(offer)).content.decode()
    assert SCRIPT not in html
    assert html.count("&lt;script&gt;") >= 3
    assert json.loads(client.get(detail(offer, "course_jsonld")).content)["description"] == SCRIPT


def test_an_export_escapes_formulas(client: Any) -> None:
    make_offer(title="=HYPERLINK(1)", description="+1")
    answer = client.get(reverse("catalogue:offers"), {"export": "csv"})
    text = b"".join(answer.streaming_content).decode()
    assert "'=HYPERLINK(1)" in text
    assert "'+1" in text


def test_machines_read_the_same_offer(client: Any) -> None:
    offer = make_offer(title="Lassen", price=Decimal("450.00"))
    make_edition(offer=offer, starts_on=TODAY() + timedelta(days=9), seats=12, enrolled=2)
    html = client.get(detail(offer)).content.decode()
    assert detail(offer, "course_jsonld") in html
    answer = client.get(detail(offer, "course_jsonld"))
    assert answer["Content-Type"] == "application/ld+json"
    course = json.loads(answer.content)
    assert course["name"] == "Lassen"
    assert course["hasCourseInstance"][0]["remainingAttendeeCapacity"] == 10
    feed = client.get(detail(offer, "offer_calendar"))
    assert feed["Content-Type"].startswith("text/calendar")
    assert "SUMMARY:Lassen" in feed.content.decode()


def test_a_provider_page_lists_what_it_published(client: Any) -> None:
    provider = make_provider(organisation=make_organisation(name="Leerhuis Zenne", kind="provider"))
    make_edition(offer=make_offer(provider=provider, title="Lassen"), starts_on=TODAY())
    make_offer(provider=provider, title="Ontwerp", state="draft")
    make_offer(title="Van een ander")
    page = client.get(reverse("catalogue:provider_detail", args=[provider.public_id]))
    assert [row.name for row in page.context["rows"]] == ["Lassen"]
    feed = client.get(reverse("catalogue:provider_calendar", args=[provider.public_id])).content.decode()
    assert feed.count("BEGIN:VEVENT") == 1


def test_a_microcredential_is_public_with_its_offer(client: Any) -> None:
    values = {
        "title": "Inox lassen",
        "awarding_body": "Leerhuis",
        "outcomes": ["inox lassen"],
        "ects": 2,
        "assessment": "proef",
        "participation": "in de klas",
        "quality_assurance": "Qfor",
    }
    shown = Microcredential.objects.create(offer=make_offer(), **values)
    hidden = Microcredential.objects.create(offer=make_offer(state="draft"), **values)
    shown.refresh_from_db()
    hidden.refresh_from_db()
    assert shown.public_id.version == 4  # tells nothing of when it was made
    for name in ("microcredential_detail", "microcredential_elm"):
        assert client.get(reverse(f"catalogue:{name}", args=[shown.public_id])).status_code == 200
        assert client.get(reverse(f"catalogue:{name}", args=[hidden.public_id])).status_code == 404


@pytest.mark.parametrize("asked", ["", "?sort=price", "?columns=omschrijving,bewijs,kenmerk,webpagina"])
def test_a_longer_list_asks_no_more_of_the_database(client: Any, asked: str) -> None:
    """The list reads only what it shows: a column that it forgot would be read row by row."""
    provider = make_provider()
    pages = [reverse("catalogue:offers"), reverse("catalogue:provider_detail", args=[provider.public_id])]

    def counted() -> list[int]:
        found = []
        for page in pages:
            client.get(page + asked)
            with CaptureQueriesContext(connection) as seen:
                assert client.get(page + asked).status_code == 200
            found.append(len(seen))
        return found

    make_edition(offer=make_offer(provider=provider, price="250.00", mode="online", hours=8))
    one = counted()
    for _ in range(6):
        make_edition(offer=make_offer(provider=provider, price="250.00", mode="online", hours=8))
    assert counted() == one
