"""A catalogue that names archived offers or cancelled editions says so; a person publishes or reopens them."""

from typing import Any

import pytest
from django.urls import reverse

from catalogue.models import Edition, Offer
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import decisions_on
from tests.factories import make_offer, make_provider
from tests.site.test_import_taken_back import OFFERS, applied, taken_back
from tests.site.test_imports import _own_files, compared, sent, url

pytestmark = pytest.mark.django_db
own_files = _own_files
NOTE = "uit dit bestand"
DATED = (
    "external_id,title,language,edition_id,starts_on\n"
    "A-1,Inox lassen,nl,voorjaar,2099-03-01\n"
    "A-1,Inox lassen,nl,najaar,2099-09-01\n"
)


def test_what_was_taken_back_is_published_again_when_it_is_sent_again(client_for: Any) -> None:
    provider = make_provider()
    client = client_for(Role.PROVIDER, organisation=provider.organisation)
    alien = make_offer(external_id="A-1", state="archived")
    first = taken_back(client, applied(client, "offers", OFFERS))
    assert NOTE not in client.get(url(first)).content.decode()  # it is gone on purpose

    waiting = compared(client, sent(client, "offers", OFFERS))
    page = client.get(url(waiting, "import_differences")).content.decode()
    assert "4 opleidingen uit dit bestand zijn gearchiveerd" in page
    again = applied(client, "offers", OFFERS)
    assert set(Offer.objects.filter(provider=provider).values_list("state", flat=True)) == {"archived"}
    assert "4 opleidingen uit dit bestand zijn gearchiveerd" in client.get(url(again)).content.decode()

    stranger = client_for(Role.PROVIDER)
    assert stranger.post(url(again, "import_action"), {"action": "publish"}).status_code == 404
    told = client.post(url(again, "import_action"), {"action": "publish"}, follow=True).content.decode()
    assert "Gepubliceerd: 4." in told
    assert "uit dit bestand zijn gearchiveerd" not in told
    assert "uit dit bestand is gearchiveerd" not in told
    assert "uit dit bestand zijn nog geannuleerd" in told  # taking back cancelled them: a step of its own
    assert set(Offer.objects.filter(provider=provider).values_list("state", flat=True)) == {"active"}
    alien.refresh_from_db()
    assert alien.state == "archived"
    offer = Offer.objects.get(provider=provider, external_id="A-3")
    assert decisions_on(offer).order_by("-id")[0].action == "publish"


def test_nothing_is_said_where_nothing_sleeps(client_for: Any) -> None:
    client = client_for(Role.PROVIDER)
    assert NOTE not in client.get(url(applied(client, "offers", OFFERS))).content.decode()


def test_a_cancelled_edition_stays_so_until_a_person_reopens_it(client_for: Any) -> None:
    provider = make_provider()
    client = client_for(Role.PROVIDER, organisation=provider.organisation)
    applied(client, "offers", DATED)
    edition = Edition.objects.get(external_id="najaar")
    step = reverse("catalogue:edition_action", args=[edition.public_id])
    client.post(step, {"action": "cancel", "reason": "Te weinig inschrijvingen."})

    moved = DATED.replace("2099-09-01", "2099-10-01")
    waiting = compared(client, sent(client, "offers", moved))
    page = client.get(url(waiting, "import_differences")).content.decode()
    assert "1 editie uit dit bestand is bij ons geannuleerd" in page
    assert "editie najaar is geannuleerd en blijft dat" in page
    after = applied(client, "offers", moved)
    edition.refresh_from_db()
    assert (edition.state, str(edition.starts_on)) == ("cancelled", "2099-10-01")
    assert "1 editie uit dit bestand is nog geannuleerd" in client.get(url(after)).content.decode()
    told = client.post(url(after, "import_action"), {"action": "reopen"}, follow=True).content.decode()
    assert "Heropend: 1." in told
    assert "nog geannuleerd" not in told
    edition.refresh_from_db()
    assert edition.state == "open"
