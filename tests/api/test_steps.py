"""Programmes moved on, participations confirmed and left, the ledger and the dossier, by keys."""

import pytest

from programmes.models import DeMinimisAid, OtherFunding
from skillnet.kernel.roles import Role
from tests.api.keys import client_of, company
from tests.programmes.world import REASON, World, build_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return build_world(mandatory=True)


def address(programme, what: str) -> str:
    return f"/api/v1/programmes/{programme.public_id}/{what}/"


def test_a_company_confirms_and_leaves_by_its_own_software(world):
    programme = world.programme()
    row = programme.participations.get(organisation=world.companies[0])
    here = f"/api/v1/participations/{row.public_id}/"
    mine = company(organisation=world.companies[0])
    without = mine.post(f"{here}commit/", {}, format="json")
    assert without.status_code == 400
    assert "lijst volledig" in str(without.json())
    body = {
        "declares_de_minimis": True,
        "learners": [{"edition": str(world.edition.public_id), "learners": 2}],
    }
    said = mine.post(f"{here}commit/", body, format="json").json()
    assert (said["state"], said["learners"], said["cost"]) == ("committed", 2, "2000.00")
    assert mine.get("/api/v1/participations/").json()["results"][0]["id"] == str(row.public_id)
    other = company(organisation=world.companies[1])
    assert other.get(here).status_code == 404
    assert other.post(f"{here}withdraw/", {"reason": "Weg."}, format="json").status_code == 404
    manager = client_of(Role.NETWORK_MANAGER, network=world.network)
    assert manager.get(here).json()["grant"] == said["grant"]
    assert manager.post(f"{here}commit/", body, format="json").status_code == 404
    gone = mine.post(f"{here}withdraw/", {"reason": "Geen tijd."}, format="json")
    assert gone.json()["state"] == "withdrawn"


def test_other_money_is_declared_with_a_key(world):
    row = world.programme().participations.get(organisation=world.companies[0])
    here = f"/api/v1/participations/{row.public_id}/other-funding/"
    body = {"instrument": "sector_fund", "category": "trainer", "amount": "100.00", "basis": "not_aid"}
    mine = company(organisation=world.companies[0])
    assert mine.post(here, body, format="json").status_code == 200
    assert OtherFunding.objects.get().amount == 100
    assert mine.post(here, body | {"instrument": "onbekend"}, format="json").status_code == 400
    manager = client_of(Role.NETWORK_MANAGER, network=world.network)
    assert manager.post(here, body, format="json").status_code == 409


def test_a_manager_submits_and_a_person_decides(world):
    programme = world.programme()
    world.commit_all(programme)
    manager = client_of(Role.NETWORK_MANAGER, network=world.network)
    sent = manager.post(address(programme, "steps"), {"action": "submit"}, format="json")
    assert sent.json()["state"] == "submitted"
    coordinator = client_of(Role.COORDINATOR, organisation=world.administration)
    body = {"action": "approve", "reason": REASON}
    refused = coordinator.post(address(programme, "steps"), body, format="json")
    assert refused.status_code == 409
    assert "persoon" in refused.json()["detail"]
    stranger = client_of(Role.NETWORK_MANAGER)
    assert stranger.post(address(programme, "steps"), body, format="json").status_code == 404


def test_the_dossier_is_for_who_reads_every_companys_money(world):
    programme = world.programme()
    world.commit_all(programme)
    world.move(programme, "submit")
    coordinator = client_of(Role.COORDINATOR, organisation=world.administration)
    assert coordinator.get(address(programme, "dossier")).json()["programme"]["title"] == programme.title
    inside = company(organisation=world.companies[0])
    assert inside.get(address(programme, "dossier")).status_code == 404


def test_the_ledger_is_read_declared_and_registered(world):
    programme = world.programme()
    world.commit_all(programme)
    world.move(programme, "submit", "approve")
    mine = company(organisation=world.companies[0])
    body = {"granted_on": "2026-01-15", "amount": "500.00", "basis": "de_minimis", "granter": "Stad"}
    first = mine.post("/api/v1/de-minimis/", body, format="json")
    assert first.status_code == 201
    assert mine.post("/api/v1/de-minimis/", body, format="json").json()["id"] == first.json()["id"]
    entries = mine.get("/api/v1/de-minimis/").json()["results"]
    assert sorted(e["is_declared"] for e in entries) == [False, True]
    granted = next(e for e in entries if not e["is_declared"])
    here = f"/api/v1/de-minimis/{granted['id']}/registered/"
    assert mine.post(here, {"reference": "eAIR-1"}, format="json").status_code == 404
    coordinator = client_of(Role.COORDINATOR, organisation=world.administration)
    noted = coordinator.post(here, {"reference": "eAIR-1"}, format="json").json()
    assert (noted["register_reference"], noted["registered_at"] is not None) == ("eAIR-1", True)
    assert coordinator.post("/api/v1/de-minimis/", body, format="json").status_code == 404
    assert DeMinimisAid.objects.filter(participation=None).count() == 1
