"""A run ends as if nothing had happened, whoever is killed in the middle of it: real worker, real engines."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from matching.models import Match, MatchRun, Pool, PoolGap, RunBatch
from matching.services import plan, runs
from programmes.services.law import load_law
from skillnet.embedded.redis import Redis
from tests.factories import make_edition, make_gap, make_network, make_offer, make_organisation
from tests.site_process import Site

pytestmark = [
    pytest.mark.engines,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("survival"),
]
SUBJECTS = [
    "lassen met de robot",
    "dementie op de afdeling",
    "heftruck in het magazijn",
    "PLC-storingen oplossen",
]
WAIT = 90.0


@pytest.fixture
def market(transactional_db: None) -> None:
    load_law()
    network = make_network()
    companies = [make_organisation() for _ in range(8)]
    for number in range(48):
        subject = SUBJECTS[number % 4]
        make_gap(
            organisation=companies[number % 8],
            network=network,
            title=f"Onze ploeg moet {subject}",
            description=f"Groep {number} kan nog niet {subject}.",
            learners=4,
            language="nl",
        )
    for number in range(40):
        offer = make_offer(title=f"Cursus {SUBJECTS[number % 4]}", language="nl", price="400.00", seats=16)
        make_edition(offer=offer, seats=16)


@pytest.fixture
def site(market: None, tmp_path: Path) -> Iterator[Site]:
    site = Site(tmp_path / "local")
    yield site
    site.stop()


def test_a_killed_worker_changes_nothing(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = _undisturbed(monkeypatch)
    site.start()
    run = runs.queue_run(scope=MatchRun.Scope.ALL, ring=False)  # the worker rings for itself when it starts
    _wait(lambda: _done(run) >= 3, "three batches")
    site.kill()
    assert _done(run) < run.batches.count(), "killed in the middle, else this test shows nothing"
    site.start()
    _wait(lambda: _state(run) == "done", "the end of the run")
    assert _outcome() == wanted
    assert run.batches.filter(state=RunBatch.State.DONE).count() == run.batches.count()


def test_a_killed_redis_changes_nothing(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = _undisturbed(monkeypatch)
    site.start()
    run = runs.queue_run(scope=MatchRun.Scope.ALL, ring=False)
    _wait(lambda: _done(run) >= 3, "three batches")
    pid = Redis(site.folder).pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    _wait(lambda: _state(run) == "done", "the end of the run")
    assert _outcome() == wanted
    # The doorbell works again: the worker brought Redis back and hears the next run.
    _wait(lambda: Redis(site.folder).answers(), "Redis to come back")


def _undisturbed(monkeypatch: pytest.MonkeyPatch) -> Any:
    """What a run without any accident leaves; many small batches, so that there is a middle to kill in."""
    monkeypatch.setattr(plan, "MATCH_AT_ONCE", 2)
    run = runs.queue_run(scope=MatchRun.Scope.ALL, ring=False)
    runs.work_run(run_id=run.pk)
    assert _state(run) == "done"
    outcome = _outcome()
    assert outcome[0], "an empty outcome would prove nothing"
    Match.objects.all().delete()
    PoolGap.objects.all().delete()
    return outcome


def _outcome() -> tuple[list[Any], list[Any]]:
    matches = list(
        Match.objects.order_by("gap", "rank").values_list("gap", "offer", "rank", "score", "components")
    )
    pools = sorted(
        sorted(pool.pool_gaps.values_list("gap", flat=True))
        for pool in Pool.objects.live()
        if pool.pool_gaps.exists()
    )
    return matches, pools


def _done(run: MatchRun) -> int:
    return run.batches.filter(state=RunBatch.State.DONE).count()


def _state(run: MatchRun) -> str:
    return MatchRun.objects.get(pk=run.pk).state


def _wait(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + WAIT
    while not condition():
        assert time.monotonic() < deadline, f"waited {WAIT:.0f} s for {what}"
        time.sleep(0.02)
