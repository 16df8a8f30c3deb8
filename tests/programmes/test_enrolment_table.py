"""Every state × action × role of the enrolment table, and the rules behind it."""

from typing import Any

import pytest

from programmes.enrolment_transitions import ENROLMENT_TRANSITIONS, learner_scope
from programmes.models import Enrolment
from skillnet.kernel.actor import SYSTEM, Actor
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import TransitionRefused, run_transition
from tests.factories import actor_for_role
from tests.programmes.delivery_world import approved, begun, enrol, part_of, teacher

pytestmark = pytest.mark.django_db
E = Enrolment.State
ALLOWED = {
    "confirm": {"company", "system", "learner"},
    "wait": {"system"},
    "promote": {"system"},
    "refuse": {"learner"},
    "withdraw": {"company"},
    "replace": {"company"},
    "close": {"system"},
    "attend": {"company", "provider", "manager"},
    "no_show": {"company", "provider", "manager"},
    "certify": {"provider"},
}
SOURCES = {
    "confirm": {E.REQUESTED},
    "wait": {E.REQUESTED, E.CONFIRMED},
    "promote": {E.WAITLISTED},
    "refuse": {E.REQUESTED, E.WAITLISTED, E.CONFIRMED},
    "withdraw": {E.REQUESTED, E.WAITLISTED, E.CONFIRMED},
    "replace": {E.REQUESTED, E.CONFIRMED, E.NO_SHOW},
    "close": {E.REQUESTED, E.WAITLISTED, E.CONFIRMED},
    "attend": {E.REQUESTED, E.CONFIRMED, E.NO_SHOW},
    "no_show": {E.REQUESTED, E.CONFIRMED, E.ATTENDED},
    "certify": {E.ATTENDED},
}


def test_the_whole_matrix() -> None:
    world, programme = approved()
    part = part_of(programme)
    enrolment = enrol(world, part, "Ada Aerts").confirmed[0]
    world.move(programme, "start")
    begun(programme)
    actors = _actors(world, part, enrolment)
    enrolment = Enrolment.objects.get(pk=enrolment.pk)
    wrong = []
    for action, row in ENROLMENT_TRANSITIONS.transitions.items():
        for state in E.values:
            enrolment.state = state
            for who, actor in actors.items():
                allowed = row.allowed(actor, enrolment) and state in row.sources
                expected = who in ALLOWED[action] and state in SOURCES[action]
                if allowed != expected:
                    wrong.append((action, state, who, allowed))
    assert wrong == []
    assert set(ENROLMENT_TRANSITIONS.transitions) == set(ALLOWED)


def test_a_refused_step_changes_nothing_and_says_why() -> None:
    world, programme = approved()
    part = part_of(programme)
    enrolment = enrol(world, part, "Ada Aerts").confirmed[0]
    contact = world.contact(part.organisation)
    # Approved, and nothing was taught yet: nobody can have been there.
    with pytest.raises(TransitionRefused, match="terwijl het loopt"):
        _run(enrolment, "attend", contact)
    world.move(programme, "start")
    with pytest.raises(TransitionRefused, match="eerste les moet nog komen"):
        _run(enrolment, "attend", contact)
    begun(programme)
    with pytest.raises(TransitionRefused, match="eerste les is geweest"):
        _run(enrolment, "withdraw", contact)
    with pytest.raises(TransitionRefused, match="mag deze stap niet"):
        _run(enrolment, "attend", actor_for_role(Role.PROVIDER))
    enrolment.refresh_from_db()
    assert enrolment.state == E.CONFIRMED


def _run(enrolment: Enrolment, action: str, actor: Actor) -> Any:
    return run_transition(table=ENROLMENT_TRANSITIONS, pk=enrolment.pk, action=action, actor=actor)


def _actors(world: Any, part: Any, enrolment: Enrolment) -> dict[str, Actor]:
    return {
        "company": world.contact(part.organisation),
        "other company": actor_for_role(Role.COMPANY_CONTACT),
        "provider": teacher(world),
        "other provider": actor_for_role(Role.PROVIDER),
        "manager": world.manager,
        "other manager": actor_for_role(Role.NETWORK_MANAGER),
        "steering": actor_for_role(Role.STEERING_MEMBER, network=world.network),
        "coordinator": world.coordinator,
        "analyst": actor_for_role(Role.ANALYST),
        "administrator": actor_for_role(Role.ADMINISTRATOR),
        "learner": Actor(scopes=frozenset({learner_scope(enrolment)})),
        "other learner": Actor(scopes=frozenset({"learner:0"})),
        "system": SYSTEM,
    }
