"""Who may do what with a claim, an audit and a recovery: predicates of an actor and an object."""

from typing import Any

from programmes import rules
from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role


def draws_up(actor: Actor, claim: Any) -> bool:
    """The manager of the network settles its programmes."""
    return rules.manages(actor, claim.programme)


def checks(actor: Actor, claim: Any) -> bool:
    """A person of the call's coordinator, never on a programme of which the own organisation is part."""
    return actor.user is not None and rules.decides(actor, claim.programme)


def pays(actor: Actor, claim: Any) -> bool:
    """Somebody else than who approved the content: two people see a claim before money leaves."""
    return checks(actor, claim) and actor.user is not None and claim.staff_approved_by_id != actor.user.pk


def audits(actor: Actor, case: Any) -> bool:
    return checks(actor, case.claim)


def notes_findings(actor: Actor, case: Any) -> bool:
    """What was seen of the proof: an auditor, or the coordinator's software; what follows from it a person says."""
    return rules.decides(actor, case.claim.programme)


def answers(actor: Actor, case: Any) -> bool:
    return draws_up(actor, case.claim)


def recovers(actor: Actor, recovery: Any) -> bool:
    """That money came back is a fact, which the coordinator's software may note."""
    return rules.decides(actor, recovery.programme)


def reads_money(actor: Actor, claim: Any) -> bool:
    """All companies' figures; a company that takes part reads its own only."""
    return rules.sight_of(actor, claim.programme).money


def edits_contingents(actor: Actor) -> bool:
    return actor.has(Role.COORDINATOR) and actor.organisation_id is not None
