"""Supply and its answers to demand, written through the API: who does what, and who finds nothing."""

from datetime import date

import pytest
from django.utils import timezone

from catalogue.models import Microcredential, Provider, Recognition
from catalogue.services.recognition import decide_recognition
from matching.models import MatchRun, PoolGap, ProviderInterest
from matching.services.choosing import choose_bid
from skillnet.kernel.roles import Role
from tests.api.keys import client_of, company, provider
from tests.api.test_network_writing import step
from tests.factories import actor_for_role, make_edition, make_gap, make_offer
from tests.matching.bid_world import in_days, make_bid, open_card
from tests.matching.web_world import World, build_world

pytestmark = pytest.mark.django_db
ROOT = "/api/v1"


@pytest.fixture
def world() -> World:
    found = build_world()
    open_card(found.pool)
    return found


def test_offers_and_editions_take_their_steps() -> None:
    own = provider()
    offer = make_offer(provider=own.provider, external_id="A/1", state="draft")
    address = f"{ROOT}/offers/A/1/"
    assert step(own, address, "publish").json()["state"] == "active"
    assert step(own, address, "nonsense").status_code == 400
    assert step(own, address, "withdraw").json()["state"] == "draft"
    assert step(provider(), f"{ROOT}/offers/{offer.public_id}/", "publish").status_code == 404
    edition = make_edition(offer=offer, starts_on=date(2027, 3, 1), state="planned")
    run = f"{ROOT}/editions/{edition.public_id}/"
    assert step(own, run, "open").json()["state"] == "open"
    assert step(own, run, "cancel").status_code == 409
    assert step(own, run, "cancel", "Te weinig mensen.").json()["state"] == "cancelled"
    assert step(company(), run, "reopen").status_code == 404


def test_a_microcredential_is_described_whole_or_not_at_all() -> None:
    own = provider()
    offer = make_offer(provider=own.provider, state="active")
    said = {
        "offer": str(offer.public_id),
        "title": "Inox lassen",
        "awarding_body": "Hogeschool Schelde",
        "outcomes": ["inox lassen"],
        "ects": "2.00",
        "eqf_level": 4,
        "assessment": "proef",
        "participation": "in de klas",
        "quality_assurance": "Qfor",
        "issuer_region": "BE234",
        "supervision": "onsite_id",
    }
    address = f"{ROOT}/microcredentials/"
    refused = own.post(address, {key: said[key] for key in ("offer", "title")}, format="json")
    assert refused.status_code == 400
    assert {error["field"] for error in refused.json()["errors"]} >= {"awarding_body", "outcomes"}
    saved = own.post(address, said, format="json")
    assert saved.status_code == 200, saved.json()
    assert (saved.json()["supervision"], saved.json()["issuer_region"]) == ("onsite_id", "BE234")
    own.post(address, said | {"title": "Inox lassen met TIG"}, format="json")
    assert Microcredential.objects.get().title == "Inox lassen met TIG"
    foreign = make_offer(state="active")
    for values in ({"offer": str(foreign.public_id)}, {"refresher": str(foreign.public_id)}):
        assert own.post(address, said | values, format="json").status_code in {400, 404}
    assert Microcredential.objects.count() == 1


def test_a_provider_writes_its_profile_and_labels_and_others_recognise_it() -> None:
    own, coordinator = provider(), client_of(Role.COORDINATOR)
    address = f"{ROOT}/providers/{own.provider.public_id}/"
    profile = {
        "kind": "private",
        "description": "Wij leren mensen lassen.",
        "website": "https://leer.example",
    }
    assert own.patch(address, profile, format="json").status_code == 200
    assert Provider.objects.get(pk=own.provider.pk).description == "Wij leren mensen lassen."
    assert provider().patch(address, profile, format="json").status_code == 403
    label = own.post(f"{ROOT}/quality-labels/", {"name": "Qfor"}, format="json").json()
    assert [row["name"] for row in own.get(f"{ROOT}/quality-labels/").json()["results"]] == ["Qfor"]
    place = f"{ROOT}/quality-labels/{label['id']}/"
    assert provider().delete(place).status_code == 404
    assert own.delete(place).status_code == 204
    assert own.post(f"{place}restore/").json()["ended_at"] is None
    decision = {
        "scheme": "Vlaamse erkenning",
        "outcome": "granted",
        "reason": "Voldoet aan elk criterium.",
        "valid_from": str(timezone.localdate()),
    }
    assert own.post(f"{address}recognitions/", decision, format="json").status_code == 403
    refused = coordinator.post(f"{address}recognitions/", decision, format="json")
    assert (refused.status_code, refused["Content-Type"]) == (409, "application/problem+json")
    assert "niet een sleutel" in refused.json()["detail"]
    assert not Recognition.objects.exists(), "a person decides (ADR 0010)"
    person = actor_for_role(Role.COORDINATOR)
    decide_recognition(actor=person, provider=own.provider, values=decision, scores={})
    assert coordinator.get(address).json()["recognised_since"] == str(timezone.localdate())
    assert step(own, address, "verify").status_code == 409


