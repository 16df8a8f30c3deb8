"""A call with criteria and networks that enter it, taken as far as a test asks."""

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from networks.application_transitions import CHECKLIST
from networks.models import Call, CallCriterion, Network, NetworkApplication
from networks.services.applications import (
    save_application,
    save_checklist,
    start_application,
    take_application_action,
)
from networks.services.calls import take_call_action
from networks.services.reviews import assign_reviewer, save_review
from skillnet.accounts.models import User
from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role
from tests.factories import (
    actor_for_role,
    make_call,
    make_membership,
    make_network,
    make_organisation,
    organisation_of,
)
from tests.kept import kept, kept_step

TODAY = timezone.localdate()


@dataclass
class CallWorld:
    """Who is who. `managers` by network; the reviewers are outside every network."""

    coordinator: Actor
    call: Call
    reviewers: list[Actor]
    managers: dict[int, Actor] = field(default_factory=dict)

    def manager_of(self, application: NetworkApplication) -> Actor:
        return self.managers[application.network_id]


@kept
def make_call_world(*, budget: int = 100_000, coordinator: Actor | None = None, **values: Any) -> CallWorld:
    """An open call with two criteria (60 and 40), and two reviewers."""
    coordinator = coordinator or actor_for_role(Role.COORDINATOR)
    call = make_call(
        coordinator=organisation_of(coordinator),
        budget=Decimal(budget),
        opens_on=TODAY - timedelta(days=5),
        closes_on=TODAY + timedelta(days=5),
        **values,
    )
    CallCriterion.objects.create(call=call, title="Vraag", weight=60, max_score=5, position=1)
    CallCriterion.objects.create(call=call, title="Samenwerking", weight=40, max_score=5, position=2)
    reviewers = [actor_for_role(Role.ANALYST), actor_for_role(Role.COORDINATOR)]
    return CallWorld(coordinator, call, reviewers)


@kept_step
def make_draft(world: CallWorld, *, requested: int = 60_000) -> NetworkApplication:
    """A complete draft of a new network of three companies."""
    promoter = make_organisation()
    network = make_network(
        members=3,
        call=world.call,
        state=Network.State.DRAFT,
        purpose="Samen opleiden.",
        sector="Voeding",
        promoter=promoter,
        contracting_organisation=promoter,
    )
    manager = actor_for_role(Role.NETWORK_MANAGER, organisation=promoter, network=network)
    member = network.members.first()
    assert member is not None
    make_membership(role=Role.STEERING_MEMBER, organisation=member.organisation, network=network)
    world.managers[network.pk] = manager
    application = start_application(network=network, call=world.call, actor=manager)
    return save_application(
        application=application,
        actor=manager,
        values={
            "plan": "Twintig operatoren leren storingen oplossen.",
            "requested_budget": Decimal(requested),
        },
        answers={criterion.pk: "Omdat het nodig is." for criterion in world.call.criteria.all()},
    )


@kept_step
def take(world: CallWorld, application: NetworkApplication, action: str, **extra: Any) -> NetworkApplication:
    by_manager = action in ("submit", "retract", "supply_info", "withdraw")
    actor = world.manager_of(application) if by_manager else world.coordinator
    return take_application_action(application=application, action=action, actor=actor, **extra)


@kept_step
def score(world: CallWorld, application: NetworkApplication, reviewer: Actor, value: int) -> None:
    user = user_of(reviewer)
    review = assign_reviewer(application=application, user_id=user.pk, actor=world.coordinator)
    scores = {criterion.pk: (value, "Goed onderbouwd.") for criterion in world.call.criteria.all()}
    save_review(review=review, actor=reviewer, scores=scores, hand_in=True)


@kept_step
def make_ready(world: CallWorld, *, requested: int = 60_000, value: int = 4) -> NetworkApplication:
    """An application that both reviewers scored and that waits for a decision."""
    application = take(world, make_draft(world, requested=requested), "submit")
    application = take(world, application, "screen")
    save_checklist(application=application, actor=world.coordinator, checked=dict.fromkeys(CHECKLIST, True))
    application = take(world, application, "start_review")
    for reviewer in world.reviewers:
        score(world, application, reviewer, value)
    return take(world, application, "complete_review")


def start_review_of_call(world: CallWorld) -> None:
    for action in ("close", "review"):
        take_call_action(call=world.call, action=action, actor=world.coordinator)
    world.call.refresh_from_db()


def user_of(actor: Actor) -> User:
    assert actor.user is not None
    return actor.user


def sign_in(client_for: Any, actor: Any) -> Any:
    """A client of this very actor."""
    from skillnet.current import SESSION_KEY

    client = client_for(None)
    client.force_login(user_of(actor))
    session = client.session
    session[SESSION_KEY] = actor.organisation_id
    session.save()
    return client
