"""Calls, applications, reviews, ranking and annual plans through the pages."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from networks.models import (
    Call,
    Network,
    NetworkApplication,
    NetworkPlan,
)
from networks.services.plans import add_line, start_plan, take_plan_action, vote_on_plan
from networks.services.reviews import assign_reviewer
from programmes.models import Programme
from skillnet.kernel.models import OutboxMessage
from skillnet.kernel.outbox import render_message
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import TransitionRefused
from tests.factories import (
    actor_for_role,
    make_membership,
    make_network,
)
from tests.networks.call_world import (
    CallWorld,
    make_call_world,
    make_draft,
    make_ready,
    sign_in,
    start_review_of_call,
    take,
    user_of,
)
from tests.networks.pages_world import Clients, post, text_of

pytestmark = pytest.mark.django_db
State = NetworkApplication.State
MOST_QUERIES = 16  # the page of a network, which sums up most; the others need fewer


def get(client: Any, name: str, *args: Any) -> str:
    return text_of(client.get(reverse(f"networks:{name}", args=args)))


@pytest.fixture
def world() -> CallWorld:
    return make_call_world()


def test_a_coordinator_writes_criteria_and_they_hold_once_the_call_is_open(client_for: Clients) -> None:
    client = client_for(Role.COORDINATOR)
    today = timezone.localdate()
    post(
        client,
        "call_new",
        title="Oproep 2027",
        budget="90000",
        opens_on=today.isoformat(),
        closes_on=(today + timedelta(days=9)).isoformat(),
        review_by=(today + timedelta(days=20)).isoformat(),
        min_reviewers="3",
    )
    call = Call.objects.get(title="Oproep 2027")
    key = call.public_id
    post(client, "criterion_new", key, title="Vraag", weight="60", max_score="5")
    post(client, "criterion_new", key, title="Foutje", weight="10", max_score="5")
    refused = post(client, "criterion_new", key, title="Te zwaar", weight="101", max_score="5")
    assert "form" in refused.context
    wrong = call.criteria.get(title="Foutje")
    post(client, "criterion_edit", key, wrong.public_id, title="Samenwerking", weight="40", max_score="5")
    assert list(call.criteria.values_list("title", "weight")) == [("Vraag", 60), ("Samenwerking", 40)]
    post(client, "call_action", key, action="open")
    assert client.post(reverse("networks:criterion_remove", args=[key, wrong.public_id])).status_code == 404
    assert client.get(reverse("networks:criterion_new", args=[key])).status_code == 404
    page = get(client_for(Role.COMPANY_CONTACT), "call_detail", key)
    assert "Samenwerking" in page
    assert "Criterium toevoegen" not in page


def test_a_network_applies_is_screened_weighed_and_decided_through_the_pages(
    world: CallWorld, client_for: Clients
) -> None:
    application = make_draft(world)
    key = application.public_id
    manager = sign_in(client_for, world.manager_of(application))
    coordinator = sign_in(client_for, world.coordinator)
    assert coordinator.get(reverse("networks:application_detail", args=[key])).status_code == 404
    first, second = world.call.criteria.all()
    post(
        manager,
        "application_edit",
        key,
        plan="Veertig operatoren leren lassen.",
        requested_budget="80000",
        **{f"answer_{first.pk}": "Elf bedrijven vragen het.", f"answer_{second.pk}": "Ze delen lesgevers."},
    )
    assert "Veertig operatoren" in get(manager, "application_detail", key)
    post(manager, "application_action", key, action="submit")
    post(coordinator, "application_action", key, action="screen")
    refused = text_of(post(coordinator, "application_action", key, action="start_review"))
    assert "Nog niet nagekeken" in refused
    names = ("in_time", "parties", "independent", "steering", "plan", "budget", "open_to_all")
    post(coordinator, "application_checklist", key, **dict.fromkeys(names, "on"))
    asked = coordinator.get(reverse("networks:application_detail", args=[key])).content.decode()
    assert "of wat moet aangevuld worden</label>" in asked, "a question needs its reason: it is not optional"
    for reviewer in world.reviewers:
        post(coordinator, "reviewer_assign", key, reviewer=str(user_of(reviewer).pk))
    post(coordinator, "application_action", key, action="start_review")
    for reviewer in world.reviewers:
        client = sign_in(client_for, reviewer)
        review = application.reviews.get(reviewer=user_of(reviewer))
        form = get(client, "review", review.public_id)
        assert "Uw oordeel" in form
        assert form.count("(facultatief)") == 1, "only the general remark is"
        assert application.network.name in get(client, "reviews")
        lacking = post(client, "review", review.public_id, action="hand_in", **{f"score_{first.pk}": "4"})
        assert "Zeg waarom" in text_of(lacking)
        post(
            client,
            "review",
            review.public_id,
            action="hand_in",
            remark="Goed.",
            **{f"score_{c.pk}": "4" for c in (first, second)},
            **{f"remark_{c.pk}": "Helder en haalbaar." for c in (first, second)},
        )
    post(coordinator, "application_action", key, action="complete_review")
    start_review_of_call(world)
    ranking = get(coordinator, "call_ranking", world.call.public_id)
    assert application.network.name in ranking
    prefix = f"a{application.pk}"
    without = post(coordinator, "call_ranking", world.call.public_id, **{f"{prefix}-action": "approve"})
    assert "motivering" in text_of(without)
    post(
        coordinator,
        "call_ranking",
        world.call.public_id,
        **{
            f"{prefix}-action": "approve_with_conditions",
            f"{prefix}-awarded": "70000",
            f"{prefix}-reason": "Breed gedragen.",
            f"{prefix}-conditions": "Een vierde bedrijf sluit aan.",
        },
    )
    application.refresh_from_db()
    assert (application.state, application.awarded_budget) == (
        State.APPROVED_WITH_CONDITIONS,
        Decimal(70_000),
    )
    page = get(manager, "application_detail", key)
    assert "Breed gedragen." in page
    assert "Helder en haalbaar." in page
    assert "Beoordelaar 1" in page
    assert str(user_of(world.reviewers[0])) not in page
    condition = application.conditions.get()
    post(coordinator, "condition_settle", key, condition.public_id, action="met")
    post(coordinator, "network_action", application.network.public_id, action="start")
    application.network.refresh_from_db()
    assert application.network.state == Network.State.ACTIVE


def test_pages_stay_within_their_queries(world: CallWorld, client_for: Clients) -> None:
    applications = [make_ready(world), make_ready(world, value=2)]
    start_review_of_call(world)
    coordinator = sign_in(client_for, world.coordinator)
    addresses = [
        reverse("networks:application_detail", args=[applications[0].public_id]),
        reverse("networks:call_ranking", args=[world.call.public_id]),
        reverse("networks:call_detail", args=[world.call.public_id]),
        reverse("networks:network_detail", args=[applications[0].network.public_id]),
    ]
    counted = {}
    for address in addresses:
        coordinator.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert coordinator.get(address).status_code == 200
        counted[address] = len(queries)
    assert max(counted.values()) <= MOST_QUERIES, counted


def test_the_ranking_exports_and_another_coordinator_does_not_find_it(
    world: CallWorld, client_for: Clients
) -> None:
    application = make_ready(world)
    coordinator = sign_in(client_for, world.coordinator)
    address = reverse("networks:call_ranking", args=[world.call.public_id])
    csv = coordinator.get(address + "?export=csv")
    body = b"".join(csv.streaming_content) if csv.streaming else csv.content
    assert application.network.name in body.decode("utf-8-sig")
    other = client_for(Role.COORDINATOR)
    assert other.get(address).status_code == 404
    assert other.get(reverse("networks:application_detail", args=[application.public_id])).status_code == 404


# Annual plans


def test_an_annual_plan_is_drawn_up_voted_on_and_then_holds(client_for: Clients) -> None:
    network = make_network(members=3)
    manager = actor_for_role(Role.NETWORK_MANAGER, network=network)
    members = [m.organisation for m in network.members.all()]
    steering = [
        actor_for_role(Role.STEERING_MEMBER, organisation=organisation, network=network)
        for organisation in members[:2]
    ]
    client = sign_in(client_for, manager)
    page = text_of(post(client, "plan_new", network.public_id, year="2027", goals="Lassers opleiden."))
    plan = NetworkPlan.objects.get(network=network)
    assert "Lassers opleiden." in page
    assert "minstens één lijn" in text_of(post(client, "plan_action", plan.public_id, action="submit"))
    empty = post(
        client,
        "plan_line_new",
        plan.public_id,
        title="Lassen",
        kind="programme",
        quarter_1="0",
        quarter_2="0",
        quarter_3="0",
        quarter_4="0",
    )
    assert "minstens één kwartaal" in text_of(empty)
    post(
        client,
        "plan_line_new",
        plan.public_id,
        title="Lassen",
        kind="programme",
        learners="12",
        quarter_1="4000",
        quarter_2="0",
        quarter_3="6000",
        quarter_4="0",
    )
    assert "10.000" in get(client, "plan_detail", plan.public_id)
    post(client, "plan_action", plan.public_id, action="submit")
    assert "stemmen" in text_of(post(client, "plan_action", plan.public_id, action="approve"))
    voter = sign_in(client_for, steering[0])
    post(voter, "plan_action", plan.public_id, action="agree")
    assert f"Volg de stemming over het jaarplan {plan.year}" in client.get("/").content.decode()
    vote_on_plan(plan=plan, actor=steering[1], agrees=True)
    assert f"Stel het jaarplan {plan.year} vast" in client.get("/").content.decode()
    post(client, "plan_action", plan.public_id, action="approve")
    plan.refresh_from_db()
    assert plan.state == NetworkPlan.State.APPROVED
    with pytest.raises(ValidationError):
        add_line(plan=plan, values={"title": "Nog iets", "quarter_1": Decimal(1)}, actor=manager)
    with pytest.raises(TransitionRefused):
        vote_on_plan(plan=plan, actor=steering[0], agrees=False, remark="Toch niet.")
    stranger = client_for(Role.NETWORK_MANAGER)
    assert stranger.get(reverse("networks:plan_detail", args=[plan.public_id])).status_code == 404


def test_a_revised_plan_loses_its_votes_and_the_year_has_one_plan() -> None:
    network = make_network(members=1)
    manager = actor_for_role(Role.NETWORK_MANAGER, network=network)
    member = network.members.get().organisation
    steering = actor_for_role(Role.STEERING_MEMBER, organisation=member, network=network)
    plan = start_plan(network=network, year=2027, goals="", actor=manager)
    assert start_plan(network=network, year=2027, goals="Anders", actor=manager) == plan
    add_line(plan=plan, values={"title": "Lassen", "quarter_1": Decimal(1)}, actor=manager)
    take_plan_action(plan=plan, action="submit", actor=manager)
    vote_on_plan(plan=plan, actor=steering, agrees=True)
    take_plan_action(plan=plan, action="approve", actor=manager)
    take_plan_action(plan=plan, action="revise", actor=manager, reason="Een programma viel weg.")
    plan.refresh_from_db()
    assert (plan.state, plan.votes.count(), plan.approved_at) == ("draft", 0, None)


# Coming in


def test_a_network_lives_through_renewal_probation_and_winding_down(
    world: CallWorld, client_for: Clients
) -> None:
    network = make_network(members=3, call=world.call)
    manager = actor_for_role(Role.NETWORK_MANAGER, network=network)
    member = make_membership(role=Role.COMPANY_CONTACT, organisation=network.members.all()[0].organisation)
    coordinator = sign_in(client_for, world.coordinator)
    for action, state in (
        ("review", "renewal"),
        ("probation", "probation"),
        ("end_probation", "active"),
        ("suspend", "suspended"),
        ("resume", "active"),
    ):
        post(coordinator, "network_action", network.public_id, action=action, reason="Na overleg.")
        network.refresh_from_db()
        assert network.state == state
    renew = {"action": "renew", "reason": "Een goed jaar."}
    post(coordinator, "network_action", network.public_id, action="review")
    refused = text_of(post(coordinator, "network_action", network.public_id, **renew))
    assert "geen goedgekeurd jaarplan" in refused
    assert "geen jaarbudget" in refused
    year, now = timezone.localdate().year, timezone.now()
    NetworkPlan.objects.create(network=network, year=year, state="approved", approved_at=now)
    type(network).objects.filter(pk=network.pk).update(budget=Decimal(50_000))
    post(coordinator, "network_action", network.public_id, **renew)
    network.refresh_from_db()
    assert network.state == "active"
    page = get(coordinator, "network_detail", network.public_id)
    assert "lopende programma’s worden nog afgewerkt" in page
    post(coordinator, "network_action", network.public_id, action="wind_down", reason="De bedrijven stoppen.")
    client = sign_in(client_for, manager)
    post(client, "network_action", network.public_id, action="close", reason="Zelf sluiten mag niet.")
    network.refresh_from_db()
    assert network.state == "winding_down"
    owing = Programme.objects.create(
        network=network, title="Lassen", state="submitted", submitted_at=timezone.now()
    )
    refused = text_of(
        post(coordinator, "network_action", network.public_id, action="close", reason="Alles afgewerkt.")
    )
    assert "1 programma dat loopt of niet is afgerekend" in refused
    owing.delete()
    post(coordinator, "network_action", network.public_id, action="close", reason="Alles afgewerkt.")
    network.refresh_from_db()
    assert network.state == "closed"
    told = OutboxMessage.objects.filter(recipient=member.user, kind="notice").order_by("pk")
    assert [render_message(one)[0].split(network.name)[1].strip() for one in told] == [
        "is geschorst", "gaat verder", "wordt afgebouwd", "is afgesloten",
    ]  # fmt: skip


def test_home_says_what_waits(world: CallWorld, client_for: Clients) -> None:
    application = make_draft(world)
    manager = sign_in(client_for, world.manager_of(application))
    home = reverse("home")
    assert "Werk de aanvraag af" in text_of(manager.get(home))
    take(world, application, "submit")
    coordinator = sign_in(client_for, world.coordinator)
    assert "Kijk de ontvankelijkheid na" in text_of(coordinator.get(home))
    NetworkApplication.objects.update(state=State.REVIEW)
    assign_reviewer(application=application, user_id=user_of(world.reviewers[0]).pk, actor=world.coordinator)
    reviewer = sign_in(client_for, world.reviewers[0])
    assert "Beoordeel de aanvraag van" in text_of(reviewer.get(home))


def test_a_draft_for_a_call_with_criteria_leads_to_its_application(
    world: CallWorld, client_for: Clients
) -> None:
    """From home and from its page; a manager's steps with a member are no steps of the own company."""
    network = make_network(members=2, call=world.call, state="draft")
    own = network.members.all()[0].organisation
    client = client_for(Role.NETWORK_MANAGER, network=network, organisation=own)
    make_membership(user=client.actor.user, role=Role.COMPANY_CONTACT, organisation=own)
    url = f"{reverse('networks:application_start', args=[world.call.public_id])}?network={network.pk}"
    page = get(client, "network_detail", network.public_id)
    assert url in page
    assert "Netwerk verlaten" in page
    assert "Uit het netwerk halen" not in page
    assert "Schrijf de aanvraag voor de oproep" in text_of(client.get("/"))
    assert f'<option value="{network.pk}" selected>' in client.get(url).content.decode()
    client.post(url, {"network": network.pk})
    assert network.applications.count() == 1
    assert "Aanvraag schrijven" not in get(client, "network_detail", network.public_id)
    assert "Schrijf de aanvraag voor de oproep" not in text_of(client.get("/"))


def test_withdrawn_while_in_review_leaves_the_ranking(world: CallWorld) -> None:
    application = make_ready(world)
    take(world, application, "withdraw", reason="Te weinig bedrijven.")
    assert not world.call.applications.competing().exists()
