"""Whose de minimis position a coordinator reads: of members, not of everybody who was ever asked."""

from typing import Any

import pytest
from django.urls import reverse

from networks.models import NetworkMember
from programmes.services.law import load_law
from skillnet.kernel.roles import Role
from tests.factories import make_call, make_member, make_network, make_organisation

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
