"""A table read from a file: its header, and its rows one at a time with the lines on which they start."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Literal, Self

from skillnet.kernel.names import fold
from skillnet.kernel.tabular.formulas import unescape_formula
from skillnet.kernel.tabular.problems import FileProblem, RowProblem

# The two columns of a corrected file: ours, and ignored when the file comes back.
LINE_COLUMN = "_line"
PROBLEM_COLUMN = "_problem"
HELPER_COLUMNS = (LINE_COLUMN, PROBLEM_COLUMN)
_MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may cost: sizes in bytes, a cell in characters, `max_ratio` unpacked to packed size."""

    max_bytes: int = 256 * _MEBIBYTE
    max_rows: int = 250_000
    max_columns: int = 200
    max_cell: int = 50_000
    max_unpacked: int = 768 * _MEBIBYTE
    max_ratio: int = 250


@dataclass(frozen=True, slots=True)
class Row:
    """One row: a cell for each name in the header, and what was wrong with its form.

    `line` is the line (of a workbook: the row) on which it starts, from 1. `surplus` are cells past the
    header, kept so that a corrected file loses nothing.
    """

    line: int
    cells: tuple[str, ...]
    problems: tuple[RowProblem, ...] = ()
    surplus: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """A row as column name → cell. `problems` must be reported even where the values read well."""

    line: int
    values: dict[str, str]
    problems: tuple[RowProblem, ...]
    row: Row


@dataclass
class Table:
    """An open table. Read `rows` (or `records`) once; close it, or use it in a `with` statement.

    `remarks` say what the document lacks, by its own standard or of values; they keep no row out.
    Reading a row may raise FileProblem when the file cannot be read any further.
    """

    filename: str
    kind: Literal["csv", "xlsx", "jsonld"]
    header: tuple[str, ...]
    rows: Iterator[Row]
    encoding: str | None = None
    delimiter: str | None = None
    progress_of: Callable[[], float | None] = field(default=lambda: None, repr=False)
    on_close: Callable[[], None] = field(default=lambda: None, repr=False)
    remarks: tuple[RowProblem, ...] = ()

    def records(self, mapping: Mapping[str, str] | None = None) -> Iterator[Record]:
        """The rows under the column names of the contract.

        `mapping` leads a header name to a column; header names that it lacks are left out. Without it
        the header names themselves are taken, in lower case with underscores.
        """
        names = [mapping.get(name, "") if mapping is not None else column_name(name) for name in self.header]
        for row in self.rows:
            values = {name: cell for name, cell in zip(names, row.cells, strict=True) if name}
            yield Record(row.line, values, row.problems, row)

    def progress(self) -> float | None:
        """How much of the file has been read, 0 to 1; None when that cannot be known."""
        return self.progress_of()

    def close(self) -> None:
        """Close what `read_rows` opened; a stream that the caller gave stays open."""
        self.on_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def column_name(header: str) -> str:
    """A header cell as a column name: "External ID " is external_id."""
    return fold(header).replace(" ", "_")


class RowBuilder:
    """Turns raw cells into rows that fit the header."""

    def __init__(self, raw_header: Sequence[str], limits: Limits) -> None:
        """Raises FileProblem when the header has too many columns or one of them twice."""
        names = [name.strip() for name in raw_header]
        while names and not names[-1]:
            names.pop()
        if len(names) > limits.max_columns:
            raise FileProblem("too_many_columns", max=limits.max_columns)
        self._limits = limits
        self._width = len(names)
        self._kept = [i for i, name in enumerate(names) if name and name.casefold() not in HELPER_COLUMNS]
        self.header = tuple(names[i] for i in self._kept)
        self._identity = self._kept == list(range(self._width))
        _refuse_duplicates(self.header)

    def build(self, line: int, raw: Sequence[str], problems: tuple[RowProblem, ...] = ()) -> Row | None:
        """The row of these cells; None when all of them are empty."""
        if not any(raw) and not problems:
            return None
        surplus: tuple[str, ...] = ()
        if len(raw) > self._width and any(raw[self._width :]):
            surplus = tuple(raw[self._width :])
            params = {"found": len(raw), "expected": self._width}
            problems = (*problems, RowProblem(line, "", "cells_surplus", params))
        padded = [*raw[: self._width], *[""] * (self._width - len(raw))]
        kept = padded if self._identity else [padded[i] for i in self._kept]
        cells = tuple(unescape_formula(cell) if cell[:1] == "'" else cell for cell in kept)
        return Row(line, cells, problems or self._too_long(line, cells), surplus)

    def _too_long(self, line: int, cells: tuple[str, ...]) -> tuple[RowProblem, ...]:
        most = self._limits.max_cell
        if max(map(len, cells), default=0) <= most:
            return ()
        return tuple(
            RowProblem(line, name, "cell_too_long", {"length": len(cell), "max": most})
            for name, cell in zip(self.header, cells, strict=True)
            if len(cell) > most
        )


def _refuse_duplicates(header: tuple[str, ...]) -> None:
    seen: set[str] = set()
    for name in header:
        key = column_name(name)
        if key in seen:
            raise FileProblem("duplicate_column", column=name)
        seen.add(key)
