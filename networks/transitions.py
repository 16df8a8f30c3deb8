"""The steps of all that has a workflow in `networks`: gaps, networks, members, analyses, calls, rates."""

from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from networks.models import Call, Gap, NeedsAnalysis, Network, NetworkMember
from networks.needs import Tally, tally
from networks.rules import (
    MIN_COMPANIES,
    coordinates,
    is_administrator,
    is_company_of,
    is_company_of_member,
    is_second_person,
    leads_needs,
    manages_member,
    may_change_gap,
    may_decide_network,
    may_edit_network,
    owns_call,
)
from skillnet.kernel.models import Rate
from skillnet.kernel.transitions import Transition, TransitionTable

S = Gap.State
N = Network.State
M = NetworkMember.State
A = NeedsAnalysis.State
C = Call.State
R = Rate.State


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


def tally_of(analysis: NeedsAnalysis) -> Tally:
    """How the steering group voted so far."""
    votes = list(analysis.votes.values_list("agrees", flat=True))
    return tally(votes, members=analysis.network.members.active().count())


def _vote_stands(analysis: NeedsAnalysis) -> list[str]:
    count = tally_of(analysis)
    if not count.has_quorum:
        return [
            _now("Er zijn %(cast)d stemmen; %(needed)d zijn nodig.")
            % {"cast": count.cast, "needed": count.needed}
        ]
    if not count.is_accepted:
        return [_now("De stuurgroep is niet in meerderheid akkoord. Pas aan en leg opnieuw voor.")]
    return []


def _has_content(analysis: NeedsAnalysis) -> list[str]:
    if analysis.network.gaps.open().exists():
        return []
    return [_now("Er is nog geen open kloof in dit netwerk om samen te voegen.")]


def _call_is_complete(call: Call) -> list[str]:
    if call.opens_on is None or call.closes_on is None:
        return [_now("Vul in wanneer de oproep opent en sluit.")]
    return []


GAP_TRANSITIONS = TransitionTable(
    model=Gap,
    transitions={
        "confirm": Transition(
            _("Bevestigen"), frozenset({S.TO_CONFIRM}), S.OPEN, is_company_of, style="main"
        ),
        "close": Transition(_("Als gesloten melden"), frozenset({S.OPEN}), S.CLOSED, may_change_gap),
        "reopen": Transition(_("Heropenen"), frozenset({S.CLOSED, S.ARCHIVED}), S.OPEN, may_change_gap),
        "archive": Transition(
            _("Archiveren"),
            frozenset({S.OPEN, S.TO_CONFIRM, S.CLOSED}),
            S.ARCHIVED,
            may_change_gap,
            style="stop",
        ),
    },
)

NETWORK_TRANSITIONS = TransitionTable(
    model=Network,
    transitions={
        "submit": Transition(
            _("Indienen"),
            frozenset({N.DRAFT}),
            N.SUBMITTED,
            may_edit_network,
            guard=what_a_network_lacks,
            stamp="submitted_at",
            style="main",
        ),
        "withdraw": Transition(_("Intrekken"), frozenset({N.SUBMITTED}), N.DRAFT, may_edit_network),
        "approve": Transition(
            _("Goedkeuren"),
            frozenset({N.SUBMITTED}),
            N.ACTIVE,
            may_decide_network,
            needs_reason=True,
            stamp="decided_at",
            style="main",
        ),
        "return": Transition(
            _("Terugsturen"), frozenset({N.SUBMITTED}), N.DRAFT, may_decide_network, needs_reason=True
        ),
        "reject": Transition(
            _("Weigeren"),
            frozenset({N.SUBMITTED}),
            N.REJECTED,
            may_decide_network,
            needs_reason=True,
            stamp="decided_at",
            style="stop",
        ),
        "suspend": Transition(
            _("Schorsen"),
            frozenset({N.ACTIVE}),
            N.SUSPENDED,
            may_suspend_network,
            needs_reason=True,
            style="stop",
        ),
        "resume": Transition(
            _("Schorsing opheffen"),
            frozenset({N.SUSPENDED}),
            N.ACTIVE,
            may_suspend_network,
            needs_reason=True,
        ),
        "close": Transition(
            _("Afsluiten"),
            frozenset({N.ACTIVE, N.SUSPENDED}),
            N.CLOSED,
            may_suspend_network,
            needs_reason=True,
            style="stop",
        ),
    },
)

