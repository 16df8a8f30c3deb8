"""Why nothing was bought: cards of unmet demand, and what other offers lost on."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from catalogue.models import Offer
from matching.models import DemandCard, Match, Pool
from matching.obstacles import obstacle_sentence
from matching.services.demand_cards import keep_cards
from matching.services.figures import tell_fits
from matching.services.told_obstacles import told_obstacle, why_unmet
from networks.models import Gap
from programmes.losses import WHY, loss_sentence
from programmes.presenting_json import alternative_json
from skillnet.kernel.models import Rate
from skillnet.kernel.roles import Role
from tests.programmes.proposal_world import propose
from tests.programmes.world import World, build_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    """One offer that fits and one that does not; only the first can be bought."""
    return build_world(budget=Decimal("10000.00"))


def card_of(world: World) -> DemandCard:
    return DemandCard.objects.get(pool=world.pool)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"state": "cancelled"}, "no_edition"),
        ({"seats": None}, "unknown_price_or_seats"),
        ({"seats": 0}, "seats"),
        ({"starts_on": timezone.localdate() + timedelta(days=400)}, "horizon"),
        ({"min_seats": 15}, "group"),
    ],
)
def test_a_card_says_what_the_offer_that_it_names_lacks(world: World, change: dict, reason: str) -> None:
    world.edition.offer.editions.update(**change)
    for gap in world.gaps:
        gap.horizon = "1y"
        gap.save()
    Match.objects.filter(offer=world.other).update(score=0.3)
    propose(world)
    card = card_of(world)
    assert world.pool.is_unmet
    assert (card.lacks[0]["reason"], card.nearest_offer) == (reason, world.offer)
    assert card.lacks[0]["offer"] == world.offer.pk


def test_a_card_says_by_how_much_the_nearest_offer_falls_short(world: World) -> None:
    Match.objects.update(score=0.3)
    Match.objects.filter(offer=world.offer).update(score=0.4)
    propose(world)
    assert card_of(world).lacks[0] | {"amount": None} == {
        "reason": "fit",
        "amount": None,
        "edition": None,
        "offer": world.offer.pk,
    }
    assert Decimal(card_of(world).lacks[0]["amount"]) == Decimal("0.08")
    Match.objects.all().delete()
    propose(world)
    assert (card_of(world).lacks[0]["reason"], card_of(world).nearest_offer) == ("no_offer", None)


def test_what_outsiders_read_is_lacking_moves_only_with_k_undertakings(world: World, settings: Any) -> None:
    """By how many seats are short one could read before and after what one company changed."""
    settings.K_ANONYMITY = len(world.gaps)
    for gap in world.gaps:
        gap.horizon = "1y"
        gap.save()
    world.edition.offer.editions.update(min_seats=40)

    def told() -> tuple[str, str]:
        propose(world)
        live = obstacle_sentence(card_of(world).lacks[0], public=True)
        return live, obstacle_sentence(told_obstacle(world.pool, world.pool.unmet_reason), public=True)

    live, first = told()
    assert live == first
    assert "te klein" in first
    Gap.objects.filter(pk=world.gaps[0].pk).update(learners=17)
    live, second = told()
    assert live != first
    assert second == first
    assert why_unmet(world.pool, named=True) != why_unmet(world.pool, named=False)
    Gap.objects.filter(pk__in=[gap.pk for gap in world.gaps]).update(learners=7)
    live, third = told()
    assert third == live != first


def test_that_a_pool_is_unmet_moves_only_with_k_undertakings(
    world: World, settings: Any, client_for: Any
) -> None:
    """What one company changed leaves the demand without an offer; no page, file or key tells before and after."""
    settings.K_ANONYMITY = len(world.gaps)
    people = {role: client_for(role) for role in (Role.PROVIDER, Role.ANALYST)}

    def read() -> dict[str, str]:
        propose(world)
        pages = {
            "demand": people[Role.PROVIDER].get(reverse("matching:demand"), {"unmet": "yes"}),
            "detail": people[Role.PROVIDER].get(
                reverse("matching:demand_detail", args=[world.pool.public_id])
            ),
            "cockpit": people[Role.ANALYST].get(reverse("cockpit:unmet")),
            "balance": people[Role.ANALYST].get(reverse("cockpit:supply_demand")),
            "strategy": people[Role.ANALYST].get(reverse("matching:strategy"), {"unmet": "yes"}),
        }
        return {
            name: re.sub(r'name="csrf\S+ value="\w+"', "", page.content.decode().split("<main")[1])
            for name, page in pages.items()
        }

    def change(gaps: Any, **values: Any) -> None:
        Gap.objects.filter(pk__in=[gap.pk for gap in gaps]).update(**values)
        Match.objects.filter(gap__in=gaps).update(score=0.2)
        tell_fits([Pool.objects.get(pk=world.pool.pk)])

    Pool.objects.update(public_title="Snijden op maat")
    read()  # the demand is met, and that is told
    tell_fits([Pool.objects.get(pk=world.pool.pk)])
    asked = DemandCard.objects.filter(pool=world.pool, state="open")
    assert not asked.exists()
    met = read()
    assert "Snijden op maat" not in met["cockpit"]
    Match.objects.update(score=0.2)  # the engine finds nothing good enough any more
    change(world.gaps[:1], eqf_level=7)
    assert read() == met
    world.pool.refresh_from_db()
    assert (world.pool.is_unmet, asked.exists()) == (True, False)
    change(world.gaps, eqf_level=6)
    told = read()
    assert "Snijden op maat" in told["cockpit"]
    assert asked.exists()
    assert told["demand"] != met["demand"]


def unmet(world: World) -> DemandCard:
    Match.objects.update(score=0.3)
    propose(world)
    assert card_of(world).state == DemandCard.State.OPEN
    return card_of(world)


def test_a_pool_in_a_programme_is_asked_of_nobody(world: World) -> None:
    card = unmet(world)
    world.programme()
    card.refresh_from_db()
    world.pool.refresh_from_db()
    assert card.state == DemandCard.State.WITHDRAWN
    assert (world.pool.is_unmet, world.pool.unmet_reason) == (False, None)


def test_a_pool_that_is_no_more_is_asked_of_nobody(world: World) -> None:
    card = unmet(world)
    Pool.objects.filter(pk=world.pool.pk).update(state=Pool.State.DISSOLVED)
    assert keep_cards(timezone.localdate() + timedelta(days=400))["expired"] == 0
    card.refresh_from_db()
    assert card.state == DemandCard.State.WITHDRAWN


def lost_on(world: World, offer: Offer | None = None) -> str:
    programme = propose(world)
    assert programme is not None
    record = next(r for r in programme.alternatives if r["offer_id"] == (offer or world.other).pk)
    assert record["offer"] == str((offer or world.other).public_id)
    assert loss_sentence(record)
    return str(record["lost_on"])


def test_what_another_offer_lost_on(world: World) -> None:
    """Each reason in turn; the offer that is bought stays the same."""
    other, edition = world.other, world.other.editions.get()
    assert lost_on(world) == "fit", "too far below the best"
    Match.objects.filter(offer=other).update(score=0.3)
    assert lost_on(world) == "fit", "not good enough for anybody"
    Match.objects.filter(offer=other).update(score=0.82)
    other.price = Decimal("1010.00")
    other.save()
    assert lost_on(world) == "cost"
    other.price = world.offer.price
    other.save()
    assert edition.starts_on is not None
    edition.starts_on += timedelta(days=60)
    edition.save()
    assert lost_on(world) == "start"
    world.gaps[0].network.gaps.update(horizon="now", budget=Decimal(1500))
    edition.starts_on = timezone.localdate() + timedelta(days=200)
    edition.save()
    assert lost_on(world) == "horizon"
    edition.starts_on = world.edition.starts_on
    edition.min_seats = 15
    edition.save()
    assert lost_on(world) == "group"
    edition.min_seats, edition.price = None, Decimal("1200.00")
    edition.save()
    assert lost_on(world) == "price"
    edition.price, edition.seats = None, 4
    edition.save()
    assert lost_on(world) == "seats"
    edition.seats = 0
    edition.save()
    assert lost_on(world) == "seats"
    edition.seats = None
    edition.save()
    assert lost_on(world) == "unknown_price_or_seats"
    edition.state = "cancelled"
    edition.save()
    assert lost_on(world) == "no_edition"


@pytest.mark.parametrize("limit", ["network_budget", "call_budget", "provider_cap"])
def test_another_offer_lost_on_money(world: World, limit: str) -> None:
    other, call = world.other, world.network.call
    assert call is not None
    other.price = Decimal("1100.00")
    other.save()
    Match.objects.filter(offer=other).update(score=0.83)
    tight = Decimal("4700.00")
    if limit == "network_budget":
        world.network.budget = tight
        world.network.save()
    elif limit == "call_budget":
        call.budget = tight
        call.save()
    else:
        Rate.objects.filter(key__name="assembly_provider_share").update(value=95)
    world.network.refresh_from_db()
    assert lost_on(world) == limit


def test_every_loss_has_a_sentence() -> None:
    for reason in WHY:
        for by in (-0.1, 0.0, 0.1):
            said = loss_sentence({"lost_on": reason, "by": by, "amount": "12.50"})
            assert said.startswith("Past ")
            assert said.endswith(".")
            assert reason != "headroom" or "12" not in said, "it tells what aid the undertaking already had"
    record = {"lost_on": "headroom", "amount": "12.50", "fit": 0.5}
    assert alternative_json(record)["amount"] is None
