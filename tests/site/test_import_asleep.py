"""A catalogue that names archived offers says so, and publishes them when a person wants that."""

from typing import Any

import pytest

from catalogue.models import Offer
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import decisions_on
from tests.factories import make_offer, make_provider
from tests.site.test_import_taken_back import OFFERS, applied, taken_back
from tests.site.test_imports import _own_files, compared, sent, url

pytestmark = pytest.mark.django_db
own_files = _own_files
NOTE = "uit dit bestand"


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
    assert NOTE not in told
    assert set(Offer.objects.filter(provider=provider).values_list("state", flat=True)) == {"active"}
    alien.refresh_from_db()
    assert alien.state == "archived"
    offer = Offer.objects.get(provider=provider, external_id="A-3")
    assert decisions_on(offer).order_by("-id")[0].action == "publish"


def test_nothing_is_said_where_nothing_sleeps(client_for: Any) -> None:
    client = client_for(Role.PROVIDER)
    assert NOTE not in client.get(url(applied(client, "offers", OFFERS))).content.decode()
