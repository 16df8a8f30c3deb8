"""How companies and their people come in, and what a company says of itself, through the pages."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from networks.models import (
    AccessRequest,
    Establishment,
    Invitation,
    JointCommittee,
    Membership,
    Organisation,
)
from networks.services.inviting import invite_addresses
from networks.services.people import invite_person, remind_invitation
from skillnet.kernel.enterprise_number import check_digits
from skillnet.kernel.roles import Role
from tests.factories import (
    actor_for_role,
    make_enterprise_number,
    make_member,
    make_membership,
    make_network,
    make_organisation,
    make_user,
    organisation_of,
)
from tests.networks.call_world import (
    sign_in,
)
from tests.networks.pages_world import Clients, get, post, text_of

pytestmark = pytest.mark.django_db


def test_a_new_company_is_in_at_once_and_a_known_one_asks_its_people(client_for: Clients) -> None:
    client = client_for(None)
    user = make_user()
    client.force_login(user)
    number = make_enterprise_number()
    page = post(client, "onboard", role="company_contact", number=number, name="Zagerij Nieuw")
    assert "U werkt nu voor Zagerij Nieuw" in text_of(page)
    made = Organisation.objects.get(enterprise_number=number)
    assert not made.is_verified
    colleague = make_user()
    other = client_for(None)
    other.force_login(colleague)
    text_of(
        post(other, "onboard", role="company_contact", number=number, message="Ik ben de nieuwe hr-dienst.")
    )
    assert Organisation.objects.filter(enterprise_number=number).count() == 1
    assert not Membership.objects.filter(user=colleague).exists()
    post(other, "onboard", role="company_contact", number=number)
    asked = AccessRequest.objects.get()
    assert "nieuwe hr-dienst" in text_of(get(client, "people"))
    assert "motivering" in text_of(post(client, "access_answer", asked.public_id, action="refuse"))
    post(client, "access_answer", asked.public_id, action="grant")
    assert Membership.objects.filter(user=colleague, organisation=made, role=Role.COMPANY_CONTACT).exists()
    assert "geldig ondernemingsnummer" in text_of(
        post(other, "onboard", role="company_contact", number="0123456780", name="X")
    )


def test_a_record_that_an_import_made_is_nobodys_to_take(client_for: Clients) -> None:
    known = make_organisation(name="Bakkerij Zoet nv", enterprise_number=None, is_verified=False)
    client = client_for(None)
    client.force_login(make_user())
    post(client, "onboard", role="company_contact", number=make_enterprise_number(), name="Bakkerij Zoet")
    known.refresh_from_db()
    assert known.enterprise_number is None
    assert AccessRequest.objects.get().organisation == known
    assert not Membership.objects.filter(organisation=known).exists()


def test_access_is_answered_by_the_own_company_only(client_for: Clients) -> None:
    company, stranger = client_for(Role.COMPANY_CONTACT), client_for(Role.COMPANY_CONTACT)
    asked = AccessRequest.objects.create(
        organisation=organisation_of(company.actor), user=make_user(), message="Mag ik?"
    )
    address = reverse("networks:access_answer", args=[asked.public_id])
    assert stranger.post(address, {"action": "grant"}).status_code == 404
    asked.refresh_from_db()
    assert asked.state == "open"


def test_places_and_joint_committees_of_a_company(client_for: Clients) -> None:
    client = client_for(Role.COMPANY_CONTACT)
    number = "21234567" + check_digits("21234567")
    assert "vestigingsnummer" in text_of(post(client, "establishment_new", name="Gent", number="2123456700"))
    post(client, "establishment_new", name="Gent", number=number, municipality="Gent", region="BE234")
    place = Establishment.objects.get()
    assert (place.number, place.organisation_id) == (number, client.actor.organisation_id)
    post(client, "establishment_close", place.public_id)
    place.refresh_from_db()
    assert place.closed_on == timezone.localdate()
    other = client_for(Role.COMPANY_CONTACT)
    assert other.post(reverse("networks:establishment_close", args=[place.public_id])).status_code == 404
    JointCommittee.objects.create(code="111", names={"nl": "Metaal"})
    JointCommittee.objects.create(code="200", names={"nl": "Bedienden"})
    values = {"name": "Vonk", "language": "nl", "nace_version": "2025", "joint_committee": "111"}
    refused = text_of(post(client, "organisation_edit", **values, further_committees="200 999"))
    assert "999" in refused
    assert "Bedienden" in text_of(post(client, "organisation_edit", **values, further_committees="200"))


def test_every_line_of_a_pasted_list_says_what_became_of_it(client_for: Clients) -> None:
    network = make_network()
    manager = actor_for_role(Role.NETWORK_MANAGER, network=network)
    company = make_member(network=network).organisation
    member = make_membership(organisation=company, role=Role.COMPANY_CONTACT)
    invite_person(email="wacht@vonk.example", organisation=company, role=Role.COMPANY_CONTACT, actor=manager)
    client = sign_in(client_for, manager)
    lines = [
        "an@vonk.example",
        member.user.email,
        "wacht@vonk.example",
        "onzin",
        "an@vonk.example",
        "piet@zagerij.example 0123456780 Zagerij",
    ]
    page = post(
        client,
        "network_invite",
        network.public_id,
        addresses="\n".join(lines),
        organisation=company.pk,
        role=Role.COMPANY_CONTACT.value,
    )
    outcomes = [line.outcome for line in page.context["result"].lines]
    assert outcomes == ["invited", "already_in", "waiting", "refused", "repeated", "refused"]
    assert "al lid" in text_of(page)
    assert Invitation.objects.count() == 2


def test_reminders_are_rationed() -> None:
    network = make_network()
    manager = actor_for_role(Role.NETWORK_MANAGER, network=network)
    company = make_member(network=network).organisation
    invite_addresses(
        network=network,
        text="an@vonk.example",
        role=Role.COMPANY_CONTACT,
        actor=manager,
        organisation=company,
    )
    invitation = Invitation.objects.get()
    for _turn in range(3):
        remind_invitation(invitation=invitation, actor=manager)
        with pytest.raises(ValidationError, match="herinnering"):
            remind_invitation(invitation=invitation, actor=manager)
        Invitation.objects.update(reminded_at=timezone.now() - timedelta(days=4))
    with pytest.raises(ValidationError, match="3 herinneringen"):
        remind_invitation(invitation=invitation, actor=manager)
