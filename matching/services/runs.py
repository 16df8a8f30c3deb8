"""Runs: planned once, worked off batch by batch, done once whoever is killed.

PostgreSQL is the truth. A batch is worked in one transaction that holds its row lock; when the process dies,
the lock is freed and beat rings for it again. Redis carries nothing but the ringing.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Q
from django.utils import timezone

from catalogue.models import Offer
from matching.models import MatchRun, RunBatch
from matching.services.plan import plan_batches
from matching.services.stages import HANDLERS, RunError, Work, revision_for
from matching.services.vectors import current_revision
from networks.models import Gap, Network
from skillnet.kernel.actor import Actor

logger = logging.getLogger(__name__)
MAX_ATTEMPTS = 5
STAGES = list(RunBatch.Stage.values)


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
            _ring(run.pk)
    return run


def cancel_run(*, run_id: int) -> None:
    """Stop a run: the batch at work ends, no other begins. What it brought stays."""
    MatchRun.objects.filter(pk=run_id).unfinished().update(
        state=MatchRun.State.CANCELLED, finished_at=timezone.now()
    )


def work_run(*, run_id: int) -> None:
    """Work off what can be worked of this run, until nothing is left that nobody holds."""
    while work_next_batch(run_id=run_id):
        pass


def work_next_batch(*, run_id: int) -> bool:
    """Take one batch that nobody holds and work it in one transaction; False when there was none."""
    batch_id = _begin(run_id)
    if batch_id is None:
        _finish(run_id)
        return False
    try:
        _name_revision(run_id)
        with transaction.atomic():
            batch = _hold(batch_id)
            if batch is None:
                return True
            _work(batch)
    except Exception as error:
        logger.exception("Batch %s of run %s failed", batch_id, run_id)
        _note_failure(batch_id, error)
        if connection.in_atomic_block:
            raise
    return True


def ring_pending() -> int:
    """Ring for every unfinished run that has a batch nobody holds; return for how many."""
    rung = 0
    for run_id in MatchRun.objects.unfinished().order_by("pk").values_list("pk", flat=True):
        if _has_free_batch(run_id):
            _ring(run_id)
            rung += 1
        else:
            _finish(run_id)
    return rung


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: batches done and in all, the stage at work, estimated seconds left."""

    done: int
    total: int
    stage: str
    seconds_left: int | None

    @property
    def share(self) -> float:
        return self.done / self.total if self.total else 1.0


def progress_of(run: MatchRun) -> Progress:
    counts = run.batches.aggregate(total=Count("id"), done=Count("id", filter=~Q(state="pending")))
    following = run.batches.filter(state="pending").order_by("position").first()
    left = None
    if run.started_at and counts["done"] and following:
        elapsed = ((run.finished_at or timezone.now()) - run.started_at).total_seconds()
        left = round(elapsed / counts["done"] * (counts["total"] - counts["done"]))
    return Progress(
        done=counts["done"],
        total=counts["total"],
        stage=following.get_stage_display() if following else "",
        seconds_left=left,
    )


def _gap_count(run: MatchRun) -> int:
    if run.scope == MatchRun.Scope.GAPS:
        return len(run.owner_ids)
    gaps = Gap.objects.live()
    return gaps.filter(network=run.network_id).count() if run.network_id else gaps.count()


def _ring(run_id: int) -> None:
    from matching.tasks import work_run as task

    task.delay_on_commit(run_id)


def _begin(run_id: int) -> int | None:
    """Choose a batch of the first stage that is not done, and count the attempt (it survives a kill)."""
    with transaction.atomic():
        # Not against keys: matches that another batch stores point at this row.
        run = MatchRun.objects.select_for_update(no_key=True).get(pk=run_id)
        if run.state not in (MatchRun.State.PENDING, MatchRun.State.RUNNING):
            return None
        batch = _free_batches(run_id).first()
        if batch is None:
            return None
        if batch.attempts >= MAX_ATTEMPTS:
            _fail_run(run, batch, f"Stap {batch.position + 1} mislukte {batch.attempts} keer.")
            return None
        batch.attempts += 1
        batch.save(update_fields=["attempts"])
        run.state, run.stage = MatchRun.State.RUNNING, batch.stage
        run.started_at = run.started_at or timezone.now()
        run.save(update_fields=["state", "stage", "started_at", "updated_at"])
        return int(batch.pk)


def _free_batches(run_id: int) -> Any:
    """Pending batches of the earliest unfinished stage that no transaction holds."""
    pending = RunBatch.objects.filter(run=run_id, state=RunBatch.State.PENDING)
    first = pending.order_by("position").values_list("stage", flat=True).first()
    return pending.filter(stage=first).order_by("position").select_for_update(skip_locked=True)


def _has_free_batch(run_id: int) -> bool:
    with transaction.atomic():
        return _free_batches(run_id).first() is not None


def _hold(batch_id: int) -> RunBatch | None:
    return (
        RunBatch.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("run__revision")
        .filter(pk=batch_id, state=RunBatch.State.PENDING)
        .first()
    )


def _name_revision(run_id: int) -> None:
    """The model that a run goes through with; committed at once, so that no batch keeps others waiting."""
    if MatchRun.objects.filter(pk=run_id, revision=None).exists():
        revision = current_revision()
        MatchRun.objects.filter(pk=run_id, revision=None).update(revision=revision)


def _work(batch: RunBatch) -> None:
    work = Work(run=batch.run, batch=batch, revision=revision_for(batch.run))
    HANDLERS[batch.stage](work)
    batch.state = RunBatch.State.DONE
    batch.done_at = timezone.now()
    batch.result = {**work.counts, "seconds": {k: round(v, 3) for k, v in work.seconds.items()}}
    batch.save(update_fields=["state", "done_at", "result"])


def _note_failure(batch_id: int, error: Exception) -> None:
    """A failure that will not heal ends the run with its sentence; others are tried again."""
    with transaction.atomic():
        batch = RunBatch.objects.select_for_update(of=("self",)).select_related("run").get(pk=batch_id)
        batch.failure = f"{type(error).__name__}: {error}"[:500]
        batch.save(update_fields=["failure"])
        if isinstance(error, RunError):
            _fail_run(batch.run, batch, str(error))


def _fail_run(run: MatchRun, batch: RunBatch, sentence: str) -> None:
    MatchRun.objects.filter(pk=run.pk).unfinished().update(
        state=MatchRun.State.FAILED,
        failure=f"{sentence} {batch.failure}".strip()[:500],
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
