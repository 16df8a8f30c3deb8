"""A programme with everything around it, made by the services that people use; no engine run."""

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from catalogue.models import Edition, Offer
from matching.models import Match, MatchRun, Pool, PoolGap
from networks.models import AnnualAccounts, Gap, Network, Organisation
from programmes.models import Participation, Programme
from programmes.services.commitments import commit_participation
from programmes.services.drafts import draft_programme
from programmes.services.law import load_law
from programmes.services.steps import take_step
from programmes.services.votes import vote_on_programme
from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role
from tests.factories import (
    actor_for_role,
    actor_for_user,
    make_call,
    make_edition,
    make_gap,
    make_network,
    make_offer,
    make_organisation,
    make_provider,
    validate_needs,
)
from tests.kept import kept, kept_step

REASON = "De vraag is gevalideerd en het aanbod is het beste van drie."
COMPONENTS = {"meaning": 0.8, "words": 0.2, "skills": None, "quadrant": 1.0, "trust": 0.5}


@dataclass
class World:
    network: Network
    companies: list[Organisation]
    gaps: list[Gap]
    pool: Pool
    offer: Offer
    other: Offer
    edition: Edition
    manager: Actor
    coordinator: Actor
    second: Actor
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def administration(self) -> Organisation:
        assert self.network.call is not None
        return self.network.call.coordinator

    @kept_step
    def programme(self, *steps: str, learners: int = 3) -> Programme:
        """A draft of the pool, moved on by these steps."""
        return self.move(self._draft(learners), *steps)

    @kept_step
    def _draft(self, learners: int) -> Programme:
        return draft_programme(
            actor=self.manager,
            pool=self.pool,
            edition=self.edition,
            learners={company.pk: learners for company in self.companies},
        )

    @kept_step
    def move(self, programme: Programme, *steps: str) -> Programme:
        for step in steps:
            programme = self._take(programme, step)
        return programme

    @kept_step
    def _take(self, programme: Programme, step: str) -> Programme:
        actor = self.coordinator if step in ("approve", "return", "reject", "pay") else self.manager
        if step in ("commit", "start"):
            self.commit_all(programme)
        if step == "commit":
            programme.refresh_from_db()
            return programme
        if step == "submit":
            self.vote_all(programme)
        if step == "deliver":
            self._give(programme)
        if step in ("claim", "pay"):
            return self._settle(programme, step)
        return take_step(programme_id=programme.pk, action=step, actor=actor, reason=REASON)

    def _give(self, programme: Programme) -> None:
        """The lessons began three days ago, after the applications, and everybody with a seat came."""
        from tests.programmes.claims_world import attend
        from tests.programmes.delivery_world import begun

        begun(programme)
        if not programme.enrolments.exists():
            attend(programme)

    def _settle(self, programme: Programme, step: str) -> Programme:
        """Claimed and paid follow from the claim."""
        from tests.programmes.claims_world import TO_PAID, attend, drawn_up, move_claim

        if step == "claim":
            if not programme.enrolments.exists():
                attend(programme)
            move_claim(self, drawn_up(self, programme), "submit")
        else:
            move_claim(self, programme.claim, *TO_PAID[1:])
        programme.refresh_from_db()
        return programme

    @kept_step
    def commit_all(self, programme: Programme) -> None:
        for row in programme.participations.filter(state=Participation.State.PROPOSED):
            commit_participation(
                participation_id=row.pk, actor=self.contact(row.organisation), declares_de_minimis=True
            )

    @kept_step
    def vote_all(self, programme: Programme, *, agrees: bool = True) -> None:
        """Every seat of the steering group, where a test gave the network one, votes for the plan."""
        seats = self.network.memberships.filter(role=Role.STEERING_MEMBER, ended_at=None)
        for seat in seats.select_related("user", "organisation"):
            vote_on_programme(
                programme=programme,
                actor=actor_for_user(seat.user, seat.organisation),
                agrees=agrees,
                remark="" if agrees else "Te duur.",
            )

    def contact(self, company: Organisation) -> Actor:
        return actor_for_role(Role.COMPANY_CONTACT, organisation=company)


