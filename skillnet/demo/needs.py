"""The steering groups of the demo saw the gaps: a programme is submitted on validated need only."""

from networks.models import Membership, NeedsAnalysis, Network, Organisation
from networks.services.needs import cast_vote, start_analysis, take_needs_action
from programmes.models import Programme
from skillnet.accounts.models import User
from skillnet.demo.people import actor_of_member
from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role

VOTERS = 3
NAMES = ("Lotte Hendrickx", "Wim De Backer", "Samira Benali", "Pieter Van Acker", "Elke Vrancken")


def validate_needs() -> None:
    """A frozen first version for each network with a proposal; does nothing where one stands already."""
    proposed = Programme.objects.filter(state=Programme.State.PROPOSAL).values("network")
    for network in Network.objects.filter(pk__in=proposed, needs_analyses=None).order_by("pk"):
        manager = Membership.objects.filter(
            role=Role.NETWORK_MANAGER, network=network, ended_at=None
        ).order_by("pk")
        first = manager.first()
        if first is not None:
            _validate(network, actor_of_member(first))


def _validate(network: Network, manager: Actor) -> None:
    analysis = start_analysis(network=network, actor=manager)
    analysis = take_needs_action(analysis=analysis, action="consolidate", actor=manager)
    for voter in steering_group(network):
        cast_vote(analysis=analysis, actor=voter, agrees=True)
    if analysis.state == NeedsAnalysis.State.CONSOLIDATED:
        analysis = take_needs_action(analysis=analysis, action="validate", actor=manager)
        take_needs_action(analysis=analysis, action="freeze", actor=manager)


def steering_group(network: Network) -> list[Actor]:
    """Those whom the demo names, and people of other members until the group can decide."""
    rows = list(
        Membership.objects.filter(role=Role.STEERING_MEMBER, network=network, ended_at=None)
        .select_related("user", "organisation", "network")
        .order_by("pk")
    )
    seated = {row.organisation_id for row in rows}
    others = Organisation.objects.filter(
        network_members__network=network, network_members__state="active"
    ).exclude(pk__in=seated)
    for place, company in enumerate(others.order_by("pk")[: max(0, VOTERS - len(seated))]):
        rows.append(_seat(network, company, NAMES[(network.pk + place) % len(NAMES)]))
    return [actor_of_member(row) for row in rows]


def _seat(network: Network, company: Organisation, name: str) -> Membership:
    user = User.objects.create_user(f"stuurgroep.{network.pk}.{company.pk}@demo.skillnet.example", name=name)
    return Membership.objects.create(
        user=user, organisation=company, role=Role.STEERING_MEMBER, network=network
    )
