"""The steps of an application, from its draft to the decision, and of an annual plan."""

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from networks.application_rules import leads_plan, manages_application, may_handle_application
from networks.models import Call, NetworkApplication, NetworkPlan
from networks.network_transitions import what_a_network_lacks
from networks.transitions import vote_stands
from skillnet.kernel.transitions import Transition, TransitionTable

A = NetworkApplication.State
P = NetworkPlan.State

# What is looked at before an application is weighed; the words are the coordinator's.
CHECKLIST: dict[str, Any] = {
    "in_time": _("Ingediend voor de oproep sloot"),
    "parties": _("Promotor en contracterende organisatie zijn rechtspersonen"),
    "independent": _("Minstens drie onafhankelijke bedrijven, verbonden als één geteld"),
    "steering": _("De stuurgroep bestaat uit mensen van de bedrijven"),
    "plan": _("Het plan en elk criterium zijn beantwoord"),
    "budget": _("Het gevraagde budget past bij het plan"),
    "open_to_all": _("Het netwerk staat open voor elk bedrijf dat aan zijn criteria voldoet"),
}


def what_an_application_lacks(application: NetworkApplication) -> list[str]:
    """Why it cannot be handed in yet, in sentences that say what to do."""
    call = application.call
    reasons = _call_takes_it(call, timezone.localdate())
    reasons += [r for r in what_a_network_lacks(application.network) if r not in reasons]
    if not application.network.memberships.current().filter(role="steering_member").exists():
        reasons.append(
            _now("Duid de stuurgroep aan: nodig de mensen van de bedrijven uit als stuurgroeplid.")
        )
    if not application.plan.strip():
        reasons.append(_now("Beschrijf het plan."))
    if application.requested_budget is None:
        reasons.append(_now("Vul in hoeveel u vraagt."))
    elif call.budget is not None and application.requested_budget > call.budget:
        reasons.append(_now("U vraagt meer dan het hele budget van de oproep."))
    answered = set(application.answers.exclude(text="").values_list("criterion", flat=True))
    reasons += [
        _now("Beantwoord het criterium “%s”.") % criterion.title
        for criterion in call.criteria.all()
        if criterion.pk not in answered
    ]
    return reasons


def _call_takes_it(call: Call, today: date) -> list[str]:
    if call.state != Call.State.OPEN:
        return [_now("De oproep is niet open.")]
    if call.opens_on and today < call.opens_on:
        return [_now("De oproep opent pas later.")]
    if call.closes_on and today > call.closes_on:
        return [_now("De oproep is gesloten: de laatste dag was %s.") % call.closes_on.strftime("%d/%m/%Y")]
    return []


def _call_still_open(application: NetworkApplication) -> list[str]:
    return _call_takes_it(application.call, timezone.localdate())


def _checklist_is_complete(application: NetworkApplication) -> list[str]:
    missing = [str(label) for key, label in CHECKLIST.items() if not application.checklist.get(key)]
    if missing:
        return [_now("Nog niet nagekeken: %s.") % "; ".join(missing)]
    return []


def _info_is_answered(application: NetworkApplication) -> list[str]:
    return [] if application.info_answer.strip() else [_now("Schrijf wat u aanvult of veranderde.")]


def _term_is_over(application: NetworkApplication) -> list[str]:
    due = application.info_due_on
    if application.state == A.MORE_INFO and due is not None and timezone.localdate() <= due:
        return [_now("De termijn om aan te vullen loopt nog.")]
    return []


def _enough_reviews(application: NetworkApplication) -> list[str]:
    needed = application.call.min_reviewers
    handed_in = application.reviews.submitted().count()
    if handed_in < needed:
        return [
            ngettext(
                "Er is %(n)d beoordeling; er zijn er minstens %(min)d nodig.",
                "Er zijn %(n)d beoordelingen; er zijn er minstens %(min)d nodig.",
                handed_in,
            )
            % {"n": handed_in, "min": needed}
        ]
    waiting = application.reviews.filter(submitted_at=None).count()
    if waiting:
        return [
            _now("Een aangeduide beoordelaar heeft nog niet ingediend. Wacht, of haal de aanduiding weg.")
        ]
    return []


def _network_has_not_started(application: NetworkApplication) -> list[str]:
    if application.is_funded and application.network.state != "contracted":
        return [_now("Het netwerk is al gestart. Bouw het af in plaats van het in te trekken.")]
    return []


COORDINATOR, MANAGER = may_handle_application, manages_application

