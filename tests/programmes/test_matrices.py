"""Every state × action × kind of person of what comes after a plan: participation, claim, audit, recovery,
invoice, supplement.

What is expected stands here in full and is not read from the tables, so that a changed row shows.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from programmes.claim_transitions import AUDIT_TRANSITIONS, CLAIM_TRANSITIONS, RECOVERY_TRANSITIONS
from programmes.invoice_transitions import INVOICE_TRANSITIONS
from programmes.models import InvoiceLine, Participation, Supplement
from programmes.services.audit import draw
from programmes.services.recovery import recover
from programmes.supplement_transitions import SUPPLEMENT_TRANSITIONS
from programmes.transitions import PARTICIPATION_TRANSITIONS
from skillnet.kernel.actor import ANONYMOUS, SYSTEM, Actor
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import TransitionRefused, TransitionTable, check_transition
from tests.factories import actor_for_role
from tests.programmes.claims_world import TO_PAID, drawn_up, move_claim
from tests.programmes.world import REASON, World, build_world

COMPANY, MANAGER = {"company"}, {"manager", "key of the manager"}
FIRST, SECOND, KEY = {"coordinator"}, {"second coordinator"}, {"key of the coordinator"}
DECIDERS = FIRST | SECOND
PROVIDER = {"provider"}


@dataclass(frozen=True)
class Row:
    """A step as it must be: from where, to where, by whom, whether a reason is asked, and whether only a person
    decides it: who has no user reads so, whatever else keeps them from it."""

    sources: set[str]
    target: str
    who: set[str]
    reason: bool = False
    by_person: bool = False


TO_CHECK = {"submitted", "resubmitted"}
EXPECTED: dict[str, tuple[TransitionTable, dict[str, Row]]] = {
    "participation": (
        PARTICIPATION_TRANSITIONS,
        {
            "commit": Row({"proposed"}, "committed", COMPANY),
            "withdraw": Row({"proposed", "committed"}, "withdrawn", COMPANY, reason=True),
            "remove": Row({"proposed"}, "withdrawn", MANAGER, reason=True, by_person=True),
        },
    ),
    "claim": (
        CLAIM_TRANSITIONS,
        {
            "submit": Row({"draft"}, "submitted", MANAGER),
            "resubmit": Row({"changes_requested_staff", "changes_requested_finance"}, "resubmitted", MANAGER),
            "approve_content": Row(TO_CHECK, "approved_by_staff", DECIDERS, by_person=True),
            "ask_changes": Row(TO_CHECK, "changes_requested_staff", DECIDERS, reason=True, by_person=True),
            # Who approved the content (the first coordinator) never moves the money.
            "approve_payment": Row({"approved_by_staff"}, "approved_by_finance", SECOND, by_person=True),
            "ask_changes_finance": Row(
                {"approved_by_staff"}, "changes_requested_finance", SECOND, reason=True, by_person=True
            ),
            "decline": Row(
                {*TO_CHECK, "approved_by_staff"}, "declined", DECIDERS, reason=True, by_person=True
            ),
            "pay": Row({"approved_by_finance", "payment_failed"}, "paid", SECOND, by_person=True),
            "fail": Row({"approved_by_finance"}, "payment_failed", SECOND, reason=True, by_person=True),
        },
    ),
    "audit": (
        AUDIT_TRANSITIONS,
        {
            "hear": Row({"open"}, "adversarial", DECIDERS, reason=True, by_person=True),
            "answer": Row({"adversarial"}, "answered", MANAGER),
            "accept": Row(
                {"open", "adversarial", "answered"}, "accepted", DECIDERS, reason=True, by_person=True
            ),
            "refuse": Row({"adversarial", "answered"}, "refused", DECIDERS, reason=True, by_person=True),
        },
    ),
    "supplement": (
        SUPPLEMENT_TRANSITIONS,
        {
            "complete": Row({"signing"}, "pending", {"system"}),
            "decline": Row({"signing"}, "declined", COMPANY, reason=True),
            "grant": Row({"pending"}, "granted", DECIDERS, reason=True, by_person=True),
            "refuse": Row({"pending"}, "refused", DECIDERS, reason=True, by_person=True),
            "withdraw": Row({"signing", "pending"}, "withdrawn", MANAGER, reason=True),
            "lapse": Row({"signing", "pending"}, "lapsed", {"system"}, reason=True),
        },
    ),
    "recovery": (RECOVERY_TRANSITIONS, {"repay": Row({"claimed"}, "repaid", DECIDERS | KEY)}),
    "invoice": (
        INVOICE_TRANSITIONS,
        {
            "invoice": Row({"due"}, "invoiced", PROVIDER),
            "pay": Row({"invoiced"}, "paid", COMPANY | MANAGER),
            "unpay": Row({"paid"}, "invoiced", COMPANY | MANAGER),
            "uninvoice": Row({"invoiced"}, "due", PROVIDER),
            # Only of what jobseekers cost, by the manager: this line is a company's.
            "waive": Row({"due"}, "cancelled", set(), reason=True),
            "unwaive": Row({"cancelled"}, "due", set()),
        },
    ),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_the_table_says_what_it_must(name: str) -> None:
    table, rows = EXPECTED[name]
    said = {
        action: (set(row.sources), row.target, row.needs_reason) for action, row in table.transitions.items()
    }
    assert said == {action: (row.sources, row.target, row.reason) for action, row in rows.items()}
    states = set(dict(_choices(table)))
    assert {row.target for row in rows.values()} | {s for row in rows.values() for s in row.sources} <= states


@pytest.mark.django_db
def test_the_whole_matrix() -> None:
    """In one world: what the tables offer, and what they answer to who may not or comes too late."""
    world = build_world()
    subjects = _subjects(world)
    wrong: list[tuple[object, ...]] = []
    for name, (table, rows) in EXPECTED.items():
        people = _people(world)
        for state in dict(_choices(table)):
            setattr(subjects[name], table.state_field, state)
            for who, actor in people.items():
                wanted = {a for a, row in rows.items() if state in row.sources and who in row.who}
                if set(table.available(subjects[name], actor)) != wanted:
                    wrong.append((name, state, who, sorted(table.available(subjects[name], actor))))
                for action, row in rows.items():
                    if action not in wanted:
                        said = _refusal(table, subjects[name], action, actor)
                        if _why_not(row, who, actor) not in said:
                            wrong.append((name, state, who, action, said))
    assert wrong == []


@pytest.mark.django_db
def test_who_has_a_part_in_it_decides_nothing_of_it() -> None:
    """The coordinator who also works for one of the companies, and the key that such a person made."""
    world = build_world()
    subjects = _subjects(world)
    also = replace(world.second, other_organisations=frozenset({world.companies[0].pk}))
    for actor in (also, replace(also, user=None)):
        for name in ("claim", "audit", "recovery", "supplement"):
            table, rows = EXPECTED[name]
            for state in {s for row in rows.values() for s in row.sources}:
                setattr(subjects[name], table.state_field, state)
                assert table.available(subjects[name], actor) == {}, (name, state)


def _choices(table: TransitionTable) -> Any:
    return table.model._meta.get_field(table.state_field).choices


def _why_not(row: Row, who: str, actor: Actor) -> str:
    if row.by_person and actor.user is None and not actor.is_system:
        return "niet een sleutel"
    return "kan niet meer" if who in row.who else "mag deze stap niet"


def _refusal(table: TransitionTable, subject: Any, action: str, actor: Actor) -> str:
    try:
        check_transition(table=table, instance=subject, action=action, actor=actor, reason=REASON)
    except TransitionRefused as refusal:
        return str(refusal)
    return "granted"


def _subjects(world: World) -> dict[str, Any]:
    """One row of each table: a paid claim, audited, refused, of which a company pays back."""
    claim = move_claim(world, drawn_up(world), *TO_PAID)
    day = claim.paid_on
    assert day is not None
    assert world.network.call is not None
    sample = draw(call_id=world.network.call.pk, actor=world.coordinator, starts_on=day, ends_on=day)
    case = sample.cases.select_related("claim__programme__network__call").get()
    case.items.update(verdict="ok")
    type(case).objects.filter(pk=case.pk).update(state="refused", findings="x", answer_by=day)
    case.refresh_from_db()
    own = Participation.objects.get(organisation=world.companies[0])
    [recovery] = recover(
        case_id=case.pk, actor=world.coordinator, amounts={own.pk: Decimal(1)}, reason=REASON
    )
    invoice = InvoiceLine.objects.with_parties().get(organisation=world.companies[0])
    case.answer = "Een antwoord."
    supplement = Supplement.objects.create(
        programme=claim.programme,
        reason=REASON,
        cost_before=1,
        cost_after=2,
        grant_before=0,
        grant_after=1,
        begins_on=day,
        sign_by=day - timedelta(days=1),
    )
    supplement.lines.create(organisation=world.companies[0], learners_after=1, cost_after=2, grant_after=1)
    return {
        "participation": own,
        "claim": claim,
        "audit": case,
        "recovery": recovery,
        "invoice": invoice,
        "supplement": supplement,
    }


def _people(world: World) -> dict[str, Actor]:
    return {
        "company": world.contact(world.companies[0]),
        "other company of the programme": world.contact(world.companies[1]),
        "stranger": actor_for_role(Role.COMPANY_CONTACT),
        "manager": world.manager,
        "key of the manager": replace(world.manager, user=None),
        "other manager": actor_for_role(Role.NETWORK_MANAGER),
        "steering": actor_for_role(Role.STEERING_MEMBER, network=world.network),
        "coordinator": world.coordinator,
        "second coordinator": world.second,
        "key of the coordinator": replace(world.coordinator, user=None),
        "other coordinator": actor_for_role(Role.COORDINATOR),
        "key of another coordinator": replace(actor_for_role(Role.COORDINATOR), user=None),
        "provider": actor_for_role(Role.PROVIDER, organisation=world.offer.provider.organisation),
        "other provider": actor_for_role(Role.PROVIDER),
        "analyst": actor_for_role(Role.ANALYST),
        "administrator": actor_for_role(Role.ADMINISTRATOR),
        "system": SYSTEM,
        "nobody": ANONYMOUS,
    }
