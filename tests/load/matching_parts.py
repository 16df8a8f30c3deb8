"""The match stage of a run with worker processes, beside FAISS on the same vectors; and one gap at a time."""

import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import psutil

from tests.load.measuring import MemoryWatch, percentile, setup_django, spending

if TYPE_CHECKING:
    from tests.load.parts import Asked

ONE_GAP_CALLS = 120
TOP = 20
# A worker as Celery's prefork pool has it: the parent loads everything, its children work. Redis is left out,
# so that no other worker of this checkout takes the batches. Each child says what it
# took of the processor, and how long it stored.
WORKER = """
import os, sys, time
import django
django.setup()
from matching.services import runs, match, stages
from matching.services.vectors import embedder
stored, store = [0.0], match.store_matches
def timed(**values):
    start = time.perf_counter()
    try:
        return store(**values)
    finally:
        stored[0] += time.perf_counter() - start
match.store_matches = timed
children = []
for _ in range(int(sys.argv[2])):
    pid = os.fork()
    if not pid:
        runs.work_run(run_id=int(sys.argv[1]))
        os.write(1, f"{time.process_time()} {stored[0]}\\n".encode())
        os._exit(0)
    children.append(pid)
failed = [pid for pid in children if os.waitpid(pid, 0)[1]]
sys.exit(len(failed))
"""


def match(asked: "Asked") -> dict[str, Any]:
    """All gaps against all offers, stored, by so many worker processes; then FAISS flat on as many threads."""
    setup_django()
    run = plan()
    server = psutil.Process(server_pid())
    before = server_cpu(server)
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(run.pk), str(asked.workers)],
        env={**os.environ, "SKILLNET_PROCESS": "worker", "OPENBLAS_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    with MemoryWatch(lambda: family(worker.pid)) as memory:
        printed, _ = worker.communicate()
    if worker.returncode:
        raise SystemExit("A worker failed.")
    run.refresh_from_db()
    ours = (run.finished_at - run.started_at).total_seconds()  # a worker is there before its run
    spent = [tuple(map(float, line.split())) for line in printed.splitlines()]
    cpu, storing = sum(one for one, _ in spent), sum(two for _, two in spent) / asked.workers
    peer = faiss_flat(asked.workers)
    stored = run.matches.count()
    steps = {step: round(value / asked.workers, 2) for step, value in run.seconds.items()}
    steps["store"], steps["score"] = round(storing, 2), round(steps.get("score", 0.0) - storing, 2)
    without = ours - storing
    return {
        "gaps": run.gaps,
        "offers": run.offers,
        "ours_s": round(ours, 2),
        "ours_cpu_s": round(cpu, 2),
        "server_cpu_s": round(server_cpu(server) - before, 2),
        "steps_s": steps,
        "workers": asked.workers,
        "matches": stored,
        "peak_mb": round(memory.peak_mb),
        **peer,
        "ratio": round(ours / peer["faiss_flat_s"], 2),
        "cpu_ratio": round(cpu / peer["faiss_flat_cpu_s"], 2),
        "ratio_without_storing": round(without / peer["faiss_flat_s"], 2),
    }


def plan() -> Any:
    """A run of the match stage alone: the other stages are measured on their own."""
    from catalogue.models import Offer
    from matching.models import Match, MatchRun, RunBatch
    from matching.services.plan import MATCH_AT_ONCE, parts
    from networks.models import Gap

    Match.objects.all().delete()
    MatchRun.objects.unfinished().update(state=MatchRun.State.CANCELLED)
    ids = list(Gap.objects.live().order_by("pk").values_list("pk", flat=True))
    run = MatchRun.objects.create(scope="all", gaps=len(ids), offers=Offer.objects.active().count())
    RunBatch.objects.bulk_create(
        RunBatch(run=run, stage="match", position=n, plan={"gaps": part})
        for n, part in enumerate(parts(ids, MATCH_AT_ONCE))
    )
    return run


def family(pid: int) -> list[psutil.Process]:
    try:
        parent = psutil.Process(pid)
        return [parent, *parent.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def server_pid() -> int:
    """The postmaster: parent of the process that serves this connection."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(psutil.Process(cursor.fetchone()[0]).ppid())


def server_cpu(server: psutil.Process) -> float:
    """Seconds of processor of the whole server, sessions that ended included; other databases count too."""
    total = 0.0
    for process in (server, *server.children()):
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system
        if process.pid == server.pid:
            total += times.children_user + times.children_system
    return total


def vectors_of(kind: str) -> Any:
    """All vectors of one kind in single precision, as FAISS wants them."""
    import numpy as np

    from catalogue.models import Offer
    from matching.services.vectors import active_revision, read_vectors
    from networks.models import Gap

    revision = active_revision()
    assert revision is not None
    rows: Any = Gap.objects.live() if kind == "gap" else Offer.objects.active()
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    return read_vectors(revision=revision, kind=kind, ids=ids).astype(np.float32)


def faiss_flat(threads: int) -> dict[str, Any]:
    """The bare exact search of the same vectors; building the index does not count."""
    import faiss

    offers, gaps = vectors_of("offer"), vectors_of("gap")
    faiss.omp_set_num_threads(threads)
    index = faiss.IndexFlatIP(offers.shape[1])
    index.add(offers)
    index.search(gaps[:64], TOP)
    with spending() as spent:
        index.search(gaps, TOP)
    return {
        "faiss_flat_s": round(spent.wall, 2),
        "faiss_flat_cpu_s": round(spent.cpu, 2),
        "dimensions": offers.shape[1],
    }


def one_gap(asked: "Asked") -> dict[str, Any]:
    """The service call for one changed gap, from facts to stored matches, in a process that is warm.

    With `--index hnsw` the index is made where it is missing, and dropped at the end.
    """
    setup_django()
    from django.test import override_settings

    from matching.services.nearest import build_index, drop_index
    from matching.services.vectors import active_revision

    revision = active_revision()
    assert revision is not None
    with override_settings(VECTOR_INDEX=asked.index):
        if asked.index == "hnsw":
            build_index(revision)
        measured = _one_by_one(revision)
    drop_index(revision)
    return measured


def _one_by_one(revision: Any) -> dict[str, Any]:
    from django.utils import timezone

    from catalogue.models import Offer
    from matching.models import MatchRun
    from matching.services.match import match_gaps
    from networks.models import Gap

    run = MatchRun.objects.create(scope="gaps", revision=revision)
    step = max(1, Gap.objects.count() // (ONE_GAP_CALLS + 5))
    gaps = list(Gap.objects.live().with_parties().order_by("pk")[::step])[: ONE_GAP_CALLS + 5]
    taken, cpu = [], []
    for gap in gaps:
        with spending() as spent:
            match_gaps(run_id=run.pk, revision=revision, gaps=[gap], today=timezone.localdate())
        taken.append(spent.wall * 1000)
        cpu.append(spent.cpu * 1000)
    taken, cpu = taken[5:], cpu[5:]
    run.state = MatchRun.State.DONE
    run.save()
    return {
        "p95_ms": round(percentile(taken), 1),
        "median_ms": round(percentile(taken, 0.5), 1),
        "client_cpu_ms": round(sum(cpu) / len(cpu), 1),
        "calls": len(taken),
        "offers": Offer.objects.active().count(),
    }
