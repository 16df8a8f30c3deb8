"""Settling: who may take which step when, what a claim is checked on, what is paid, and only once."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from programmes.claim_transitions import CLAIM_TRANSITIONS
from programmes.models import Claim, Participation, Programme
from programmes.services.budgets import network_position
from programmes.services.claim_checks import checks_of
from programmes.services.claims import open_claim, save_lines, take_claim_step
from skillnet.kernel.actor import ANONYMOUS
from skillnet.kernel.models import OutboxMessage
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import TransitionRefused, decisions_on
from tests.factories import actor_for_role
from tests.programmes.claims_world import TO_PAID, complete_lines, deliver, drawn_up, move_claim
from tests.programmes.world import REASON, World, build_world

pytestmark = pytest.mark.django_db

MANAGER_STEPS = {"submit", "resubmit"}
CONTENT_STEPS = {"approve_content", "ask_changes", "decline"}
MONEY_STEPS = {"approve_payment", "ask_changes_finance", "pay", "fail"}


@pytest.fixture
def world() -> World:
    return build_world(budget=Decimal(50_000))


def test_only_the_right_people_have_a_step_and_only_in_its_states(world):
    """10 states × 9 steps × 10 people, from the table itself; who approved the content moves no money."""
    assert set(CLAIM_TRANSITIONS.transitions) == MANAGER_STEPS | CONTENT_STEPS | MONEY_STEPS
    claim = Claim(programme=deliver(world), staff_approved_by=world.coordinator.user)
    people = {
        "manager": (world.manager, MANAGER_STEPS),
        "content": (world.coordinator, CONTENT_STEPS),
        "money": (world.second, CONTENT_STEPS | MONEY_STEPS),
        "company": (world.contact(world.companies[0]), set()),
        "steering": (actor_for_role(Role.STEERING_MEMBER, network=world.network), set()),
        "provider": (actor_for_role(Role.PROVIDER, organisation=world.offer.provider.organisation), set()),
        "administrator": (actor_for_role(Role.ADMINISTRATOR), set()),
        "other manager": (actor_for_role(Role.NETWORK_MANAGER), set()),
        "other coordinator": (actor_for_role(Role.COORDINATOR), set()),
        "nobody": (ANONYMOUS, set()),
    }
    for state in Claim.State.values:
        claim.state = state
        sources = {a for a, row in CLAIM_TRANSITIONS.transitions.items() if state in row.sources}
        for name, (actor, wanted) in people.items():
            assert set(CLAIM_TRANSITIONS.available(claim, actor)) == wanted & sources, (state, name)


def test_from_delivered_to_paid_with_programme_budget_and_people(world):
    claim = drawn_up(world)
    programme = claim.programme
    claim = move_claim(world, claim, "submit")
    programme.refresh_from_db()
    assert (claim.state, programme.state) == ("submitted", "claimed")
    claim = move_claim(world, claim, "approve_content", "approve_payment")
    assert claim.payable == Decimal(4500)
    claim = move_claim(world, claim, "pay")
    programme.refresh_from_db()
    assert (claim.state, programme.state, claim.settled) == ("paid", "paid", Decimal(4500))
    assert [d.action for d in decisions_on(claim)] == list(TO_PAID)
    paid = decisions_on(programme).get(action="pay")
    assert "KBC-0001" in paid.reason
    assert paid.evidence["reference"] == claim.reference
    assert network_position(world.network).paid == Decimal(4500)
    told = OutboxMessage.objects.filter(template="claim_step", context__action="claim_submit")
    assert {m.recipient for m in told} == {world.coordinator.user, world.second.user}


def test_four_eyes_on_every_claim_whatever_its_amount(world):
    claim = move_claim(world, drawn_up(world), "submit", "approve_content")
    with pytest.raises(TransitionRefused, match="mag deze stap niet"):
        take_claim_step(claim_id=claim.pk, action="approve_payment", actor=world.coordinator)
    claim = move_claim(world, claim, "approve_payment")
    with pytest.raises(TransitionRefused, match="mag deze stap niet"):
        take_claim_step(
            claim_id=claim.pk,
            action="pay",
            actor=world.coordinator,
            paid_on=timezone.localdate(),
            payment_reference="X",
        )


def test_nobody_checks_a_claim_of_the_own_organisation(world):
    claim = move_claim(world, drawn_up(world), "submit")
    world.network.promoter = world.administration
    world.network.save()
    with pytest.raises(TransitionRefused, match="mag deze stap niet"):
        move_claim(world, claim, "approve_content")


def test_a_claim_comes_after_the_lessons_and_only_from_its_manager(world):
    programme = world.programme("submit", "approve", "start")
    with pytest.raises(TransitionRefused, match="nog niet als gegeven"):
        open_claim(programme_id=programme.pk, actor=world.manager)
    with pytest.raises(TransitionRefused, match="mag deze stap niet"):
        open_claim(programme_id=deliver_again(world, programme).pk, actor=world.coordinator)


def deliver_again(world, programme):
    Programme.objects.filter(pk=programme.pk).update(state="delivered")
    programme.refresh_from_db()
    return programme


def test_what_is_missing_is_said_before_submission(world):
    programme = deliver(world)
    programme.enrolments.filter(participation__organisation=world.companies[0]).update(state="confirmed")
    claim = open_claim(programme_id=programme.pk, actor=world.manager)
    with pytest.raises(TransitionRefused) as refused:
        move_claim(world, claim, "submit")
    text = " ".join(refused.value.reasons)
    assert "Vul de aanwezigheid in" in text
    assert world.companies[0].name in text
    assert "factuurnummer en bewijsstuk" in text
    claim.refresh_from_db()
    assert claim.state == "draft"


def test_more_than_planned_is_explained_and_pays_no_more(world):
    claim = drawn_up(world, amount=Decimal("4000.00"))
    with pytest.raises(TransitionRefused, match="Leg uit waarom"):
        move_claim(world, claim, "submit")
    save_lines(
        claim_id=claim.pk,
        actor=world.manager,
        lines=complete_lines(claim, amount=Decimal("4000.00")),
        overrun_note="De zaal was duurder.",
    )
    claim = move_claim(world, claim, "submit", "approve_content", "approve_payment")
    assert claim.payable == Decimal(4500)


def test_less_than_planned_pays_the_same_share_of_less(world):
    claim = drawn_up(world, amount=Decimal("2000.01"), vat=Decimal("420.00"))
    claim = move_claim(world, claim, "submit", "approve_content", "approve_payment")
    assert {s.payable for s in claim.shares.all()} == {Decimal("1000.00")}
    share = claim.shares.first()
    assert [r["rule"] for r in share.record["reasons"]] == [
        "claim.actual",
        "claim.vat",
        "claim.share",
        "claim.intensity",
        "claim.less",
    ]


def test_there_is_no_aid_on_seats_that_nobody_took(world):
    claim = drawn_up(world, deliver(world, absent=1))
    first = Participation.objects.get(programme=claim.programme, organisation=world.companies[2])
    claim = move_claim(world, claim, "submit", "approve_content", "approve_payment")
    by_company = {s.participation.organisation.name: s.payable for s in claim.shares.all()}
    assert sorted(by_company.values()) == [Decimal("1000.00"), Decimal("1500.00"), Decimal("1500.00")]
    assert first.learners == 3


def test_changes_are_asked_with_a_reason_and_the_claim_comes_back(world):
    claim = move_claim(world, drawn_up(world), "submit")
    with pytest.raises(TransitionRefused, match="Geef een motivering"):
        take_claim_step(claim_id=claim.pk, action="ask_changes", actor=world.coordinator)
    with pytest.raises(TransitionRefused, match="kan niet gewijzigd"):
        save_lines(claim_id=claim.pk, actor=world.manager, lines=complete_lines(claim))
    claim = move_claim(world, claim, "ask_changes", "resubmit", "approve_content", "ask_changes_finance")
    assert claim.staff_approved_by is None
    claim = move_claim(world, claim, "resubmit", "approve_content", "approve_payment", "fail", "pay")
    assert claim.state == "paid"


def test_a_declined_claim_costs_the_budget_nothing(world):
    claim = move_claim(world, drawn_up(world), "submit")
    claim = take_claim_step(claim_id=claim.pk, action="decline", actor=world.coordinator, reason=REASON)
    assert (claim.state, claim.settled) == ("declined", Decimal(0))
    assert network_position(world.network).left == Decimal(50_000)


def test_saving_the_same_lines_changes_nothing(world):
    claim = drawn_up(world)
    before = list(claim.lines.values("pk", "amount", "updated_at"))
    lines = complete_lines(claim)
    save_lines(claim_id=claim.pk, actor=world.manager, lines=lines)
    assert [r["pk"] for r in claim.lines.values("pk")] == [r["pk"] for r in before]
    with pytest.raises(Exception, match="bewijsstuk hoort niet"):
        save_lines(
            claim_id=claim.pk,
            actor=world.manager,
            lines=[replace(lines[0], evidence=("0198b2f0-0000-7000-8000-000000000000",))],
        )


def test_a_payment_has_a_day_that_has_come_and_a_reference(world):
    claim = move_claim(world, drawn_up(world), "submit", "approve_content", "approve_payment")
    with pytest.raises(TransitionRefused) as refused:
        take_claim_step(
            claim_id=claim.pk,
            action="pay",
            actor=world.second,
            paid_on=timezone.localdate() + timedelta(days=1),
        )
    assert len(refused.value.reasons) == 2


def test_money_of_another_policy_is_shown_and_blocks_nothing(world):
    world.offer.policy_domain = "education"
    world.offer.save()
    claim = drawn_up(world)
    check = next(c for c in checks_of(claim) if c.key == "double_funding")
    assert check.outcome == "unknown"
    assert not check.blocks