MEMBER_TRANSITIONS = TransitionTable(
    model=NetworkMember,
    transitions={
        "join": Transition(
            _("Lid worden"),
            frozenset({M.INVITED}),
            M.ACTIVE,
            is_company_of_member,
            stamp="joined_on",
            style="main",
        ),
        "decline": Transition(_("Niet lid worden"), frozenset({M.INVITED}), M.REFUSED, is_company_of_member),
        "leave": Transition(
            _("Netwerk verlaten"),
            frozenset({M.ACTIVE, M.REQUESTED}),
            M.LEFT,
            is_company_of_member,
            stamp="left_on",
            style="stop",
        ),
        "accept": Transition(
            _("Aanvaarden"),
            frozenset({M.REQUESTED}),
            M.ACTIVE,
            manages_member,
            stamp="joined_on",
            style="main",
        ),
        "refuse": Transition(
            _("Weigeren"),
            frozenset({M.REQUESTED}),
            M.REFUSED,
            manages_member,
            needs_reason=True,
            style="stop",
        ),
        "remove": Transition(
            _("Uit het netwerk halen"),
            frozenset({M.ACTIVE, M.INVITED}),
            M.LEFT,
            manages_member,
            needs_reason=True,
            stamp="left_on",
            style="stop",
        ),
    },
)

NEEDS_TRANSITIONS = TransitionTable(
    model=NeedsAnalysis,
    transitions={
        "consolidate": Transition(
            _("Samenvoegen en voorleggen"),
            frozenset({A.COLLECTING}),
            A.CONSOLIDATED,
            leads_needs,
            guard=_has_content,
            style="main",
        ),
        "reopen": Transition(
            _("Terug naar verzamelen"),
            frozenset({A.CONSOLIDATED, A.VALIDATED}),
            A.COLLECTING,
            leads_needs,
            needs_reason=True,
        ),
        "validate": Transition(
            _("Als gevalideerd vaststellen"),
            frozenset({A.CONSOLIDATED}),
            A.VALIDATED,
            leads_needs,
            guard=_vote_stands,
            stamp="validated_at",
            style="main",
        ),
        "freeze": Transition(
            _("Bevriezen"), frozenset({A.VALIDATED}), A.FROZEN, leads_needs, stamp="frozen_at", style="main"
        ),
    },
)

CALL_TRANSITIONS = TransitionTable(
    model=Call,
    transitions={
        "open": Transition(
            _("Openen"), frozenset({C.DRAFT}), C.OPEN, owns_call, guard=_call_is_complete, style="main"
        ),
        "close": Transition(_("Sluiten"), frozenset({C.OPEN}), C.CLOSED, owns_call),
        "reopen": Transition(_("Heropenen"), frozenset({C.CLOSED}), C.OPEN, owns_call, needs_reason=True),
        "review": Transition(
            _("Beoordeling starten"), frozenset({C.CLOSED}), C.UNDER_REVIEW, owns_call, style="main"
        ),
        "decide": Transition(
            _("Als beslist vaststellen"),
            frozenset({C.UNDER_REVIEW}),
            C.DECIDED,
            owns_call,
            needs_reason=True,
            style="main",
        ),
        "archive": Transition(
            _("Archiveren"), frozenset({C.DRAFT, C.DECIDED}), C.ARCHIVED, owns_call, style="stop"
        ),
    },
)

RATE_TRANSITIONS = TransitionTable(
    model=Rate,
    transitions={
        "confirm": Transition(
            _("Bevestigen"), frozenset({R.PROPOSED}), R.CONFIRMED, is_second_person, style="main"
        ),
        "withdraw": Transition(
            _("Intrekken"),
            frozenset({R.PROPOSED}),
            R.WITHDRAWN,
            is_administrator,
            needs_reason=True,
            style="stop",
        ),
    },
)
