"""A proposal with one company could never start: it is not made, and the pool says what a second one lacks."""

from datetime import timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from matching.models import DemandCard
from programmes.models import Programme
from programmes.presenting_assembly import told_obstacle
from programmes.services.proposals import propose_programmes
from programmes.services.what_if import explore, question_of
from tests.programmes.world import World, build_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return build_world(budget=Decimal("10000.00"))


def propose(world: World) -> Programme | None:
    propose_programmes(network_ids=[world.network.pk])
    world.pool.refresh_from_db()
    return Programme.objects.filter(network=world.network, state=Programme.State.PROPOSAL).first()


def test_what_only_one_company_can_pay_is_proposed_to_nobody(world: World, client_for: Any) -> None:
    """A programme with one company could never start: the pool says who is left out, and what would do."""
    rich, *poor = world.gaps
    for gap, budget in zip(poor, (Decimal(900), Decimal(1200)), strict=True):
        gap.budget = budget  # for three learners, of whom each costs the company 500 euro
        gap.save()
    assert propose(world) is None
    record = world.pool.unmet_reason
    assert record is not None
    assert (record["reason"], record["amount"]) == ("few_price", "100.00")
    assert [(r["company"], r["amount"]) for r in record["left_out"]] == [
        (poor[0].organisation.name, "200.00"),
        (poor[1].organisation.name, "100.00"),
    ]
    assert not world.pool.is_unmet, "the offer is there"
    assert not DemandCard.objects.exists()
    client = client_for(None)
    client.force_login(world.manager.user)
    page = client.get(reverse("matching:pool_detail", args=[world.pool.public_id]))
    told = unescape(page.content.decode())
    assert "Slechts één onafhankelijk bedrijf kan dit betalen" in told
    assert poor[0].organisation.name in told
    assert rich.organisation.name in told
    poor[1].budget = Decimal(1500)
    poor[1].save()
    found = propose(world)
    assert found is not None
    assert {p.organisation for p in found.participations.all()} == {rich.organisation, poor[1].organisation}
    assert world.pool.unmet_reason is None


def test_what_only_one_company_can_start_in_time_is_proposed_to_nobody(world: World) -> None:
    world.edition.starts_on = timezone.localdate() + timedelta(days=400)
    world.edition.save()
    for gap in world.gaps[1:]:
        gap.horizon = "1y"
        gap.save()
    assert propose(world) is None
    assert world.pool.unmet_reason is not None
    assert world.pool.unmet_reason["reason"] == "few_horizon"
    assert not world.pool.is_unmet


def test_a_what_if_says_that_a_second_company_is_lacking(world: World) -> None:
    """The plan that stands is asked for again: since two companies got poorer, it could not be bought."""
    programme = propose(world)
    assert programme is not None
    for gap in world.gaps[1:]:
        gap.budget = Decimal(900)
        gap.save()
    asked = question_of(programme)
    after = explore(programme=programme, question=asked).after
    assert (after.closed, after.unmet[world.pool.pk].reason) == (0, "few_price")
    told = told_obstacle(asked, after.unmet[world.pool.pk])
    assert "een tweede" in told
    assert world.gaps[1].organisation.name in told
    locked = explore(programme=programme, question=asked, wanted=[world.edition.pk]).after
    assert locked.closed == 1, "what a person locks is too dear for nobody"
