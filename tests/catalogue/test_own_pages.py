"""A provider at work: list, forms, steps with a way back, calendar, profile, home."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from catalogue.home import sections
from catalogue.models import Edition, Microcredential, Offer, Provider
from skillnet.kernel.roles import Role
from tests.factories import make_edition, make_offer, make_organisation, make_provider

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider(db: None) -> Any:
    return make_provider()


@pytest.fixture
def own(client_for: Any, provider: Any) -> Any:
    return client_for(Role.PROVIDER, organisation=provider.organisation)


def test_an_offer_is_drafted_published_and_found(own: Any, client: Any) -> None:
    data = {
        "title": "TIG-lassen",
        "language": "nl",
        "price_basis": "participant",
        "price": "450",
        "outcomes": "inox lassen\n\n inox lassen \nnaden beoordelen",
        "regions": ["BE234"],
        "teaching_languages": ["nl", "fr"],
        "mandatory": "false",
    }
    answer = own.post(reverse("catalogue:offer_new"), data)
    offer = Offer.objects.get()
    assert answer["Location"] == reverse("catalogue:offer_detail", args=[offer.public_id])
    assert (offer.state, offer.price, offer.mandatory) == ("draft", Decimal(450), False)
    assert offer.outcomes == ["inox lassen", "naden beoordelen"]
    page = reverse("catalogue:offer_detail", args=[offer.public_id])
    assert client.get(page).status_code == 404
    own.post(reverse("catalogue:offer_action", args=[offer.public_id]), {"action": "publish"})
    assert client.get(page).status_code == 200
    form = own.get(reverse("catalogue:offer_edit", args=[offer.public_id])).context["form"]
    assert form["outcomes"].value() == "inox lassen\nnaden beoordelen"
    assert '<option value="false" selected>' in str(form["mandatory"])


def test_a_refused_form_says_why_beside_the_field(own: Any) -> None:
    data = {"title": "", "language": "nl", "price_basis": "participant", "seats": "5", "min_seats": "9"}
    page = own.post(reverse("catalogue:offer_new"), data)
    assert "title" in page.context["form"].errors
    page = own.post(reverse("catalogue:offer_new"), data | {"title": "Lassen"})
    assert "min_seats" in page.context["form"].errors
    assert not Offer.objects.exists()


def test_archiving_offers_the_way_back_to_where_it_was(own: Any, provider: Any) -> None:
    for state in ("active", "draft"):
        offer = make_offer(provider=provider, state=state)
        step = reverse("catalogue:offer_action", args=[offer.public_id])
        page = own.get(own.post(step, {"action": "archive"})["Location"])
        undo = page.context["undo"]
        assert undo["offer"] == offer
        own.post(step, {"action": undo["action"]})
        offer.refresh_from_db()
        assert offer.state == state


@pytest.mark.parametrize("undo", ["", "x", "0190b5a0-0000-7000-8000-000000000000"])
def test_a_made_up_way_back_is_ignored(own: Any, undo: str) -> None:
    page = own.get(reverse("catalogue:my_offers"), {"undo": undo})
    assert (page.status_code, page.context["undo"]) == (200, None)


def test_nothing_of_another_provider_can_be_opened_or_changed(own: Any) -> None:
    offer = make_offer()
    edition = make_edition(offer=offer)
    for name in ("offer_edit", "edition_new", "microcredential_edit"):
        assert own.get(reverse(f"catalogue:{name}", args=[offer.public_id])).status_code == 404
    assert own.get(reverse("catalogue:edition_edit", args=[edition.public_id])).status_code == 404
    for name, row in (("offer_action", offer), ("offer_copy", offer), ("edition_action", edition)):
        url = reverse(f"catalogue:{name}", args=[row.public_id])
        assert own.post(url, {"action": "archive"}).status_code == 404
    assert Offer.objects.get() == offer


def test_the_list_says_how_complete_each_offer_is(own: Any, provider: Any) -> None:
    make_offer(provider=provider, title="Leeg")
    make_offer(title="Van een ander")
    page = own.get(reverse("catalogue:my_offers"))
    (row,) = page.context["rows"]
    values = [str(cell.value) for _column, cell in row.pairs]
    assert values[0] == "Leeg"
    assert values[1] == "0.0"
    assert values[2].startswith("Omschrijving")
    assert [r.name for r in own.get(reverse("catalogue:my_offers"), {"lacks": "price"}).context["rows"]] == [
        "Leeg"
    ]


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_needs_few_queries(
    own: Any, provider: Any, count: int, django_assert_max_num_queries: Any
) -> None:
    for _ in range(count):
        make_edition(offer=make_offer(provider=provider))
    own.get(reverse("catalogue:my_offers"))
    with django_assert_max_num_queries(12):
        own.get(reverse("catalogue:my_offers"))


def test_an_edition_is_added_changed_and_cancelled_with_a_reason(own: Any, provider: Any) -> None:
    offer = make_offer(provider=provider, seats=12)
    start = timezone.localdate() + timedelta(days=40)
    own.post(reverse("catalogue:edition_new", args=[offer.public_id]), {"starts_on": start.isoformat()})
    edition = Edition.objects.get()
    assert (edition.starts_on, edition.enrolled, edition.seats_left) == (start, 0, 12)
    url = reverse("catalogue:edition_edit", args=[edition.public_id])
    page = own.post(url, {"starts_on": start.isoformat(), "ends_on": "2020-01-01"})
    assert "ends_on" in page.context["form"].errors
    step = reverse("catalogue:edition_action", args=[edition.public_id])
    own.post(step, {"action": "cancel"})
    edition.refresh_from_db()
    assert edition.state == "open"
    own.post(step, {"action": "cancel", "reason": "Te weinig mensen."})
    edition.refresh_from_db()
    assert edition.state == "cancelled"
    assert "Te weinig mensen." in own.get(url).content.decode()


def test_the_calendar_shows_the_coming_year(own: Any, provider: Any) -> None:
    offer = make_offer(provider=provider, title="Lassen", min_seats=8)
    today = timezone.localdate()
    make_edition(offer=offer, starts_on=today + timedelta(days=10), enrolled=3)
    make_edition(offer=offer, starts_on=today + timedelta(days=10), state="cancelled")
    make_edition(offer=offer, starts_on=today + timedelta(days=500))
    make_edition(starts_on=today)
    chart = own.get(reverse("catalogue:editions_calendar")).context["chart"]
    (bar,) = chart.bars
    assert bar.period.label == "Lassen"
    assert "3" in bar.period.note
    assert "8" in bar.period.note


def test_a_microcredential_starts_from_its_offer_and_says_what_is_missing(own: Any, provider: Any) -> None:
    offer = make_offer(provider=provider, title="Lassen", outcomes=["inox lassen"], hours=Decimal(50))
    url = reverse("catalogue:microcredential_edit", args=[offer.public_id])
    assert own.get(url).context["form"]["title"].value() == "Lassen"
    data = {
        "title": "Lassen",
        "issuer_country": "BE",
        "awarding_body": "Leerhuis",
        "outcomes": "inox lassen",
        "assessment": "proef",
        "participation": "klas",
        "quality_assurance": "Qfor",
    }
    page = own.post(url, data)
    assert "workload_hours" in page.context["form"].errors
    own.post(url, data | {"ects": "2"})
    assert Microcredential.objects.get().offer == offer


def test_a_new_provider_makes_its_profile_by_saving_it(client_for: Any) -> None:
    organisation = make_organisation(kind="provider")
    client = client_for(Role.PROVIDER, organisation=organisation)
    assert client.get(reverse("catalogue:my_provider")).status_code == 200
    client.post(reverse("catalogue:my_provider"), {"kind": "private", "description": "Wij lassen."})
    assert Provider.objects.get(organisation=organisation).description == "Wij lassen."


def test_home_says_what_cannot_enter_a_programme_and_what_starts_too_empty(own: Any, provider: Any) -> None:
    assert sections(own.actor)[0].empty
    offer = make_offer(provider=provider, price=None, seats=12, min_seats=8)
    make_offer(provider=provider, state="draft", price=Decimal(1), seats=1)
    make_edition(offer=offer, starts_on=timezone.localdate() + timedelta(days=9), enrolled=2)
    make_edition(offer=offer, starts_on=timezone.localdate() + timedelta(days=9), enrolled=8)
    (section,) = sections(own.actor)
    assert len(section.todos) == 4
    assert section.todos[-1].label == "Laat uw gegevens nakijken"
    for todo in section.todos:
        assert own.get(todo.url).status_code == 200
    rows = own.get(section.todos[0].url).context["rows"]
    assert [row.name for row in rows] == [offer.title]


def test_a_company_registers_itself_as_a_provider(client_for: Any) -> None:
    company = client_for(Role.COMPANY_CONTACT)
    assert company.get(reverse("catalogue:my_offers")).status_code == 403
    url = reverse("catalogue:provider_register")
    assert url in [action.url for action in company.get(reverse("catalogue:offers")).context["actions"]]
    assert company.get(url).status_code == 200
    for _ in range(2):
        assert company.post(url, {"kind": "academy"}).status_code == 302
    provider = Provider.objects.get()
    assert (provider.kind, provider.organisation_id) == ("academy", company.actor.organisation_id)
    assert company.actor.user.memberships.filter(role=Role.PROVIDER).count() == 1
    assert company.get(reverse("catalogue:my_offers")).status_code == 200
    assert url not in [action.url for action in company.get(reverse("catalogue:offers")).context["actions"]]


def test_who_registers_reads_what_the_profile_needs(client_for: Any) -> None:
    client = client_for(Role.PROVIDER)
    page = client.get(reverse("catalogue:my_provider")).content.decode()
    assert "Bewaar dit profiel één keer" in page
    assert "<strong>Mijn aanbod</strong>" not in page  # the title of the page is no title of the note
    assert "kies een soort" in page
