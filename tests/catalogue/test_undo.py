"""What last changed on an offer, an edition or the profile is shown and put back; only by whom it belongs to."""

from typing import Any

import pytest
from django.urls import reverse

from catalogue.services.microcredentials import save_microcredential
from catalogue.services.offers import save_edition, save_offer
from catalogue.services.providers import save_provider
from skillnet.kernel.roles import Role
from tests.factories import make_edition, make_offer, make_provider

pytestmark = pytest.mark.django_db


def test_each_kind_of_supply_is_put_back(client_for: Any) -> None:
    provider = make_provider(description="Lasschool")
    client = client_for(Role.PROVIDER, organisation=provider.organisation)
    actor = client.actor
    offer = make_offer(provider=provider, title="Lassen", target_groups=["workers"], price=400)
    edition = make_edition(offer=offer, seats=10)
    address = reverse("catalogue:offer_undo", args=[offer.public_id])
    assert client.get(address).status_code == 302
    values = {"title": "Lassen en solderen", "target_groups": ["jobseekers"], "kmo_theme": "profession"}
    save_offer(actor=actor, provider=provider, values=values, offer=offer)
    save_edition(actor=actor, offer=offer, values={"seats": 14}, edition=edition)
    save_provider(actor=actor, organisation=provider.organisation, values={"description": "Soldeerschool"})
    cases = [
        (offer, address, "catalogue:offer_edit", [offer.public_id]),
        (edition, reverse("catalogue:edition_undo", args=[edition.public_id]), "catalogue:edition_edit",
         [edition.public_id]),
        (provider, reverse("catalogue:provider_undo"), "catalogue:my_provider", []),
    ]  # fmt: skip
    pages = []
    for row, place, form, args in cases:
        assert place in client.get(reverse(form, args=args)).content.decode()
        shown = client.get(place)
        pages.append(shown.content.decode())
        change = shown.context["change"]
        stale = client.post(place, {"version": str(change.version), "latest": "1"})
        assert stale.status_code == 200
        client.post(place, {"version": str(change.version), "latest": str(change.latest)})
        row.refresh_from_db()
    assert "werkzoekenden" in pages[0]
    assert "beroepsspecifieke competenties" in pages[0]
    assert (offer.title, offer.target_groups, offer.kmo_theme) == ("Lassen", ["workers"], "")
    assert (edition.seats, provider.description) == (10, "Lasschool")


def test_a_stranger_finds_no_change_to_put_back(client_for: Any) -> None:
    offer = make_offer()
    stranger = client_for(Role.PROVIDER)
    for name, row in (("offer_undo", offer), ("edition_undo", make_edition(offer=offer))):
        assert stranger.get(reverse(f"catalogue:{name}", args=[row.public_id])).status_code == 404
    assert stranger.get(reverse("catalogue:provider_undo")).status_code == 404


def test_a_microcredential_has_its_history_and_goes_back(client_for: Any) -> None:
    provider = make_provider()
    client = client_for(Role.PROVIDER, organisation=provider.organisation)
    offer, refresher = make_offer(provider=provider), make_offer(provider=provider, title="Opfrissing lassen")
    values = {
        "title": "Lasser MIG/MAG", "awarding_body": "Lasschool", "outcomes": ["last een hoeknaad"], "ects": 3,
        "assessment": "praktijkproef", "participation": "in de klas", "quality_assurance": "Qfor",
        "validity_months": 24, "refresher": refresher,
    }  # fmt: skip
    credential = save_microcredential(actor=client.actor, offer=offer, values=values)
    form = reverse("catalogue:microcredential_edit", args=[offer.public_id])
    page = reverse("catalogue:microcredential_detail", args=[credential.public_id])
    undo = reverse("catalogue:microcredential_undo", args=[offer.public_id])
    assert client.get(undo).status_code == 302, "nothing changed yet"
    assert undo not in client.get(page).content.decode()
    save_microcredential(actor=client.actor, offer=offer, values={"validity_months": 12, "refresher": None})
    assert undo in client.get(form).content.decode()
    assert "Laatst gewijzigd op" in client.get(page).content.decode()
    assert "Laatst gewijzigd op" not in client_for(None).get(page).content.decode(), (
        "it is the provider's own"
    )
    shown = client.get(undo)
    assert "Opfrissing lassen" in shown.content.decode()
    change = shown.context["change"]
    client.post(undo, {"version": str(change.version), "latest": str(change.latest)})
    credential.refresh_from_db()
    assert (credential.validity_months, credential.refresher) == (24, refresher)
    assert client_for(Role.PROVIDER).get(undo).status_code == 404
