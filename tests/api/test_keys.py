"""A key stands on the membership of who made it: it ends with that, and reaches no further."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from catalogue.provider_transitions import PROVIDER_TRANSITIONS
from networks.models import AccessRequest, Invitation, Membership
from networks.network_transitions import NETWORK_TRANSITIONS
from networks.services.people import accept_invitation, end_membership, grant_role
from networks.services.tokens import create_token
from networks.transitions import MEMBER_TRANSITIONS
from programmes.transitions import PARTICIPATION_TRANSITIONS
from skillnet.accounts.models import User
from skillnet.kernel.actor import SYSTEM
from skillnet.kernel.models import ApiToken, Decision, OutboxMessage
from skillnet.kernel.roles import Role
from tests.api.keys import client_of
from tests.factories import (
    actor_for_user,
    make_gap,
    make_membership,
    make_network,
    make_organisation,
    make_user,
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


DECISIONS_ON_OTHERS = [
    (NETWORK_TRANSITIONS, "approve return reject award start review renew probation end_probation suspend"),
    (NETWORK_TRANSITIONS, "resume wind_down close"),
    (PROVIDER_TRANSITIONS, "verify return announce drop drop_unverified suspend restore restore_unverified"),
    (MEMBER_TRANSITIONS, "refuse remove"),
    (PARTICIPATION_TRANSITIONS, "remove"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "steps"), DECISIONS_ON_OTHERS)
def test_what_decides_on_somebody_elses_place_or_standing_is_a_persons(table: Any, steps: str) -> None:
    assert [step for step in steps.split() if not table.transitions[step].by_person] == []


def test_a_key_of_a_coordinator_puts_no_network_on_probation() -> None:
    network = make_network()
    assert network.call is not None
    key = client_of(Role.COORDINATOR, organisation=network.call.coordinator)
    body = {"step": "probation", "reason": "Te weinig leden."}
    refused = key.post(f"{ROOT}/networks/{network.public_id}/steps/", body, format="json")
    assert (refused.status_code, refused["Content-Type"]) == (409, "application/problem+json")
    assert "niet een sleutel" in refused.json()["detail"]
    network.refresh_from_db()
    assert network.state == "active"


def test_a_key_makes_nobody_somebody_of_its_organisation_nor_one_who_decides() -> None:
    own = client_of(Role.COMPANY_CONTACT)
    body = {"email": "wie@elders.example", "role": "company_contact"}
    assert own.post(f"{ROOT}/invitations/", body, format="json").status_code == 201
    mail = OutboxMessage.objects.filter(template="invitation").latest("pk")
    outcome = accept_invitation(token=mail.context["url"].rstrip("/").rsplit("/", 1)[1], user=make_user())
    assert isinstance(outcome, AccessRequest), "a leaked key is no way in for a person: its people answer"
    for role in (Role.ADMINISTRATOR, Role.COORDINATOR):
        refused = client_of(role).post(f"{ROOT}/invitations/", body | {"role": role.value}, format="json")
        assert refused.status_code == 409, role
    assert Invitation.objects.count() == 1


def test_a_key_of_an_administrator_takes_nobody_elses_role() -> None:
    key = client_of(Role.ADMINISTRATOR)
    for role in (Role.COMPANY_CONTACT, Role.ADMINISTRATOR):
        other = make_membership(role=role)
        refused = key.delete(f"{ROOT}/memberships/{other.public_id}/")
        assert refused.status_code in (404, 409), role
        assert Membership.objects.get(pk=other.pk).ended_at is None
