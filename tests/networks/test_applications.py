"""Applications: what may be done by whom in which state, blind reviews, decisions within the budget."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from networks.application_transitions import APPLICATION_TRANSITIONS, OUTCOMES
from networks.models import ApplicationReview, Network, NetworkApplication
from networks.services.applications import save_application, start_application
from networks.services.calls import take_call_action
from networks.services.determination import (
    Outcome,
    budget_left,
    determine_application,
    determine_many,
    ranking_of,
    settle_condition,
)
from networks.services.networks import take_network_action
from networks.services.reviews import assign_reviewer, possible_reviewers, save_review
from skillnet.kernel.actor import Actor
from skillnet.kernel.models import OutboxMessage
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import TransitionRefused, decisions_on
from tests.factories import actor_for_role, make_member, make_membership, organisation_of
from tests.networks.call_world import (
    CallWorld,
    make_call_world,
    make_draft,
    make_ready,
    score,
    start_review_of_call,
    take,
    user_of,
)

pytestmark = pytest.mark.django_db
State = NetworkApplication.State


@pytest.fixture
def world() -> CallWorld:
    return make_call_world()


def approve(
    application: NetworkApplication, actor: Actor, action: str = "approve", **extra: object
) -> NetworkApplication:
    return determine_application(
        outcome=Outcome(application, action, "Sterk plan.", **extra),  # type: ignore[arg-type]
        actor=actor,
    )


def test_every_state_action_and_role_does_what_the_table_says(world: CallWorld) -> None:
    """The whole matrix: a step is open to exactly the role that its row names, in exactly its states."""
    application = make_draft(world)
    stranger = actor_for_role(Role.COORDINATOR)
    manager = world.manager_of(application)
    actors = {"m": manager, "c": world.coordinator, "x": stranger, "r": world.reviewers[0]}
    by_manager = {"submit", "retract", "supply_info", "withdraw"}
    for state in State:
        application.state = state
        for action, row in APPLICATION_TRANSITIONS.transitions.items():
            offered = {
                name
                for name, actor in actors.items()
                if action in APPLICATION_TRANSITIONS.available(application, actor)
            }
            wanted = {"m" if action in by_manager else "c"} if state in row.sources else set()
            assert offered == wanted, f"{state} {action}"


def test_an_incomplete_draft_says_all_that_it_lacks(world: CallWorld) -> None:
    application = make_draft(world)
    manager = world.manager_of(application)
    save_application(
        application=application,
        actor=manager,
        values={"plan": " ", "requested_budget": Decimal(200_000)},
        answers={criterion.pk: "" for criterion in world.call.criteria.all()[:1]},
    )
    with pytest.raises(TransitionRefused) as refused:
        take(world, application, "submit")
    text = " ".join(refused.value.reasons)
    assert "Beschrijf het plan." in text
    assert "meer dan het hele budget" in text
    assert "“Vraag”" in text
    assert "“Samenwerking”" not in text


def test_after_the_last_day_nothing_is_handed_in(world: CallWorld) -> None:
    application = make_draft(world)
    world.call.closes_on = timezone.localdate() - timedelta(days=1)
    world.call.opens_on = timezone.localdate() - timedelta(days=9)
    world.call.save()
    with pytest.raises(TransitionRefused, match="laatste dag"):
        take(world, application, "submit")


def test_starting_twice_gives_the_same_application_and_a_working_network_cannot_enter(
    world: CallWorld,
) -> None:
    application = make_draft(world)
    manager = world.manager_of(application)
    again = start_application(network=application.network, call=world.call, actor=manager)
    assert again.pk == application.pk
    other = make_call_world()
    Network.objects.filter(pk=application.network_id).update(state=Network.State.ACTIVE)
    with pytest.raises(ValidationError, match="werkt al"):
        start_application(network=application.network, call=other.call, actor=manager)


def test_a_network_of_a_call_with_criteria_does_not_hand_in_by_itself(world: CallWorld) -> None:
    application = make_draft(world)
    with pytest.raises(TransitionRefused):
        take_network_action(network=application.network, action="submit", actor=world.manager_of(application))


def test_more_information_says_what_and_by_when_and_the_term_protects_the_applicant(world: CallWorld) -> None:
    application = take(world, take(world, make_draft(world), "submit"), "screen")
    with pytest.raises(TransitionRefused, match="tegen wanneer"):
        take(world, application, "ask_info", reason="Wie zijn de bedrijven?")
    due = timezone.localdate() + timedelta(days=10)
    application = take(world, application, "ask_info", reason="Wie zijn de bedrijven?", info_due_on=due)
    assert (application.info_asked, application.info_due_on) == ("Wie zijn de bedrijven?", due)
    with pytest.raises(TransitionRefused, match="termijn"):
        take(world, application, "refuse_incomplete", reason="Onvolledig.")
    with pytest.raises(TransitionRefused, match="aanvult"):
        take(world, application, "supply_info")
    save_application(
        application=application, actor=world.manager_of(application), values={"info_answer": "Zie bijlage."}
    )
    assert take(world, application, "supply_info").state == State.SCREENING


def test_the_checklist_must_be_complete_before_anyone_weighs(world: CallWorld) -> None:
    application = take(world, take(world, make_draft(world), "submit"), "screen")
    with pytest.raises(TransitionRefused, match="Nog niet nagekeken"):
        take(world, application, "start_review")


def in_review(world: CallWorld) -> NetworkApplication:
    application = make_ready(world)
    return take(world, application, "reopen_review", reason="Nog een derde oordeel.")


def test_reviews_are_blind_until_the_own_one_is_in(world: CallWorld) -> None:
    application = in_review(world)
    third = actor_for_role(Role.ANALYST)
    review = assign_reviewer(application=application, user_id=user_of(third).pk, actor=world.coordinator)
    seen = ApplicationReview.objects.visible_to
    assert list(seen(third)) == [review]
    assert not seen(world.coordinator).exists()
    assert not seen(world.manager_of(application)).exists()
    scores = {c.pk: (3, "Degelijk.") for c in world.call.criteria.all()}
    save_review(review=review, actor=third, scores=scores, hand_in=True)
    assert seen(third).count() == 3
    application = take(world, application, "complete_review")
    assert seen(world.coordinator).count() == 3
    assert not seen(world.manager_of(application)).exists()
    start_review_of_call(world)
    approve(application, world.coordinator)
    assert seen(world.manager_of(application)).count() == 3


def test_a_review_is_handed_in_whole_and_once(world: CallWorld) -> None:
    application = in_review(world)
    third = actor_for_role(Role.ANALYST)
    review = assign_reviewer(application=application, user_id=user_of(third).pk, actor=world.coordinator)
    first, second = list(world.call.criteria.all())
    with pytest.raises(ValidationError) as refused:
        save_review(review=review, actor=third, scores={first.pk: (9, "")}, hand_in=True)
    assert set(refused.value.message_dict) == {
        f"score_{first.pk}",
        f"remark_{first.pk}",
        f"score_{second.pk}",
        f"remark_{second.pk}",
    }
    save_review(review=review, actor=third, scores={first.pk: (2, "")})
    scores = {first.pk: (2, "Zwak."), second.pk: (5, "Sterk.")}
    save_review(review=review, actor=third, scores=scores, hand_in=True)
    with pytest.raises(TransitionRefused):
        save_review(review=review, actor=third, scores=scores, hand_in=True)
    with pytest.raises(TransitionRefused):
        save_review(review=review, actor=world.reviewers[0], scores=scores)


def test_nobody_reviews_or_decides_on_the_own_organisation(world: CallWorld) -> None:
    application = in_review(world)
    member = application.network.members.first()
    assert member is not None
    insider = make_membership(role=Role.ANALYST, organisation=member.organisation)
    assert insider.user_id not in {row.user_id for row in possible_reviewers(application)}
    with pytest.raises(ValidationError, match="hoort bij het netwerk"):
        assign_reviewer(application=application, user_id=insider.user_id, actor=world.coordinator)
    make_member(network=application.network, organisation=organisation_of(world.coordinator))
    with pytest.raises(TransitionRefused):
        take(world, application, "complete_review")


def test_who_joins_the_network_after_being_asked_can_no_longer_hand_in(world: CallWorld) -> None:
    application = in_review(world)
    third = actor_for_role(Role.ANALYST)
    review = assign_reviewer(application=application, user_id=user_of(third).pk, actor=world.coordinator)
    make_member(network=application.network, organisation=organisation_of(third))
    scores = {c.pk: (5, "Prachtig.") for c in world.call.criteria.all()}
    with pytest.raises(TransitionRefused, match="Uw organisatie"):
        save_review(review=review, actor=third, scores=scores, hand_in=True)


def test_the_ranking_puts_the_best_first_and_says_where_the_budget_ends(world: CallWorld) -> None:
    weak = make_ready(world, requested=40_000, value=2)
    strong = make_ready(world, requested=70_000, value=5)
    standings = ranking_of(world.call)
    assert [(s.application.pk, s.ranked.entry.mark, s.ranked.fits) for s in standings] == [
        (strong.pk, Decimal("100.00"), True),
        (weak.pk, Decimal("40.00"), False),
    ]


def test_an_approval_awards_the_network_and_tells_it(world: CallWorld) -> None:
    application = make_ready(world)
    start_review_of_call(world)
    decided = approve(application, world.coordinator, awarded=Decimal(50_000))
    assert (decided.state, decided.awarded_budget, decided.reasons) == (State.APPROVED, 50_000, "Sterk plan.")
    network = Network.objects.get(pk=application.network_id)
    assert (network.state, network.budget) == (Network.State.CONTRACTED, 50_000)
    assert budget_left(world.call) == 50_000
    told = OutboxMessage.objects.filter(template="network_application_step", kind="notice")
    assert told.filter(recipient=user_of(world.manager_of(application)), context__state="approved").exists()
    again = approve(application, world.coordinator, awarded=Decimal(50_000))
    assert decisions_on(again).filter(action="approve").count() == 1


def test_conditions_hold_the_start_until_they_are_met(world: CallWorld) -> None:
    application = make_ready(world)
    start_review_of_call(world)
    with pytest.raises(ValidationError, match="minstens één voorwaarde"):
        approve(application, world.coordinator, "approve_with_conditions")
    approve(
        application,
        world.coordinator,
        "approve_with_conditions",
        conditions=[("Een vierde bedrijf sluit aan.", None, True)],
    )
    network = Network.objects.get(pk=application.network_id)
    with pytest.raises(TransitionRefused, match="Een vierde bedrijf"):
        take_network_action(network=network, action="start", actor=world.coordinator)
    condition = application.conditions.get()
    with pytest.raises(TransitionRefused, match="waarom"):
        settle_condition(condition=condition, state="waived", actor=world.coordinator)
    settle_condition(condition=condition, state="met", actor=world.coordinator)
    started = take_network_action(network=network, action="start", actor=world.coordinator)
    assert started.state == Network.State.ACTIVE


def test_a_reserve_moves_up_only_when_budget_comes_free(world: CallWorld) -> None:
    first, second = make_ready(world, value=5), make_ready(world, value=4)
    start_review_of_call(world)
    determine_many(
        call=world.call,
        outcomes=[Outcome(first, "approve", "Beste."), Outcome(second, "reserve", "Goed, geen budget.")],
        actor=world.coordinator,
    )
    take_call_action(call=world.call, action="decide", actor=world.coordinator, reason="Alles beslist.")
    with pytest.raises(TransitionRefused, match="past niet in het budget"):
        approve(second, world.coordinator, "promote")
    take(world, first, "withdraw", reason="Twee bedrijven haakten af.")
    assert Network.objects.get(pk=first.network_id).state == Network.State.DRAFT
    assert approve(second, world.coordinator, "promote").state == State.APPROVED


def test_a_bulk_decision_is_all_or_nothing(world: CallWorld) -> None:
    first, second = make_ready(world), make_ready(world)
    start_review_of_call(world)
    both = [Outcome(row, "approve", "Allebei goed.") for row in (first, second)]
    with pytest.raises(TransitionRefused, match="past niet"):
        determine_many(call=world.call, outcomes=both, actor=world.coordinator)
    assert set(NetworkApplication.objects.values_list("state", flat=True)) == {State.READY}


def test_no_decision_before_all_are_weighed_and_none_without_reasons(world: CallWorld) -> None:
    ready = make_ready(world)
    waiting = take(world, make_draft(world), "submit")
    start_review_of_call(world)
    with pytest.raises(TransitionRefused, match="zonder volledige beoordeling"):
        approve(ready, world.coordinator)
    with pytest.raises(TransitionRefused, match=r"wachten? nog"):
        take_call_action(call=world.call, action="decide", actor=world.coordinator, reason="Klaar.")
    take(world, waiting, "withdraw", reason="Te vroeg.")
    with pytest.raises(TransitionRefused, match="motivering"):
        determine_application(outcome=Outcome(ready, "reject", " "), actor=world.coordinator)
    for action in OUTCOMES:
        with pytest.raises(TransitionRefused):
            take(world, ready, action, reason="Langs de zijdeur.")


def test_too_few_reviews_or_one_that_waits_end_no_review(world: CallWorld) -> None:
    application = in_review(world)
    third = actor_for_role(Role.ANALYST)
    assign_reviewer(application=application, user_id=user_of(third).pk, actor=world.coordinator)
    with pytest.raises(TransitionRefused, match="nog niet ingediend"):
        take(world, application, "complete_review")
    score(world, application, third, 1)
    assert take(world, application, "complete_review").state == State.READY


@pytest.mark.django_db(transaction=True)
def test_of_two_coordinators_who_decide_at_once_one_finds_the_budget_gone() -> None:
    """Two applications of 60 000 in a call of 100 000: whoever comes second is refused, never overspent."""
    world = make_call_world()
    applications = [make_ready(world), make_ready(world)]
    start_review_of_call(world)
    second = make_membership(role=Role.COORDINATOR, organisation=organisation_of(world.coordinator))
    from tests.factories import actor_for_user

    actors = [world.coordinator, actor_for_user(second.user, second.organisation)]
    together = Barrier(2)

    def decide(index: int) -> str:
        try:
            together.wait(timeout=20)
            approve(applications[index], actors[index])
        except TransitionRefused as refusal:
            return str(refusal)
        finally:
            connection.close()
        return "approved"

    with ThreadPoolExecutor(2) as threads:
        said = list(threads.map(decide, range(2)))
    assert sorted(text == "approved" for text in said) == [False, True], said
    assert NetworkApplication.objects.filter(call=world.call).awarded() == Decimal(60_000)


@pytest.mark.django_db(transaction=True)
def test_of_two_coordinators_on_one_application_one_was_first() -> None:
    world = make_call_world()
    application = make_ready(world)
    start_review_of_call(world)
    second = make_membership(role=Role.COORDINATOR, organisation=organisation_of(world.coordinator))
    from tests.factories import actor_for_user

    actors = [world.coordinator, actor_for_user(second.user, second.organisation)]
    together = Barrier(2)

    def decide(index: int) -> str:
        try:
            together.wait(timeout=20)
            approve(application, actors[index], "approve" if index else "reject")
        except TransitionRefused as refusal:
            return str(refusal)
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(2) as threads:
        said = list(threads.map(decide, range(2)))
    assert sorted(text == "done" for text in said) == [False, True], said
    assert any("iemand was u voor" in text for text in said)
