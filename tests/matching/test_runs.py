"""Runs: one claim an attempt, one set of weights, what changed and why, who goes first."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.utils import timezone, translation

from catalogue.models import Edition, Offer
from catalogue.services.facts import refresh_offer_facts
from matching.models import Match, MatchChange, MatchRun, ModelRevision, Pool, RunBatch, WeightsProfile
from matching.services import plan, runs, stages, words
from matching.services.failures import RunError, failure_sentence
from matching.services.progress import progress_of
from matching.services.runs import (
    queue_nightly,
    queue_run,
    ring_pending,
    work_next_batch,
    work_run,
    work_turn,
)
from matching.services.verdicts import record_verdict
from matching.tasks import work_run as task
from networks.models import Gap
from skillnet.kernel.roles import Role
from tests.factories import actor_for_role, make_edition, make_gap, make_offer, make_organisation
from tests.matching.web_world import World, build_world, work

pytestmark = pytest.mark.django_db
NO_ASSEMBLY = "assemble"


@pytest.fixture
def world(db: None) -> World:
    return build_world()


@pytest.fixture
def rings(monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any) -> list[dict[str, Any]]:
    """What is rung for, once committed."""
    heard: list[dict[str, Any]] = []
    monkeypatch.setattr(task, "apply_async", lambda args, **how: heard.append({"run": args[0], **how}))
    monkeypatch.setattr("matching.services.runs.transaction.on_commit", lambda call: call())
    return heard


def run_of(scope: MatchRun.Scope, *ids: int, assemble: bool = False) -> MatchRun:
    run = queue_run(scope=scope, owner_ids=ids, ring=False)
    if not assemble:
        run.batches.filter(stage=NO_ASSEMBLY).delete()
    work_run(run_id=run.pk)
    run.refresh_from_db()
    assert run.state == MatchRun.State.DONE, failure_sentence(run)
    return run


def changes(run: MatchRun) -> set[tuple[str, int, str]]:
    return set(MatchChange.objects.filter(run=run).values_list("kind", "offer", "reason"))


# --- Who claims what


@pytest.mark.django_db(transaction=True)
def test_workers_that_start_together_take_different_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Six at once, all before any holds its row: each claims its own, and each batch is tried once."""
    monkeypatch.setattr(plan, "EMBED_AT_ONCE", 1)
    for _ in range(6):
        make_gap()
    run = queue_run(scope=MatchRun.Scope.ALL, ring=False)
    claimed: list[int | None] = []
    together = threading.Barrier(6)

    def begin() -> None:
        try:
            together.wait()
            claimed.append(runs._begin(run.pk))
            together.wait()  # nobody lets go before all have tried
        finally:
            connection.close()

    threads = [threading.Thread(target=begin) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert None not in claimed
    assert len(set(claimed)) == 6
    assert set(run.batches.filter(pk__in=claimed).values_list("attempts", flat=True)) == {1}
    assert runs._begin(run.pk) is not None, "whose claimer is gone is free again"


def test_a_failed_run_keeps_why_for_every_language(world: World) -> None:
    run = queue_run(scope=MatchRun.Scope.NETWORK, network=world.network, ring=False)
    batch = run.batches.order_by("position")[0]
    RunBatch.objects.filter(pk=batch.pk).update(attempts=runs.MAX_ATTEMPTS, failure="ValueError: kapot")
    assert not work_next_batch(run_id=run.pk)
    run.refresh_from_db()
    assert run.state == MatchRun.State.FAILED
    assert failure_sentence(run) == "Stap 1 mislukte 5 keer. ValueError: kapot"
    assert run.summary["failure"] == {"code": "attempts", "step": 1, "times": 5}
    with translation.override("en"):
        assert "ValueError: kapot" in failure_sentence(run)


def test_a_run_with_another_model_says_so(world: World) -> None:
    other = ModelRevision.objects.create(name="ander", revision="ander@1", dimensions=3)
    run = queue_run(scope=MatchRun.Scope.NETWORK, network=world.network, ring=False)
    MatchRun.objects.filter(pk=run.pk).update(revision=other)
    with pytest.raises(RunError):  # inside the transaction of a test it is passed on
        work_next_batch(run_id=run.pk)
    run.refresh_from_db()
    assert run.state == MatchRun.State.FAILED
    assert failure_sentence(run).startswith("Deze run begon met model ander@1, deze worker heeft ")


# --- One set of weights


def test_a_run_scores_with_the_weights_that_it_began_with(world: World) -> None:
    """Weights that are saved in the middle are the next run's, and a run with them is queued."""
    run = queue_run(scope=MatchRun.Scope.NETWORK, network=world.network, ring=False)
    assert work_next_batch(run_id=run.pk)
    begun = MatchRun.objects.get(pk=run.pk).profile
    assert begun is not None
    before = dict(Match.objects.values_list("pk", "score"))
    coordinator = actor_for_role(Role.COORDINATOR)
    from matching.services.profiles import save_profile

    saved = save_profile(weights={"trust": 1}, note="Alleen vertrouwen", actor=coordinator)
    run.batches.filter(stage=NO_ASSEMBLY).delete()
    work_run(run_id=run.pk)
    assert dict(Match.objects.values_list("pk", "score")) == pytest.approx(before)
    following = MatchRun.objects.get(scope=MatchRun.Scope.ALL)
    assert (following.reason, following.profile) == ("weights", None)
    save_profile(weights={"trust": 2, "words": 1}, note="Toch niet", actor=coordinator)
    assert MatchRun.objects.filter(scope=MatchRun.Scope.ALL).count() == 1, "one that has not begun serves"
    following.batches.filter(stage=NO_ASSEMBLY).delete()
    work_run(run_id=following.pk)
    following.refresh_from_db()
    assert following.profile is not None
    assert following.profile.version == saved.version + 1
    assert dict(Match.objects.values_list("pk", "score")) != pytest.approx(before)


def test_a_verdict_keeps_what_scored_the_match(world: World) -> None:
    match = Match.objects.filter(gap=world.gaps[0]).select_related("gap", "offer").first()
    assert match is not None
    run = world.extra["run"]
    WeightsProfile.objects.filter(is_active=True).update(is_active=False)
    WeightsProfile.objects.create(version=7, weights={"trust": 1}, is_active=True)
    manager = actor_for_role(Role.NETWORK_MANAGER, network=world.network)
    verdict = record_verdict(match=match, answer="fits", actor=manager)
    assert (verdict.run, verdict.revision, verdict.profile_version) == (run, run.revision, 1)


# --- What changed, and why


def test_a_first_run_writes_no_changes(world: World) -> None:
    assert Match.objects.exists()
    assert not MatchChange.objects.exists()


def test_what_came_and_went_has_its_reason(world: World) -> None:
    """Closed, past, full, a new offer and a changed gap: each says so, with the score of then and of now."""
    new = make_offer(provider=world.provider, title="Roestvrij staal lassen met TIG, voor lassers")
    run = work(world)
    assert ("new", new.pk, "offer_new") in changes(run)
    Offer.objects.filter(pk=new.pk).update(state="archived")
    run = work(world)
    assert {("gone", new.pk, "closed")} == changes(run)
    row = MatchChange.objects.filter(run=run).first()
    assert row is not None
    assert row.old_score
    assert row.new_score is None
    edition = Edition.objects.get(offer=world.offer)
    Edition.objects.filter(pk=edition.pk).update(enrolled=12)
    refresh_offer_facts(today=timezone.localdate())
    run = work(world)
    assert {("gone", world.offer.pk, "full")} == changes(run)
    Edition.objects.filter(pk=edition.pk).update(enrolled=0)
    work(world)
    Edition.objects.filter(pk=edition.pk).update(starts_on=timezone.localdate() - timedelta(days=3))
    refresh_offer_facts(today=timezone.localdate())
    run = work(world)
    assert {("gone", world.offer.pk, "past")} == changes(run)
    make_edition(offer=world.offer, starts_on=timezone.localdate() + timedelta(days=3))
    refresh_offer_facts(today=timezone.localdate())
    gap = Gap.objects.get(pk=world.gaps[0].pk)
    assert gap.matches.exists(), "without matches before, what comes is no change"
    gap.save()
    run = run_of(MatchRun.Scope.GAPS, gap.pk)
    assert changes(run) == {("new", world.offer.pk, "gap")}


def test_other_weights_and_being_outranked_are_reasons(world: World, settings: Any) -> None:
    settings.MATCHES_PER_GAP = 1
    first = work(world)  # the worse offer of each gap is outranked
    assert {(kind, reason) for kind, _o, reason in changes(first)} == {("gone", "outranked")}
    WeightsProfile.objects.filter(is_active=True).update(is_active=False)
    WeightsProfile.objects.create(version=5, weights={"trust": 1}, is_active=True)
    Offer.objects.filter(pk=world.other.pk).update(url="https://cursus.example")
    world.other.provider.recognised_since = timezone.localdate()
    world.other.provider.save()
    second = work(world)
    assert {reason for _k, _o, reason in changes(second)} == {"weights"}


def test_the_page_of_changes_filters_exports_and_keeps_to_the_readers_gaps(
    client_for: Any, world: World, django_assert_max_num_queries: Any
) -> None:
    Offer.objects.filter(pk=world.offer.pk).update(state="archived")
    run = work(world)
    client = client_for(Role.NETWORK_MANAGER, network=world.network)
    detail = client.get(reverse("matching:run_detail", args=[run.public_id])).content.decode()
    assert "aanbod niet meer actief" in detail
    page = reverse("matching:run_changes", args=[run.public_id])
    assert f"{page}?kind=gone&amp;reason=closed" in detail
    client.get(page)
    with django_assert_max_num_queries(12):
        answer = client.get(page, {"kind": "gone", "reason": "closed"})
    assert answer.context["count"] == 4
    assert client.get(page, {"reason": "weights"}).context["count"] == 0
    assert "verdwenen" in b"".join(client.get(page, {"export": "csv"})).decode()
    assert client.get(page, {"export": "xlsx"}).status_code == 200
    assert client_for(Role.NETWORK_MANAGER).get(page).status_code == 404
    everybody = client_for(Role.ADMINISTRATOR)
    assert everybody.get(page).context["count"] == 0, "who sees the run need not see whose gaps it matched"


def test_an_older_run_keeps_what_it_brought(client_for: Any, world: World) -> None:
    first = world.extra["run"]
    work(world)
    client = client_for(Role.NETWORK_MANAGER, network=world.network)
    answer = client.get(reverse("matching:run_detail", args=[first.public_id]))
    assert len(answer.context["new_matches"]) >= 4
    assert answer.context["pools"].rows
    other = run_of(MatchRun.Scope.GAPS, world.gaps[0].pk)
    another = run_of(MatchRun.Scope.GAPS, world.gaps[1].pk)
    assert (
        client_for(Role.ADMINISTRATOR)
        .get(reverse("matching:run_detail", args=[another.public_id]))
        .context["before"]
        is None
    ), f"run {other.pk} was about another gap"


# --- Changed offers


def test_changed_offers_go_in_batches_and_their_networks_follow(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan, "OFFERS_AT_ONCE", 1)
    assembled: list[list[int]] = []
    monkeypatch.setitem(
        stages.HANDLERS, RunBatch.Stage.ASSEMBLE, lambda work: assembled.append(work.batch.plan["networks"])
    )
    Pool.objects.update(priority=0.123)
    run = run_of(MatchRun.Scope.OFFERS, world.offer.pk, world.other.pk, assemble=True)
    assert run.batches.filter(stage="match").count() == 2
    assert assembled == [[world.network.pk]]
    assert world.pool.priority != 0.123, "what the pool says of its supply is counted again"


def test_a_changed_offer_reaches_gaps_by_words_alone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stages, "gaps_near", lambda _revision, _offers: [])
    gap = make_gap(
        organisation=make_organisation(), network=world.network, title="Wij gebruiken Xylofix bij het verven"
    )
    offer = make_offer(title="Aan de slag met Xylofix")
    run = run_of(MatchRun.Scope.OFFERS, offer.pk)
    assert Match.objects.filter(gap=gap, offer=offer).exists()
    assert run.summary["new"] == 1


