from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from matching.services.shortage_import import import_shortages
from skillnet.kernel.actor import SYSTEM
from skillnet.kernel.tabular import read_rows
from skillnet.kernel.tabular.problems import FileProblem, render


class Command(BaseCommand):
    help = "Import the yearly list of shortage occupations of one region; importing twice changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file", type=Path, help="CSV or XLSX with a column occupation (docs/operations.md)"
        )
        parser.add_argument("--year", type=int, required=True)
        parser.add_argument("--region", required=True, help="BE1, BE2 or BE3, or its name")
        parser.add_argument(
            "--accept-loss", action="store_true", help="the list did lose half its occupations"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            with read_rows(path) as table:
                report = import_shortages(
                    table,
                    year=options["year"],
                    region=options["region"],
                    actor=SYSTEM,
                    source=path.name,
                    accept_loss=options["accept_loss"],
                )
        except FileProblem as problem:
            raise CommandError(render(problem, "en"), returncode=2) from problem
        except ValidationError as error:
            raise CommandError(" ".join(error.messages), returncode=2) from error
        for line, what in report.problems:
            self.stderr.write(f"line {line}: {what}")
        self.stdout.write(
            f"{report.created} new, {report.changed} changed, {report.unchanged} unchanged, "
            f"{report.dropped} no longer listed, {report.linked} linked to ESCO, {len(report.problems)} refused"
        )
