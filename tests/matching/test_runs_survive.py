"""A run ends as if nothing had happened, whoever is killed in the middle of it: real worker, real engines."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from matching.models import Match, MatchRun, Pool, PoolGap, RunBatch
from matching.services import plan, runs
from networks.models import Network
from programmes.services.law import load_law
from skillnet.embedded import ensure_postgres
from skillnet.embedded.postgres import Postgres
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
    make_market()


def make_market() -> None:
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


@pytest.fixture
def own_postgresql(transactional_db: None, tmp_path: Path, settings: Any) -> Iterator[Postgres]:
    """A server that no other test uses, so that it can be killed; for as long, it is this process's database."""
    server = Postgres(tmp_path / "own")
    ensure_postgres(server.root, database="skillnet")
    settings.EMBEDDED_POSTGRES = (
        False  # the address below is the one, and nobody starts it again behind our back
    )
    where, usual = connection.settings_dict, dict(connection.settings_dict)
    address = server.address
    connection.close()
    where.update(HOST=address.socket_dir, PORT=str(address.port), USER=address.user, NAME="skillnet")
    try:
        call_command("migrate", verbosity=0)
        yield server
    finally:
        connection.close()
        where.update(usual)
        server.stop()


def test_a_killed_worker_changes_nothing(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = _undisturbed(monkeypatch)
    site.start()
    run = runs.queue_run(scope=MatchRun.Scope.ALL, ring=False)  # the worker rings for itself when it starts
    _wait(lambda: _done(run) >= 3, "three batches")
    with transaction.atomic():
        _hold_matches()  # the next batch waits to store what it found, and is killed there
        _wait(_matches_are_waited_for, "a batch with matches to store")
        (held,) = run.batches.filter(state=RunBatch.State.PENDING, attempts=1)
        assert held.stage == RunBatch.Stage.MATCH, "killed in the middle, else this test shows nothing"
        site.kill()
    site.start()
    _wait(lambda: _state(run) == "done", "the end of the run")
    assert _outcome() == wanted
    assert run.batches.filter(state=RunBatch.State.DONE).count() == run.batches.count()
    held.refresh_from_db()
    assert held.attempts == 2, "begun, lost, and done once more"


def test_a_killed_redis_changes_nothing(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = _undisturbed(monkeypatch)
    site.start()
    run = runs.queue_run(scope=MatchRun.Scope.ALL, ring=False)
    _wait(lambda: _done(run) >= 3, "three batches")
    pid = Redis(site.folder).pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    _wait(lambda: Redis(site.folder).pid() not in (None, pid), "the worker to bring Redis back")
    # The ring for the next batch may have died with Redis: nobody but beat would ever ring again.
    site.ring_from_here(monkeypatch)
    _wait(lambda: _rung_until_done(run), "the end of the run")
    assert _outcome() == wanted


def test_a_killed_postgresql_changes_nothing(
    own_postgresql: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server dies with all its connections, stays away for a second, and recovers from its log."""
    make_market()
    wanted = _undisturbed(monkeypatch)
    site = Site(tmp_path / "local")
    try:
        site.start()
        run = runs.queue_run(scope=MatchRun.Scope.ALL, ring=False)
        _wait(lambda: _done(run) >= 3, "three batches")
        pid = own_postgresql.pid()
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        time.sleep(1.0)
        connection.close()
        own_postgresql.ensure()
        assert own_postgresql.pid() != pid
        assert _done(run) < run.batches.count(), "in the middle, else this test shows nothing"
        site.ring_from_here(monkeypatch)
        _wait(lambda: _rung_until_done(run), "the end of the run")
        assert _outcome() == wanted
    finally:
        site.stop()


def test_a_child_killed_while_it_pools_changes_nothing(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """One process of the worker dies with the network in its hands; the worker itself lives on."""
    wanted = _undisturbed(monkeypatch, match_at_once=100)  # the middle of matching is not the point
    site.start()
    run = runs.queue_run(scope=MatchRun.Scope.ALL, ring=False)
    with transaction.atomic():
        list(Network.objects.select_for_update())  # pooling waits for it, and is killed there
        _wait(lambda: _tried_to_pool(run) == 1, "pooling to begin")
        for child in site.children():
            os.kill(child, signal.SIGKILL)
    site.ring_from_here(monkeypatch)
    _wait(lambda: _rung_until_done(run), "the end of the run")
    assert _outcome() == wanted
    assert _tried_to_pool(run) == 2, "begun, lost, and done once more"


def _rung_until_done(run: MatchRun) -> bool:
    """What beat does every five seconds, every half of one."""
    runs.ring_pending()
    time.sleep(0.5)
    return _state(run) == "done"


def _tried_to_pool(run: MatchRun) -> int:
    return int(run.batches.get(stage=RunBatch.Stage.POOL).attempts)


def _hold_matches() -> None:
    """Nobody else writes matches until this transaction ends; they may be read."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE matching_match IN EXCLUSIVE MODE")


def _matches_are_waited_for() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'matching_match'::regclass"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        return bool(cursor.fetchone()[0])


def _undisturbed(monkeypatch: pytest.MonkeyPatch, match_at_once: int = 2) -> Any:
    """What a run without any accident leaves; many small batches, so that there is a middle to kill in."""
    monkeypatch.setattr(plan, "MATCH_AT_ONCE", match_at_once)
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
