"""Files into rows: the good rows go in, the bad ones come back with line, column and reason, nothing is lost."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Generic, TypeVar

from skillnet.kernel.tabular.problems import RowProblem
from skillnet.kernel.tabular.table import Record, Row, Table

CHUNK = 500
RowType = TypeVar("RowType")
Progress = Callable[[int, float | None], None]


class ImportCancelled(Exception):
    """Raised by a progress callback: somebody stopped the import. What went in before stays."""


@dataclass(slots=True)
class ImportReport:
    """What an import did. `changed_ids` are the gaps or offers that were created or changed."""

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
class Importer(Generic[RowType]):
    """How one kind of file goes in.

    `parse` reads one record into a row or says what is wrong; `duplicate` finds a row that the file named
    before; `store` writes a chunk in one transaction and may hand back rows with problems of their own.
    """

    parse: Callable[[Record], RowType | list[RowProblem]]
    duplicate: Callable[[RowType], RowProblem | None]
    store: Callable[[list[RowType], ImportReport], dict[int, RowProblem]]
    line_of: Callable[[RowType], int]


def import_table(
    table: Table,
    importer: Importer[Any],
    *,
    mapping: dict[str, str] | None = None,
    progress: Progress = lambda _rows, _share: None,
    report: ImportReport | None = None,
) -> ImportReport:
    """Read the whole table, chunk by chunk; each chunk is one transaction, so a stop loses no chunk.

    `report` is filled as the chunks go in, so that whoever gave it knows what happened before a stop.
    """
    report = ImportReport() if report is None else report
    records = table.records(mapping)
    while chunk := list(islice(records, CHUNK)):
        _import_chunk(chunk, importer, report)
        progress(report.rows, table.progress())
    return report


def _import_chunk(chunk: list[Record], importer: Importer[Any], report: ImportReport) -> None:
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
    for line, problem in importer.store(good, report).items():
        report.problems.append((by_line[line], [problem]))


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
