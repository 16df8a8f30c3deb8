"""What a file would change, kept row by row beside it until it is applied, and after."""

from collections.abc import Mapping
from typing import Any

from skillnet.imports.kinds import KINDS, Job
from skillnet.kernel.bulk import insert_rows
from skillnet.kernel.importing import RowOutcome
from skillnet.kernel.models import ImportDifference, ImportFile
from skillnet.kernel.tabular.problems import RowProblem

SHOWN = 2_000  # characters of an old or new value that are kept
KEY, TITLE = 100, 300


def compare_rows(file: ImportFile, job: Job) -> dict[str, int]:
    """Compare every row and keep the outcomes; the counts by outcome. Raises FileProblem, ImportCancelled."""
    counts = dict.fromkeys(ImportDifference.Outcome.values, 0)
    ImportDifference.objects.filter(file=file).delete()

    def tell(outcomes: list[RowOutcome]) -> None:
        for outcome in outcomes:
            counts[outcome.outcome] += 1
        insert_rows([_difference(file, outcome) for outcome in outcomes])

    KINDS[file.kind].compare(job, tell)
    return counts


def missing_references(file: ImportFile) -> list[str]:
    """References of known rows that the file lacks, as compared."""
    missing = file.differences.filter(outcome=ImportDifference.Outcome.MISSING)
    return list(missing.order_by("pk").values_list("key", flat=True))


def stored_problem(problem: RowProblem) -> dict[str, Any]:
    """A problem as JSON keeps it; `skillnet.imports.reading.problem_from` reads it back."""
    return {
        "line": problem.line,
        "column": problem.column,
        "code": problem.code,
        "params": _plain(problem.params),
    }


def _difference(file: ImportFile, outcome: RowOutcome) -> ImportDifference:
    return ImportDifference(
        file=file,
        line=outcome.line,
        key=_clean(outcome.key, KEY),
        title=_clean(outcome.title, TITLE),
        outcome=outcome.outcome,
        changes=[stored_problem(problem) for problem in outcome.problems]
        or [
            {"column": change.column, "old": _clean(change.old, SHOWN), "new": _clean(change.new, SHOWN)}
            for change in (*outcome.changes, *outcome.remarks)
        ],
    )


def _clean(text: str, most: int) -> str:
    """What PostgreSQL can hold, no longer than its column: a refused row may hold anything."""
    kept = text.replace("\0", "").encode("utf-8", "ignore").decode("utf-8")
    return kept if len(kept) <= most else f"{kept[: most - 1]}…"


def _plain(params: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters as JSON holds them; long texts are shown shortened anyway."""
    return {name: _value(value) for name, value in params.items()}


def _value(value: Any) -> Any:
    if isinstance(value, int | float | bool):
        return value
    if isinstance(value, list | tuple):
        return [_clean(str(item), 200) for item in value]
    return _clean(str(value), 200)
