"""A call whose applications are weighed and wait for a decision, an annual plan that waits for votes, and lists."""

import io
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from django.utils import timezone

from matching.services.shortage_import import import_shortages
from matching.shortage_models import ShortageList
from networks.application_transitions import CHECKLIST
from networks.models import Call, CallCriterion, Membership, Network, NetworkMember, NetworkPlan, Organisation
from networks.services.applications import (
    save_application,
    save_checklist,
    start_application,
    take_application_action,
)
from networks.services.networks import create_network
from networks.services.onboarding import import_joint_committees
from networks.services.people import grant_role
from networks.services.plans import add_line, start_plan, take_plan_action
from networks.services.reviews import assign_reviewer, save_review
from skillnet.accounts.models import User
from skillnet.current import actor_for, memberships_of
from skillnet.demo.accounts import PASSWORD
from skillnet.kernel.actor import SYSTEM, Actor
from skillnet.kernel.roles import Role
from skillnet.kernel.tabular import read_rows

DATA = Path(__file__).parent / "data"
COORDINATOR = "sofie.wuyts@demo.skillnet.example"
REVIEWERS = ("katrien.bogaert@demo.skillnet.example", "youssef.benali@demo.skillnet.example")


def load_calls() -> None:
    """Safe to repeat: what is there stays as people left it."""
    records = yaml.safe_load((DATA / "calls.yaml").read_text(encoding="utf-8"))
    _lists()
    _call(records["call"])
    _plan(records["plan"])


def _lists() -> None:
    with read_rows(DATA / "joint_committees.csv") as table:
        import_joint_committees(table)
    year = timezone.localdate().year
    for listed in (year - 1, year):
        if not ShortageList.objects.filter(year=listed, region="BE2").exists():
            text = (DATA / f"shortages_{'now' if listed == year else 'before'}.csv").read_bytes()
            with read_rows(io.BytesIO(text), filename="voorbeeldlijst.csv") as table:
                import_shortages(
                    table, year=listed, region="BE2", actor=SYSTEM, source="Voorbeeldlijst van de demo"
                )


def _organisation_of(actor: Actor) -> Organisation:
    assert actor.organisation_id is not None  # noqa: S101  people of the demo speak for an organisation
    return Organisation.objects.get(pk=actor.organisation_id)


def _call(record: dict[str, Any]) -> None:
    if Call.objects.filter(title=record["title"]).exists():
        return
    coordinator = _actor(COORDINATOR, Role.COORDINATOR)
    organisation = _organisation_of(coordinator)
    today = timezone.localdate()
    call = Call.objects.create(
        title=record["title"],
        coordinator=organisation,
        description=record["description"],
        conditions=record["conditions"],
        budget=Decimal(record["budget"]),
        opens_on=today - timedelta(days=60),
        closes_on=today,
        review_by=today + timedelta(days=21),
        min_score=record["min_score"],
        state=Call.State.OPEN,
    )
    for position, criterion in enumerate(record["criteria"], start=1):
        CallCriterion.objects.create(call=call, position=position, **criterion)
    for application in record["applications"]:
        _application(call, coordinator, application)
    Call.objects.filter(pk=call.pk).update(
        state=Call.State.UNDER_REVIEW, closes_on=today - timedelta(days=20)
    )


def _application(call: Call, coordinator: Actor, record: dict[str, Any]) -> None:
    """From the network's draft to two reviews."""
    companies = [Organisation.objects.get(name=name) for name in record["companies"]]
    user = User.objects.create_user(record["email"], PASSWORD, name=record["manager"], language="nl")
    network = create_network(
        actor=Actor(user=user, organisation_id=companies[0].pk),
        promoter=companies[0],
        values={"name": record["network"], "purpose": record["purpose"], "sector": record["sector"]},
    )
    for company in companies[1:]:
        NetworkMember.objects.get_or_create(
            network=network,
            organisation=company,
            defaults={"state": NetworkMember.State.ACTIVE, "joined_on": timezone.localdate()},
        )
    grant_role(user=user, organisation=companies[0], role=Role.STEERING_MEMBER, network=network)
    manager = actor_for(user, memberships_of(user), companies[0].pk)
    application = start_application(network=network, call=call, actor=manager)
    criteria = list(call.criteria.all())
    save_application(
        application=application,
        actor=manager,
        values={"plan": record["plan"], "requested_budget": Decimal(record["requested"])},
        answers={c.pk: text for c, text in zip(criteria, record["answers"], strict=True)},
    )
    for action, actor in (("submit", manager), ("screen", coordinator)):
        take_application_action(application=application, action=action, actor=actor)
    save_checklist(application=application, actor=coordinator, checked=dict.fromkeys(CHECKLIST, True))
    application = take_application_action(application=application, action="start_review", actor=coordinator)
    for email, given in zip(REVIEWERS, record["reviews"], strict=True):
        reviewer = User.objects.get(email=email)
        review = assign_reviewer(application=application, user_id=reviewer.pk, actor=coordinator)
        marks = {c.pk: (mark, why) for c, (mark, why) in zip(criteria, given, strict=True)}
        save_review(
            review=review,
            actor=actor_for(reviewer, memberships_of(reviewer), review.organisation_id),
            scores=marks,
            hand_in=True,
        )
    take_application_action(application=application, action="complete_review", actor=coordinator)


def _plan(record: dict[str, Any]) -> None:
    network = Network.objects.get(name=record["network"])
    year = timezone.localdate().year + 1
    if NetworkPlan.objects.filter(network=network, year=year).exists():
        return
    held = Membership.objects.current().filter(network=network, role=Role.NETWORK_MANAGER).first()
    if held is None:
        return
    manager = actor_for(held.user, memberships_of(held.user), held.organisation_id)
    plan = start_plan(network=network, year=year, goals=record["goals"], actor=manager)
    for line in record["lines"]:
        amounts = {f"quarter_{n}": Decimal(amount) for n, amount in enumerate(line.pop("quarters"), start=1)}
        add_line(plan=plan, values=line | amounts, actor=manager)
    take_plan_action(plan=plan, action="submit", actor=manager)


def _actor(email: str, role: Role) -> Actor:
    user = User.objects.get(email=email)
    held = Membership.objects.current().filter(user=user, role=role).first()
    return actor_for(user, memberships_of(user), held.organisation_id if held else None)
