"""Networks from draft to decision, and the companies in them, against the real database."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from networks.models import Call, Invitation, Membership, Network, NetworkMember, OwnershipLink
from networks.network_transitions import NETWORK_TRANSITIONS, what_a_network_lacks
from networks.services.inviting import invite_addresses
from networks.services.members import (
    add_company,
    add_company_by_number,
    request_membership,
    take_member_action,
)
from networks.services.networks import change_network, create_network, take_network_action
from networks.services.people import invite_person
from networks.services.undertakings import add_link, refresh_undertakings
from skillnet.kernel.actor import SYSTEM, Actor
from skillnet.kernel.models import Decision, OutboxMessage
from skillnet.kernel.outbox import render_message
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import TransitionRefused, decisions_on
from tests.factories import (
    actor_for_role,
    actor_for_user,
    make_call,
    make_enterprise_number,
    make_gap,
    make_member,
    make_network,
    make_organisation,
    organisation_of,
)

pytestmark = pytest.mark.django_db


def draft_of(company_actor: Actor, **values: object) -> Network:
    promoter = organisation_of(company_actor)
    filled = {"name": "Metaal Demerstreek", "purpose": "Samen lassers opleiden.", "sector": "metaal"} | values
    return create_network(actor=company_actor, promoter=promoter, values=filled)


def again(actor: Actor) -> Actor:
    """The same person at the same organisation, with the roles as they are now."""
    assert actor.user is not None
    return actor_for_user(actor.user, organisation_of(actor))


def test_who_draws_up_a_network_manages_it_and_is_its_first_member() -> None:
    company = actor_for_role(Role.COMPANY_CONTACT)
    network = draft_of(company)
    manager = again(company)
    assert network.pk in manager.managed_networks
    assert network.members.active().get().organisation_id == company.organisation_id
    assert network.contracting_organisation == network.promoter
    assert Network.objects.visible_to(manager).get() == network


def test_two_networks_cannot_have_one_name() -> None:
    company = actor_for_role(Role.COMPANY_CONTACT)
    draft_of(company)
    with pytest.raises(ValidationError) as refused:
        draft_of(company, name="metaal  demerstreek")
    assert "name" in refused.value.message_dict


def test_three_independent_companies_are_needed_and_linked_ones_count_once() -> None:
    company = actor_for_role(Role.COMPANY_CONTACT)
    network = draft_of(company, call=make_call())
    manager = again(company)
    second, third = make_organisation(), make_organisation()
    make_member(network=network, organisation=second)
    make_member(network=network, organisation=third)
    link = {"number": third.enterprise_number, "percent": 60}
    add_link(actor=SYSTEM, organisation=second, values=link, owned_by_other=True)
    with pytest.raises(TransitionRefused, match="telt 2 onafhankelijke bedrijven"):
        take_network_action(network=network, action="submit", actor=manager)
    make_member(network=network)
    submitted = take_network_action(network=network, action="submit", actor=manager)
    assert submitted.state == Network.State.SUBMITTED
    assert submitted.submitted_at is not None
    evidence = decisions_on(submitted).get(action="submit").evidence
    assert evidence["independent"] == 3
    assert len(evidence["members"]) == 4


def test_only_active_companies_count() -> None:
    network = make_network(state=Network.State.DRAFT, purpose="Doel", sector="metaal")
    for state in (NetworkMember.State.INVITED, NetworkMember.State.LEFT, NetworkMember.State.ACTIVE):
        make_member(network=network, state=state)
    assert any("telt 1 onafhankelijk bedrijf" in reason for reason in what_a_network_lacks(network))


def test_an_application_goes_to_an_open_call_only() -> None:
    network = make_network(state=Network.State.DRAFT, call=make_call(state=Call.State.CLOSED), members=3)
    assert "De oproep is niet open." in what_a_network_lacks(network)


def submitted_network() -> tuple[Network, Actor, Actor]:
    """A submitted network, its manager and its coordinator."""
    coordinator = actor_for_role(Role.COORDINATOR)
    call = make_call(coordinator=organisation_of(coordinator))
    network = make_network(call=call, members=3, state=Network.State.SUBMITTED, promoter=make_organisation())
    return network, actor_for_role(Role.NETWORK_MANAGER, network=network), coordinator


def test_the_coordinator_decides_with_a_reason_and_the_manager_is_told() -> None:
    network, manager, coordinator = submitted_network()
    with pytest.raises(TransitionRefused, match="motivering"):
        take_network_action(network=network, action="approve", actor=coordinator)
    take_network_action(network=network, action="approve", actor=coordinator, reason="Sterk dossier.")
    network.refresh_from_db()
    assert network.state == Network.State.ACTIVE
    notice = OutboxMessage.objects.get(recipient=manager.user, kind=OutboxMessage.Kind.NOTICE)
    subject, body = render_message(notice)
    assert network.name in subject
    assert "goedgekeurd" in body
    assert "Sterk dossier." in body


def test_nobody_decides_on_the_own_organisation() -> None:
    network, _manager, coordinator = submitted_network()
    own = organisation_of(coordinator)
    make_member(network=network, organisation=own, state=NetworkMember.State.INVITED)
    assert NETWORK_TRANSITIONS.available(network, coordinator) == {}
    with pytest.raises(TransitionRefused):
        take_network_action(network=network, action="reject", actor=coordinator, reason="Neen.")


def test_another_coordinator_and_the_manager_decide_nothing() -> None:
    network, manager, _coordinator = submitted_network()
    for other in (actor_for_role(Role.COORDINATOR), manager):
        with pytest.raises(TransitionRefused):
            take_network_action(network=network, action="approve", actor=other, reason="Ja.")


def test_returned_is_a_draft_again_and_is_submitted_again() -> None:
    network, manager, coordinator = submitted_network()
    network.purpose, network.sector = "Doel", "metaal"
    network.contracting_organisation = network.promoter
    network.save()
    take_network_action(network=network, action="return", actor=coordinator, reason="Vul aan.")
    take_network_action(network=network, action="submit", actor=manager)
    assert list(decisions_on(network).values_list("action", flat=True)) == ["return", "submit"]


def test_what_was_submitted_keeps_its_name() -> None:
    network, _manager, _coordinator = submitted_network()
    with pytest.raises(ValidationError, match="liggen vast"):
        change_network(network=network, values={"name": "Iets anders"})
    assert change_network(network=network, values={"purpose": "Nieuw"}).purpose == "Nieuw"


# Members


def test_a_company_is_found_by_number_and_never_doubled() -> None:
    network = make_network()
    manager = actor_for_role(Role.NETWORK_MANAGER, network=network)
    nameless = make_organisation(name="Houtzagerij De Linde", enterprise_number=None, is_verified=False)
    number = make_enterprise_number()
    member = add_company_by_number(
        network=network, number=f"BE {number}", name="houtzagerij de linde bv", actor=manager
    )
    assert member.organisation == nameless
    again_member = add_company_by_number(network=network, number=number, name="", actor=manager)
    assert again_member == member
    assert member.state == NetworkMember.State.INVITED


@pytest.mark.parametrize(("number", "field"), [("0123.456.700", "number"), ("12", "number")])
def test_a_wrong_number_is_refused_at_its_field(number: str, field: str) -> None:
    network = make_network()
    manager = actor_for_role(Role.NETWORK_MANAGER, network=network)
    with pytest.raises(ValidationError) as refused:
        add_company_by_number(network=network, number=number, name="X", actor=manager)
    assert field in refused.value.message_dict
    assert not network.members.exists()


def test_an_unknown_number_needs_a_name() -> None:
    network = make_network()
    manager = actor_for_role(Role.NETWORK_MANAGER, network=network)
    number = make_enterprise_number()
    with pytest.raises(ValidationError) as refused:
        add_company_by_number(network=network, number=number, name=" ", actor=manager)
    assert "name" in refused.value.message_dict
    made = add_company_by_number(network=network, number=number, name="Nieuw bedrijf", actor=manager)
    assert made.organisation.is_verified is False


def test_asking_and_being_asked_meet_in_a_membership() -> None:
    network = make_network()
    manager = actor_for_role(Role.NETWORK_MANAGER, network=network)
    company = actor_for_role(Role.COMPANY_CONTACT)
    assert company.organisation_id is not None
    member = request_membership(network=network, organisation_id=company.organisation_id, actor=company)
    assert member.state == NetworkMember.State.REQUESTED
    joined = add_company(network=network, organisation=member.organisation, actor=manager)
    assert joined.state == NetworkMember.State.ACTIVE
    assert joined.joined_on is not None


def test_a_refused_company_does_not_ask_again_but_may_be_asked() -> None:
    network = make_network()
    manager = actor_for_role(Role.NETWORK_MANAGER, network=network)
    company = actor_for_role(Role.COMPANY_CONTACT)
    assert company.organisation_id is not None
    member = request_membership(network=network, organisation_id=company.organisation_id, actor=company)
    with pytest.raises(TransitionRefused, match="motivering"):
        take_member_action(member=member, action="refuse", actor=manager)
    take_member_action(member=member, action="refuse", actor=manager, reason="Andere sector.")
    with pytest.raises(ValidationError):
        request_membership(network=network, organisation_id=company.organisation_id, actor=company)
    asked = add_company(network=network, organisation=member.organisation, actor=manager)
    assert asked.state == NetworkMember.State.INVITED
    assert take_member_action(member=asked, action="join", actor=company).state == NetworkMember.State.ACTIVE


def test_nobody_answers_for_another_company() -> None:
    network = make_network()
    member = make_member(network=network, state=NetworkMember.State.INVITED)
    stranger = actor_for_role(Role.COMPANY_CONTACT)
    manager = actor_for_role(Role.NETWORK_MANAGER, network=network)
    for other in (stranger, manager):
        with pytest.raises(TransitionRefused):
            take_member_action(member=member, action="join", actor=other)


def test_leaving_is_dated_and_told() -> None:
    network = make_network()
    manager = actor_for_role(Role.NETWORK_MANAGER, network=network)
    company = actor_for_role(Role.COMPANY_CONTACT)
    own = organisation_of(company)
    member = make_member(network=network, organisation=own)
    left = take_member_action(member=member, action="leave", actor=company)
    assert left.left_on is not None
    assert Decision.objects.filter(action="leave").count() == 1
    assert OutboxMessage.objects.filter(recipient=manager.user, template="member_answered").exists()


def test_a_pasted_list_invites_each_on_its_own() -> None:
    network = make_network()
    manager = actor_for_role(Role.NETWORK_MANAGER, network=network)
    known = make_member(network=network).organisation
    number = make_enterprise_number()
    result = invite_addresses(
        network=network,
        text=f"an@lasser.example\npiet@zagerij.example {number} Zagerij Nieuw\nonzin\n",
        role=Role.COMPANY_CONTACT,
        actor=manager,
        organisation=known,
    )
    assert result.sent == 2
    assert len(result.problems) == 1
    assert set(Invitation.objects.values_list("email", "organisation__name")) == {
        ("an@lasser.example", known.name),
        ("piet@zagerij.example", "Zagerij Nieuw"),
    }
    assert network.members.get(organisation__enterprise_number=number).state == NetworkMember.State.INVITED
    mail = OutboxMessage.objects.filter(kind=OutboxMessage.Kind.MAIL, template="invitation").first()
    assert mail is not None
    subject, body = render_message(mail)
    assert known.name in subject
    assert "/uitnodiging/" in body
    assert Membership.objects.filter(network=network).count() == 1


def test_what_was_refused_stands_in_the_box_again_to_be_corrected(client_for: Any) -> None:
    network = make_network()
    known = make_member(network=network).organisation
    client = client_for(Role.NETWORK_MANAGER, network=network)
    text = "an@lasser.example; piet@lasser.example\nonzin zonder adres\n"
    body = {"addresses": text, "organisation": known.pk, "role": "company_contact"}
    page = client.post(reverse("networks:network_invite", args=[network.public_id]), body).content.decode()
    box = page[page.index("<textarea") : page.index("</textarea>")]
    assert "onzin zonder adres" in box
    assert "an@lasser" not in box
    assert f'<option value="{known.pk}" selected>' in page
    assert set(Invitation.objects.values_list("email", flat=True)) == {
        "an@lasser.example",
        "piet@lasser.example",
    }
    waiting = client.get(reverse("networks:network_unanswered", args=[network.public_id])).content.decode()
    table = waiting[waiting.index("<tbody") :]
    assert "nog niet" in table
    assert "onbekend" not in table


def test_whom_a_company_invites_itself_its_networks_do_not_read(client_for: Any) -> None:
    network = make_network()
    own = make_member(network=network).organisation
    contact = actor_for_role(Role.COMPANY_CONTACT, organisation=own)
    invite_person(email="collega@lasser.example", organisation=own, role=Role.COMPANY_CONTACT, actor=contact)
    client = client_for(Role.NETWORK_MANAGER, network=network)
    waiting = reverse("networks:network_unanswered", args=[network.public_id])
    assert "collega@lasser.example" not in client.get(waiting).content.decode()
    assert "zonder antwoord" not in client.get("/").content.decode()
    key = Invitation.objects.get().public_id
    step = client.post(reverse("networks:invitation_action", args=[key]), {"action": "withdraw"})
    assert step.status_code == 404
    body = {"addresses": "collega@lasser.example", "organisation": own.pk, "role": "company_contact"}
    page = client.post(reverse("networks:network_invite", args=[network.public_id]), body).content.decode()
    assert "Heeft al een open uitnodiging van het eigen bedrijf." in page


def test_without_a_company_an_address_is_refused_and_named() -> None:
    network = make_network()
    manager = actor_for_role(Role.NETWORK_MANAGER, network=network)
    result = invite_addresses(
        network=network, text="an@lasser.example", role=Role.COMPANY_CONTACT, actor=manager
    )
    assert result.sent == 0
    assert result.problems[0].startswith("an@lasser.example")


# What one sees


def test_a_company_does_not_see_the_networks_and_members_of_others() -> None:
    mine, other = make_network(), make_network()
    company = actor_for_role(Role.COMPANY_CONTACT)
    make_member(network=mine, organisation=organisation_of(company))
    colleague = make_member(network=mine)
    stranger = make_member(network=other)
    assert list(Network.objects.visible_to(company)) == [mine]
    assert list(Network.objects.joinable_by(company)) == [other]
    seen = set(NetworkMember.objects.visible_to(company))
    assert colleague in seen
    assert stranger not in seen


def test_an_invited_company_sees_the_network_but_not_who_is_in_it() -> None:
    network = make_network(members=2)
    company = actor_for_role(Role.COMPANY_CONTACT)
    own = organisation_of(company)
    mine = make_member(network=network, organisation=own, state=NetworkMember.State.INVITED)
    assert list(Network.objects.visible_to(company)) == [network]
    assert list(NetworkMember.objects.visible_to(company)) == [mine]


def test_a_coordinator_does_not_see_drafts_nor_networks_of_other_calls() -> None:
    network, _manager, coordinator = submitted_network()
    make_network(call=network.call, state=Network.State.DRAFT)
    make_network()
    assert list(Network.objects.visible_to(coordinator)) == [network]


def test_open_gaps_are_counted_for_this_network_only() -> None:
    network, other = make_network(), make_network()
    manager = actor_for_role(Role.NETWORK_MANAGER, network=network)
    company = make_organisation()
    make_gap(organisation=company, network=network)
    make_gap(organisation=company, network=network, state="closed")
    make_gap(organisation=company, network=other)
    member = NetworkMember.objects.visible_to(manager).with_gap_counts().get(organisation=company)
    assert member.open_gaps == 1  # type: ignore[attr-defined]


def test_undertakings_follow_the_links_that_hold_today() -> None:
    from datetime import timedelta

    from django.utils import timezone

    from networks.services.link_endings import end_link

    first, second, third = (make_organisation() for _ in range(3))
    actor = actor_for_role(Role.ADMINISTRATOR)
    link = add_link(
        actor=actor,
        organisation=second,
        values={"number": first.enterprise_number, "percent": "50.00", "board": True},
        owned_by_other=True,
    )
    tomorrow = timezone.localdate() + timedelta(days=1)
    add_link(
        actor=actor,
        organisation=second,
        values={"number": third.enterprise_number, "percent": 100, "since": tomorrow},
        owned_by_other=False,
    )
    for row in (first, second, third):
        row.refresh_from_db()
    assert first.undertaking_key == second.undertaking_key == first.pk
    assert third.undertaking_key == third.pk
    assert refresh_undertakings(day=tomorrow) == 1
    third.refresh_from_db()
    assert third.undertaking_key == first.pk
    assert refresh_undertakings() == 1
    end_link(link_id=link.pk, actor=actor, reason="Verkocht.")
    second.refresh_from_db()
    assert second.undertaking_key == second.pk
    assert refresh_undertakings() == 0


def test_what_a_group_holds_together_counts_as_one_holding() -> None:
    """Mother and daughter hold 30 % each: neither has the half, together they have control."""
    from django.utils import timezone

    from networks.tasks import refresh_undertakings as nightly

    mother, daughter, held = (make_organisation() for _ in range(3))
    for owner, owned, percent in ((mother, daughter, 80), (mother, held, 30), (daughter, held, 30)):
        OwnershipLink.objects.create(owner=owner, owned=owned, percent=percent, owner_kind="company")
    nightly()
    for row in (mother, daughter, held):
        row.refresh_from_db()
    assert {mother.undertaking_key, daughter.undertaking_key, held.undertaking_key} == {mother.pk}
    OwnershipLink.objects.filter(owner=daughter).update(until=timezone.localdate())
    nightly()  # the link ended overnight; nobody edited anything
    held.refresh_from_db()
    assert held.undertaking_key == held.pk


def test_fifty_percent_without_control_ties_nothing() -> None:
    first, second = make_organisation(), make_organisation()
    add_link(
        actor=actor_for_role(Role.ADMINISTRATOR),
        organisation=second,
        values={"number": first.enterprise_number, "percent": "50.00"},
        owned_by_other=True,
    )
    second.refresh_from_db()
    assert second.undertaking is None