def test_capacity_is_changed_and_closed_by_its_owner() -> None:
    own = company()
    body = {"kind": "room", "title": "Leslokaal", "quantity": 1, "starts_on": str(in_days(1)),
            "ends_on": str(in_days(9)), "price_eur": None}  # fmt: skip
    made = own.post(f"{ROOT}/capacity/", body, format="json").json()
    address = f"{ROOT}/capacity/{made['id']}/"
    changed = own.put(address, body | {"quantity": 3}, format="json")
    assert (changed.status_code, changed.json()["quantity"]) == (200, 3), changed.content
    assert company().put(address, body, format="json").status_code == 404
    assert step(company(), address, "close").status_code == 409
    assert step(own, address, "close").json()["state"] == "closed"
    assert step(own, address, "expire").status_code == 400


def test_bids_are_changed_by_a_key_and_chosen_by_a_person(world: World) -> None:
    first = make_bid(world.pool, actor_for_role(Role.PROVIDER, organisation=world.provider.organisation))
    manager = client_of(Role.NETWORK_MANAGER, network=world.network)
    bidder = client_of(Role.PROVIDER, organisation=world.provider.organisation)
    address = f"{ROOT}/bids/{first.public_id}/"
    body = bidder.get(address).json()
    writable = {
        name: value
        for name, value in body.items()
        if name not in ("id", "state", "provider", "decision_reason")
    }
    changed = bidder.put(address, writable | {"price_eur": "350.00"}, format="json")
    assert (changed.status_code, changed.json()["price_eur"]) == (200, "350.00"), changed.content
    elsewhere = writable | {"demand": "00000000-0000-0000-0000-000000000000"}
    assert bidder.put(address, elsewhere, format="json").status_code == 400
    reason = {"reason": "Best passend."}
    assert bidder.post(f"{address}choose/", reason, format="json").status_code == 409
    assert client_of(Role.NETWORK_MANAGER).post(f"{address}choose/", reason, format="json").status_code == 404
    assert manager.post(f"{address}choose/").status_code == 409
    refused = manager.post(f"{address}choose/", reason, format="json")
    assert refused.status_code == 409
    assert "een persoon" in refused.json()["detail"]
    person = actor_for_role(Role.NETWORK_MANAGER, network=world.network)
    choose_bid(bid=first, actor=person, reason=reason["reason"])
    assert manager.get(address).json()["state"] == "chosen"
    assert manager.post(f"{address}decline/", reason, format="json").status_code == 409


def test_a_provider_shows_interest_and_takes_it_back(world: World) -> None:
    own = client_of(Role.PROVIDER, organisation=world.provider.organisation)
    address = f"{ROOT}/demand/{world.pool.public_id}/interest/"
    for _turn in range(2):
        assert own.put(address, {"note": "Wij kunnen dit."}, format="json").status_code == 204
    assert ProviderInterest.objects.get().state == "open"
    assert own.delete(address).status_code == 204
    assert ProviderInterest.objects.get().state == "withdrawn"
    assert company().put(address, {}, format="json").status_code in {400, 404}


def test_the_manager_places_gaps_and_starts_runs(world: World) -> None:
    manager = client_of(Role.NETWORK_MANAGER, network=world.network)
    stranger = client_of(Role.NETWORK_MANAGER)
    address = f"{ROOT}/pools/{world.pool.public_id}/placements/"
    member = world.network.members.first().organisation
    gap = make_gap(organisation=member, network=world.network, title="Buizen lassen", state="open")
    body = {"gap": str(gap.public_id), "step": "move"}
    assert stranger.post(address, body, format="json").status_code == 404
    assert manager.post(address, body | {"step": "lock"}, format="json").status_code == 404
    moved = manager.post(address, body, format="json")
    assert moved.status_code == 200, moved.content
    assert PoolGap.objects.get(gap=gap).is_locked
    manager.post(address, body | {"step": "unlock"}, format="json")
    assert not PoolGap.objects.get(gap=gap).is_locked
    run = {"network": str(world.network.public_id)}
    started = manager.post(f"{ROOT}/runs/", run, format="json")
    assert started.status_code == 201, started.content
    assert manager.post(f"{ROOT}/runs/", run, format="json").json()["id"] == started.json()["id"]
    before = MatchRun.objects.count()
    assert stranger.post(f"{ROOT}/runs/", run, format="json").status_code == 404
    assert stranger.post(f"{ROOT}/runs/", {}, format="json").status_code == 400
    assert MatchRun.objects.count() == before
