"""Putting a large catalogue in from a file, as the worker does, into a database of its own."""

import csv
import os
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import psutil

from tests.load.measuring import MemoryWatch, setup_django, spending

SPEED_LIMIT_S = 180
MEMORY_LIMIT_MB = 500
DATABASE = "skillnet_bench_import"
HEADER = ("external_id", "title", "description", "outcomes", "language", "mode", "hours", "price_eur", "seats",
          "region", "starts_on", "edition_id", "teaching_languages")  # fmt: skip


def import_file(asked: Any) -> dict[str, Any]:
    """So many offers with an edition each, from CSV; seconds on the clock, and on both processors."""
    setup_django()
    from django.core.management import call_command
    from django.db import connection

    from catalogue.services.import_offers import import_offers
    from catalogue.services.providers import provider_of
    from networks.models import Organisation
    from skillnet.kernel.actor import SYSTEM
    from skillnet.kernel.tabular import read_rows

    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE catalogue_offer CASCADE")
        cursor.execute("SELECT pg_backend_pid()")
        backend = psutil.Process(cursor.fetchone()[0])
    owner, _made = Organisation.objects.get_or_create(name="Leerhuis Groot", kind=Organisation.Kind.PROVIDER)
    provider = provider_of(organisation=owner)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "offers.csv"
        _write(path, asked.offers)
        before = _cpu(backend)
        watch = MemoryWatch(lambda: [psutil.Process(os.getpid())])
        with watch, spending() as spent, read_rows(path) as table:
            report = import_offers(table, actor=SYSTEM, provider=provider)
    return {
        "offers": report.created,
        "seconds": round(spent.wall, 1),
        "cpu_seconds": round(spent.cpu, 1),
        "database_cpu_seconds": round(_cpu(backend) - before, 1),
        "peak_mb": round(watch.peak_mb),
    }


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _write(path: Path, offers: int) -> None:
    from matching.engine.load import generate_offers

    with path.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(HEADER)
        for number, offer in enumerate(generate_offers(offers, 1, date(2026, 1, 1))):
            start = f"2027-{1 + number % 12:02d}-05"
            writer.writerow(
                [f"A-{number:06d}", offer.title, offer.description, offer.title, "nl", "classroom", 8 + number % 60,
                 100 + number % 900, 12, "BE234", start, "e1", "nl"]
            )  # fmt: skip
