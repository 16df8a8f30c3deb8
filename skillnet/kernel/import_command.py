"""What `import_gaps` and `import_offers` have in common: the file, progress, problems, exit code."""

import json
from abc import abstractmethod
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import get_language

from skillnet.kernel.importing import ImportReport, RowOutcome
from skillnet.kernel.tabular import read_rows
from skillnet.kernel.tabular.problems import FileProblem, render
from skillnet.kernel.tabular.table import Table
from skillnet.kernel.tabular.writing import write_corrected


class ImportCommand(BaseCommand):
    """Exit 0: the good rows are in (bad ones are reported); 2: the file itself cannot be read.

    With `--dry-run` nothing goes in: stdout says what each row would do, as text or as one JSON document.
    """

    noun = "rows"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="CSV or XLSX in the interchange format (README, Data)")
        parser.add_argument(
            "--problems", type=Path, help="where to write the refused rows, to correct and resend"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would change; change nothing")
        parser.add_argument("--format", choices=("text", "json"), default="text", help="of --dry-run")

    @abstractmethod
    def import_file(self, table: Table, progress: Any) -> ImportReport:
        """Call the service of the app; the rest is here."""

    @abstractmethod
    def compare_file(
        self, table: Table, tell: Callable[[list[RowOutcome]], None], progress: Any
    ) -> ImportReport:
        """Call the comparing service of the app."""

    def open_file(self, path: Path) -> Table:
        """The table in the file. Raises FileProblem."""
        return read_rows(path)

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            with self.open_file(path) as table:
                for remark in table.remarks:
                    self.stderr.write(f"line {remark.line}: {render(remark, get_language() or 'nl')}")
                if options["dry_run"]:
                    self._compare(table, as_json=options["format"] == "json")
                    return
                report = self.import_file(table, self._progress)
                self._report(report)
                if report.problems:
                    self._write_problems(options["problems"] or _beside(path, table.kind), table, report)
        except FileProblem as problem:
            raise CommandError(render(problem, get_language() or "nl"), returncode=2) from problem

    def _compare(self, table: Table, *, as_json: bool) -> None:
        told: list[RowOutcome] = []
        report = self.compare_file(table, told.extend, self._progress)
        missing = sum(outcome.outcome == "missing" for outcome in told)
        counts = {
            "rows": report.rows,
            "new": report.created,
            "changed": report.changed,
            "unchanged": report.unchanged,
            "refused": report.refused,
            "missing": missing,
        }
        notable = [outcome for outcome in told if outcome.outcome != "unchanged"]
        if as_json:
            document = {"counts": counts, "rows": [_as_json(outcome) for outcome in notable]}
            self.stdout.write(json.dumps(document, ensure_ascii=False, indent=1))
            return
        for outcome in notable:
            self.stdout.write(_as_text(outcome))
        self.stdout.write(", ".join(f"{number} {name}" for name, number in counts.items()))

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
    return Path.cwd() / f"{path.stem}-refused.{'xlsx' if kind == 'xlsx' else 'csv'}"


def _as_json(outcome: RowOutcome) -> dict[str, Any]:
    return {
        "line": outcome.line,
        "external_id": outcome.key,
        "title": outcome.title,
        "outcome": outcome.outcome,
        "changes": [{"column": c.column, "old": c.old, "new": c.new} for c in outcome.changes],
        "problems": [
            {"column": p.column, "code": p.code, "text": render(p, get_language() or "nl")}
            for p in outcome.problems
        ],
    }


def _as_text(outcome: RowOutcome) -> str:
    where = f"line {outcome.line}" if outcome.line else "not in the file"
    said = [f"{c.column}: {c.old or '∅'} → {c.new or '∅'}" for c in outcome.changes]
    said += [render(problem, get_language() or "nl") for problem in outcome.problems]
    return f"{outcome.outcome}: {where}, {outcome.key} {outcome.title}".rstrip() + "".join(
        f"\n    {line}" for line in said
    )
