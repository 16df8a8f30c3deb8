"""The steps of all that has a workflow in `networks`: gaps, members, analyses, calls, rates."""

from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from networks.models import Call, Gap, NeedsAnalysis, Network, NetworkMember
from networks.needs import Tally, tally
from networks.network_state import can_be_member, nothing_new
from networks.rules import (
    is_administrator,
    is_company_of,
    is_company_of_member,
    is_second_person,
    leads_needs,
    manages_member,
    may_change_gap,
    owns_call,
)
from skillnet.kernel.models import Rate
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import Transition, TransitionTable

S = Gap.State
M = NetworkMember.State
A = NeedsAnalysis.State
C = Call.State
R = Rate.State


def tally_of(subject: Any) -> Tally:
    """How the steering group voted so far on a needs analysis, an annual plan or a programme."""
    votes = [vote.agrees for vote in subject.votes.all()]
    return tally(votes, members=_voting_organisations(subject.network))


def _voting_organisations(network: Network) -> int:
    """Organisations with a seat in the steering group: who has none cannot vote, so is not waited for.

    A network without any seat is asked for as many votes as it has members: somebody must be seated first.
    """
    return steering_seats(network) or network.members.active().count()


def steering_seats(network: Network) -> int:
    """Organisations that somebody speaks for in the steering group now."""
    seats = network.memberships.filter(role=Role.STEERING_MEMBER, ended_at=None)
    return seats.values("organisation").distinct().count()


def vote_stands(subject: Any) -> list[str]:
    """Why the vote does not carry yet: the quorum, or the majority."""
    count = tally_of(subject)
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
    if call.criteria.exists() and call.budget is None:
        return [_now("Vul het budget in: zonder budget is er geen rangschikking.")]
    return []


def _all_applications_decided(call: Call) -> list[str]:
    waiting = call.applications.filter(state__in=["submitted", "screening", "more_info", "review", "ready"])
    count = waiting.count()
    if not count:
        return []
    return [
        ngettext(
            "Er wacht nog %d aanvraag op een beslissing.",
            "Er wachten nog %d aanvragen op een beslissing.",
            count,
        )
        % count
    ]


def _has_its_place(gap: Gap) -> list[str]:
    """A gap that comes back into play belongs to a network that its company is still in."""
    network = gap.network
    if network is None or network.members.active().filter(organisation=gap.organisation_id).exists():
        return nothing_new(gap)
    said = _now("Het bedrijf is geen lid meer van %(network)s. Kies bij de kloof een ander netwerk, of geen.")
    return [said % {"network": network.name}]


GAP_TRANSITIONS = TransitionTable(
    model=Gap,
    transitions={
        "register": Transition(
            _("Registreren"),
            frozenset({S.DRAFT}),
            S.OPEN,
            is_company_of,
            guard=_has_its_place,
            style="main",
        ),
        "confirm": Transition(
            _("Bevestigen"),
            frozenset({S.TO_CONFIRM}),
            S.OPEN,
            is_company_of,
            guard=_has_its_place,
            style="main",
        ),
        "close": Transition(
            _("Als gesloten melden"),
            frozenset({S.OPEN}),
            S.CLOSED,
            may_change_gap,
            confirm=_("De kloof telt dan niet meer mee in bundels. Heropenen kan altijd."),
        ),
        "reopen": Transition(
            _("Heropenen"),
            frozenset({S.CLOSED, S.ARCHIVED}),
            S.OPEN,
            may_change_gap,
            guard=_has_its_place,
        ),
        "archive": Transition(
            _("Archiveren"),
            frozenset({S.DRAFT, S.OPEN, S.TO_CONFIRM, S.CLOSED}),
            S.ARCHIVED,
            may_change_gap,
            style="stop",
            confirm=_("De kloof verdwijnt uit de lijsten en de bundels. Heropenen kan altijd."),
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
            guard=can_be_member,
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
            confirm=_("Uw bedrijf verlaat dit netwerk. Zeker?"),
        ),
        "accept": Transition(
            _("Aanvaarden"),
            frozenset({M.REQUESTED}),
            M.ACTIVE,
            manages_member,
            guard=can_be_member,
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
            confirm=_("Het bedrijf wordt geen lid, en leest uw motivering. Zeker?"),
            by_person=True,
        ),
        "remove": Transition(
            _("Uit het netwerk halen"),
            frozenset({M.ACTIVE, M.INVITED}),
            M.LEFT,
            manages_member,
            needs_reason=True,
            stamp="left_on",
            style="stop",
            by_person=True,
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
            confirm=_("De stuurgroep krijgt de vraag om over deze versie te stemmen."),
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
            guard=vote_stands,
            stamp="validated_at",
            style="main",
            confirm=_("De versie geldt dan als gevalideerd door de stuurgroep."),
        ),
        "freeze": Transition(
            _("Bevriezen"),
            frozenset({A.VALIDATED}),
            A.FROZEN,
            leads_needs,
            stamp="frozen_at",
            style="main",
            confirm=_(
                "De kloven waarover de stuurgroep stemde, worden vastgelegd. Die versie verandert nooit meer."
            ),
        ),
    },
)

CALL_TRANSITIONS = TransitionTable(
    model=Call,
    transitions={
        "open": Transition(
            _("Openen"),
            frozenset({C.DRAFT}),
            C.OPEN,
            owns_call,
            guard=_call_is_complete,
            style="main",
            confirm=_("De oproep wordt zichtbaar, en netwerken kunnen hun aanvraag indienen."),
        ),
        "close": Transition(
            _("Sluiten"),
            frozenset({C.OPEN}),
            C.CLOSED,
            owns_call,
            confirm=_("Niemand kan dan nog een aanvraag indienen."),
        ),
        "reopen": Transition(_("Heropenen"), frozenset({C.CLOSED}), C.OPEN, owns_call, needs_reason=True),
        "review": Transition(
            _("Beoordeling starten"), frozenset({C.CLOSED}), C.UNDER_REVIEW, owns_call, style="main"
        ),
        "decide": Transition(
            _("Als beslist vaststellen"),
            frozenset({C.UNDER_REVIEW}),
            C.DECIDED,
            owns_call,
            guard=_all_applications_decided,
            needs_reason=True,
            style="main",
            confirm=_("De rangschikking ligt dan vast, en alle netwerken krijgen hun beslissing te lezen."),
        ),
        "archive": Transition(
            _("Archiveren"),
            frozenset({C.DRAFT, C.DECIDED}),
            C.ARCHIVED,
            owns_call,
            style="stop",
            confirm=_("De oproep verdwijnt uit de lijsten; wat beslist is, blijft leesbaar. Zeker?"),
        ),
    },
)

RATE_TRANSITIONS = TransitionTable(
    model=Rate,
    transitions={
        "confirm": Transition(
            _("Bevestigen"),
            frozenset({R.PROPOSED}),
            R.CONFIRMED,
            is_second_person,
            style="main",
            confirm=_("Vanaf de begindatum rekent alles met dit tarief."),
        ),
        "replace": Transition(
            _("Bevestigen en het tarief van nu eerder laten eindigen"),
            frozenset({R.PROPOSED}),
            R.CONFIRMED,
            is_second_person,
            needs_reason=True,
            confirm=_("Het tarief dat nu bevestigd is, eindigt dan de dag voor dit begint."),
        ),
        "withdraw": Transition(
            _("Intrekken"),
            frozenset({R.PROPOSED}),
            R.WITHDRAWN,
            is_administrator,
            needs_reason=True,
            style="stop",
            confirm=_("Dit tarief geldt dan niet meer. Zeker?"),
        ),
    },
)
