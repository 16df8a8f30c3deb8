"""`manage.py match [--network N] [--format json|table]`: run the engine here and print what came of it."""

import json
import time
from collections.abc import Iterable, Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from matching.models import MatchRun, Pool
from matching.presenting_json import matches_json, pool_json, pools_for, run_json
from matching.services.failures import failure_sentence
from matching.services.progress import progress_of
from matching.services.runs import queue_run, work_next_batch
from networks.models import Gap, Network
from programmes.models import Programme
from programmes.presenting_json import programme_json, with_lines
from skillnet.api.views import as_uuid
from skillnet.kernel.actor import SYSTEM
from skillnet.kernel.names import normalise_organisation_name

LOOK_AGAIN = 0.2  # seconds, while a worker that came along holds the last batches
TOP = 3  # matches of each gap in the table


class Command(BaseCommand):
    """stdout carries the answer only, progress goes to stderr. Exit 0 done, 1 failed run, 2 bad input."""

    help = "Matcht, bundelt en stelt programma's voor, in dit proces; er is geen werker nodig."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which network, and how to print."""
        parser.add_argument("--network", help="naam of openbare id van één netwerk; anders alles")
        parser.add_argument(
            "--format", choices=("json", "table"), default="table", help="vorm van de uitvoer"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Plan a run, work it off, print it."""
        network = _network(options["network"])
        scope = MatchRun.Scope.NETWORK if network else MatchRun.Scope.ALL
        run = queue_run(scope=scope, network=network, reason="command", ring=False)
        self._work(run)
        answer = Answer(run, network)
        lines = answer.as_json() if options["format"] == "json" else answer.as_table()
        for line in lines:
            self.stdout.write(line)

    def _work(self, run: MatchRun) -> None:
        """Until the run is over; a worker that rings along may take batches too."""
        while run.state in (MatchRun.State.PENDING, MatchRun.State.RUNNING):
            if not work_next_batch(run_id=run.pk):
                run.refresh_from_db()
                if run.state in (MatchRun.State.PENDING, MatchRun.State.RUNNING):
                    time.sleep(LOOK_AGAIN)
                continue
            progress = progress_of(run)
            if progress.stage:
                self.stderr.write(f"{progress.done}/{progress.total} {progress.stage}")
        if run.state != MatchRun.State.DONE:
            raise CommandError(failure_sentence(run) or str(run.get_state_display()), returncode=1)


def _network(name: str | None) -> Network | None:
    if name is None:
        return None
    public_id = as_uuid(name)
    key: dict[str, Any] = {"normalised_name": normalise_organisation_name(name)}
    if public_id:
        key = {"public_id": public_id}
    network = Network.objects.filter(**key).first()
    if network is None:
        raise CommandError(_("Er is geen netwerk “%(name)s”.") % {"name": name}, returncode=2)
    return network


class Answer:
    """What a run left behind, as lines to print; rows are read while they are printed."""

    def __init__(self, run: MatchRun, network: Network | None) -> None:
        self.run = MatchRun.objects.select_related("revision", "profile").get(pk=run.pk)
        gaps, pools = Gap.objects.live(), pools_for(SYSTEM)
        self.gaps = gaps.filter(network=network) if network else gaps
        self.pools: Any = pools.filter(network=network) if network else pools
        self.programmes = with_lines(
            Programme.objects.filter(run=self.run, state=Programme.State.PROPOSAL).order_by("pk")
        )

    def as_json(self) -> Iterator[str]:
        """One JSON document, a row a line."""
        pools = (pool_json(pool, SYSTEM) for pool in self.pools.order_by("pk"))
        programmes = (programme_json(programme) for programme in self.programmes)
        yield f'{{"run": {_dump(run_json(self.run))},'
        yield from _array("matches", matches_json(self.gaps), ",")
        yield from _array("pools", pools, ",")
        yield from _array("programmes", programmes, "}")

    def as_table(self) -> Iterator[str]:
        """For reading: the best offers of each gap, the pools, the proposals."""
        run = run_json(self.run)
        yield f"{run['gaps']} kloven × {run['offers']} offers · {run['model']}"
        yield "  ".join(f"{step} {seconds:.1f} s" for step, seconds in run["seconds"].items())
        yield ""
        yield from self._best()
        yield ""
        for pool in self.pools.order_by("pk"):
            yield _pool_line(pool)
        yield ""
        for programme in self.programmes:
            body = programme_json(programme)
            yield f"{programme.title[:60]:60} {body['learners']!s:>5} deelnemers  € {body['cost']}"

    def _best(self) -> Iterator[str]:
        for match in matches_json(self.gaps):
            if match["rank"] <= TOP:
                gap, offer = match["gap"]["external_id"][:24], match["offer"]["external_id"]
                figures = f"{match['rank']:>3}  {match['score']:.2f}  {match['certainty']:.2f}"
                yield f"{gap:24} {figures}  {offer}"


def _pool_line(pool: Pool) -> str:
    state = "hiaat" if pool.is_unmet else ""
    return f"{pool.title[:60]:60} {pool.companies:>5} bedrijven   {state}".rstrip()


def _array(name: str, rows: Iterable[Any], end: str) -> Iterator[str]:
    """The lines of one named array: written as it is read, so that no list of all rows is held."""
    yield f' "{name}": ['
    last = None
    for row in rows:
        if last is not None:
            yield f"  {last},"
        last = _dump(row)
    if last is not None:
        yield f"  {last}"
    yield f" ]{end}"


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
