"""Who may do what with a supplement: predicates of an actor and an object."""

from typing import Any

from django.db.models import Q

from networks import rules as network_rules
from programmes.rules import decides, manages
from programmes.states import FUNDED
from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role


def may_ask(actor: Actor, programme: Any) -> bool:
    """The network's manager, between the decision and the end of the lessons."""
    return programme.state in FUNDED and manages(actor, programme)


def asks(actor: Actor, supplement: Any) -> bool:
    """Who runs the network takes the request back."""
    return manages(actor, supplement.programme)


def decides_supplement(actor: Actor, supplement: Any) -> bool:
    """The coordinator of the call, never where an own organisation has a part in the programme, or would get one
    by this. A person decides: a key is nobody."""
    if actor.user is None:
        return False
    return decides(actor, supplement.programme) and not _has_part(actor, supplement)


def _has_part(actor: Actor, supplement: Any) -> bool:
    asked = actor.own_organisations
    known: dict[frozenset[int], bool] = supplement.__dict__.setdefault("_has_part", {})
    if asked not in known:
        others = [other for _gone, other in supplement.change.get("instead", [])]
        party = Q(supplement_lines__supplement=supplement.pk) | Q(provider__offers__editions__in=others)
        known[asked] = network_rules.linked_organisations(asked).filter(party).exists()
    return known[asked]


def may_sign(actor: Actor, line: Any) -> bool:
    """Only the company itself promises learners and money."""
    return actor.has(Role.COMPANY_CONTACT) and actor.organisation_id == line.organisation_id


def signs(actor: Actor, supplement: Any) -> bool:
    """A company that is asked for its word in it."""
    if not actor.has(Role.COMPANY_CONTACT):
        return False
    return any(
        line.needs_word and line.organisation_id == actor.organisation_id for line in supplement.lines.all()
    )


def by_system(actor: Actor, supplement: Any) -> bool:
    """What follows from a day or from the last word of a company."""
    return actor.is_system
