"""Runs: planned once, worked off batch by batch, done once whoever is killed.

PostgreSQL is the truth. A batch is claimed by a lock of the session and worked in one transaction that holds
its row; when the process dies both are freed and beat rings for it again. Redis carries nothing but the
ringing. A run of a few gaps or offers goes to its end; a large one gives way to whatever else waits after
each batch.
"""

import logging
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from catalogue.models import Offer
from matching.models import MatchRun, RunBatch
from matching.services.failures import RunError, reason_of
from matching.services.plan import plan_batches
from matching.services.score import profile_of, stored_profile
from matching.services.stages import HANDLERS, Work, revision_for
from matching.services.vectors import current_revision
from networks.models import Gap, Network
from skillnet.kernel.actor import Actor

logger = logging.getLogger(__name__)
MAX_ATTEMPTS = 5
SMALL = (MatchRun.Scope.GAPS, MatchRun.Scope.OFFERS)
# A ring that nobody heard within so many seconds is let go: beat rings again for whatever is left.
RING_LASTS = 60
# Redis serves the lowest number first: what people wait for before the rest of a large run.
FIRST, LAST = 0, 9
# Batches of one stage that are looked at for one that nobody claimed; more than there are workers.
LOOK_AT = 64


def queue_run(
    *,
    scope: MatchRun.Scope,
    actor: Actor | None = None,
    network: Network | None = None,
    owner_ids: Sequence[int] = (),
    reason: str = "",
    ring: bool = True,
) -> MatchRun:
    """Plan a run and ring for a worker once the surrounding transaction is there."""
    with transaction.atomic():
        run = MatchRun.objects.create(
            scope=scope,
            network=network,
            owner_ids=sorted(set(owner_ids)),
            requested_by=actor.user if actor else None,
            reason=reason[:100],
        )
        batches = plan_batches(run)
        RunBatch.objects.bulk_create(batches)
        run.gaps = _gap_count(run)
        run.offers = Offer.objects.active().count()
        run.save(update_fields=["gaps", "offers"])
        if ring:
            _ring(run, len(batches))
    return run


def queue_nightly() -> MatchRun:
    """The run over everything of the night; one that is still to be done or at work serves as well."""
    going = MatchRun.objects.unfinished().filter(scope=MatchRun.Scope.ALL).order_by("pk").first()
    return going or queue_run(scope=MatchRun.Scope.ALL, reason="nightly")


def cancel_run(*, run_id: int) -> None:
    """Stop a run: the batch at work ends, no other begins. What it brought stays."""
    MatchRun.objects.filter(pk=run_id).unfinished().update(
        state=MatchRun.State.CANCELLED, finished_at=timezone.now()
    )


def work_run(*, run_id: int) -> None:
    """Work off what can be worked of this run, until nothing is left that nobody holds."""
    while work_next_batch(run_id=run_id):
        pass


def work_turn(*, run_id: int) -> None:
    """What a worker does that was rung for: of a large run one batch, and then it is the others' turn.

    Who ends a stage rings for the workers that found nothing left to do in it.
    """
    run = MatchRun.objects.get(pk=run_id)
    while True:
        before = _stage_at_work(run_id)
        if not work_next_batch(run_id=run_id):
            return
        now = _stage_at_work(run_id)
        if now not in (None, before):
            _ring(run, _free_count(run_id) - 1)
        if now is not None and run.scope not in SMALL:
            _ring(run, 1)
            return


def work_next_batch(*, run_id: int) -> bool:
    """Take one batch that nobody holds and work it in one transaction; False when there was none."""
    batch_id = _begin(run_id)
    if batch_id is None:
        _finish(run_id)
        return False
    try:
        _name_engine(run_id)
        with transaction.atomic():
            batch = _hold(batch_id)
            if batch is not None:
                _work(batch)
    except Exception as error:
        logger.exception("Batch %s of run %s failed", batch_id, run_id)
        _note_failure(batch_id, error)
        if connection.in_atomic_block:
            raise
    finally:
        _release(batch_id)
    return True


def ring_pending() -> int:
    """Ring for every unfinished run that has a batch nobody holds; return for how many."""
    rung = 0
    for run in MatchRun.objects.unfinished().order_by("pk"):
        free = _free_count(run.pk)
        if free:
            _ring(run, free)
            rung += 1
        else:
            _finish(run.pk)
    return rung


def _gap_count(run: MatchRun) -> int:
    if run.scope == MatchRun.Scope.GAPS:
        return len(run.owner_ids)
    gaps = Gap.objects.live()
    return gaps.filter(network=run.network_id).count() if run.network_id else gaps.count()


def _ring(run: MatchRun, times: int) -> None:
    """Ring once for each worker that could help, as soon as the surrounding transaction is there."""
    from matching.tasks import work_run as task

    priority = FIRST if run.scope in SMALL else LAST

    def ring() -> None:
        for _ in range(min(times, settings.WORKER_PROCESSES)):
            task.apply_async([run.pk], priority=priority, expires=RING_LASTS)

    transaction.on_commit(ring)