@kept
def build_world(
    *,
    companies: int = 3,
    price: Any = Decimal("1000.00"),
    seats: int | None = 20,
    basis: str = "participant",
    budget: Any = None,
    mandatory: bool | None = None,
    **edition: Any,
) -> World:
    load_law()
    administration = make_organisation(
        name="Dienst Netwerken", kind=Organisation.Kind.ADMINISTRATION, iban="BE71096123456769"
    )
    network = make_network(call=make_call(coordinator=administration), budget=budget, name="Netwerk Hout")
    names = ["Zetelmakerij Abeele", "Bois & Métal Ardèche", "Keukens Çelik", "Deuren Dhondt", "Ets. Éloy"]
    organisations = [make_organisation(name=names[n]) for n in range(companies)]
    for organisation in organisations:
        AnnualAccounts.objects.create(
            organisation=organisation, year=2025, headcount=40, turnover=8_000_000, balance_sheet=6_000_000
        )
    gaps = [
        make_gap(
            organisation=organisation,
            network=network,
            title="Sturing aanpassen",
            description=f"Onze techniekers kunnen de sturing niet zelf aanpassen ({organisation.name}).",
            learners=3,
        )
        for organisation in organisations
    ]
    pool = _pool(network, gaps)
    validate_needs(network)
    provider = make_provider(organisation=make_organisation(name="Leerhuis De Vonk", kind="provider"))
    offer = make_offer(
        provider=provider,
        title="PLC-sturingen onderhouden en aanpassen",
        description="Na deze opleiding past u de sturing van een machine zelf aan.",
        price=price,
        price_basis=basis,
        hours=40,
        mandatory=mandatory,
    )
    starts_on = timezone.localdate() + timedelta(days=40)
    held = make_edition(offer=offer, seats=seats, location="Roeselare", **{"starts_on": starts_on, **edition})
    other = make_offer(title="Automatisering basis", price=640)
    make_edition(offer=other, starts_on=starts_on, seats=20)
    _matches(gaps, {offer: 0.82, other: 0.66})
    return World(
        network=network,
        companies=organisations,
        gaps=gaps,
        pool=pool,
        offer=offer,
        other=other,
        edition=held,
        manager=actor_for_role(Role.NETWORK_MANAGER, network=network),
        coordinator=actor_for_role(Role.COORDINATOR, organisation=administration),
        second=actor_for_role(Role.COORDINATOR, organisation=administration),
    )


def add_pool(world: World, title: str = "Tweede vraag") -> Pool:
    """Another pool of the same network and companies, which the same offers fit."""
    gaps = [make_gap(organisation=c, network=world.network, title=title, learners=3) for c in world.companies]
    _matches(gaps, {world.offer: 0.8, world.other: 0.6})
    pool = _pool(world.network, gaps)
    validate_needs(world.network)
    return pool


def _pool(network: Network, gaps: list[Gap]) -> Pool:
    pool = Pool.objects.create(
        network=network,
        title=gaps[0].title,
        companies=len(gaps),
        undertakings=len(gaps),
        learners=sum(gap.learners or 0 for gap in gaps),
        cohesion=0.7,
    )
    PoolGap.objects.bulk_create(PoolGap(pool=pool, gap=gap) for gap in gaps)
    return pool


def _matches(gaps: list[Gap], scores: dict[Offer, float]) -> None:
    run = MatchRun.objects.create(scope=MatchRun.Scope.ALL, state=MatchRun.State.DONE)
    Match.objects.bulk_create(
        Match(gap=gap, offer=offer, run=run, rank=rank, score=score, certainty=0.7, components=COMPONENTS)
        for gap in gaps
        for rank, (offer, score) in enumerate(scores.items(), start=1)
    )
