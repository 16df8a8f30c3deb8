"""What assembly is handed: budgets, the provider's cap, lambda and de minimis headroom are numbers of the law."""

from decimal import Decimal

import pytest
from django.utils import timezone

from matching.engine.assembly import assemble
from programmes.services.law import database_rates
from programmes.services.problem import Question, ask
from skillnet.kernel.models import Rate
from tests.programmes.world import World, build_world

pytestmark = pytest.mark.django_db


def question(world: World) -> Question:
    world.network.refresh_from_db()
    return ask(network=world.network, rates=database_rates(), today=timezone.localdate())


def test_the_budget_of_the_call_binds_like_that_of_the_network() -> None:
    world = build_world(budget=Decimal("10000.00"))
    call = world.network.call
    assert call is not None
    call.budget = Decimal("100.00")
    call.save()
    problem = question(world).problem
    assert problem.call_budgets == {call.pk: Decimal("100.00")}
    found = assemble(problem)
    assert not found.picks
    assert {u.obstacle.reason for u in found.unmet} == {"call_budget"}


def test_one_provider_gets_no_more_than_its_share_of_the_budget() -> None:
    world = build_world(budget=Decimal("10000.00"))
    assert question(world).problem.budgets[0].provider_cap is None, "100 percent is no cap"
    Rate.objects.filter(key__name="assembly_provider_share").update(value=5)
    problem = question(world).problem
    assert problem.budgets[0].provider_cap == Decimal("500.00")
    assert {u.obstacle.reason for u in assemble(problem).unmet} == {"provider_cap"}


def test_a_public_euro_must_bring_what_the_rate_says() -> None:
    world = build_world(budget=Decimal("10000.00"))
    assert question(world).problem.price_of_public_euro == pytest.approx(0.0005)
    assert assemble(question(world).problem).picks
    Rate.objects.filter(key__name="assembly_public_euro").update(value=1)
    assert not assemble(question(world).problem).picks


def test_only_undertakings_with_nothing_but_mandatory_training_have_a_ceiling() -> None:
    world = build_world()
    assert question(world).problem.headroom == {}
    world.gaps[0].mandatory = True
    world.gaps[0].save()
    key = world.companies[0].undertaking_key
    assert question(world).problem.headroom == {key: Decimal("300000.00")}
