"""A small world for the pages of matching: one network, companies with gaps, offers, and a run."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils import timezone

from catalogue.models import Offer, Provider
from matching.models import MatchRun, Pool
from matching.services.runs import queue_run, work_run
from networks.models import Gap, Network, Organisation
from tests.factories import make_edition, make_gap, make_network, make_offer, make_organisation, make_provider

WELDING = [
    ("Lassen van roestvrij staal", "Onze operatoren moeten inox kunnen lassen met de TIG-techniek."),
    ("Inox lassen met TIG", "Lassers kunnen nog geen roestvrij staal lassen met TIG."),
    ("TIG-lassen op roestvrij staal", "Wij zoeken hoe onze mensen roestvrij staal leren lassen, met TIG."),
    ("Roestvrij staal lassen", "Nieuwe lassers kunnen roestvrij staal niet lassen met de TIG-techniek."),
]


@dataclass
class World:
    network: Network
    companies: list[Organisation]
    gaps: list[Gap]
    provider: Provider
    offer: Offer
    other: Offer
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def pool(self) -> Pool:
        return Pool.objects.live().get(network=self.network)


def build_world(*, companies: int = 4, run: bool = True, **gap_values: Any) -> World:
    """Companies that all want to weld stainless steel, one provider that teaches it, one that does not."""
    network = make_network(sector="Metaal")
    organisations = [make_organisation(name=f"Staalbedrijf {letter}") for letter in "ABCDEFGH"[:companies]]
    values = {"learners": 3, "depth": "short", "direction": "upskilling", "regions": ["BE234"]} | gap_values
    gaps = [
        make_gap(
            organisation=organisation,
            network=network,
            title=WELDING[place % 4][0],
            description=WELDING[place % 4][1],
            **values,
        )
        for place, organisation in enumerate(organisations)
    ]
    provider = make_provider(organisation=make_organisation(name="Lasschool De Vonk", kind="provider"))
    offer = make_offer(
        provider=provider,
        title="Opleiding TIG-lassen van roestvrij staal",
        description="U leert inox en roestvrij staal lassen met de TIG-techniek, voor lassers en operatoren.",
        price=450,
        hours=24,
        depth="short",
        direction="upskilling",
        regions=["BE234"],
    )
    make_edition(offer=offer, starts_on=timezone.localdate() + timedelta(days=30), seats=12)
    other = make_offer(title="Boekhouden voor beginners", description="Btw-aangifte en de jaarrekening.")
    world = World(network, organisations, gaps, provider, offer, other)
    if run:
        world.extra["run"] = work(world)
    return world


def work(world: World) -> MatchRun:
    """Run the engine over the world's network in this process, up to its pools: programmes are not ours."""
    run = queue_run(scope=MatchRun.Scope.NETWORK, network=world.network, ring=False)
    run.batches.filter(stage="assemble").delete()
    work_run(run_id=run.pk)
    run.refresh_from_db()
    assert run.state == MatchRun.State.DONE, run.failure
    return run
