"""Whose de minimis position a coordinator reads: of members, not of everybody who was ever asked."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from networks.models import NetworkMember
from programmes.services.dossier import dossier_of
from programmes.services.law import load_law
from programmes.services.ledger import declare_de_minimis
from programmes.services.pdf import dossier_pdf
from skillnet.kernel.roles import Role
from tests.api.keys import client_of
from tests.factories import make_call, make_member, make_network, make_organisation
from tests.programmes.world import build_world

pytestmark = pytest.mark.django_db
State = NetworkMember.State


@pytest.mark.parametrize(
    ("state", "status"),
    [(State.ACTIVE, 200), (State.LEFT, 200), (State.INVITED, 404), (State.REQUESTED, 404)],
)
def test_a_coordinator_reads_the_ledger_of_members_alone(client_for: Any, state: str, status: int) -> None:
    load_law()
    office = make_organisation(kind="administration")
    network = make_network(call=make_call(coordinator=office))
    company = make_member(network=network, state=state).organisation
    coordinator = client_for(Role.COORDINATOR, organisation=office)
    answer = coordinator.get(reverse("programmes:ledger_detail", args=[company.public_id]))
    assert answer.status_code == status


def test_who_runs_or_steers_a_network_reads_only_whether_there_is_room(client_for: Any) -> None:
    """The page, the file and the API of a programme: the balance is for the coordinator and the company itself."""
    world = build_world(mandatory=True)
    poor, balance = world.companies[0], "123456.00"
    declare_de_minimis(
        organisation=poor,
        granted_on=timezone.localdate() - timedelta(days=90),
        amount=Decimal(balance),
        basis="de_minimis",
        granter="Stad Gent",
        user=None,
    )
    programme = world.programme("submit")
    row = programme.participations.get(organisation=poor)
    assert row.route == "de_minimis"
    detail = reverse("programmes:programme_detail", args=[programme.public_id])
    dossier = reverse("programmes:programme_print", args=[programme.public_id])
    commit = reverse("programmes:commit", args=[row.public_id])
    steering = client_for(Role.STEERING_MEMBER, network=world.network, organisation=world.companies[1])
    manager, office = client_for(None), client_for(None)
    manager.force_login(world.manager.user)
    office.force_login(world.coordinator.user)
    for reader in (manager, steering):
        read = [reader.get(address).content.decode() for address in (detail, dossier, commit)]
        read.append(reader.get(dossier, {"format": "json"}).content.decode())
        for text in read:
            assert "ruimte van de onderneming is groot genoeg" in text
            for figure in ("123456", "123.456", "176.544", "176544"):
                assert figure not in text
    assert dossier_pdf(reader.get(dossier, {"format": "json"}).json()).startswith(b"%PDF-")
    whole = office.get(dossier, {"format": "json"}).json()
    ledger = next(p["ledger"] for p in whole["participations"] if p["company"] == poor.name)
    assert (ledger["used"], ledger["left"]) == (balance, "176544.00")
    assert "123.456" in office.get(detail).content.decode()
    own = client_for(Role.COMPANY_CONTACT, organisation=poor)
    assert "123.456" in own.get(commit).content.decode()
    key = client_of(Role.NETWORK_MANAGER, network=world.network)
    assert "123456" not in key.get(f"/api/v1/programmes/{programme.public_id}/dossier/").content.decode()


def test_the_dossier_shows_the_ledger_as_it_was_when_it_was_decided() -> None:
    """Aid that came later changes today's balance and not the file."""
    world = build_world(mandatory=True)
    programme = world.programme("commit", "submit", "approve")
    poor = world.companies[0]
    declare_de_minimis(
        organisation=poor,
        granted_on=timezone.localdate(),
        amount=Decimal(100_000),
        basis="de_minimis",
        granter="Stad Gent",
        user=None,
    )
    part = next(p for p in dossier_of(programme=programme)["participations"] if p["company"] == poor.name)
    assert part["ledger"]["used"] == "0.00"
    assert part["application"]["costs"][0]["amount"] == "3000.00"