APPLICATION_TRANSITIONS = TransitionTable(
    model=NetworkApplication,
    transitions={
        "submit": Transition(
            _("Indienen"),
            frozenset({A.DRAFT}),
            A.SUBMITTED,
            MANAGER,
            guard=what_an_application_lacks,
            stamp="submitted_at",
            style="main",
            confirm=_("De aanvraag gaat naar de coördinator. Tot de oproep sluit, kunt u ze nog terugnemen."),
        ),
        "retract": Transition(
            _("Terugnemen om aan te passen"),
            frozenset({A.SUBMITTED}),
            A.DRAFT,
            MANAGER,
            guard=_call_still_open,
        ),
        "screen": Transition(
            _("Ontvankelijkheid nakijken"), frozenset({A.SUBMITTED}), A.SCREENING, COORDINATOR, style="main"
        ),
        "ask_info": Transition(
            _("Aanvulling vragen"), frozenset({A.SCREENING}), A.MORE_INFO, COORDINATOR, needs_reason=True
        ),
        "supply_info": Transition(
            _("Aanvulling indienen"),
            frozenset({A.MORE_INFO}),
            A.SCREENING,
            MANAGER,
            guard=_info_is_answered,
            style="main",
        ),
        "refuse_incomplete": Transition(
            _("Niet ontvankelijk verklaren"),
            frozenset({A.SCREENING, A.MORE_INFO}),
            A.REJECTED,
            COORDINATOR,
            guard=_term_is_over,
            by_person=True,
            needs_reason=True,
            stamp="decided_at",
            style="stop",
            confirm=_("De aanvraag wordt niet verder behandeld, en het netwerk leest uw motivering. Zeker?"),
        ),
        "start_review": Transition(
            _("Ontvankelijk: laten beoordelen"),
            frozenset({A.SCREENING}),
            A.REVIEW,
            COORDINATOR,
            guard=_checklist_is_complete,
            style="main",
        ),
        "complete_review": Transition(
            _("Beoordeling afronden"),
            frozenset({A.REVIEW}),
            A.READY,
            COORDINATOR,
            guard=_enough_reviews,
            style="main",
        ),
        "reopen_review": Transition(
            _("Opnieuw laten beoordelen"), frozenset({A.READY}), A.REVIEW, COORDINATOR, needs_reason=True
        ),
        "approve": Transition(
            _("Goedkeuren"),
            frozenset({A.READY}),
            A.APPROVED,
            COORDINATOR,
            by_person=True,
            needs_reason=True,
            stamp="decided_at",
            style="main",
            confirm=_(
                "Het netwerk krijgt te horen dat zijn aanvraag goedgekeurd is, en het bedrag wordt vastgelegd."
            ),
        ),
        "approve_with_conditions": Transition(
            _("Goedkeuren met voorwaarden"),
            frozenset({A.READY}),
            A.APPROVED_WITH_CONDITIONS,
            COORDINATOR,
            by_person=True,
            needs_reason=True,
            stamp="decided_at",
            confirm=_(
                "Het netwerk krijgt te horen dat zijn aanvraag goedgekeurd is, en onder welke voorwaarden."
            ),
        ),
        "reserve": Transition(
            _("Op de reservelijst"),
            frozenset({A.READY}),
            A.RESERVE,
            COORDINATOR,
            by_person=True,
            needs_reason=True,
            stamp="decided_at",
        ),
        "reject": Transition(
            _("Afwijzen"),
            frozenset({A.READY}),
            A.REJECTED,
            COORDINATOR,
            by_person=True,
            needs_reason=True,
            stamp="decided_at",
            style="stop",
            confirm=_("De aanvraag is dan afgewezen, en het netwerk leest uw motivering. Zeker?"),
        ),
        "promote": Transition(
            _("Alsnog goedkeuren: er is budget vrij"),
            frozenset({A.RESERVE}),
            A.APPROVED,
            COORDINATOR,
            by_person=True,
            needs_reason=True,
            stamp="decided_at",
            style="main",
            confirm=_(
                "Het netwerk krijgt te horen dat zijn aanvraag alsnog goedgekeurd is, en het bedrag wordt vastgelegd."
            ),
        ),
        "withdraw": Transition(
            _("Intrekken"),
            frozenset(
                {
                    A.SUBMITTED,
                    A.SCREENING,
                    A.MORE_INFO,
                    A.REVIEW,
                    A.READY,
                    A.RESERVE,
                    A.APPROVED,
                    A.APPROVED_WITH_CONDITIONS,
                }
            ),
            A.WITHDRAWN,
            MANAGER,
            guard=_network_has_not_started,
            needs_reason=True,
            style="stop",
            confirm=_("Het netwerk doet dan niet meer mee aan deze oproep. Zeker?"),
        ),
    },
)
# The outcomes of the determination: these only together with their budget, reasons and conditions.
OUTCOMES = ("approve", "approve_with_conditions", "reserve", "reject", "promote")
FUNDING_OUTCOMES = ("approve", "approve_with_conditions", "promote")


def _plan_has_lines(plan: NetworkPlan) -> list[str]:
    if not plan.lines.exists():
        return [_now("Zet eerst minstens één lijn in de begroting.")]
    return []


PLAN_TRANSITIONS = TransitionTable(
    model=NetworkPlan,
    transitions={
        "submit": Transition(
            _("Voorleggen aan de stuurgroep"),
            frozenset({P.DRAFT}),
            P.SUBMITTED,
            leads_plan,
            guard=_plan_has_lines,
            style="main",
            confirm=_(
                "De stuurgroep krijgt de vraag om te stemmen. Intussen kunt u het plan niet aanpassen."
            ),
        ),
        "revise": Transition(
            _("Terug naar ontwerp"),
            frozenset({P.SUBMITTED, P.APPROVED}),
            P.DRAFT,
            leads_plan,
            needs_reason=True,
        ),
        "approve": Transition(
            _("Als goedgekeurd vaststellen"),
            frozenset({P.SUBMITTED}),
            P.APPROVED,
            leads_plan,
            guard=vote_stands,
            stamp="approved_at",
            style="main",
            confirm=_("Het plan ligt dan vast, zoals de stuurgroep het goedkeurde."),
        ),
    },
)
