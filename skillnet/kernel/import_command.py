"""What `import_gaps` and `import_offers` have in common: the file, progress, problems, exit code."""

from abc import abstractmethod
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import get_language

from skillnet.kernel.importing import ImportReport
from skillnet.kernel.tabular import read_rows
from skillnet.kernel.tabular.problems import FileProblem, render
from skillnet.kernel.tabular.table import Table
from skillnet.kernel.tabular.writing import write_corrected


class ImportCommand(BaseCommand):
    """Exit 0: the good rows are in (bad ones are reported); 2: the file itself cannot be read."""

    noun = "rows"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="CSV or XLSX in the interchange format (README, Data)")
        parser.add_argument(
            "--problems", type=Path, help="where to write the refused rows, to correct and resend"
        )

    @abstractmethod
    def import_file(self, table: Table, progress: Any) -> ImportReport:
        """Call the service of the app; the rest is here."""

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            with read_rows(path) as table:
                report = self.import_file(table, self._progress)
                self._report(report)
                if report.problems:
                    self._write_problems(options["problems"] or _beside(path, table.kind), table, report)
        except FileProblem as problem:
            raise CommandError(render(problem, get_language() or "nl"), returncode=2) from problem

    def _progress(self, rows: int, share: float | None) -> None:
        done = f" ({share:.0%})" if share is not None else ""
        self.stderr.write(f"{rows} rows{done}")

    def _report(self, report: ImportReport) -> None:
        self.stdout.write(
            f"{report.rows} {self.noun}: {report.created} new, {report.changed} changed, "
            f"{report.unchanged} unchanged, {report.refused} refused"
        )
        for row, problems in report.problems[:50]:
            for problem in problems:
                where = f"line {row.line}" + (f", {problem.column}" if problem.column else "")
                self.stderr.write(f"{where}: {render(problem, get_language() or 'nl')}")

    def _write_problems(self, path: Path, table: Table, report: ImportReport) -> None:
        with path.open("wb") as target:
            write_corrected(
                target,
                table.header,
                report.problems,
                language=get_language() or "nl",
                kind=table.kind,
                delimiter=table.delimiter or ",",
            )
        self.stderr.write(f"Refused rows: {path}")


def _beside(path: Path, kind: str) -> Path:
    """Beside the working directory, never beside a file that may lie in a folder that is not ours."""
    return Path.cwd() / f"{path.stem}-refused.{kind}"
