"""Rows behind the pages of calls, applications, reviews, annual plans and shortage occupations."""

from decimal import Decimal
from typing import Any

from matching.shortage_models import ShortageList, ShortageOccupation
from networks.models import Call, CallCriterion
from networks.services.plans import add_line, start_plan
from networks.services.reviews import assign_reviewer
from skillnet.kernel.roles import Role
from tests.browser.world import World
from tests.factories import make_call, make_membership, organisation_of
from tests.networks.call_world import make_call_world, make_draft, make_ready, take, user_of


def call_objects(world: World, people: dict[Role, Any]) -> dict[str, Any]:
    """Something on each page: a draft and a weighed application, a review to write, a plan, a list."""
    coordinator, manager = people[Role.COORDINATOR].actor, people[Role.NETWORK_MANAGER].actor
    calls = make_call_world(coordinator=coordinator)
    draft = make_draft(calls)
    make_membership(
        user=user_of(manager),
        organisation=organisation_of(manager),
        role=Role.NETWORK_MANAGER,
        network=draft.network,
    )
    weighed = take(calls, make_ready(calls), "reopen_review", reason="Nog een derde oordeel.")
    review = assign_reviewer(application=weighed, user_id=user_of(coordinator).pk, actor=calls.coordinator)
    written = make_call(coordinator=organisation_of(coordinator), state=Call.State.DRAFT)
    criterion = CallCriterion.objects.create(call=written, title="Vraag", weight=50)
    plan = start_plan(network=world.network, year=2027, goals="Lassers opleiden.", actor=manager)
    line = add_line(plan=plan, values={"title": "Lassen", "quarter_1": Decimal(4000)}, actor=manager)
    listed = ShortageOccupation.objects.create(
        listing=ShortageList.objects.create(year=2026, region="BE2"),
        key="lasser",
        names={"nl": "Lasser"},
        causes=["quantitative"],
    )
    return {
        "networks:criterion_new": written.public_id,
        "networks:criterion_edit": (written.public_id, criterion.public_id),
        "networks:application_start": calls.call.public_id,
        "networks:application_detail": draft.public_id,
        "networks:application_edit": draft.public_id,
        "networks:call_ranking": calls.call.public_id,
        "networks:review": review.public_id,
        "networks:network_unanswered": world.network.public_id,
        "networks:plan_new": world.network.public_id,
        "networks:plan_detail": plan.public_id,
        "networks:plan_edit": plan.public_id,
        "networks:plan_line_edit": (plan.public_id, line.public_id),
        "networks:plan_line_remove": (plan.public_id, line.public_id),
        "matching:shortage": listed.public_id,
    }
