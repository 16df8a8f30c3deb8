"""Nobody speaks for another organisation: invited people, changed gaps, declared links."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from matching.models import MatchRun
from networks.models import AccessRequest, Gap, Invitation, Membership, Network, Organisation, OwnershipLink
from networks.services import undertakings
from networks.services.gap_history import last_change_of, undo_last_change
from networks.services.gaps import save_gap, take_gap_action
from networks.services.inviting import invite_addresses
from networks.services.link_endings import end_link
from networks.services.members import add_company, request_membership, take_member_action
from networks.services.onboarding import answer_access, onboard_company
from networks.services.parties import find_company
from networks.services.people import (
    accept_invitation,
    end_membership,
    invite_person,
    remind_invitation,
)
from networks.services.undertakings import add_link, confirm_link
from programmes.services.aid_cases import group_of
from skillnet.kernel.actor import SYSTEM, Actor
from skillnet.kernel.models import OutboxMessage
from skillnet.kernel.outbox import render_message
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import TransitionRefused
from tests.api.keys import client_of
from tests.factories import (
    actor_for_role,
    actor_for_user,
    make_enterprise_number,
    make_gap,
    make_member,
    make_membership,
    make_network,
    make_organisation,
    make_user,
    organisation_of,
)
from tests.networks.pages_world import Clients

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


def test_who_works_for_a_company_is_not_told_to_a_manager_who_only_asked_it_in() -> None:
    company = make_organisation()
    contact = actor_for_role(Role.COMPANY_CONTACT, organisation=company)
    assert contact.user is not None
    invite_person(email="op@komst.example", organisation=company, role=Role.COMPANY_CONTACT, actor=contact)
    network = make_network()
    manager = actor_for_role(Role.NETWORK_MANAGER, network=network)
    people = (contact.user.email, "op@komst.example", "vreemd@elders.example")
    text = "\n".join(f"{email} {company.enterprise_number}" for email in people)
    asked = invite_addresses(network=network, text=text, role=Role.COMPANY_CONTACT, actor=manager).lines
    assert len({(line.outcome, line.remedy) for line in asked}) == 1
    mails = OutboxMessage.objects.filter(template="invitation").values_list("address", flat=True)
    assert sorted(mails) == [
        "op@komst.example",
        "vreemd@elders.example",
    ]  # the first one sent by its own people
    take_member_action(member=network.members.get(), action="join", actor=contact)
    again = invite_addresses(network=network, text=text, role=Role.COMPANY_CONTACT, actor=manager).lines
    assert [line.outcome for line in again] == ["already_in", "waiting", "waiting"]


def test_a_manager_seats_nobody_for_a_company_that_did_not_join(client_for: Clients) -> None:
    company = make_organisation()
    contact = actor_for_role(Role.COMPANY_CONTACT, organisation=company)
    network = make_network()
    manager = actor_for_role(Role.NETWORK_MANAGER, network=network)
    text = f"vriend@manager.example {company.enterprise_number}"
    sent = invite_addresses(network=network, text=text, role=Role.STEERING_MEMBER, actor=manager)
    assert "zodra het bedrijf lid is" in sent.lines[0].remedy
    friend, token = make_user(), sent_token("vriend@manager.example")
    client = client_for(None)
    client.force_login(friend)
    said = client.post(f"/uitnodiging/{token}/", follow=True).content.decode()
    assert "De koppeling werkt zodra het bedrijf toetreedt" in said
    assert not Membership.objects.filter(user=friend).exists(), "or it reads its people and votes in its name"
    assert client.get(reverse("networks:people")).status_code == 403
    take_member_action(member=network.members.get(), action="join", actor=contact)
    asked = accept_invitation(token=token, user=friend)
    assert isinstance(asked, AccessRequest), "nor once it joined: the company itself gives its seat"
    assert (asked.role, asked.network) == (Role.STEERING_MEMBER, network)
    assert not Membership.objects.filter(user=friend).exists()
    told = OutboxMessage.objects.filter(template="organisation_access_asked", recipient=contact.user)[0]
    assert f"in de stuurgroep van {network.name}" in render_message(told)[1]
    steering = actor_for_role(Role.STEERING_MEMBER, organisation=company, network=network)
    for other in (manager, steering, actor_for_role(Role.COMPANY_CONTACT)):
        with pytest.raises(TransitionRefused):
            answer_access(request=asked, grant=True, actor=other)
    answers = client_for(None)
    answers.force_login(contact.user)
    assert network.name in answers.get(reverse("networks:people")).content.decode()
    answers.post(reverse("networks:access_answer", args=[asked.public_id]), {"action": "grant"})
    seat = Membership.objects.current().get(user=friend)
    assert (seat.role, seat.network, seat.organisation) == (Role.STEERING_MEMBER, network, company)


def test_a_seat_is_given_by_who_speaks_for_the_company_and_while_it_is_a_member() -> None:
    company = make_organisation()
    contact = actor_for_role(Role.COMPANY_CONTACT, organisation=company)
    assert contact.user is not None
    network = make_network()
    member = make_member(network=network, organisation=company)
    manager = actor_for_role(Role.NETWORK_MANAGER, network=network)
    text = (
        f"zelf@bedrijf.example {company.enterprise_number}\nander@bedrijf.example {company.enterprise_number}"
    )
    sent = invite_addresses(network=network, text=text, role=Role.STEERING_MEMBER, actor=manager)
    assert "akkoord" in sent.lines[0].remedy
    own = accept_invitation(token=sent_token("zelf@bedrijf.example"), user=contact.user)
    assert isinstance(own, Membership), "its own person takes its seat by that word"
    other = make_user()
    asked = accept_invitation(token=sent_token("ander@bedrijf.example"), user=other)
    assert isinstance(asked, AccessRequest)
    take_member_action(member=member, action="leave", actor=contact)
    with pytest.raises(TransitionRefused, match="geen lid"):
        answer_access(request=asked, grant=True, actor=contact)
    asked.refresh_from_db()
    assert (asked.state, Membership.objects.filter(user=other).exists()) == ("open", False)


@pytest.mark.parametrize("kept_by", [Role.COMPANY_CONTACT, Role.PROVIDER])
def test_a_company_whose_people_left_is_not_free_to_take(kept_by: Role) -> None:
    company = make_organisation()
    last = make_membership(organisation=company, role=kept_by)
    if kept_by == Role.COMPANY_CONTACT:
        end_membership(membership_id=last.pk, actor=SYSTEM)
    administrator = actor_for_role(Role.ADMINISTRATOR)
    network = make_network()
    make_member(network=network, organisation=company)
    manager = actor_for_role(Role.NETWORK_MANAGER, network=network)
    invite_person(
        email="vreemd@elders.example",
        organisation=company,
        role=Role.COMPANY_CONTACT,
        actor=manager,
        for_network=network,
    )
    stranger = make_user()
    asked = accept_invitation(token=sent_token("vreemd@elders.example"), user=stranger)
    assert isinstance(asked, AccessRequest)
    told = OutboxMessage.objects.filter(template="organisation_access_asked")
    assert told.filter(recipient=administrator.user).exists()


def test_who_reminds_somebody_whom_an_outsider_asked_vouches_for_nobody() -> None:
    company = make_organisation()
    contact = actor_for_role(Role.COMPANY_CONTACT, organisation=company)
    network = make_network()
    manager = actor_for_role(Role.NETWORK_MANAGER, network=network)
    text = f"vreemd@elders.example {company.enterprise_number}"
    invite_addresses(network=network, text=text, role=Role.COMPANY_CONTACT, actor=manager)
    remind_invitation(invitation=Invitation.objects.get(), actor=contact)
    asked = accept_invitation(token=sent_token("vreemd@elders.example"), user=make_user())
    assert isinstance(asked, AccessRequest)
    invite_person(
        email="eigen@bedrijf.example", organisation=company, role=Role.COMPANY_CONTACT, actor=contact
    )
    own = Invitation.objects.get(email="eigen@bedrijf.example")
    remind_invitation(invitation=own, actor=manager)
    joined = accept_invitation(token=sent_token("eigen@bedrijf.example"), user=make_user())
    assert isinstance(joined, Membership), "its own word stands"


@pytest.mark.parametrize("verified", [True, False])
def test_who_named_a_company_first_does_not_keep_its_people_out(verified: bool) -> None:
    company = make_organisation(is_verified=verified)
    first = actor_for_role(Role.COMPANY_CONTACT, organisation=company)
    administrator = actor_for_role(Role.ADMINISTRATOR)
    onboard_company(
        number=company.enterprise_number or "", name="", message="Ik ben de zaakvoerder.", user=make_user()
    )
    told = OutboxMessage.objects.filter(template="organisation_access_asked")
    assert told.filter(recipient=first.user).exists()
    assert told.filter(recipient=administrator.user).exists() is not verified
    answered = answer_access(request=AccessRequest.objects.get(), grant=True, actor=administrator)
    assert answered.state == "granted"


def test_who_was_taken_out_does_not_come_back_by_an_old_link_nor_asks_again_by_it() -> None:
    contact = actor_for_role(Role.COMPANY_CONTACT)
    company, person = organisation_of(contact), make_user()
    invite_person(email="an@vonk.example", organisation=company, role=Role.COMPANY_CONTACT, actor=contact)
    token = sent_token("an@vonk.example")
    given = accept_invitation(token=token, user=person)
    assert isinstance(given, Membership)
    end_membership(membership_id=given.pk, actor=contact)
    with pytest.raises(ValidationError, match="niet meer geldig"):
        accept_invitation(token=token, user=person)
    assert not Membership.objects.current().filter(user=person).exists()
    manager = actor_for_role(Role.NETWORK_MANAGER, network=make_network())
    invite_person(email="b@elders.example", organisation=company, role=Role.COMPANY_CONTACT, actor=manager)
    stranger, second = make_user(), sent_token("b@elders.example")
    asked = accept_invitation(token=second, user=stranger)
    assert isinstance(asked, AccessRequest)
    answer_access(request=asked, grant=False, actor=contact, reason="Onbekend.")
    assert accept_invitation(token=second, user=stranger) == asked
    assert AccessRequest.objects.filter(state="open").count() == 0


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


def test_nobody_gives_a_number_to_a_company_that_has_its_own_people() -> None:
    theirs = make_organisation(name="Smederij Vonk", enterprise_number=None)
    make_membership(organisation=theirs)
    number = make_enterprise_number()
    stranger = client_of(Role.COMPANY_CONTACT)
    body = {"direction": "owns", "number": number, "other_name": "smederij  vonk", "percent": "80.00"}
    made = stranger.post("/api/v1/ownership-links/", body, format="json").json()
    theirs.refresh_from_db()
    assert theirs.enterprise_number is None
    assert made["owned"]["id"] != str(theirs.public_id)
    nobody = make_organisation(name="Smederij Asse", enterprise_number=None)
    found = find_company(number=make_enterprise_number(), name="Smederij Asse")
    assert found == nobody, "known by name only: no second record arises"


# Gaps


def test_a_gap_that_the_manager_rewrites_waits_for_the_companys_word_again(client_for: Clients) -> None:
    network = make_network()
    gap = make_gap(network=network, title="Lassen")
    company = actor_for_role(Role.COMPANY_CONTACT, organisation=gap.organisation)
    manager = actor_for_role(Role.NETWORK_MANAGER, network=network)
    same = save_gap(actor=manager, organisation=gap.organisation, values={"title": "Lassen"}, gap=gap)
    assert same.state == Gap.State.OPEN
    rewritten = save_gap(
        actor=manager,
        organisation=gap.organisation,
        values={"title": "Boekhouden", "urgency": "critical"},
        gap=gap,
    )
    assert rewritten.state == Gap.State.TO_CONFIRM
    told = OutboxMessage.objects.filter(template="gap_rewritten", recipient=company.user).first()
    assert told is not None
    assert "Boekhouden" in render_message(told)[1]
    with pytest.raises(TransitionRefused):
        take_gap_action(gap=gap, action="confirm", actor=manager)
    assert take_gap_action(gap=gap, action="confirm", actor=company).state == Gap.State.OPEN
    own = save_gap(actor=company, organisation=gap.organisation, values={"title": "Frezen"}, gap=gap)
    assert own.state == Gap.State.OPEN


def test_a_closed_gap_is_rewritten_by_its_company_only() -> None:
    network = make_network()
    gap = make_gap(network=network, state=Gap.State.CLOSED)
    manager = actor_for_role(Role.NETWORK_MANAGER, network=network)
    with pytest.raises(ValidationError):
        save_gap(actor=manager, organisation=gap.organisation, values={"title": "Anders"}, gap=gap)
    company = actor_for_role(Role.COMPANY_CONTACT, organisation=gap.organisation)
    assert save_gap(actor=company, organisation=gap.organisation, values={"title": "Anders"}, gap=gap).title


# Leaving


def test_who_leaves_takes_its_gaps_along_and_gives_its_seats_back() -> None:
    network = make_network()
    company = actor_for_role(Role.COMPANY_CONTACT)
    own = organisation_of(company)
    member = make_member(network=network, organisation=own)
    gap, done = (
        make_gap(network=network, organisation=own),
        make_gap(network=network, organisation=own, state="closed"),
    )
    others = make_gap(network=network)
    manager = actor_for_role(Role.NETWORK_MANAGER, network=network)
    seat = make_membership(organisation=own, role=Role.STEERING_MEMBER, network=network)
    asked = invite_person(
        email="stuur@groep.example",
        organisation=own,
        role=Role.STEERING_MEMBER,
        network=network,
        actor=manager,
    )
    assert others in Gap.objects.visible_to(actor_for_user(seat.user))
    take_member_action(member=member, action="leave", actor=company)
    gap.refresh_from_db()
    assert (gap.network, gap.state) == (None, Gap.State.OPEN)
    assert gap not in Gap.objects.visible_to(manager) | Gap.objects.editable_by(manager)
    assert gap in Gap.objects.visible_to(company)
    assert others not in Gap.objects.visible_to(actor_for_user(seat.user))
    assert MatchRun.objects.filter(owner_ids=[gap.pk]).exists()  # it leaves its pool
    with pytest.raises(ValidationError):
        accept_invitation(token=sent_token("stuur@groep.example"), user=make_user())
    asked.refresh_from_db()
    assert asked.withdrawn_at is not None
    with pytest.raises(TransitionRefused, match="geen lid meer"):
        take_gap_action(gap=done, action="reopen", actor=manager)
    with pytest.raises(TransitionRefused, match="geen lid meer"):
        take_gap_action(gap=done, action="reopen", actor=company)


def test_after_leaving_the_last_change_is_undone_without_the_network() -> None:
    network = make_network()
    gap = make_gap(network=network, title="Eerst")
    company = actor_for_role(Role.COMPANY_CONTACT, organisation=gap.organisation)
    member = network.members.get(organisation=gap.organisation)
    take_member_action(member=member, action="leave", actor=company)
    gap.refresh_from_db()
    seen = last_change_of(gap)
    assert seen is not None
    with pytest.raises(TransitionRefused, match="geen lid meer"):
        undo_last_change(gap=gap, actor=company, seen=seen)


# Networks that take nobody


@pytest.mark.parametrize("state", ["suspended", "winding_down", "closed", "rejected"])
def test_nobody_becomes_a_member_of_a_network_that_takes_none(state: str) -> None:
    network = make_network(state=state)
    manager = actor_for_role(Role.NETWORK_MANAGER, network=network)
    company = actor_for_role(Role.COMPANY_CONTACT)
    own = organisation_of(company)
    with pytest.raises(ValidationError, match="geen nieuwe leden"):
        add_company(network=network, organisation=own, actor=manager)
    with pytest.raises(ValidationError, match="geen nieuwe leden"):
        request_membership(network=network, organisation_id=own.pk, actor=company)
    invited = make_member(network=network, organisation=own, state="invited")
    with pytest.raises(TransitionRefused, match="geen nieuwe leden"):
        take_member_action(member=invited, action="join", actor=company)
    asking = make_member(network=network, state="requested")
    with pytest.raises(TransitionRefused, match="geen nieuwe leden"):
        take_member_action(member=asking, action="accept", actor=manager)


@pytest.mark.parametrize("state", ["suspended", "winding_down"])
def test_a_network_that_ends_takes_no_new_gap_and_keeps_those_it_has(state: str) -> None:
    network = make_network()
    gap = make_gap(network=network)
    company = actor_for_role(Role.COMPANY_CONTACT, organisation=gap.organisation)
    Network.objects.filter(pk=network.pk).update(state=state)
    with pytest.raises(ValidationError, match="geen nieuwe leden"):
        save_gap(
            actor=company,
            organisation=gap.organisation,
            values={"title": "Nieuw", "language": "nl", "network": Network.objects.get(pk=network.pk)},
        )
    kept = save_gap(actor=company, organisation=gap.organisation, values={"learners": 9}, gap=gap)
    assert kept.network_id == network.pk


# Ownership


def declared(claimant: Actor, other: Organisation, percent: int = 80) -> OwnershipLink:
    values = {"number": other.enterprise_number, "percent": percent}
    return add_link(
        actor=claimant, organisation=organisation_of(claimant), values=values, owned_by_other=False
    )


def test_what_one_says_of_another_ties_that_one_to_nothing_until_it_agrees() -> None:
    claimant, other = actor_for_role(Role.COMPANY_CONTACT), actor_for_role(Role.COMPANY_CONTACT)
    own, theirs = organisation_of(claimant), organisation_of(other)
    link = declared(claimant, theirs)
    own.refresh_from_db()
    theirs.refresh_from_db()
    assert own.undertaking_key != theirs.undertaking_key
    assert OutboxMessage.objects.filter(template="organisation_link_claimed", recipient=other.user).exists()
    # The law takes an applicant's own word against itself: its size and ceiling count the other, not reversed.
    assert {o.pk for o in group_of(own)} == {own.pk, theirs.pk}
    assert [o.pk for o in group_of(theirs)] == [theirs.pk]
    with pytest.raises(TransitionRefused):
        confirm_link(link_id=link.pk, actor=claimant)
    with pytest.raises(TransitionRefused):
        confirm_link(link_id=link.pk, actor=actor_for_role(Role.COMPANY_CONTACT))
    confirm_link(link_id=link.pk, actor=other)
    own.refresh_from_db()
    theirs.refresh_from_db()
    assert own.undertaking_key == theirs.undertaking_key
    assert {o.pk for o in group_of(theirs)} == {own.pk, theirs.pk}


def test_claims_that_nobody_confirms_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(undertakings, "MOST_CLAIMS", 2)
    claimant = actor_for_role(Role.COMPANY_CONTACT)
    first, second = (declared(claimant, make_organisation(), percent=5) for _ in range(2))
    end_link(link_id=second.pk, actor=claimant)
    known = Organisation.objects.count()
    values = {"number": make_enterprise_number(), "other_name": "Nieuw", "percent": 5}
    own = organisation_of(claimant)
    with pytest.raises(ValidationError, match="wachten al 2 banden"):
        add_link(actor=claimant, organisation=own, values=values, owned_by_other=False)
    assert Organisation.objects.count() == known
    confirm_link(link_id=first.pk, actor=actor_for_role(Role.COMPANY_CONTACT, organisation=first.owned))
    added = add_link(actor=claimant, organisation=own, values=values, owned_by_other=False)
    assert added.claimed_by == own


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.ADMINISTRATOR])
def test_a_coordinator_or_an_administrator_may_confirm_instead(role: Role) -> None:
    claimant, theirs = actor_for_role(Role.COMPANY_CONTACT), make_organisation()
    link = declared(claimant, theirs)
    confirm_link(link_id=link.pk, actor=actor_for_role(role))
    theirs.refresh_from_db()
    assert theirs.undertaking_key == min(theirs.pk, organisation_of(claimant).pk)


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.ADMINISTRATOR])
def test_a_key_ties_no_others_together_and_reads_no_claims_of_others(role: Role) -> None:
    claimant, theirs = actor_for_role(Role.COMPANY_CONTACT), make_organisation()
    link = declared(claimant, theirs)
    key, links = client_of(role), "/api/v1/ownership-links/"
    assert key.get(links).json()["results"] == []
    assert key.post(f"{links}{link.public_id}/confirm/").status_code == 404
    body = {"direction": "owns", "number": theirs.enterprise_number, "percent": "80.00"}
    assert key.post(links, body, format="json").json()["confirmed"] is False
    theirs.refresh_from_db()
    assert theirs.undertaking is None


def test_nobody_confirms_for_others_what_an_own_organisation_says() -> None:
    claimant, theirs = actor_for_role(Role.COMPANY_CONTACT), make_organisation()
    link = declared(claimant, theirs)
    both = make_membership(user=claimant.user, role=Role.COORDINATOR)
    with pytest.raises(TransitionRefused):
        confirm_link(link_id=link.pk, actor=actor_for_user(both.user, both.organisation))
    theirs.refresh_from_db()
    assert theirs.undertaking is None


def test_the_other_side_confirms_or_ends_it_on_its_own_page(client_for: Clients) -> None:
    other = client_for(Role.COMPANY_CONTACT)
    theirs = organisation_of(other.actor)
    claimant = actor_for_role(Role.COMPANY_CONTACT)
    link = declared(claimant, theirs)
    page = other.get(reverse("networks:organisation")).content.decode()
    confirm = reverse("networks:link_confirm", args=[link.public_id])
    assert "nog te bevestigen" in page
    assert confirm in page
    assert "Klopt deze band" in other.get(reverse("home")).content.decode()
    mine = client_for(None)
    mine.force_login(claimant.user)
    assert mine.post(confirm).status_code == 404
    assert "Bevestigd" in other.post(confirm, follow=True).content.decode()
    link.refresh_from_db()
    assert link.claimed_by is None
