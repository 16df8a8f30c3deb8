"""The steps of a network: handed in or awarded, started, reviewed each year, wound down, closed."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from networks.application_rules import coordinates_network, may_award_network, may_release_network
from networks.models import ApplicationCondition, Call, Network, NetworkPlan
from networks.rules import MIN_COMPANIES, coordinates, may_decide_network, may_edit_network
from skillnet.kernel.transitions import Transition, TransitionTable, decisions_on

N = Network.State
C = Call.State


def may_suspend_network(actor: Any, network: Any) -> bool:
    return coordinates(actor, network) and may_decide_network(actor, network)


def what_a_network_lacks(network: Network) -> list[str]:
    """Why a network cannot be submitted yet, in sentences that say what to do."""
    reasons = []
    companies = network.members.active().count_independent()
    if companies < MIN_COMPANIES:
        reasons.append(
            ngettext(
                "Het netwerk telt %(n)d onafhankelijk bedrijf; er zijn er minstens %(min)d nodig. "
                "Verbonden bedrijven tellen als één.",
                "Het netwerk telt %(n)d onafhankelijke bedrijven; er zijn er minstens %(min)d nodig. "
                "Verbonden bedrijven tellen als één.",
                companies,
            )
            % {"n": companies, "min": MIN_COMPANIES}
        )
    if not network.purpose.strip():
        reasons.append(_now("Zeg waartoe het netwerk dient."))
    if not (network.sector or network.region):
        reasons.append(_now("Vul de sector of de regio in."))
    if network.promoter_id is None or network.contracting_organisation_id is None:
        reasons.append(_now("Duid de promotor en de contracterende organisatie aan."))
    if network.call is None:
        reasons.append(_now("Kies de oproep waarvoor u indient."))
    elif network.call.state != C.OPEN:
        reasons.append(_now("De oproep is niet open."))
    return reasons


def may_submit_alone(actor: Any, network: Any) -> bool:
    """A call with criteria wants an application; only without them a network is handed in as it is."""
    return may_edit_network(actor, network) and not competes(network)


def may_decide_alone(actor: Any, network: Any) -> bool:
    return may_decide_network(actor, network) and not competes(network)


def competes(network: Any) -> bool:
    """Whether the network's call weighs applications by criteria."""
    return network.call is not None and bool(network.call.criteria.exists())


def lacks_application(network: Network) -> bool:
    """Whether the draft still has to enter the open call that it is for."""
    if network.state != N.DRAFT or network.call is None or network.call.state != C.OPEN:
        return False
    return competes(network) and not network.applications.filter(call=network.call_id).exists()


def open_conditions(network: Network) -> list[str]:
    """What the approval still asks before the network starts."""
    waiting = ApplicationCondition.objects.filter(
        application__network=network, application__call=network.call_id, before_start=True, state="open"
    )
    return [_now("Nog te voldoen: %s") % text for text in waiting.values_list("text", flat=True)]


def what_a_renewal_lacks(network: Network) -> list[str]:
    """A further year stands on a plan that the steering group approved and on money to carry it out."""
    reasons = []
    year = timezone.localdate().year
    if not network.plans.filter(state=NetworkPlan.State.APPROVED, year__gte=year).exists():
        reasons.append(
            _now(
                "Er is geen goedgekeurd jaarplan voor %d of later. Laat de stuurgroep er eerst een goedkeuren."
            )
            % year
        )
    if not network.budget:
        reasons.append(_now("Het netwerk heeft geen jaarbudget. Vul het in op de pagina van het netwerk."))
    return reasons


def before_suspension(network: Network) -> str:
    """What the network was when it was suspended: a probation or a review that ran then goes on."""
    last = decisions_on(network).filter(to_state=N.SUSPENDED).order_by("-id").first()
    return last.from_state if last else N.ACTIVE


# Programmes whose money is not settled: asked for, decided on, being given, or claimed.
UNSETTLED = ("submitted", "approved", "running", "delivered", "claimed")


def what_a_closing_lacks(network: Network) -> list[str]:
    """A network closes once nothing runs in it any more and every claim is settled."""
    count = network.programmes.filter(state__in=UNSETTLED).count()
    if not count:
        return []
    return [
        ngettext(
            "Er is nog %d programma dat loopt of niet is afgerekend. Werk het af, of trek het in.",
            "Er zijn nog %d programma’s die lopen of niet zijn afgerekend. Werk ze af, of trek ze in.",
            count,
        )
        % count
    ]


