"""Needs analyses, keys, rates, calls, people and merged records against the real database."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from networks.models import AnnualAccounts, Invitation, Membership, NeedsAnalysis, NeedsVote
from networks.services.needs import cast_vote, start_analysis, take_needs_action
from networks.services.organisations import merge_organisations, save_accounts
from networks.services.people import (
    accept_invitation,
    end_membership,
    find_open_invitation,
    invite_person,
    withdraw_invitation,
)
from networks.services.rates import propose_rate, take_rate_action
from networks.services.tokens import MOST_KEYS, create_token, revoke_token
from skillnet.api.authentication import actor_of_token, digest_of
from skillnet.kernel.actor import Actor
from skillnet.kernel.models import ApiToken, Decision, OutboxMessage, Rate, RateKey
from skillnet.kernel.outbox import render_message
from skillnet.kernel.rates import NoRate, rate_on
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import TransitionRefused
from tests.factories import (
    actor_for_role,
    make_enterprise_number,
    make_gap,
    make_member,
    make_membership,
    make_network,
    make_offer,
    make_organisation,
    make_provider,
    make_user,
    organisation_of,
)

pytestmark = pytest.mark.django_db


# Needs analyses


def ready_to_vote(members: int = 3) -> tuple[NeedsAnalysis, Actor]:
    network = make_network(members=members - 1)
    make_gap(network=network, title="Lassen", learners=4, urgency="high")
    manager = actor_for_role(Role.NETWORK_MANAGER, network=network)
    analysis = start_analysis(network=network, actor=manager)
    return take_needs_action(analysis=analysis, action="consolidate", actor=manager), manager


def test_there_is_one_version_at_a_time() -> None:
    analysis, manager = ready_to_vote()
    assert start_analysis(network=analysis.network, actor=manager) == analysis
    assert analysis.version == 1


def test_an_empty_network_has_nothing_to_consolidate() -> None:
    network = make_network(members=3)
    manager = actor_for_role(Role.NETWORK_MANAGER, network=network)
    analysis = start_analysis(network=network, actor=manager)
    with pytest.raises(TransitionRefused, match="nog geen open kloof"):
        take_needs_action(analysis=analysis, action="consolidate", actor=manager)


def test_what_is_voted_on_does_not_move() -> None:
    analysis, _manager = ready_to_vote()
    assert [record["title"] for record in analysis.snapshot] == ["Lassen"]
    make_gap(network=analysis.network, title="Plooien")
    analysis.refresh_from_db()
    assert [record["title"] for record in analysis.snapshot] == ["Lassen"]


def test_a_majority_of_the_steering_group_validates_and_the_manager_freezes() -> None:
    analysis, manager = ready_to_vote()
    for agrees in (True, True, False):
        member = actor_for_role(Role.STEERING_MEMBER, network=analysis.network)
        cast_vote(analysis=analysis, actor=member, agrees=agrees, remark="Te duur." if not agrees else "")
    take_needs_action(analysis=analysis, action="validate", actor=manager)
    frozen = take_needs_action(analysis=analysis, action="freeze", actor=manager)
    assert frozen.state == NeedsAnalysis.State.FROZEN
    assert frozen.frozen_at is not None
    evidence = Decision.objects.get(action="validate").evidence
    assert evidence == {"agreed": 2, "against": 1, "needed": 2}
    second = start_analysis(network=analysis.network, actor=manager)
    assert second.version == 2


def test_without_a_majority_there_is_no_validation() -> None:
    analysis, manager = ready_to_vote()
    for agrees in (True, False):
        member = actor_for_role(Role.STEERING_MEMBER, network=analysis.network)
        cast_vote(analysis=analysis, actor=member, agrees=agrees, remark="Neen.")
    with pytest.raises(TransitionRefused, match="niet in meerderheid"):
        take_needs_action(analysis=analysis, action="validate", actor=manager)
    reopened = take_needs_action(analysis=analysis, action="reopen", actor=manager, reason="We passen aan.")
    assert reopened.snapshot == []
    assert not NeedsVote.objects.exists()


def test_an_organisation_has_one_vote_and_may_change_it() -> None:
    analysis, _manager = ready_to_vote()
    organisation = make_organisation()
    for agrees in (True, False):
        member = actor_for_role(Role.STEERING_MEMBER, network=analysis.network, organisation=organisation)
        cast_vote(analysis=analysis, actor=member, agrees=agrees, remark="Anders.")
    assert [vote.agrees for vote in analysis.votes.all()] == [False]


def test_only_the_own_steering_group_votes_and_only_while_it_lies_before_it() -> None:
    analysis, manager = ready_to_vote()
    for other in (manager, actor_for_role(Role.STEERING_MEMBER), actor_for_role(Role.COMPANY_CONTACT)):
        with pytest.raises(TransitionRefused):
            cast_vote(analysis=analysis, actor=other, agrees=True)
    member = actor_for_role(Role.STEERING_MEMBER, network=analysis.network)
    take_needs_action(analysis=analysis, action="reopen", actor=manager, reason="Nog één kloof.")
    with pytest.raises(TransitionRefused, match="niets te stemmen"):
        cast_vote(analysis=analysis, actor=member, agrees=True)


def test_the_steering_group_is_told_that_it_can_vote() -> None:
    network = make_network()
    member = actor_for_role(Role.STEERING_MEMBER, network=network)
    make_gap(network=network)
    manager = actor_for_role(Role.NETWORK_MANAGER, network=network)
    analysis = start_analysis(network=network, actor=manager)
    take_needs_action(analysis=analysis, action="consolidate", actor=manager)
    notice = OutboxMessage.objects.get(recipient=member.user, kind=OutboxMessage.Kind.NOTICE)
    subject, body = render_message(notice)
    assert network.name in subject
    assert "Versie 1" in body


@pytest.mark.parametrize(
    ("role", "sees"),
    [
        (Role.NETWORK_MANAGER, True),
        (Role.STEERING_MEMBER, True),
        (Role.COMPANY_CONTACT, False),
        (Role.ANALYST, False),
        (Role.PROVIDER, False),
    ],
)
def test_a_needs_analysis_names_weaknesses_and_is_closed_to_others(role: Role, sees: bool) -> None:
    analysis, _manager = ready_to_vote()
    network = analysis.network if role in (Role.NETWORK_MANAGER, Role.STEERING_MEMBER) else None
    actor = actor_for_role(role, network=network)
    assert NeedsAnalysis.objects.visible_to(actor).exists() == sees


# Keys


def test_a_key_speaks_for_its_organisation_and_is_kept_as_a_hash() -> None:
    actor = actor_for_role(Role.COMPANY_CONTACT)
    token, key = create_token(actor=actor, name="HR", role=Role.COMPANY_CONTACT, scopes=["gaps:read"])
    assert token.digest == digest_of(key)
    assert key not in str(ApiToken.objects.values().get())
    speaker = actor_of_token(token)
    assert speaker is not None
    assert speaker.organisation_id == actor.organisation_id
    assert speaker.scopes == {"gaps:read"}
    revoke_token(token_id=token.pk, actor=actor)
    revoke_token(token_id=token.pk, actor=actor)
    assert Decision.objects.filter(action="revoke").count() == 1
    says: dict[str, Any] = {"actor": actor, "role": Role.COMPANY_CONTACT, "scopes": ["gaps:read"]}
    for number in range(MOST_KEYS):
        create_token(name=f"HR {number}", **says)
    with pytest.raises(ValidationError, match="Trek er eerst een in"):
        create_token(name="Een te veel", **says)


@pytest.mark.parametrize(
    ("role", "scopes"),
    [(Role.COORDINATOR, ["gaps:read"]), (Role.COMPANY_CONTACT, []), (Role.COMPANY_CONTACT, ["gaps:destroy"])],
)
def test_a_key_can_do_no_more_than_its_maker(role: Role, scopes: list[str]) -> None:
    actor = actor_for_role(Role.COMPANY_CONTACT)
    with pytest.raises(ValidationError):
        create_token(actor=actor, name="HR", role=role, scopes=scopes)
    assert not ApiToken.objects.exists()


# Rates


def proposal(actor: Actor, key: RateKey, start: date, end: date | None = None, value: int = 50) -> Rate:
    return propose_rate(
        actor=actor,
        key=key,
        value=Decimal(value),
        valid_from=start,
        valid_to=end,
        legal_basis="Besluit, art. 3",
    )


@pytest.fixture
def key(db: None) -> RateKey:
    return RateKey.objects.create(name="proef.aandeel", unit="%")


def test_a_proposed_rate_counts_for_nothing(key: RateKey) -> None:
    first, second = actor_for_role(Role.ADMINISTRATOR), actor_for_role(Role.ADMINISTRATOR)
    rate = proposal(first, key, date(2026, 1, 1))
    with pytest.raises(NoRate):
        rate_on(key.name, date(2026, 6, 1))
    with pytest.raises(TransitionRefused):
        take_rate_action(rate=rate, action="confirm", actor=first)
    take_rate_action(rate=rate, action="confirm", actor=second)
    assert rate_on(key.name, date(2026, 6, 1)).value == 50


def test_a_new_rate_ends_the_one_that_held_until_further_notice(key: RateKey) -> None:
    first, second = actor_for_role(Role.ADMINISTRATOR), actor_for_role(Role.ADMINISTRATOR)
    for start, value in ((date(2024, 1, 1), 50), (date(2026, 7, 1), 60)):
        rate = proposal(first, key, start, value=value)
        take_rate_action(rate=rate, action="confirm", actor=second)
    assert rate_on(key.name, date(2026, 6, 30)).value == 50
    assert rate_on(key.name, date(2026, 6, 30)).valid_to == date(2026, 6, 30)
    assert rate_on(key.name, date(2026, 7, 1)).value == 60


def test_the_last_day_is_included_and_an_overlap_is_refused(key: RateKey) -> None:
    first, second = actor_for_role(Role.ADMINISTRATOR), actor_for_role(Role.ADMINISTRATOR)
    rate = proposal(first, key, date(2026, 1, 1), date(2026, 6, 30))
    take_rate_action(rate=rate, action="confirm", actor=second)
    assert rate_on(key.name, date(2026, 6, 30)).value == 50
    with pytest.raises(NoRate):
        rate_on(key.name, date(2026, 7, 1))
    clash = proposal(first, key, date(2026, 6, 30), value=55)
    with pytest.raises(TransitionRefused, match="al een bevestigd tarief"):
        take_rate_action(rate=clash, action="confirm", actor=second)
    assert rate_on(key.name, date(2026, 6, 30)).value == 50


def test_the_database_itself_refuses_one_person_for_both(key: RateKey) -> None:
    actor = actor_for_role(Role.ADMINISTRATOR)
    rate = proposal(actor, key, date(2026, 1, 1))
    with pytest.raises(IntegrityError, match="rate_needs_a_second_person"), transaction.atomic():
        Rate.objects.filter(pk=rate.pk).update(confirmed_by=actor.user)


# People


def test_an_invitation_is_accepted_once_and_by_one_person() -> None:
    actor = actor_for_role(Role.COMPANY_CONTACT)
    organisation = organisation_of(actor)
    invite_person(email="An@Vonk.example", organisation=organisation, role=Role.COMPANY_CONTACT, actor=actor)
    mail = OutboxMessage.objects.get(template="invitation")
    token = mail.context["url"].rstrip("/").rsplit("/", 1)[1]
    assert find_open_invitation(token=token) is not None
    person = make_user()
    membership = accept_invitation(token=token, user=person)
    assert accept_invitation(token=token, user=person) == membership
    assert find_open_invitation(token=token) is None
    with pytest.raises(ValidationError):
        accept_invitation(token=token, user=make_user())


def test_a_reminder_sends_a_new_link_and_the_old_one_stops() -> None:
    actor = actor_for_role(Role.COMPANY_CONTACT)
    organisation = organisation_of(actor)
    for _ in range(2):
        invitation = invite_person(
            email="an@vonk.example", organisation=organisation, role=Role.COMPANY_CONTACT, actor=actor
        )
    tokens = [
        m.context["url"].rstrip("/").rsplit("/", 1)[1]
        for m in OutboxMessage.objects.filter(template="invitation")
    ]
    assert len(set(tokens)) == 2
    assert [find_open_invitation(token=token) is not None for token in tokens] == [False, True]
    withdraw_invitation(invitation_id=invitation.pk)
    assert find_open_invitation(token=tokens[1]) is None


def test_inviting_again_is_no_way_to_send_mail_after_mail() -> None:
    actor = actor_for_role(Role.COMPANY_CONTACT)
    organisation = organisation_of(actor)

    def invite(email: str = "an@vonk.example") -> Invitation:
        role = Role.COMPANY_CONTACT
        return invite_person(email=email, organisation=organisation, role=role, actor=actor)

    for _ in range(2):
        invitation = invite()
    with pytest.raises(ValidationError, match="net een herinnering"):
        invite()
    for _ in range(4):
        withdraw_invitation(invitation_id=invitation.pk)
        invitation = invite()
    withdraw_invitation(invitation_id=invitation.pk)
    with pytest.raises(ValidationError, match="kreeg al 5 uitnodigingen"):
        invite()
    organisation.is_verified = False
    organisation.save()
    for number in range(10):
        invite(f"an{number}@vonk.example")
    with pytest.raises(ValidationError, match="nog niet nagekeken"):
        invite("bo@vonk.example")
    assert OutboxMessage.objects.filter(template="invitation").count() == 16


def test_the_last_administrator_stays() -> None:
    Membership.objects.filter(role=Role.ADMINISTRATOR).delete()
    membership = make_membership(role=Role.ADMINISTRATOR)
    actor = actor_for_role(Role.COMPANY_CONTACT)
    with pytest.raises(ValidationError, match="minstens één beheerder"):
        end_membership(membership_id=membership.pk, actor=actor)


# Organisations


def test_figures_of_a_year_are_replaced_and_empty_is_unknown() -> None:
    organisation = make_organisation()
    save_accounts(
        organisation=organisation, year=2024, values={"headcount": Decimal("12.5"), "turnover": None}
    )
    save_accounts(organisation=organisation, year=2024, values={"headcount": Decimal("13")})
    accounts = AnnualAccounts.objects.get()
    assert (str(accounts.headcount), accounts.turnover) == ("13.00", None)
    with pytest.raises(ValidationError):
        save_accounts(organisation=organisation, year=2024, values={"headcount": Decimal("-1")})


def test_a_duplicate_leaves_nothing_behind_but_a_trail() -> None:
    kept = make_organisation(name="Lasbedrijf De Vonk", enterprise_number=None)
    number = make_enterprise_number()
    duplicate = make_organisation(name="De Vonk Lasbedrijf", enterprise_number=number)
    network = make_network()
    for organisation in (kept, duplicate):
        make_member(network=network, organisation=organisation)
    other = make_network()
    moving = make_member(network=other, organisation=duplicate)
    gap = make_gap(organisation=duplicate)
    person = make_user()
    for organisation in (kept, duplicate):
        make_membership(user=person, organisation=organisation)
    admin = actor_for_role(Role.ADMINISTRATOR)
    moved = merge_organisations(kept=kept, duplicate=duplicate, actor=admin, reason="Zelfde nummer.")
    for row in (kept, duplicate, gap, moving):
        row.refresh_from_db()
    assert duplicate.merged_into == kept
    assert (kept.enterprise_number, duplicate.enterprise_number) == (number, None)
    assert gap.organisation == moving.organisation == kept
    assert moved["networks.Gap"] == 1
    assert network.members.filter(organisation=duplicate).count() == 1  # both were in it: one stays behind
    assert Membership.objects.current().get(user=person).organisation == kept
    evidence = Decision.objects.get(action="merge").evidence
    assert evidence["left"]["networks.NetworkMember"] == 1
    assert merge_organisations(kept=kept, duplicate=duplicate, actor=admin, reason="Nog eens.") == {}


def test_two_catalogues_become_one_with_a_trail() -> None:
    first = make_provider(kmo_number="", description="Lasschool")
    second = make_provider(kmo_number="DV.O1", description="Andere tekst")
    make_offer(provider=first, external_id="A-1")
    same = make_offer(provider=second, external_id="A-1", title="Zelfde kenmerk")
    own = make_offer(provider=second, external_id="B-1")
    admin = actor_for_role(Role.ADMINISTRATOR)

    def merge() -> dict[str, int]:
        return merge_organisations(
            kept=first.organisation, duplicate=second.organisation, actor=admin, reason="Zelfde."
        )

    type(second).objects.filter(pk=second.pk).update(
        state="announced", state_reason="Klachten", respond_until=timezone.localdate()
    )
    with pytest.raises(ValidationError, match="geschorst"):
        merge()
    type(second).objects.filter(pk=second.pk).update(state="verified")
    moved = merge()
    for row in (first, same, own):
        row.refresh_from_db()
    assert moved["catalogue.Offer"] == 2
    assert (same.provider, same.external_id, own.provider, own.external_id) == (first, "A-1-2", first, "B-1")
    assert (first.kmo_number, first.description) == ("DV.O1", "Lasschool")
    trail = Decision.objects.filter(action="merge")
    assert {"renamed": {"A-1": "A-1-2"}}.items() <= trail.earliest("pk").evidence.items()
    assert trail.latest("pk").evidence["moved"]["catalogue.Offer"] == 2
    assert merge() == {}
