"""The steps of a programme's life: one table, read by pages, services and tests."""

from django.utils.translation import gettext_lazy

from networks.network_state import nothing_new
from programmes.guards import (
    can_be_approved,
    can_be_committed,
    can_be_delivered,
    can_be_evaluated,
    can_be_removed,
    can_be_started,
    can_be_submitted,
    can_be_withdrawn,
    claim_is_declined,
    claim_is_paid,
    claim_is_submitted,
    nobody_signed,
)
from programmes.models import Participation, Programme
from programmes.rules import decides, manages, may_commit, may_remove
from programmes.services.follow_up import after_step
from skillnet.kernel.actor import Actor
from skillnet.kernel.transitions import Transition, TransitionTable

S = Programme.State


def follow_up(programme: Programme, action: str, actor: Actor) -> None:
    """What a step sets in motion, in its own transaction: pools freeze or come free, people are told."""
    after_step(programme=programme, action=action, actor=actor)


PROGRAMME_TRANSITIONS = TransitionTable(
    model=Programme,
    transitions={
        "take": Transition(
            gettext_lazy("Overnemen als ontwerp"),
            frozenset({S.PROPOSAL}),
            S.DRAFT,
            manages,
            guard=nothing_new,
            style="main",
        ),
        "decline": Transition(
            gettext_lazy("Voorstel afwijzen"),
            frozenset({S.PROPOSAL}),
            S.DECLINED,
            manages,
            needs_reason=True,
            style="stop",
        ),
        "submit": Transition(
            gettext_lazy("Indienen bij de coördinator"),
            frozenset({S.DRAFT, S.RETURNED}),
            S.SUBMITTED,
            manages,
            guard=can_be_submitted,
            stamp="submitted_at",
            style="main",
        ),
        "recall": Transition(
            gettext_lazy("Indiening terugnemen"),
            frozenset({S.SUBMITTED}),
            S.DRAFT,
            manages,
            guard=nobody_signed,
            needs_reason=True,
            confirm=gettext_lazy(
                "Het programma wordt weer een ontwerp van het netwerk. De coördinator beslist er niet meer over, "
                "tot u het opnieuw indient."
            ),
        ),
        "approve": Transition(
            gettext_lazy("Goedkeuren"),
            frozenset({S.SUBMITTED}),
            S.APPROVED,
            decides,
            guard=can_be_approved,
            by_person=True,
            needs_reason=True,
            stamp="decided_at",
            style="main",
        ),
        "return": Transition(
            gettext_lazy("Terugsturen"),
            frozenset({S.SUBMITTED}),
            S.RETURNED,
            decides,
            by_person=True,
            needs_reason=True,
        ),
        "reject": Transition(
            gettext_lazy("Weigeren"),
            frozenset({S.SUBMITTED}),
            S.REJECTED,
            decides,
            by_person=True,
            needs_reason=True,
            stamp="decided_at",
            style="stop",
        ),
        "cancel": Transition(
            gettext_lazy("Annuleren"),
            frozenset({S.DRAFT, S.RETURNED, S.APPROVED, S.RUNNING}),
            S.CANCELLED,
            manages,
            needs_reason=True,
            style="stop",
        ),
        "start": Transition(
            gettext_lazy("Als gestart melden"),
            frozenset({S.APPROVED}),
            S.RUNNING,
            manages,
            guard=can_be_started,
            style="main",
        ),
        "deliver": Transition(
            gettext_lazy("Als gegeven melden"),
            frozenset({S.RUNNING}),
            S.DELIVERED,
            manages,
            guard=can_be_delivered,
            style="main",
        ),
        "claim": Transition(
            gettext_lazy("Afrekening indienen"),
            frozenset({S.DELIVERED}),
            S.CLAIMED,
            manages,
            guard=claim_is_submitted,
            style="main",
        ),
        "pay": Transition(
            gettext_lazy("Betaling vaststellen"),
            frozenset({S.CLAIMED}),
            S.PAID,
            decides,
            guard=claim_is_paid,
            by_person=True,
            needs_reason=True,
            style="main",
        ),
        "evaluate": Transition(
            gettext_lazy("Evaluatie afsluiten"),
            frozenset({S.PAID}),
            S.EVALUATED,
            manages,
            guard=can_be_evaluated,
            style="main",
        ),
        "close_unpaid": Transition(
            gettext_lazy("Afsluiten zonder betaling"),
            frozenset({S.CLAIMED}),
            S.UNPAID,
            decides,
            guard=claim_is_declined,
            by_person=True,
            needs_reason=True,
            style="stop",
        ),
    },
    after=follow_up,
)

C = Participation.State

PARTICIPATION_TRANSITIONS = TransitionTable(
    model=Participation,
    transitions={
        "commit": Transition(
            gettext_lazy("Deelname bevestigen en steun aanvragen"),
            frozenset({C.PROPOSED}),
            C.COMMITTED,
            may_commit,
            guard=can_be_committed,
            stamp="applied_at",
            style="main",
        ),
        "withdraw": Transition(
            gettext_lazy("Terugtrekken"),
            frozenset({C.PROPOSED, C.COMMITTED}),
            C.WITHDRAWN,
            may_commit,
            guard=can_be_withdrawn,
            needs_reason=True,
            style="stop",
        ),
        "remove": Transition(
            gettext_lazy("Uit het plan halen"),
            frozenset({C.PROPOSED}),
            C.WITHDRAWN,
            may_remove,
            guard=can_be_removed,
            needs_reason=True,
            style="stop",
            by_person=True,
        ),
    },
)
