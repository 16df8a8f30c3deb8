"""Nobody speaks for another organisation: invited people, changed gaps, declared links."""

from collections.abc import Callable
from typing import Any

import pytest

from networks.models import AccessRequest, Invitation, Membership
from networks.services.inviting import invite_addresses
from networks.services.onboarding import answer_access
from networks.services.people import accept_invitation
from skillnet.kernel.models import OutboxMessage
from skillnet.kernel.roles import Role
from tests.factories import (
    actor_for_role,
    make_enterprise_number,
    make_network,
    make_organisation,
    make_user,
    organisation_of,
)

Clients = Callable[..., Any]
pytestmark = pytest.mark.django_db


def sent_token(email: str) -> str:
    mail = OutboxMessage.objects.filter(template="invitation", address=email).latest("pk")
    return str(mail.context["url"].rstrip("/").rsplit("/", 1)[1])


def test_a_manager_gets_nobody_into_a_company_that_has_people_without_their_word() -> None:
    number = make_enterprise_number()
    company = make_organisation(enterprise_number=number)
    contact = actor_for_role(Role.COMPANY_CONTACT, organisation=company)
    network = make_network()
    manager = actor_for_role(Role.NETWORK_MANAGER, network=network)
    result = invite_addresses(
        network=network, text=f"own@manager.example {number}", role=Role.COMPANY_CONTACT, actor=manager
    )
    assert "akkoord" in result.lines[0].remedy
    person = make_user()
    outcome = accept_invitation(token=sent_token("own@manager.example"), user=person)
    assert isinstance(outcome, AccessRequest)
    assert not Membership.objects.filter(user=person).exists()
    assert OutboxMessage.objects.filter(template="organisation_access_asked", recipient=contact.user).exists()
    answer_access(request=outcome, grant=True, actor=contact)
    assert Membership.objects.current().filter(user=person, organisation=company).exists()


def test_a_company_without_people_comes_in_by_its_invitation_and_a_colleague_vouches() -> None:
    number = make_enterprise_number()
    network = make_network()
    manager = actor_for_role(Role.NETWORK_MANAGER, network=network)
    text = f"eerste@nieuw.example {number} Nieuw\ntweede@nieuw.example {number} Nieuw"
    invite_addresses(network=network, text=text, role=Role.COMPANY_CONTACT, actor=manager)
    first = accept_invitation(token=sent_token("eerste@nieuw.example"), user=make_user())
    assert isinstance(first, Membership)
    second = accept_invitation(token=sent_token("tweede@nieuw.example"), user=make_user())
    assert isinstance(second, AccessRequest)  # the company has its own people by now


def test_the_invited_person_reads_that_the_company_was_asked(client_for: Clients) -> None:
    number = make_enterprise_number()
    company = make_organisation(enterprise_number=number, name="Lasserij Vonk")
    colleague = actor_for_role(Role.COMPANY_CONTACT, organisation=company)
    network = make_network()
    manager = actor_for_role(Role.NETWORK_MANAGER, network=network)
    invite_addresses(network=network, text=f"x@y.example {number}", role=Role.COMPANY_CONTACT, actor=manager)
    client = client_for(None)
    client.force_login(make_user())
    token = sent_token("x@y.example")
    page = client.post(f"/uitnodiging/{token}/", follow=True).content.decode()
    assert "Zij kregen uw vraag om toegang" in page
    assert Invitation.objects.get().accepted_at is not None
    assert organisation_of(colleague).access_requests.get().state == "open"
