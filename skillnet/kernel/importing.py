"""Files into rows: the good rows go in, the bad ones come back with line, column and reason, nothing is lost.

Before anything goes in, the same reading tells what each row would do (`compare_table`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Generic, Literal, TypeVar

from skillnet.kernel.tabular.problems import RowProblem
from skillnet.kernel.tabular.table import Record, Row, Table
from skillnet.kernel.tabular.writing import cell_text

CHUNK = 1_000
STAYS_CANCELLED = "edition_cancelled"
"""The column under which a comparison names an edition (`new`) that is cancelled and that the file leaves so."""
RowType = TypeVar("RowType")
Progress = Callable[[int, float | None], None]
Outcome = Literal["new", "changed", "unchanged", "refused", "missing"]


class ImportCancelled(Exception):
    """Raised by a progress callback: somebody stopped the import. What went in before stays."""


@dataclass(slots=True)
class ImportReport:
    """What an import did, or would do. `changed_ids` are the gaps or offers that were created or changed."""

    rows: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    changed_ids: list[int] = field(default_factory=list)
    problems: list[tuple[Row, list[RowProblem]]] = field(default_factory=list)

    @property
    def refused(self) -> int:
        return len(self.problems)


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One column of a known row: its value here and its value in the file, as text ("" is unknown)."""

    column: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """What a row would do. `line` None: a known row that the file lacks. `problems`: why it is refused."""

    line: int | None
    key: str
    title: str
    outcome: Outcome
    changes: tuple[FieldChange, ...] = ()
    remarks: tuple[FieldChange, ...] = ()  # what the row does not change, though one may think so
    problems: tuple[RowProblem, ...] = ()


Compared = tuple[list[RowOutcome], dict[int, RowProblem]]


@dataclass(frozen=True, slots=True)
class Importer(Generic[RowType]):
    """How one kind of file goes in.

    `parse` reads one record into a row or says what is wrong; `duplicate` finds a row that the file named
    before; `store` writes a chunk in one transaction and may hand back rows with problems of their own.
    `compare` says what `store` would do with a chunk; `remember` takes a chunk that an earlier, stopped run
    stored, and hands back what that run found wrong in it.
    """

    parse: Callable[[Record], RowType | list[RowProblem]]
    duplicate: Callable[[RowType], RowProblem | None]
    store: Callable[[list[RowType], ImportReport], dict[int, RowProblem]]
    line_of: Callable[[RowType], int]
    compare: Callable[[list[RowType]], Compared] = lambda _rows: ([], {})
    remember: Callable[[list[RowType]], dict[int, RowProblem]] = lambda _rows: {}
    missing: Callable[[], Sequence[RowOutcome]] = lambda: ()


def import_table(
    table: Table,
    importer: Importer[Any],
    *,
    mapping: dict[str, str] | None = None,
    progress: Progress = lambda _rows, _share: None,
    report: ImportReport | None = None,
    skip: int = 0,
) -> ImportReport:
    """Read the whole table, chunk by chunk; each chunk is one transaction, so a stop loses no chunk.

    `report` is filled as the chunks go in, so that whoever gave it knows what happened before a stop. The
    first `skip` records went in before such a stop: they are read for their problems and not stored again.
    """
    report = ImportReport() if report is None else report
    records = table.records(mapping)
    while chunk := list(islice(records, CHUNK if report.rows >= skip else min(CHUNK, skip - report.rows))):
        known = report.rows < skip
        good, rows = _parsed(chunk, importer, report)
        found = importer.remember(good) if known else importer.store(good, report)
        report.problems += [(rows[line], [problem]) for line, problem in found.items()]
        if not known:
            progress(report.rows, table.progress())
    return report


def compare_table(
    table: Table,
    importer: Importer[Any],
    *,
    tell: Callable[[list[RowOutcome]], None],
    mapping: dict[str, str] | None = None,
    progress: Progress = lambda _rows, _share: None,
    report: ImportReport | None = None,
) -> ImportReport:
    """What `import_table` would do, chunk by chunk, to `tell`, in the order of the file; nothing changes.

    What the file lacks comes last. The report counts as that of the import will.
    """
    report = ImportReport() if report is None else report
    records = table.records(mapping)
    while chunk := list(islice(records, CHUNK)):
        before = len(report.problems)
        good, rows = _parsed(chunk, importer, report)
        outcomes, spotted = importer.compare(good)
        report.problems += [(rows[line], [problem]) for line, problem in spotted.items()]
        values = {record.line: record.values for record in chunk}
        refused = [_refused(row, values[row.line], found) for row, found in report.problems[before:]]
        _count(outcomes, report)
        tell(sorted([*outcomes, *refused], key=lambda outcome: outcome.line or 0))
        progress(report.rows, table.progress())
    tell(list(importer.missing()))
    return report


def _parsed(
    chunk: list[Record], importer: Importer[Any], report: ImportReport
) -> tuple[list[Any], dict[int, Row]]:
    good: list[Any] = []
    by_line: dict[int, Row] = {}
    for record in chunk:
        report.rows += 1
        parsed = _parse(record, importer)
        if isinstance(parsed, list):
            report.problems.append((record.row, parsed))
        else:
            good.append(parsed)
            by_line[record.line] = record.row
    return good, by_line


def _refused(row: Row, values: dict[str, str], problems: list[RowProblem]) -> RowOutcome:
    key, title = values.get("external_id", ""), values.get("title", "")
    return RowOutcome(row.line, key, title, "refused", problems=tuple(problems))


def _count(outcomes: list[RowOutcome], report: ImportReport) -> None:
    report.created += sum(outcome.outcome == "new" for outcome in outcomes)
    report.changed += sum(outcome.outcome == "changed" for outcome in outcomes)
    report.unchanged += sum(outcome.outcome == "unchanged" for outcome in outcomes)


def _parse(record: Record, importer: Importer[Any]) -> Any:
    parsed = importer.parse(record)
    if isinstance(parsed, list):
        return [*record.problems, *parsed]
    if record.problems:
        return list(record.problems)
    problem = importer.duplicate(parsed)
    return [problem] if problem else parsed


def preview(table: Table, count: int = 10, mapping: dict[str, str] | None = None) -> list[Record]:
    """The first rows of a file, to show before anything is imported."""
    return list(islice(table.records(mapping), count))


def changes_of(instance: Any, values: dict[str, Any]) -> list[str]:
    """Set the values that differ and return their names; an unchanged row stays untouched."""
    changed = [name for name, value in values.items() if getattr(instance, name) != value]
    for name in changed:
        setattr(instance, name, values[name])
    return changed


def field_changes(
    instance: Any, values: dict[str, Any], columns: dict[str, str], *, suffix: str = ""
) -> tuple[FieldChange, ...]:
    """What `changes_of` would change, told by column; `columns` leads a field to its column."""
    return tuple(
        FieldChange(columns.get(name, name) + suffix, shown(getattr(instance, name)), shown(value))
        for name, value in values.items()
        if getattr(instance, name) != value
    )


def shown(value: Any) -> str:
    """A value as a person reads it in a cell of the file, never read by a spreadsheet."""
    if isinstance(value, list | tuple):
        return "; ".join(str(item) for item in value)
    return value if isinstance(value, str) else cell_text(value)
