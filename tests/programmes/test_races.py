"""Two people at one instant, on real connections: never above the ceiling, the budget or the seats."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.db.models import Sum
from django.utils import timezone

from catalogue.models import Edition
from matching.models import Pool
from networks.models import Gap, Network, OwnershipLink
from programmes.models import Claim, DeMinimisAid, Programme, Signature
from programmes.services.budgets import network_position
from programmes.services.claims import take_claim_step
from programmes.services.drafts import draft_programme
from programmes.services.ledger import declare_de_minimis
from programmes.services.other_edition import replace_edition
from programmes.services.steps import take_step
from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import TransitionRefused, decisions_on
from tests.factories import actor_for_role, make_edition, make_member, make_network, validate_needs
from tests.programmes.claims_world import drawn_up, move_claim
from tests.programmes.world import REASON, World, add_pool, build_world

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls: Callable[[], object]) -> list[object]:
    """Run the calls in threads that start together; what each returned or raised, in their order."""
    gate = Barrier(len(calls))
    results: list[object] = [None] * len(calls)

    def run(place: int) -> None:
        try:
            gate.wait(timeout=20)
            results[place] = calls[place]()
        except Exception as error:  # the test looks at what each of them got
            results[place] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=(place,)) for place in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


def approve(programme: Programme, actor: Actor) -> Callable[[], Programme]:
    return lambda: take_step(programme_id=programme.pk, action="approve", actor=actor, reason=REASON)


def two_submitted(world: World) -> list[Programme]:
    pools = [world.pool, add_pool(world)]
    drafts = [
        draft_programme(
            actor=world.manager, pool=pool, edition=world.edition, learners={c.pk: 3 for c in world.companies}
        )
        for pool in pools
    ]
    return [world.move(draft, "commit", "submit") for draft in drafts]


def refusals(results: list[object]) -> list[object]:
    assert all(isinstance(r, Programme | TransitionRefused) for r in results), results
    return [r for r in results if isinstance(r, TransitionRefused)]


def test_two_approvals_never_spend_more_than_the_budget():
    world = build_world(budget=Decimal(7000))
    one, two = two_submitted(world)
    (refused,) = refusals(at_once(approve(one, world.coordinator), approve(two, world.second)))
    assert "budget" in str(refused)
    granted = Programme.objects.filter(state="approved").aggregate(sum=Sum("grant"))["sum"]
    assert granted == Decimal(4500)


def test_two_approvals_never_fill_more_than_the_seats():
    world = build_world(seats=12)
    one, two = two_submitted(world)
    (refused,) = refusals(at_once(approve(one, world.coordinator), approve(two, world.second)))
    assert "plaatsen" in str(refused)
    assert Edition.objects.get(pk=world.edition.pk).enrolled == 9


def test_two_programmes_never_move_into_the_same_last_seats():
    world = build_world(seats=20)
    programmes = two_submitted(world)
    for programme in programmes:
        world.move(programme, "approve")
    Edition.objects.filter(pk=world.edition.pk).update(state="cancelled")
    instead = make_edition(
        offer=world.offer, seats=10, starts_on=timezone.localdate() + timedelta(days=70), location="Aalst"
    )

    def move(programme: Programme) -> Callable[[], Programme]:
        return lambda: replace_edition(
            programme_id=programme.pk,
            edition_id=world.edition.pk,
            instead_id=instead.pk,
            actor=world.manager,
        )

    (refused,) = refusals(at_once(*(move(programme) for programme in programmes)))
    assert "is vol" in str(refused)
    assert Edition.objects.get(pk=instead.pk).enrolled == 9


def test_two_approvals_never_exceed_the_de_minimis_ceiling():
    world = build_world(mandatory=True)
    company = world.companies[0]
    declare_de_minimis(
        organisation=company,
        granted_on=timezone.localdate() - timedelta(days=100),
        amount=Decimal(298_000),
        basis="de_minimis",
        granter="Elders",
        user=None,
    )
    one, two = two_submitted(world)
    assert {p.route for p in one.participations.all()} == {"de_minimis"}
    (refused,) = refusals(at_once(approve(one, world.coordinator), approve(two, world.second)))
    assert company.name in str(refused)
    total = DeMinimisAid.objects.filter(organisation=company).aggregate(sum=Sum("amount"))["sum"]
    assert total == Decimal(299_500)


def test_two_approvals_of_groups_that_cross_do_not_wait_for_each_other_in_a_ring():
    """One grants to the first and the second of two groups, the other to the second and the first."""
    world = build_world(mandatory=True, companies=4, seats=40)
    ids = sorted(world.companies, key=lambda company: company.pk)
    for one, other in ((ids[0], ids[3]), (ids[1], ids[2])):
        OwnershipLink.objects.create(owner=one, owned=other, percent=100, owner_kind="company")
    drafts = []
    for pool, pair in ((world.pool, ids[:2]), (add_pool(world), ids[2:])):
        draft = draft_programme(
            actor=world.manager, pool=pool, edition=world.edition, learners={c.pk: 3 for c in pair}
        )
        drafts.append(world.move(draft, "commit", "submit"))
    first, second = drafts
    assert refusals(at_once(approve(first, world.coordinator), approve(second, world.second))) == []
    assert DeMinimisAid.objects.count() == 4


def test_two_coordinators_signing_at_once_complete_the_approval():
    world = build_world(price=10_000)
    programme = world.programme("submit")
    results = at_once(approve(programme, world.coordinator), approve(programme, world.second))
    assert refusals(results) == []
    programme.refresh_from_db()
    assert programme.state == "approved"
    assert Signature.objects.count() == 2
    assert Edition.objects.get(pk=world.edition.pk).enrolled == 9


def test_one_coordinator_in_two_windows_signs_once_and_approves_nothing():
    world = build_world(price=10_000)
    programme = world.programme("submit")
    at_once(approve(programme, world.coordinator), approve(programme, world.coordinator))
    programme.refresh_from_db()
    assert programme.state == "submitted"
    assert Signature.objects.count() == 1


def move_to(network: Network, programme: Programme, world: World) -> None:
    """The same plan and its need in another network of the same companies."""
    pools = Pool.objects.filter(programme_pools__programme=programme)
    Gap.objects.filter(pool_gap__pool__in=pools).update(network=network)
    Pool.objects.filter(pk__in=[pool.pk for pool in pools]).update(network=network)
    Programme.objects.filter(pk=programme.pk).update(network=network)
    for company in world.companies:
        make_member(network=network, organisation=company)
    validate_needs(network)


def test_two_approvals_in_two_networks_never_spend_more_than_the_call():
    world = build_world(budget=None)
    call = world.network.call
    call.budget = Decimal(7000)
    call.save()
    one, two = two_submitted(world)
    move_to(make_network(call=call), two, world)
    (refused,) = refusals(at_once(approve(one, world.coordinator), approve(two, world.second)))
    assert "oproep" in str(refused)
    granted = Programme.objects.filter(state="approved").aggregate(sum=Sum("grant"))["sum"]
    assert granted == Decimal(4500)


def test_two_people_who_note_one_payment_at_once_note_it_once():
    world = build_world()
    third = actor_for_role(Role.COORDINATOR, organisation=world.administration)
    claim = move_claim(world, drawn_up(world), "submit", "approve_content", "approve_payment")

    def pay(actor: Actor, reference: str) -> Callable[[], Claim]:
        return lambda: take_claim_step(
            claim_id=claim.pk,
            action="pay",
            actor=actor,
            paid_on=timezone.localdate(),
            payment_reference=reference,
        )

    results = at_once(pay(world.second, "EEN"), pay(third, "TWEE"))
    assert sorted(type(r).__name__ for r in results) == ["Claim", "TransitionRefused"], results
    claim.refresh_from_db()
    winner = next(r for r in results if isinstance(r, Claim))
    assert claim.payment_reference == winner.payment_reference
    assert [d.action for d in decisions_on(claim.programme)].count("pay") == 1
    assert network_position(world.network).paid == claim.payable