def _begin(run_id: int) -> int | None:
    """Claim a batch of the first stage that is not done, and count the attempt (it survives a kill).

    The claim is a lock of the session: it bridges the moment between the counting, which must be committed,
    and the transaction that works, so that nobody else counts an attempt of a batch that is in good hands.
    """
    with transaction.atomic():
        # Not against keys: matches that another batch stores point at this row.
        run = MatchRun.objects.select_for_update(no_key=True).get(pk=run_id)
        if run.state not in (MatchRun.State.PENDING, MatchRun.State.RUNNING):
            return None
        batch = next((free for free in _free_batches(run_id)[:LOOK_AT] if _claim(free.pk)), None)
        if batch is None:
            return None
        if batch.attempts >= MAX_ATTEMPTS:
            _release(batch.pk)
            _fail_run(run, batch, reason_of("attempts", step=batch.position + 1, times=batch.attempts))
            return None
        batch.attempts += 1
        batch.save(update_fields=["attempts"])
        run.state, run.stage = MatchRun.State.RUNNING, batch.stage
        run.started_at = run.started_at or timezone.now()
        run.save(update_fields=["state", "stage", "started_at", "updated_at"])
        return int(batch.pk)


def _claim(batch_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [_claim_name(batch_id)])
        return bool(cursor.fetchone()[0])


def _release(batch_id: int) -> None:
    """Let go of a claim; a connection that is gone let go by itself."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [_claim_name(batch_id)])
    except DatabaseError:
        logger.warning("The connection that claimed batch %s is gone", batch_id)
        if not connection.in_atomic_block:
            connection.close()


def _claim_name(batch_id: int) -> str:
    return f"matching_runbatch:{batch_id}"


def _free_batches(run_id: int) -> Any:
    """Pending batches of the earliest unfinished stage that no transaction holds."""
    pending = RunBatch.objects.filter(run=run_id, state=RunBatch.State.PENDING).defer("plan", "result")
    stage = _stage_at_work(run_id)
    return pending.filter(stage=stage).order_by("position").select_for_update(skip_locked=True)


def _stage_at_work(run_id: int) -> str | None:
    pending = RunBatch.objects.filter(run=run_id, state=RunBatch.State.PENDING)
    return pending.order_by("position").values_list("stage", flat=True).first()


def _free_count(run_id: int) -> int:
    """Batches that a worker could take now, no more than there are workers."""
    with transaction.atomic():
        return len(_free_batches(run_id)[: settings.WORKER_PROCESSES])


def _hold(batch_id: int) -> RunBatch | None:
    """The row of a batch that this session claimed; None when it is not to be done any more."""
    return (
        RunBatch.objects.select_for_update(of=("self",))
        .select_related("run__revision", "run__profile")
        .filter(pk=batch_id, state=RunBatch.State.PENDING)
        .first()
    )


def _name_engine(run_id: int) -> None:
    """The model and the weights that a run goes through with; committed at once, so that no batch waits."""
    run = MatchRun.objects.get(pk=run_id)
    if run.revision_id is None:
        MatchRun.objects.filter(pk=run_id, revision=None).update(revision=current_revision())
    if run.profile_id is None:
        MatchRun.objects.filter(pk=run_id, profile=None).update(profile=stored_profile())


def _work(batch: RunBatch) -> None:
    profile = profile_of(batch.run.profile or stored_profile())
    work = Work(run=batch.run, batch=batch, revision=revision_for(batch.run), profile=profile)
    HANDLERS[batch.stage](work)
    batch.state = RunBatch.State.DONE
    batch.done_at = timezone.now()
    batch.result = {**work.counts, "seconds": {k: round(v, 3) for k, v in work.seconds.items()}}
    batch.save(update_fields=["state", "done_at", "result"])


def _note_failure(batch_id: int, error: Exception) -> None:
    """A failure that will not heal ends the run with its reason; others are tried again."""
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()
    with transaction.atomic():
        batch = RunBatch.objects.select_for_update(of=("self",)).select_related("run").get(pk=batch_id)
        if isinstance(error, RunError):
            _fail_run(batch.run, batch, reason_of(error.code, **error.figures))
            return
        batch.failure = f"{type(error).__name__}: {error}"[:500]
        batch.save(update_fields=["failure"])


def _fail_run(run: MatchRun, batch: RunBatch, reason: dict[str, Any]) -> None:
    MatchRun.objects.filter(pk=run.pk).unfinished().update(
        state=MatchRun.State.FAILED,
        failure=batch.failure,
        summary=reason,
        finished_at=timezone.now(),
    )


def _finish(run_id: int) -> None:
    """The terminal transition, committed alone; two workers may both come here."""
    with transaction.atomic():
        run = MatchRun.objects.select_for_update().get(pk=run_id)
        if run.state not in (MatchRun.State.PENDING, MatchRun.State.RUNNING):
            return
        if run.batches.filter(state=RunBatch.State.PENDING).exists():
            return
        run.state, run.finished_at = MatchRun.State.DONE, timezone.now()
        run.started_at = run.started_at or run.finished_at
        run.seconds, run.summary = _summarise(run)
        run.save(update_fields=["state", "started_at", "finished_at", "seconds", "summary", "updated_at"])


def _summarise(run: MatchRun) -> tuple[dict[str, float], dict[str, int]]:
    seconds: dict[str, float] = {}
    counts: dict[str, int] = {}
    for result in run.batches.values_list("result", flat=True):
        for step, value in result.get("seconds", {}).items():
            seconds[step] = round(seconds.get(step, 0.0) + value, 3)
        for key, value in result.items():
            if isinstance(value, int):
                counts[key] = counts.get(key, 0) + value
    return seconds, counts
