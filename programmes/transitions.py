"""The steps of a programme's life: one table, read by pages, services and tests."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programmes.models import Participation, Programme
from programmes.rules import decides, manages
from skillnet.kernel.actor import Actor
from skillnet.kernel.transitions import Transition, TransitionTable

S = Programme.State


def can_be_submitted(programme: Programme) -> list[str]:
    """Reasons why a programme cannot go to the coordinator yet; each says what to do."""
    reasons = []
    if programme.cost is None or not programme.funding_lines.exists():
        reasons.append(
            _("Er is nog geen kosten- en financieringsplan. Vul prijs en plaatsen van de editie in.")
        )
    if not programme.programme_pools.exists():
        reasons.append(_("Er hangt geen gebundelde vraag aan: zonder gevalideerde vraag geen subsidie."))
    independent = {
        p.organisation.undertaking_key
        for p in programme.participations.exclude(state=Participation.State.WITHDRAWN).select_related(
            "organisation"
        )
    }
    if len(independent) < 2:
        reasons.append(_("Er zijn minstens twee onafhankelijke bedrijven nodig."))
    if programme.starts_on and programme.starts_on <= timezone.localdate():
        reasons.append(_("De eerste les is al begonnen: de steun zou geen stimulerend effect hebben."))
    return reasons


def can_be_approved(programme: Programme) -> list[str]:
    """Approval is a lawful promise: the plan adds up, the start lies ahead, nothing must be notified first."""
    reasons = can_be_submitted(programme)
    notify = [p.organisation.name for p in programme.participations.all() if p.assessment.get("notify")]
    if notify:
        reasons.append(
            _("Deze steun moet eerst bij de Europese Commissie worden aangemeld: %(names)s.")
            % {"names": ", ".join(notify)}
        )
    return reasons


def follow_up(programme: Programme, action: str, actor: Actor) -> None:
    """What a step sets in motion, in its own transaction: pools freeze or come free, people are told."""
    from programmes.services.follow_up import after_step

    after_step(programme=programme, action=action, actor=actor)


PROGRAMME_TRANSITIONS = TransitionTable(
    model=Programme,
    transitions={
        "take": Transition(
            gettext_lazy("Overnemen als ontwerp"), frozenset({S.PROPOSAL}), S.DRAFT, manages, style="main"
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
        "approve": Transition(
            gettext_lazy("Goedkeuren"),
            frozenset({S.SUBMITTED}),
            S.APPROVED,
            decides,
            guard=can_be_approved,
            needs_reason=True,
            stamp="decided_at",
            style="main",
        ),
        "return": Transition(
            gettext_lazy("Terugsturen"), frozenset({S.SUBMITTED}), S.RETURNED, decides, needs_reason=True
        ),
        "reject": Transition(
            gettext_lazy("Weigeren"),
            frozenset({S.SUBMITTED}),
            S.REJECTED,
            decides,
            needs_reason=True,
            stamp="decided_at",
            style="stop",
        ),
        "cancel": Transition(
            gettext_lazy("Annuleren"),
            frozenset({S.DRAFT, S.RETURNED, S.APPROVED}),
            S.CANCELLED,
            manages,
            needs_reason=True,
            style="stop",
        ),
        "start": Transition(gettext_lazy("Als gestart melden"), frozenset({S.APPROVED}), S.RUNNING, manages),
        "deliver": Transition(
            gettext_lazy("Als gegeven melden"), frozenset({S.RUNNING}), S.DELIVERED, manages
        ),
        "claim": Transition(
            gettext_lazy("Afrekening indienen"), frozenset({S.DELIVERED}), S.CLAIMED, manages
        ),
        "pay": Transition(
            gettext_lazy("Betaling vaststellen"), frozenset({S.CLAIMED}), S.PAID, decides, needs_reason=True
        ),
    },
    after=follow_up,
)
