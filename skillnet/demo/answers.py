"""What providers answered in the demo: bids on open cards, one choice, and things on the capacity exchange."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone

from catalogue.models import CapacityOffer, Provider
from catalogue.services.capacity import request_capacity, save_capacity, take_request_action
from matching.models import Bid, Pool
from matching.services.bids import save_bid, submit_bid
from matching.services.choosing import choose_bid
from networks.models import Membership, Organisation
from skillnet.demo.people import actor_of_member
from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import TransitionRefused

POOLS = 3
REASON = (
    "De prijs per deelnemer is de laagste en de lessen vallen buiten de piekweken. "
    "Inhoud en duur zijn gelijkwaardig."
)
# (organisation, kind, title, how many, price, unit, days from now, days long, place, what one should know)
CAPACITY: list[tuple[str, str, str, int, str | None, str, int, int, str, str]] = [
    ("Plaatpark Academie", "room", "Praktijkhal met zes CNC-oefenposten", 2, "280.00", "day", 14, 60,
     "Wielsbeke", "Een monteur van ons is aanwezig. Veiligheidsschoenen verplicht."),
    ("Scheldechem Campus", "seats", "Vrije plaatsen in onze opleiding procesoperator", 4, "390.00", "unit", 21, 30,
     "Antwerpen", "Een medische keuring is nodig voor de start."),
    ("Keukens Vanhulle", "workplace", "Werkplekleren in de afwerking van keukens", 2, "0", "whole", 30, 120,
     "Kortrijk", "Met een vaste mentor, twee dagen per week."),
    ("Datamolen", "trainer", "Lesgever Excel en Power BI, woensdagnamiddag", 1, "95.00", "hour", 10, 90,
     "Leuven", "Verplaatsing is inbegrepen binnen Vlaams-Brabant."),
    ("Heftruckschool Van Loo", "equipment", "Reachtruck en oefenbaan", 1, None, "day", 7, 45,
     "Sint-Niklaas", "Enkel met een lesgever die het attest heeft."),
]  # fmt: skip


def answer_demand(say: Callable[[str], None]) -> None:
    """Bids on a few cards and rows of the exchange, by the services that people use; nothing the second time."""
    if not Bid.objects.exists():
        _bids(say)
    if not CapacityOffer.objects.exists():
        _capacity(say)


def _bids(say: Callable[[str], None]) -> None:
    """Two bids on each of a few pools, those with a card first; on the last of them the network has chosen."""
    speakers = [actor for provider in Provider.objects.order_by("pk") if (actor := _provider(provider))]
    pools = (
        Pool.objects.filter(state=Pool.State.OPEN, undertakings__gte=settings.K_ANONYMITY)
        .filter(Q(demand_card=None) | Q(demand_card__state__in=["open", "withdrawn"]))
        .select_related("network")
        .order_by("-is_unmet", "-priority", "pk")
    )
    for place, pool in enumerate(pools[:POOLS]):
        try:
            made = [_bid(pool, actor, n) for n, actor in enumerate(_turn(speakers, place)[:2])]
            if place == POOLS - 1 and made:
                choose_bid(bid=made[0], actor=_manager(pool), reason=REASON)
        except (ValidationError, TransitionRefused) as refusal:
            say(f"  bid on {pool}: {refusal}")


def _turn(speakers: list[Actor], place: int) -> list[Actor]:
    """The people who sign in come first on each card, then others in turn."""
    return speakers[:1] + speakers[1 + place :]


def _bid(pool: Pool, actor: Actor, place: int) -> Bid:
    starts_on = timezone.localdate() + timedelta(days=45 + 14 * place)
    bid = save_bid(
        actor=actor,
        pool=pool,
        values={
            "kind": Bid.Kind.NEW_OFFER,
            "title": f"{pool.public_title or pool.network.sector}: op maat van uw groep"[:300],
            "description": "Een korte opleiding op maat, met oefeningen op het materiaal van de deelnemers zelf.",
            "outcomes": ["past het geleerde toe op de eigen werkplek", "herkent de meest voorkomende fouten"],
            "language": "nl",
            "mode": "classroom" if place == 0 else "blended",
            "hours": Decimal(24 if place == 0 else 32),
            "starts_on": starts_on,
            "ends_on": starts_on + timedelta(days=28),
            "schedule": "vier donderdagen, 9 tot 16 uur"
            if place == 0
            else "acht voormiddagen, waarvan vier online",
            "region": pool.network.region or "BE2",
            "location": "bij een van de bedrijven",
            "seats": 14 + 4 * place,
            "min_seats": 6,
            "price": Decimal(420 + 85 * place),
            "price_basis": "participant",
            "conditions": "Cursus en koffie inbegrepen. Kosteloos te annuleren tot drie weken voor de start.",
            "valid_until": timezone.localdate() + timedelta(days=40),
        },
    )
    return submit_bid(bid=bid, actor=actor)


def _capacity(say: Callable[[str], None]) -> None:
    made = []
    for name, kind, title, quantity, price, unit, start, length, place, conditions in CAPACITY:
        organisation = Organisation.objects.filter(name=name).first()
        if organisation is None:
            say(f"  no organisation {name}")
            continue
        starts_on = timezone.localdate() + timedelta(days=start)
        values: dict[str, Any] = {
            "kind": kind,
            "title": title,
            "quantity": quantity,
            "price": None if price is None else Decimal(price),
            "price_unit": unit,
            "starts_on": starts_on,
            "ends_on": starts_on + timedelta(days=length),
            "location": place,
            "region": organisation.region,
            "conditions": conditions,
        }
        made.append(save_capacity(actor=_speaker(organisation), values=values))
    _requests(made)


def _requests(made: list[CapacityOffer]) -> None:
    """Two requests: one that waits, one that was promised."""
    askers = Membership.objects.filter(role=Role.COMPANY_CONTACT, ended_at=None).select_related(
        "organisation"
    )
    others = [row.organisation for row in askers.order_by("pk")[:3]]
    for capacity, asker, is_promised in zip(made[:2], others[1:], (False, True), strict=False):
        by_the_day = capacity.kind == CapacityOffer.Kind.ROOM
        first = capacity.starts_on + timedelta(days=3)
        asked = request_capacity(
            capacity=capacity,
            actor=_speaker(asker),
            quantity=1,
            starts_on=first if by_the_day else None,
            ends_on=first + timedelta(days=1) if by_the_day else None,
            message="Voor onze twee nieuwe operatoren.",
        )
        if is_promised:
            take_request_action(request=asked, action="confirm", actor=_speaker(capacity.organisation))


def _provider(provider: Provider) -> Actor | None:
    """Its person, when it has one; else nobody bids for it."""
    row = Membership.objects.filter(
        role=Role.PROVIDER, organisation=provider.organisation_id, ended_at=None
    ).first()
    return actor_of_member(row) if row else None


def _manager(pool: Pool) -> Actor:
    row = Membership.objects.filter(
        role=Role.NETWORK_MANAGER, network=pool.network_id, ended_at=None
    ).order_by("pk")[0]
    return actor_of_member(row)


def _speaker(organisation: Organisation) -> Actor:
    """A person of the organisation, or its own software."""
    row = Membership.objects.filter(organisation=organisation, ended_at=None).order_by("pk").first()
    if row is not None:
        return actor_of_member(row)
    return Actor(
        organisation_id=organisation.pk,
        organisation_name=organisation.name,
        roles=frozenset({Role.COMPANY_CONTACT}),
    )
