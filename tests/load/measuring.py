"""What every measurement needs: time on the clock and on the processor, memory, load, a prepared database."""

import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import StringIO
from typing import Any

import psutil

MB = 1024 * 1024


@dataclass(slots=True)
class Spent:
    """Seconds of a piece of work: on the clock, and on the processor of this process."""

    wall: float = 0.0
    cpu: float = 0.0


@contextmanager
def spending() -> Iterator[Spent]:
    spent = Spent()
    wall, cpu = time.perf_counter(), time.process_time()
    try:
        yield spent
    finally:
        spent.wall, spent.cpu = time.perf_counter() - wall, time.process_time() - cpu


def load_average() -> float:
    """How many processes wanted a processor during the last minute: quiet is below one."""
    return round(os.getloadavg()[0], 1)


def percentile(values: Sequence[float], share: float = 0.95) -> float:
    """The value that this share of the measurements stays under."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


@dataclass(slots=True)
class MemoryWatch:
    """Samples the proportional memory of processes until it is stopped; `peak_mb` is the highest sum."""

    processes: Callable[[], list[psutil.Process]]
    every: float = 0.2
    peak_mb: float = 0.0
    _done: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> "MemoryWatch":
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self._done.set()
        assert self._thread is not None
        self._thread.join()

    def _sample(self) -> None:
        while not self._done.wait(self.every):
            self.peak_mb = max(self.peak_mb, sum(map(proportional_mb, self.processes())))


def proportional_mb(process: psutil.Process) -> float:
    """Memory of one process with what it shares divided; 0 for one that ended."""
    try:
        return float(process.memory_full_info().pss) / MB
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return 0.0


def resident_mb(process: psutil.Process) -> float:
    return float(process.memory_info().rss) / MB


def setup_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "skillnet.settings")
    import django

    django.setup()


SEED = 1


def prepare(gaps: int, offers: int, say: Callable[[str], None]) -> bool:
    """Fill the database once: volume, vectors with the present model, counted words, statistics.

    False, and nothing is done, when there is volume that the present generator would not make.
    """
    from django.core.management import call_command
    from django.db import connection
    from django.utils import timezone

    from catalogue.models import Offer
    from catalogue.services.facts import refresh_offer_facts
    from matching.models import MatchRun
    from matching.services.stages import revision_for, texts_of
    from matching.services.vectors import store_vectors
    from matching.services.words import refresh_word_counts

    if stored_title() not in ("", _first_title(offers)):
        say("the database holds volume of an earlier version: it is made again")
        return False
    call_command("migrate", verbosity=0)
    if not Offer.objects.exists():
        with spending() as spent:
            call_command(
                "generate_load", gaps=gaps, offers=offers, seed=SEED, stdout=StringIO(), stderr=StringIO()
            )
        say(
            f"wrote {gaps} gaps and {offers} offers in {spent.wall:.0f} s ({spent.cpu:.0f} s of this process)"
        )
    refresh_offer_facts(today=timezone.localdate())
    revision = revision_for(MatchRun())
    with spending() as spent:
        made = sum(store_vectors(revision=revision, kind=k, texts=texts_of(k)) for k in ("offer", "gap"))
    if made:
        say(f"embedded and stored {made} texts in {spent.wall:.0f} s ({spent.cpu:.0f} s of this process)")
    refresh_word_counts()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return True


def stored_title() -> str:
    """Title of the first offer, whatever version of the tables there is; empty where there is none."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('catalogue_offer') IS NOT NULL")
        if not cursor.fetchone()[0]:
            return ""
        cursor.execute("SELECT title FROM catalogue_offer ORDER BY id LIMIT 1")
        found = cursor.fetchone()
    return str(found[0]) if found else ""


def _first_title(offers: int) -> str:
    from datetime import date

    from matching.engine.load import generate_offers

    return next(generate_offers(offers, SEED, date(2026, 1, 1))).title
