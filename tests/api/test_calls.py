"""Calls, applications, networks, members, annual plans and shortage occupations through the API."""

import pytest

from matching.shortage_models import ShortageList, ShortageOccupation
from networks.models import NetworkApplication, NetworkPlan
from skillnet.kernel.roles import Role
from tests.api.keys import client_of, company
from tests.factories import make_network, organisation_of
from tests.networks.call_world import make_call_world, make_draft, take

pytestmark = pytest.mark.django_db
ROOT = "/api/v1"


def test_a_network_reads_the_call_and_hands_its_application_in_once() -> None:
    world = make_call_world()
    application = make_draft(world)
    manager = world.manager_of(application)
    client = client_of(
        Role.NETWORK_MANAGER, organisation=organisation_of(manager), network=application.network
    )
    call = client.get(f"{ROOT}/calls/{world.call.public_id}/").json()
    assert [c["title"] for c in call["criteria"]] == ["Vraag", "Samenwerking"]
    address = f"{ROOT}/applications/{application.public_id}/"
    assert client.get(address).json()["answers"][0] == {"criterion": "Vraag", "text": "Omdat het nodig is."}
    for _turn in range(2):
        answer = client.post(f"{address}submit/")
        assert (answer.status_code, answer.json()["state"]) == (200, "submitted"), answer.content
    NetworkApplication.objects.update(state="draft", plan="")
    refused = client.post(f"{address}submit/")
    assert refused.status_code == 409
    assert "Beschrijf het plan." in str(refused.json())


def test_others_find_no_application_and_a_coordinator_none_that_is_a_draft() -> None:
    world = make_call_world()
    application = make_draft(world)
    address = f"{ROOT}/applications/{application.public_id}/"
    coordinator = client_of(Role.COORDINATOR, organisation=organisation_of(world.coordinator))
    assert coordinator.get(address).status_code == 404
    take(world, application, "submit")
    assert coordinator.get(address).status_code == 200
    assert coordinator.post(f"{address}submit/").status_code == 409
    for other in (company(), client_of(Role.COORDINATOR), client_of(Role.NETWORK_MANAGER)):
        assert other.get(address).status_code == 404
        assert other.get(f"{ROOT}/applications/").json()["results"] == []


def test_networks_members_and_plans_are_those_of_the_key() -> None:
    network, other = make_network(members=2), make_network(members=1)
    NetworkPlan.objects.create(network=network, year=2027)
    NetworkPlan.objects.create(network=other, year=2027)
    client = client_of(Role.NETWORK_MANAGER, network=network)
    assert [row["id"] for row in client.get(f"{ROOT}/networks/").json()["results"]] == [
        str(network.public_id)
    ]
    assert len(client.get(f"{ROOT}/network-members/").json()["results"]) == 2
    plans = client.get(f"{ROOT}/annual-plans/", {"year": 2027}).json()["results"]
    assert [row["network"] for row in plans] == [str(network.public_id)]


def test_a_key_without_the_scope_reads_nothing_and_shortages_are_for_every_key() -> None:
    listing = ShortageList.objects.create(year=2026, region="BE2")
    ShortageOccupation.objects.create(
        listing=listing, key="lasser", names={"nl": "Lasser"}, causes=["quantitative"]
    )
    client = company(scopes=["gaps:read"])
    assert client.get(f"{ROOT}/networks/").status_code == 403
    rows = client.get(f"{ROOT}/shortage-occupations/", {"region": "BE2", "year": 2026}).json()["results"]
    assert [(row["names"], row["causes"]) for row in rows] == [({"nl": "Lasser"}, ["quantitative"])]
    assert client.get(f"{ROOT}/shortage-occupations/", {"year": 2025}).json()["results"] == []