NETWORK_TRANSITIONS = TransitionTable(
    model=Network,
    transitions={
        "submit": Transition(
            _("Indienen"),
            frozenset({N.DRAFT}),
            N.SUBMITTED,
            may_submit_alone,
            guard=what_a_network_lacks,
            stamp="submitted_at",
            style="main",
            confirm=_("De coördinator krijgt het netwerk te lezen."),
        ),
        "withdraw": Transition(_("Intrekken"), frozenset({N.SUBMITTED}), N.DRAFT, may_edit_network),
        "approve": Transition(
            _("Goedkeuren"),
            frozenset({N.SUBMITTED}),
            N.ACTIVE,
            may_decide_alone,
            by_person=True,
            needs_reason=True,
            stamp="decided_at",
            style="main",
            confirm=_("Het netwerk is dan goedgekeurd, en zijn mensen krijgen dat te horen."),
        ),
        "return": Transition(
            _("Terugsturen"),
            frozenset({N.SUBMITTED}),
            N.DRAFT,
            may_decide_alone,
            needs_reason=True,
            by_person=True,
        ),
        "reject": Transition(
            _("Weigeren"),
            frozenset({N.SUBMITTED}),
            N.REJECTED,
            may_decide_alone,
            by_person=True,
            needs_reason=True,
            stamp="decided_at",
            style="stop",
            confirm=_("Het netwerk is dan geweigerd, en zijn mensen lezen uw motivering. Zeker?"),
        ),
        # The two that an application's decision takes with it.
        "award": Transition(
            _("Toekennen"),
            frozenset({N.DRAFT, N.SUBMITTED}),
            N.CONTRACTED,
            may_award_network,
            by_person=True,
            needs_reason=True,
            stamp="decided_at",
        ),
        "release": Transition(
            _("Toekenning teruggeven"),
            frozenset({N.CONTRACTED}),
            N.DRAFT,
            may_release_network,
            needs_reason=True,
        ),
        "start": Transition(
            _("Overeenkomst getekend: starten"),
            frozenset({N.CONTRACTED}),
            N.ACTIVE,
            coordinates_network,
            guard=open_conditions,
            style="main",
            confirm=_("Het netwerk werkt vanaf nu: het kan kloven bundelen en programma’s indienen."),
            by_person=True,
        ),
        "review": Transition(
            _("Jaarlijkse herziening openen"),
            frozenset({N.ACTIVE, N.PROBATION}),
            N.RENEWAL,
            may_suspend_network,
            by_person=True,
        ),
        "renew": Transition(
            _("Verlengen"),
            frozenset({N.RENEWAL}),
            N.ACTIVE,
            may_suspend_network,
            guard=what_a_renewal_lacks,
            by_person=True,
            needs_reason=True,
            style="main",
        ),
        "probation": Transition(
            _("Op proef zetten"),
            frozenset({N.ACTIVE, N.RENEWAL}),
            N.PROBATION,
            may_suspend_network,
            needs_reason=True,
            by_person=True,
        ),
        "end_probation": Transition(
            _("Proeftijd beëindigen"),
            frozenset({N.PROBATION}),
            N.ACTIVE,
            may_suspend_network,
            needs_reason=True,
            style="main",
            by_person=True,
        ),
        "suspend": Transition(
            _("Schorsen"),
            frozenset({N.ACTIVE, N.RENEWAL, N.PROBATION}),
            N.SUSPENDED,
            may_suspend_network,
            by_person=True,
            needs_reason=True,
            style="stop",
            confirm=_("Het netwerk ligt dan stil tot u de schorsing opheft. Zeker?"),
        ),
        "resume": Transition(
            _("Schorsing opheffen"),
            frozenset({N.SUSPENDED}),
            N.ACTIVE,
            may_suspend_network,
            needs_reason=True,
            by_person=True,
            returns_to=before_suspension,
            confirm=_("Het netwerk krijgt de toestand terug die het voor de schorsing had."),
        ),
        "wind_down": Transition(
            _("Afbouwen"),
            frozenset({N.ACTIVE, N.RENEWAL, N.PROBATION, N.SUSPENDED}),
            N.WINDING_DOWN,
            may_suspend_network,
            needs_reason=True,
            style="stop",
            confirm=_("Het netwerk begint niets nieuws meer. Zeker?"),
            by_person=True,
        ),
        "close": Transition(
            _("Afsluiten"),
            frozenset({N.WINDING_DOWN}),
            N.CLOSED,
            may_suspend_network,
            guard=what_a_closing_lacks,
            needs_reason=True,
            style="stop",
            confirm=_("Het netwerk is dan afgesloten en gaat niet meer open. Zeker?"),
            by_person=True,
        ),
    },
)