def test_words_are_counted_once_a_run_also_in_a_large_catalogue(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts: list[int] = []
    monkeypatch.setattr(stages, "SMALL_CATALOGUE", 0)
    monkeypatch.setattr(
        stages, "refresh_word_counts", lambda: (counts.append(1), words.refresh_word_counts())
    )
    monkeypatch.setattr(plan, "EMBED_AT_ONCE", 1)
    work(world)
    assert counts == [], "nothing changed"
    for place in range(3):
        make_offer(title=f"Nieuw aanbod {place}")
    work(world)
    assert len(counts) == 1
    assert words.counted_offers() == Offer.objects.active().count()
    Offer.objects.filter(pk=world.other.pk).update(title="Een enkel ander woord")
    work(world)
    assert len(counts) == 2, "one of five: a tenth of a batch would never do"


# --- Who goes first


def test_a_large_run_gives_way_after_each_batch(world: World, rings: list[dict[str, Any]]) -> None:
    large = queue_run(scope=MatchRun.Scope.NETWORK, network=world.network)
    assert rings
    assert {ring["priority"] for ring in rings} == {runs.LAST}
    rings.clear()
    work_turn(run_id=large.pk)
    assert large.batches.filter(state="done").count() == 1, "and the worker is free"
    assert {ring["run"] for ring in rings} == {large.pk}
    rings.clear()
    small = queue_run(scope=MatchRun.Scope.GAPS, owner_ids=[world.gaps[0].pk])
    assert rings[0]["priority"] == runs.FIRST
    small.batches.filter(stage=NO_ASSEMBLY).delete()
    work_turn(run_id=small.pk)
    small.refresh_from_db()
    assert small.state == MatchRun.State.DONE
    assert large.batches.filter(state="done").count() == 1


def test_a_run_is_rung_for_once_for_each_worker(
    world: World, rings: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.WORKER_PROCESSES = 3
    monkeypatch.setattr(plan, "EMBED_AT_ONCE", 1)
    run = queue_run(scope=MatchRun.Scope.ALL)
    assert [ring["run"] for ring in rings] == [run.pk] * 3
    rings.clear()
    ring_pending()
    assert [ring["run"] for ring in rings] == [run.pk] * 3
    assert all(ring["expires"] == runs.RING_LASTS for ring in rings)


def test_beat_lets_go_of_what_nobody_came_to() -> None:
    """Also the order in which Redis serves: what is rung first for people, the rest of a large run last."""
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        assert entry["options"]["expires"] > 0
    nightly = settings.CELERY_BEAT_SCHEDULE["nightly-run"]["schedule"]
    assert nightly.hour == {settings.NIGHTLY_HOUR}
    assert settings.CELERY_BROKER_TRANSPORT_OPTIONS["priority_steps"] == [runs.FIRST, runs.LAST]


def test_the_night_waits_for_the_run_that_is_there(world: World) -> None:
    first = queue_nightly()
    assert queue_nightly() == first
    MatchRun.objects.filter(pk=first.pk).update(state="done")
    assert queue_nightly() != first


# --- How far


def test_progress_weighs_what_is_left(world: World) -> None:
    run = queue_run(scope=MatchRun.Scope.NETWORK, network=world.network, ring=False)
    for _ in range(2):
        work_next_batch(run_id=run.pk)  # texts of two offers and four gaps
    progress = progress_of(MatchRun.objects.get(pk=run.pk))
    assert (progress.done, progress.total) == (2, run.batches.count())
    assert progress.share < 0.1, "an assembly is not as long as reading two texts"
    work_next_batch(run_id=run.pk)
    progress = progress_of(MatchRun.objects.get(pk=run.pk))
    assert progress.stage == "matchen"
    assert progress.detail == "0 van 4 kloven"
    MatchRun.objects.filter(pk=run.pk).update(started_at=timezone.now() - timedelta(seconds=10))
    left = progress_of(MatchRun.objects.get(pk=run.pk)).seconds_left
    assert left is not None
    assert left > 0
