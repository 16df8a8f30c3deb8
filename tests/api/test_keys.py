"""A key stands on the membership of who made it: it ends with that, and reaches no further."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from networks.services.people import end_membership, grant_role
from networks.services.tokens import create_token
from skillnet.accounts.models import User
from skillnet.kernel.actor import SYSTEM
from skillnet.kernel.models import ApiToken, Decision
from skillnet.kernel.roles import Role
from tests.api.keys import client_of
from tests.factories import (
    actor_for_user,
    make_gap,
    make_membership,
    make_network,
    make_organisation,
)

pytestmark = pytest.mark.django_db
ROOT = "/api/v1"


def _made_by(membership: Any, role: Role) -> tuple[ApiToken, Any]:
    actor = actor_for_user(membership.user, membership.organisation)
    token, key = create_token(actor=actor, name="ERP", role=role, scopes=["gaps:read", "networks:read"])
    client: Any = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {key}")
    return token, client


def test_a_key_ends_with_the_role_that_it_stands_on_and_stays_ended() -> None:
    membership = make_membership(role=Role.COMPANY_CONTACT)
    token, client = _made_by(membership, Role.COMPANY_CONTACT)
    colleague = client_of(Role.COMPANY_CONTACT, organisation=membership.organisation)
    assert client.get(f"{ROOT}/gaps/").status_code == 200
    end_membership(membership_id=membership.pk, actor=SYSTEM)
    assert client.get(f"{ROOT}/gaps/").status_code == 401
    grant_role(user=membership.user, organisation=membership.organisation, role=Role.COMPANY_CONTACT)
    assert client.get(f"{ROOT}/gaps/").status_code == 401  # the role came back, the key does not
    assert colleague.get(f"{ROOT}/gaps/").status_code == 200
    token.refresh_from_db()
    assert token.revoked_at is not None
    assert Decision.objects.filter(subject_id=token.pk, action="revoke").count() == 1


def test_a_key_ends_with_the_account_and_with_what_ended_behind_the_services() -> None:
    membership = make_membership(role=Role.PROVIDER)
    _token, client = _made_by(membership, Role.PROVIDER)
    User.objects.filter(pk=membership.user_id).update(is_active=False)
    assert client.get(f"{ROOT}/networks/").status_code == 401
    User.objects.filter(pk=membership.user_id).update(is_active=True)
    assert client.get(f"{ROOT}/networks/").status_code == 200
    membership.__class__.objects.filter(pk=membership.pk).delete()
    assert client.get(f"{ROOT}/networks/").status_code == 401


def test_a_key_of_a_manager_reaches_the_networks_of_its_maker_only() -> None:
    organisation = make_organisation()
    mine, other = make_network(), make_network()
    membership = make_membership(organisation=organisation, role=Role.NETWORK_MANAGER, network=mine)
    make_membership(organisation=organisation, role=Role.NETWORK_MANAGER, network=other)
    _token, client = _made_by(membership, Role.NETWORK_MANAGER)
    own, theirs = make_gap(network=mine), make_gap(network=other)
    seen = {row["id"] for row in client.get(f"{ROOT}/gaps/").json()["results"]}
    assert str(own.public_id) in seen
    assert str(theirs.public_id) not in seen
    second = make_membership(
        user=membership.user, organisation=organisation, role=Role.NETWORK_MANAGER, network=other
    )
    end_membership(membership_id=membership.pk, actor=SYSTEM)
    seen = {row["id"] for row in client.get(f"{ROOT}/gaps/").json()["results"]}
    assert seen == {str(theirs.public_id)}  # the key lives on in the network that is left
    end_membership(membership_id=second.pk, actor=SYSTEM)
    assert client.get(f"{ROOT}/gaps/").status_code == 401


def test_a_key_of_one_role_does_not_speak_in_another() -> None:
    organisation = make_organisation()
    membership = make_membership(organisation=organisation, role=Role.PROVIDER)
    gap = make_gap(organisation=organisation)
    make_membership(user=membership.user, organisation=organisation, role=Role.COMPANY_CONTACT)
    _token, client = _made_by(membership, Role.PROVIDER)
    assert client.get(f"{ROOT}/gaps/{gap.public_id}/").status_code == 404
