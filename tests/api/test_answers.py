"""Demand, bids, demand cards, capacity and invoice lines through the API: who does what, and who sees nothing."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from matching.models import Bid, Pool
from programmes.models import InvoiceLine
from skillnet.kernel.roles import Role
from tests.api.keys import client_of, company
from tests.factories import make_organisation
from tests.matching.bid_world import in_days, make_bid, open_card
from tests.matching.web_world import World, build_world
from tests.programmes.world import build_world as programme_world

pytestmark = pytest.mark.django_db
API = "/api/v1"


@pytest.fixture
def world() -> World:
    found = build_world()
    open_card(found.pool)
    return found


def bid_body(world: World, **values: Any) -> dict[str, Any]:
    return {
        "demand": str(world.pool.public_id),
        "kind": "new_offer",
        "title": "Inox lassen",
        "description": "TIG op de eigen machines.",
        "starts_on": str(in_days(40)),
        "seats": 12,
        "price_eur": "400.00",
        "valid_until": str(in_days(20)),
    } | values


def test_a_provider_reads_demand_bids_submits_and_withdraws(world: World) -> None:
    provider = client_of(Role.PROVIDER, organisation=world.provider.organisation)
    (row,) = provider.get(f"{API}/demand/").json()["results"]
    assert (row["undertakings"], row["learners"], row["unmet"]) == (4, 12, True)
    assert row["fit"] * 20 == round(row["fit"] * 20)
    made = provider.post(f"{API}/bids/", bid_body(world), format="json")
    assert made.status_code == 201, made.json()
    address = f"{API}/bids/{made.json()['id']}/"
    assert provider.post(f"{address}submit/").json()["state"] == "submitted"
    again = provider.post(f"{API}/bids/", bid_body(world), format="json")
    assert again.status_code == 400
    manager = client_of(Role.NETWORK_MANAGER, network=world.network)
    assert manager.get(address).json()["price_eur"] == "400.00"
    assert client_of(Role.PROVIDER).get(address).status_code == 404
    assert manager.post(f"{address}withdraw/").status_code == 409
    assert (
        provider.post(f"{address}withdraw/", {"reason": "Vol."}, format="json").json()["state"] == "withdrawn"
    )


def test_a_network_compares_bids_and_reads_on_what_each_is_best(world: World) -> None:
    cheap = make_bid(world.pool, price="300.00", starts_on=in_days(50))
    early = make_bid(world.pool, price="500.00", starts_on=in_days(30))
    make_bid(world.pool, submit=False)
    address = f"{API}/pools/{world.pool.public_id}/bid-comparison/"
    for role in (Role.NETWORK_MANAGER, Role.STEERING_MEMBER):
        body = client_of(role, network=world.network).get(address).json()
        assert [row["id"] for row in body["bids"]] == [str(cheap.public_id), str(early.public_id)]
    first, second = body["bids"]
    assert (body["learners"], body["chosen"]) == (12, None)
    assert (first["price_per_learner_eur"], first["total_eur"]) == ("300.00", "3600.00")
    assert {"price_per_learner_eur", "total_eur"} <= set(first["best_on"])
    assert "starts_on" in second["best_on"]
    assert "seats" not in first["best_on"] + second["best_on"]  # all the same
    assert first["fit"] is None or 0 <= first["fit"] <= 1
    for outsider in (Role.PROVIDER, Role.COMPANY_CONTACT, Role.ANALYST):
        assert client_of(outsider).get(address).status_code == 404
    # A total for fewer people is no better total.
    make_bid(world.pool, price="390.00", seats=8, min_seats=4)
    rows = client_of(Role.STEERING_MEMBER, network=world.network).get(address).json()["bids"]
    assert [(row["covers"], row["total_eur"]) for row in rows] == [
        (12, "3600.00"), (12, "6000.00"), (8, "3120.00"),
    ]  # fmt: skip
    assert all("total_eur" not in row["best_on"] for row in rows)
    assert client_of(Role.NETWORK_MANAGER).get(address).status_code == 404


def test_bad_bids_name_their_fields(world: World) -> None:
    provider = client_of(Role.PROVIDER, organisation=world.provider.organisation)
    for values, field in (
        ({"offer": str(world.other.public_id), "kind": "new_edition"}, "offer"),
        ({"demand": "00000000-0000-0000-0000-000000000000"}, "demand"),
        ({"seats": 3, "min_seats": 9}, "min_seats"),
        ({"title": ""}, "title"),
    ):
        answer = provider.post(f"{API}/bids/", bid_body(world, **values), format="json")
        assert answer.status_code == 400
        assert field in [error["field"] for error in answer.json()["errors"]], answer.json()
    assert not Bid.objects.exists()
    assert company().post(f"{API}/bids/", bid_body(world), format="json").status_code == 400


def test_cards_are_renewed_and_closed_by_their_manager_only(world: World) -> None:
    manager = client_of(Role.NETWORK_MANAGER, network=world.network)
    (card,) = manager.get(f"{API}/demand-cards/").json()["results"]
    address = f"{API}/demand-cards/{card['id']}/"
    renewed = manager.post(f"{address}renew/").json()
    assert (renewed["renewals"], renewed["expires_on"]) == (1, str(in_days(90)))
    assert manager.post(f"{address}close/").status_code == 409
    closed = manager.post(f"{address}close/", {"reason": "Opgelost."}, format="json")
    assert closed.json()["state"] == "closed"
    steering = client_of(Role.STEERING_MEMBER, network=world.network)
    assert steering.post(f"{address}renew/").status_code == 409
    assert client_of(Role.NETWORK_MANAGER).get(address).status_code == 404
    assert client_of(Role.PROVIDER).get(f"{API}/demand-cards/").json()["results"] == []


def test_capacity_is_offered_asked_and_promised() -> None:
    academy, other = company(), company()
    body = {"kind": "room", "title": "Leslokaal", "quantity": 1, "starts_on": str(in_days(1)),
            "ends_on": str(in_days(9)), "price_eur": None}  # fmt: skip
    made = academy.post(f"{API}/capacity/", body, format="json")
    assert made.status_code == 201, made.json()
    address = f"{API}/capacity/{made.json()['id']}/requests/"
    assert other.post(address, {"quantity": 2}, format="json").status_code == 400
    asked = other.post(address, {"quantity": 1}, format="json").json()
    step = f"{API}/capacity-requests/{asked['id']}/"
    assert other.post(f"{step}confirm/").status_code == 409
    assert company().get(step).status_code == 404
    assert academy.post(f"{step}confirm/").json()["state"] == "confirmed"
    assert [row["left"] for row in academy.get(f"{API}/capacity/").json()["results"]] == [0]
    assert company().get(f"{API}/capacity/").json()["results"] == []
    assert client_of(Role.ANALYST).post(f"{API}/capacity/", body, format="json").status_code == 403


def test_invoice_lines_are_billed_and_paid() -> None:
    world = programme_world()
    world.programme("submit", "approve", "commit")
    provider = client_of(Role.PROVIDER, organisation=world.offer.provider.organisation)
    rows = provider.get(f"{API}/invoice-lines/").json()["results"]
    assert sorted(row["amount"] for row in rows) == ["3000.00"] * 3
    line = InvoiceLine.objects.get(public_id=rows[0]["id"])
    address = f"{API}/invoice-lines/{line.public_id}/"
    today = str(timezone.localdate())
    billed = provider.post(
        f"{address}invoiced/", {"invoice_number": "F-9", "invoiced_on": today}, format="json"
    )
    assert billed.json()["state"] == "invoiced", billed.json()
    assert provider.post(f"{address}paid/", {"paid_on": today}, format="json").status_code == 409
    payer = company(organisation=line.organisation)
    assert payer.post(f"{address}paid/", {"paid_on": today}, format="json").json()["state"] == "paid"
    assert len(payer.get(f"{API}/invoice-lines/").json()["results"]) == 1
    assert company(organisation=make_organisation()).get(address).status_code == 404


def test_scopes_hold(world: World) -> None:
    reader = client_of(Role.PROVIDER, organisation=world.provider.organisation, scopes=["demand:read"])
    assert reader.get(f"{API}/bids/").status_code == 200
    assert reader.post(f"{API}/bids/", bid_body(world), format="json").status_code == 403
    assert reader.get(f"{API}/capacity/").status_code == 403
    assert reader.get(f"{API}/invoice-lines/").status_code == 403


def test_lists_need_few_queries(world: World, django_assert_max_num_queries: Any) -> None:
    for price in (300, 400, 500):
        make_bid(world.pool, price=price)
    manager = client_of(Role.NETWORK_MANAGER, network=world.network)
    with django_assert_max_num_queries(12):
        manager.get(f"{API}/bids/")


def test_demand_comes_best_fit_first_with_the_own_offers_that_fit(world: World) -> None:
    """As the page has it: by the fit that outsiders are told, then by how many ask, what fits nothing last."""
    world.pool.refresh_from_db()
    shown = (world.pool.shown or {}) | {
        "fits": {str(world.offer.pk): [0.8, "4/4"], str(world.other.pk): [0.5, ""]}
    }
    Pool.objects.filter(pk=world.pool.pk).update(shown=shown)
    wanted = [str(world.pool.public_id)]
    for place, (fit, many) in enumerate([(0.55, 3), (0.55, 9), (0.8, 3), (None, 30)]):
        fits = {str(world.offer.pk): [fit, ""]} if fit else {}
        figures = shown["figures"] | {"undertakings": many}
        pool = Pool.objects.create(
            network=world.network, title="x", public_title=f"Vraag {place}", undertakings=9, shown={
                "fits": fits, "figures": figures})  # fmt: skip
        wanted.append(str(pool.public_id))
    provider = client_of(Role.PROVIDER, organisation=world.provider.organisation)
    queries = []
    for size in (1, 5):
        with CaptureQueriesContext(connection) as seen:
            provider.get(f"{API}/demand/?page_size={size}")
        queries.append(len(seen))
    assert queries[1] <= queries[0] + 1, "a row costs no query of its own"
    rows: list[Any] = []
    address = f"{API}/demand/?page_size=2"
    while address:
        page = provider.get(address).json()
        rows, address = [*rows, *page["results"]], page["next"]
    assert [row["id"] for row in rows] == [wanted[place] for place in (0, 3, 2, 1, 4)]
    (own,) = [offer for offer in rows[0]["own_offers"] if offer["fit"] == 0.8]
    assert (own["id"], own["title"], own["covers"]) == (
        str(world.offer.public_id), world.offer.title, "4/4")  # fmt: skip
    assert rows[4]["own_offers"] == []
    assert provider.get(f"{API}/demand/{rows[0]['id']}/").json() == rows[0]
    assert [offer["title"] for offer in rows[0]["alike"]] == [world.offer.title]
    stranger = client_of(Role.PROVIDER)
    assert all(row["own_offers"] == [] for row in stranger.get(f"{API}/demand/").json()["results"])
