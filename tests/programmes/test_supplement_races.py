"""Two decisions at one instant, on real connections: never above the ceiling, the budget or the seats."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db.models import Sum
from django.utils import timezone

from catalogue.models import Edition
from programmes.models import DeMinimisAid, Programme, Supplement
from programmes.services.ledger import declare_de_minimis
from programmes.services.supplement_seats import Change
from programmes.services.supplements import ask_supplement, take_supplement_step
from skillnet.kernel.actor import Actor
from skillnet.kernel.transitions import TransitionRefused
from tests.programmes.test_races import at_once, two_submitted
from tests.programmes.test_supplements import WHY, more, sign_all
from tests.programmes.world import REASON, World, build_world

pytestmark = pytest.mark.django_db(transaction=True)


def signed(world: World, programme: Programme, change: Change | None = None) -> Supplement:
    asked = ask_supplement(
        programme_id=programme.pk, change=change or more(world), reason=WHY, actor=world.manager
    )
    return sign_all(world, asked)


def two_signed(world: World) -> list[Supplement]:
    """Two decided programmes of the same companies, each asking two seats more for the first one."""
    programmes = [world.move(programme, "approve") for programme in two_submitted(world)]
    return [signed(world, programme) for programme in programmes]


def grant(supplement: Supplement, actor: Actor) -> Callable[[], Supplement]:
    return lambda: take_supplement_step(
        supplement_id=supplement.pk, action="grant", actor=actor, reason=REASON
    )


def refused(results: list[object]) -> TransitionRefused:
    assert sorted(type(r).__name__ for r in results) == ["Supplement", "TransitionRefused"], results
    return next(r for r in results if isinstance(r, TransitionRefused))


def both(world: World) -> TransitionRefused:
    one, two = two_signed(world)
    found = refused(at_once(grant(one, world.coordinator), grant(two, world.second)))
    assert sorted(Supplement.objects.values_list("state", flat=True)) == ["granted", "pending"]
    return found


def test_two_supplements_never_spend_more_than_the_budget():
    world = build_world(budget=Decimal(10_500), seats=40)  # 9 000 decided, and twice 1 000 asked
    both(world)
    total = Programme.objects.filter(state="approved").aggregate(sum=Sum("grant"))["sum"]
    assert total == Decimal(10_000)


def test_two_supplements_never_pass_one_ceiling():
    """Of the ceiling of 300 000, twice 1 500 was granted and 295 500 declared: one more 1 000 fits."""
    world = build_world(mandatory=True, seats=40)
    declare_de_minimis(
        organisation=world.companies[0],
        granted_on=timezone.localdate(),
        amount=Decimal(295_500),
        basis="de_minimis",
        granter="VLAIO",
        user=None,
    )
    both(world)
    aid = DeMinimisAid.objects.filter(organisation=world.companies[0])
    assert aid.aggregate(sum=Sum("amount"))["sum"] == Decimal(299_500)


def test_two_supplements_never_take_the_same_last_seats():
    world = build_world(seats=21)  # eighteen taken, three left, four asked
    both(world)
    assert Edition.objects.get(pk=world.edition.pk).enrolled == 20


def test_one_request_is_granted_once_and_by_one_of_two_who_decide():
    world = build_world(seats=40)
    supplement = signed(world, world.programme("submit", "approve", "commit"))
    results = at_once(grant(supplement, world.coordinator), grant(supplement, world.second))
    refused(results)
    supplement.programme.refresh_from_db()
    assert supplement.programme.grant == Decimal(5500)


def test_two_requests_at_once_are_one():
    world = build_world(seats=40)
    programme = world.programme("submit", "approve", "commit")

    def ask(company: int) -> Callable[[], Supplement]:
        return lambda: ask_supplement(
            programme_id=programme.pk, change=more(world, company), reason=WHY, actor=world.manager
        )

    refused(at_once(ask(0), ask(1)))
    assert Supplement.objects.count() == 1
