"""Pooling in the database: gaps that move, close, say nothing or are kept out; a few statements for many."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalogue.models import Offer
from matching.models import Embedding, KeptOut, Match, MatchRun, Pool, PoolGap
from matching.services import by_hand
from matching.services.pool_reads import why_unpooled
from matching.services.runs import queue_run, work_run
from matching.services.stages import texts_of
from matching.services.vectors import current_revision, stale_texts, store_vectors
from networks.models import Gap, Network
from skillnet.kernel.roles import Role
from tests.factories import actor_for_role, make_gap, make_network, make_organisation
from tests.matching.web_world import WELDING, World, build_world, work

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> World:
    return build_world()


def run_gaps(*gaps: Gap) -> MatchRun:
    """What a saved gap starts, up to its pools."""
    run = queue_run(scope=MatchRun.Scope.GAPS, owner_ids=[gap.pk for gap in gaps], ring=False)
    run.batches.filter(stage="assemble").delete()
    work_run(run_id=run.pk)
    run.refresh_from_db()
    assert run.state == MatchRun.State.DONE, run.failure
    return run


def members(pool: Pool) -> set[int]:
    return set(PoolGap.objects.filter(pool=pool).values_list("gap_id", flat=True))


def weld(network: Network, place: int, **values: Any) -> Gap:
    title, description = WELDING[place % 4]
    facts = {"learners": 3, "depth": "short", "direction": "upskilling", "regions": ["BE234"]}
    return make_gap(
        organisation=make_organisation(),
        network=network,
        title=title,
        description=description,
        **{**facts, **values},
    )


@pytest.mark.parametrize("is_locked", [False, True])
def test_a_gap_that_moves_to_another_network_leaves_its_pool(world: World, is_locked: bool) -> None:
    other = make_network(sector="Bouw")
    mine = [weld(other, 0), weld(other, 1)]
    run_gaps(*mine)
    moved, old = world.gaps[0], world.pool
    PoolGap.objects.filter(gap=moved).update(is_locked=is_locked)
    Gap.objects.filter(pk=moved.pk).update(network=other)
    run_gaps(moved)
    new = Pool.objects.live().get(network=other)
    assert members(new) == {moved.pk, *(gap.pk for gap in mine)}
    old.refresh_from_db()
    assert members(old) == {gap.pk for gap in world.gaps[1:]}
    assert (old.companies, old.learners) == (3, 9), "the pool that it left is counted again"


def test_a_run_of_the_new_network_alone_counts_the_old_pool_again(world: World) -> None:
    other = make_network(sector="Bouw")
    weld(other, 0)
    old = world.pool
    Gap.objects.filter(pk=world.gaps[0].pk).update(network=other)
    world.network, before = other, world.network
    work(world)
    world.network = before
    old.refresh_from_db()
    assert (old.companies, old.learners, old.state) == (3, 9, Pool.State.OPEN)
    assert world.gaps[0].pk in members(Pool.objects.live().get(network=other))


def test_a_gap_in_a_programme_of_its_old_network_stays_there(world: World) -> None:
    other = make_network(sector="Bouw")
    weld(other, 0)
    Pool.objects.filter(pk=world.pool.pk).update(state=Pool.State.FROZEN)
    Gap.objects.filter(pk=world.gaps[0].pk).update(network=other)
    run_gaps(Gap.objects.get(pk=world.gaps[0].pk))
    assert members(world.pool) == {gap.pk for gap in world.gaps}
    assert not Pool.objects.live().filter(network=other).exists()


def test_a_gap_in_a_programme_is_not_counted_as_alone(world: World) -> None:
    Pool.objects.filter(pk=world.pool.pk).update(state=Pool.State.FROZEN)
    lonely = make_gap(network=world.network, title="Franse brieven schrijven", learners=2)
    run = work(world)
    assert run.summary["unpooled"] == 1, lonely.title


def test_a_closed_gap_leaves_its_pool_even_when_it_was_locked(world: World) -> None:
    shut = world.gaps[0]
    PoolGap.objects.filter(gap=shut).update(is_locked=True)
    Gap.objects.filter(pk=shut.pk).update(state=Gap.State.CLOSED)
    run_gaps(shut)
    assert members(world.pool) == {gap.pk for gap in world.gaps[1:]}
    assert world.pool.companies == 3


def test_the_last_closed_gaps_of_a_network_end_its_pools(world: World) -> None:
    Gap.objects.all().update(state=Gap.State.CLOSED)
    run = queue_run(scope=MatchRun.Scope.ALL, ring=False)
    run.batches.filter(stage="assemble").delete()
    work_run(run_id=run.pk)
    assert not Pool.objects.live().exists()
    assert not PoolGap.objects.exists()


def test_out_of_a_pool_is_out_of_the_pool_that_took_it_over(world: World) -> None:
    """A rule names the pool of then; who is merged into another one is kept out of that one."""
    gone = Pool.objects.create(network=world.network, title="vroeger", state=Pool.State.DISSOLVED)
    older = Pool.objects.create(network=world.network, title="nog vroeger", state=Pool.State.DISSOLVED)
    Pool.objects.filter(pk=older.pk).update(history=[{"at": "", "what": "merged", "into": gone.pk}])
    Pool.objects.filter(pk=gone.pk).update(
        history=[{"at": "", "what": "split", "parts": 2}, {"at": "", "what": "merged", "into": world.pool.pk}]
    )
    manager = actor_for_role(Role.NETWORK_MANAGER, network=world.network)
    gap = world.gaps[0]
    KeptOut.objects.create(gap=gap, pool=older, user=manager.user)
    work(world)
    assert members(world.pool) == {g.pk for g in world.gaps[1:]}
    by_hand.release_gap(gap=gap, actor=manager)
    work(world)
    assert members(world.pool) == {g.pk for g in world.gaps}, "and comes back when people forget it"


def test_texts_that_say_nothing_have_no_meaning_and_no_pool(world: World) -> None:
    """Three gaps of emoji are not about the same subject, and no offer is near to them."""
    titles = ["🙂🙂🙂", "??? !!!", "🙂🙂🙂"]
    silent = [
        make_gap(organisation=make_organisation(), network=world.network, title=title, description="")
        for title in titles
    ]
    run_gaps(*silent)
    assert not PoolGap.objects.filter(gap__in=silent).exists()
    assert not Match.objects.filter(gap__in=silent).exists()
    assert not Embedding.objects.filter(owner_kind="gap", owner_id__in=[g.pk for g in silent]).exists()
    work(world)  # all gaps of the network at once, through arrays
    assert not PoolGap.objects.filter(gap__in=silent).exists()
    assert not Match.objects.filter(gap__in=silent).exists()


def test_who_wrote_only_signs_is_told(client_for: Any, world: World) -> None:
    gap = make_gap(organisation=make_organisation(), network=world.network, title="🙂🙂🙂", description="")
    assert why_unpooled([gap])[gap.pk].reason == "waiting"
    run_gaps(gap)
    assert why_unpooled([gap])[gap.pk].reason == "unreadable"
    client = client_for(Role.COMPANY_CONTACT, organisation=gap.organisation)
    page = reverse("matching:gap_matches", args=[gap.public_id])
    assert "De matcher verstaat deze tekst niet" in client.get(page).content.decode()
    client = client_for(Role.COMPANY_CONTACT, organisation=world.companies[0])
    page = reverse("matching:gap_matches", args=[world.gaps[0].public_id])
    assert "verstaat deze tekst niet" not in client.get(page).content.decode()


def test_an_offer_that_says_nothing_has_an_unknown_meaning(world: World, monkeypatch: Any) -> None:
    """Found by its words alone or not at all, one gap at a time or all together; never a meaning of 0."""
    silent = Offer.objects.create(
        provider=world.provider, external_id="leeg", title="🙂", description="", language="nl"
    )
    run_gaps(*world.gaps)
    assert not Match.objects.filter(offer=silent).exists()
    monkeypatch.setattr("matching.services.match.FEW_GAPS", 0)
    run_gaps(*world.gaps)
    assert not Match.objects.filter(offer=silent).exists()


def test_a_text_that_stops_saying_something_loses_its_vector(world: World) -> None:
    revision, gap = current_revision(), world.gaps[0]
    Gap.objects.filter(pk=gap.pk).update(title="🙂", description="")
    [text] = texts_of("gap", [gap.pk])
    assert store_vectors(revision=revision, kind="gap", texts=[text]) == 0
    assert not Embedding.objects.filter(owner_kind="gap", owner_id=gap.pk).exists()
    assert stale_texts(revision=revision, kind="gap", texts=[text]) == [text]


def test_pooling_takes_no_more_statements_for_more_pools(world: World) -> None:
    """Twelve gaps that only depth keeps apart, or forty-eight: the same number of statements."""

    def statements(more: int) -> int:
        for place in range(more):
            subject = f"Werken met machine{place // 4} van type{place // 4} in hal{place // 4}"
            for _ in range(2):
                make_gap(organisation=make_organisation(), network=world.network, title=subject)
        run = queue_run(scope=MatchRun.Scope.NETWORK, network=world.network, ring=False)
        run.batches.filter(stage="assemble").delete()
        pooling = run.batches.get(stage="pool")
        run.batches.filter(stage="pool").update(state="done")
        work_run(run_id=run.pk)
        MatchRun.objects.filter(pk=run.pk).update(state="running")
        run.batches.filter(pk=pooling.pk).update(state="pending")
        with CaptureQueriesContext(
            connection,
        ) as caught:
            work_run(run_id=run.pk)
        return len(caught)

    few = statements(4)
    pools = Pool.objects.live().count()
    many = statements(32)
    assert Pool.objects.live().count() >= pools + 5
    assert many <= few + 2, (few, many)


def test_by_hand_renews_what_the_pool_says(world: World) -> None:
    """Cohesion, priority and fits are those of the gaps that are there now."""
    pool = world.pool
    stray = make_gap(
        organisation=make_organisation(),
        network=world.network,
        title="Boekhouding en btw-aangifte",
        description="De administratie wil zelf de btw-aangifte doen.",
        learners=40,
    )
    run_gaps(stray)
    Pool.objects.filter(pk=pool.pk).update(priority=0.111, cohesion=0.99)
    before = Pool.objects.get(pk=pool.pk)
    manager = actor_for_role(Role.NETWORK_MANAGER, network=world.network)
    by_hand.move_gap(gap=stray, pool=before, actor=manager)
    after = Pool.objects.get(pk=pool.pk)
    assert after.learners == 52
    assert after.cohesion is not None
    assert after.cohesion < 0.9
    assert after.priority not in (None, 0.111)
