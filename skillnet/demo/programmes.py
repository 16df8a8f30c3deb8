"""Programmes in every state, by the same services that people use: proposals of the engine, moved on."""

from collections.abc import Callable

from networks.models import Membership, Network, Organisation
from programmes.models import Participation, Programme
from programmes.services.commitments import commit_participation
from programmes.services.steps import take_step
from skillnet.current import actor_for
from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import TransitionRefused

# How far each proposal is brought, in turn; the ones after these stay proposals.
JOURNEYS: list[list[str]] = [
    ["take", "submit", "approve", "start", "deliver", "claim", "pay"],
    ["take", "submit"],
    ["take", "submit", "approve"],
    ["take", "submit", "return"],
    ["take"],
    ["take", "submit", "reject"],
    ["take", "submit", "approve", "start"],
    ["take", "submit", "approve", "start", "deliver"],
    ["take", "submit", "approve", "start", "deliver", "claim"],
    ["take", "cancel"],
    ["take", "submit"],
]
REASONS = {
    "approve": "De vraag is gevalideerd, het aanbod is het beste van drie en de prijs is marktconform.",
    "return": "Twee bedrijven vermelden minder deelnemers dan in de kloof. Kijk dit na en dien opnieuw in.",
    "reject": "Deze opleiding is voor deze bedrijven wettelijk verplicht; daarvoor is geen steun mogelijk.",
    "cancel": "De bedrijven kiezen voor een editie later op het jaar.",
    "pay": "Aanwezigheden en facturen zijn nagekeken en kloppen met de afrekening.",
}
COORDINATOR_STEPS = {"approve", "return", "reject", "pay"}


def move_programmes(say: Callable[[str], None]) -> None:
    """Bring proposals to the states of JOURNEYS; does nothing where people (or an earlier load) did."""
    if Programme.objects.exclude(state=Programme.State.PROPOSAL).exists():
        return
    proposals = list(Programme.objects.filter(state=Programme.State.PROPOSAL).order_by("-learners", "pk"))
    for programme, journey in zip(_spread(proposals), JOURNEYS, strict=False):
        for step in journey:
            if not _move(programme, step, say):
                break


def _spread(proposals: list[Programme]) -> list[Programme]:
    """One of each network first, so that every manager has something to see."""
    seen: dict[int, int] = {}
    ranked: list[tuple[int, int, Programme]] = []
    for programme in proposals:
        turn = seen.get(programme.network_id, 0)
        seen[programme.network_id] = turn + 1
        ranked.append((turn, len(ranked), programme))
    return [programme for _turn, _place, programme in sorted(ranked, key=lambda r: r[:2])]


def _move(programme: Programme, step: str, say: Callable[[str], None]) -> bool:
    """Take a step as people would: companies confirm before the start, two coordinators sign if need be."""
    actors = _coordinators(programme.network) if step in COORDINATOR_STEPS else _managers(programme.network)
    try:
        if step == "start":
            _commit(programme)
        for actor in actors:
            taken = take_step(
                programme_id=programme.pk, action=step, actor=actor, reason=REASONS.get(step, "")
            )
            if taken.state != Programme.State.SUBMITTED or step == "submit":
                return True
    except TransitionRefused as refusal:
        say(f"  {programme.title[:60]}: {step} refused: {refusal}")
    return False


def _commit(programme: Programme) -> None:
    for participation in programme.participations.filter(state=Participation.State.PROPOSED):
        commit_participation(participation_id=participation.pk, actor=_company(participation.organisation))


def _company(organisation: Organisation) -> Actor:
    """Its contact; a demo company without one speaks through its own software."""
    membership = Membership.objects.filter(
        role=Role.COMPANY_CONTACT, organisation=organisation, ended_at=None
    ).first()
    return (
        _actor(membership)
        if membership
        else Actor(
            organisation_id=organisation.pk,
            organisation_name=organisation.name,
            roles=frozenset({Role.COMPANY_CONTACT}),
        )
    )


def _managers(network: Network) -> list[Actor]:
    rows = Membership.objects.filter(role=Role.NETWORK_MANAGER, network=network, ended_at=None)
    return [_actor(row) for row in rows.order_by("pk")[:1]]


def _coordinators(network: Network) -> list[Actor]:
    if network.call is None:
        return []
    rows = Membership.objects.filter(
        role=Role.COORDINATOR, organisation=network.call.coordinator, ended_at=None
    )
    return [_actor(row) for row in rows.order_by("pk")]


def _actor(membership: Membership) -> Actor:
    memberships = list(
        Membership.objects.filter(
            user=membership.user, organisation=membership.organisation, ended_at=None
        ).select_related("organisation", "network")
    )
    return actor_for(membership.user, memberships, membership.organisation_id)
