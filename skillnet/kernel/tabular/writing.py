"""Writing tables for people: CSV and Excel workbooks, formulas made harmless, readable by `read_rows`."""

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, BinaryIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from skillnet.kernel.tabular.formulas import escape_formula, escape_pieces
from skillnet.kernel.tabular.problems import FileProblem, RowProblem, render
from skillnet.kernel.tabular.table import LINE_COLUMN, PROBLEM_COLUMN, Row

MAX_XLSX_CELL = 32_767  # Excel's own limit, characters
_CHUNK_ROWS = 500
_FIRST_EXCEL_YEAR = 1900
_COLUMN_WIDTH = 24
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LOOKS_ESCAPED = re.compile(r"_(x[0-9A-Fa-f]{4}_)")


def cell_text(value: object) -> str:
    """A value as the text of a CSV cell: empty for None, ISO dates, yes and no, plain numbers."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float, dt.date)):
        return str(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    return escape_formula(_UNWRITABLE.sub("", str(value)))


def csv_chunks(
    header: Sequence[str], rows: Iterable[Sequence[object]], *, delimiter: str = ",", bom: bool = False
) -> Iterator[bytes]:
    """The CSV file as pieces of UTF-8, for a streaming response. With `bom`, Excel reads the accents well."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=delimiter)
    buffer.write("\ufeff" if bom else "")
    writer.writerow([escape_pieces(cell_text(name)) for name in header])
    for number, row in enumerate(rows, start=1):
        writer.writerow([escape_pieces(cell_text(value)) for value in row])
        if number % _CHUNK_ROWS == 0:
            yield buffer.getvalue().encode("utf-8")
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode("utf-8")


def write_csv(
    target: BinaryIO,
    header: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    delimiter: str = ",",
    bom: bool = False,
) -> None:
    """Write a CSV file to a binary stream, in constant memory."""
    for chunk in csv_chunks(header, rows, delimiter=delimiter, bom=bom):
        target.write(chunk)


def write_xlsx(
    target: BinaryIO, header: Sequence[str], rows: Iterable[Sequence[object]], *, sheet: str = "1"
) -> None:
    """Write an Excel workbook of one sheet to a binary stream, in constant memory.

    Line ends within a cell become "\\n". Raises FileProblem `cell_unwritable` for a text that is longer
    than Excel can hold: cutting it would lose it when the file is read again.
    """
    workbook = Workbook(write_only=True)
    page = workbook.create_sheet(re.sub(r"[\\/*?:\[\]]", " ", sheet)[:31] or "1")
    page.freeze_panes = "A2"
    for index in range(1, len(header) + 1):
        page.column_dimensions[get_column_letter(index)].width = _COLUMN_WIDTH
    titles = [WriteOnlyCell(page, value=_xlsx_value(name, 1)) for name in header]
    for title in titles:
        title.font = Font(bold=True)
    try:
        page.append(titles)
        for number, row in enumerate(rows, start=2):
            page.append([_xlsx_value(value, number) for value in row])
    except BaseException:
        page.close()  # openpyxl holds a temporary file open until then
        raise
    workbook.save(target)


def write_corrected(
    target: BinaryIO,
    header: Sequence[str],
    rows: Iterable[tuple[Row, Sequence[RowProblem]]],
    *,
    language: str,
    kind: str = "csv",
    delimiter: str = ",",
) -> None:
    """Write rows as they came, with the line they were on and what is wrong with each, to be sent again.

    `kind` is `csv` or `xlsx`, best that of the table read. The two added columns are ignored by `read_rows`.
    """
    columns = (*header, LINE_COLUMN, PROBLEM_COLUMN)
    cells = ((*row.cells, row.line, _explained(problems, language), *row.surplus) for row, problems in rows)
    if kind == "xlsx":
        write_xlsx(target, columns, cells)
    else:
        write_csv(target, columns, cells, delimiter=delimiter, bom=True)


def _explained(problems: Sequence[RowProblem], language: str) -> str:
    return " / ".join(render(problem, language) for problem in problems)


def _xlsx_value(value: object, row: int) -> Any:
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return value
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime) and value.year >= _FIRST_EXCEL_YEAR:
        return value
    text = cell_text(value).replace("\r\n", "\n").replace("\r", "\n")
    text = _LOOKS_ESCAPED.sub(r"_x005F_\1", text)
    if len(text) > MAX_XLSX_CELL:
        raise FileProblem("cell_unwritable", row=row, length=len(text), max=MAX_XLSX_CELL)
    return text or None
