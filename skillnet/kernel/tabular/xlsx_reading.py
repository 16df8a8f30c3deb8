"""Reading Excel workbooks, streaming, with guards against files made to exhaust the reader.

openpyxl in read-only mode rather than a faster reader that lays the sheet out in memory: there, two
cells at opposite corners of a sheet cost hundreds of gigabytes.
"""

import datetime as dt
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

import openpyxl

from skillnet.kernel.tabular.problems import FileProblem, RowProblem
from skillnet.kernel.tabular.table import Limits, Row, RowBuilder, Table

_MEBIBYTE = 1024 * 1024
_MAX_PARTS = 2000
_MAX_SMALL_PART = 32 * _MEBIBYTE  # styles, relations, themes: openpyxl holds these whole in memory
_MAX_SHARED_STRINGS = 320 * _MEBIBYTE
_RATIO_COUNTS_FROM = 4 * _MEBIBYTE  # a small part may be as empty as it likes
_SURPLUS_COLUMNS = 20  # past the header, looked at so that cells in them are reported
_MAX_SHEET_ROW = 1_048_576
_ESCAPED_CHARACTER = re.compile(r"_x([0-9A-Fa-f]{4})_")
_UNWORKED = re.compile(
    rb'<c\s+r="([A-Z]+)(\d+)"[^>]*>\s*<f\b[^>]*(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>'
)
"""A cell of a sheet with a formula and no value: no spreadsheet has computed it."""
_PIECE, _LONGEST_CELL = _MEBIBYTE, 16 * 1024
_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


def open_xlsx(stream: BinaryIO, *, filename: str, limits: Limits) -> Table:
    """The table on the first visible sheet of a workbook. Raises FileProblem when it cannot be read."""
    _guard(stream, filename, limits)
    stream.seek(0)
    try:
        workbook = openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
        sheet = next(sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible")
        sheet.reset_dimensions()
        remarks = _unworked(stream, getattr(sheet, "_worksheet_path", ""))
        start, names = _header(sheet.iter_rows(max_col=limits.max_columns + 1, values_only=True))
    except Exception as error:  # a damaged workbook makes openpyxl raise nearly anything
        raise FileProblem("workbook_damaged") from error
    if not names:
        raise FileProblem("file_empty", filename=filename)
    builder = RowBuilder(names, limits)
    width = len(names) + _SURPLUS_COLUMNS
    raw_rows = sheet.iter_rows(min_row=start + 1, max_col=width, values_only=True)
    return Table(
        filename=filename,
        kind="xlsx",
        header=builder.header,
        rows=_rows(_numbered(raw_rows, start + 1), builder, limits),
        on_close=workbook.close,
        remarks=remarks,
    )


def _unworked(stream: BinaryIO, part: str) -> tuple[RowProblem, ...]:
    """The first formula of a sheet that no spreadsheet has computed: its cell reads as empty, which is unknown."""
    if not part:  # another reader than openpyxl's streaming one
        return ()
    with zipfile.ZipFile(stream) as archive, archive.open(part.lstrip("/")) as xml:
        tail = b""
        while piece := xml.read(_PIECE):
            text = tail + piece
            if b"<f" in text and (found := _UNWORKED.search(text)):
                cell = {"cell": (found[1] + found[2]).decode()}
                return (RowProblem(int(found[2]), "", "formula_without_value", cell),)
            tail = text[-_LONGEST_CELL:]
    return ()


def _header(raw_rows: Iterable[tuple[Any, ...]]) -> tuple[int, list[str]]:
    """The number and the cells of the first row that has any; no cells when there is none."""
    for number, values in enumerate(raw_rows, start=1):
        names = [_text(value) for value in values]
        if "".join(names).strip():
            return number, _trimmed(names)
        if number > _MAX_SHEET_ROW:
            break
    return 0, []


def _trimmed(cells: list[str]) -> list[str]:
    while cells and not cells[-1].strip():
        cells.pop()
    return cells


def _guard(stream: BinaryIO, filename: str, limits: Limits) -> None:
    """Refuse what is no workbook, or would unpack out of all proportion.

    Python's zipfile reads no more than the size that a part declares, so that the declared sizes bind.
    """
    stream.seek(0)
    try:
        archive = zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise FileProblem("workbook_damaged") from error
    with archive:
        parts = archive.infolist()
        _check_kind({part.filename for part in parts}, filename)
        unpacked = sum(part.file_size for part in parts)
        if unpacked > limits.max_unpacked or len(parts) > _MAX_PARTS:
            raise FileProblem("workbook_bomb", size_mb=unpacked // _MEBIBYTE)
        for part in parts:
            _check_part(archive, part, limits)


def _check_kind(names: set[str], filename: str) -> None:
    if "xl/workbook.xml" in names:
        return
    if names & {"xl/workbook.bin", "content.xml"}:
        raise FileProblem("spreadsheet_unsupported", filename=filename)
    if "[Content_Types].xml" not in names:
        raise FileProblem("not_a_table", filename=filename)


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, limits: Limits) -> None:
    ratio = part.file_size / max(part.compress_size, 1)
    streamed = part.filename.startswith("xl/worksheets/")
    most = _MAX_SHARED_STRINGS if part.filename.endswith("sharedStrings.xml") else _MAX_SMALL_PART
    if (part.file_size > _RATIO_COUNTS_FROM and ratio > limits.max_ratio) or (
        part.file_size > most and not streamed
    ):
        raise FileProblem("workbook_bomb", size_mb=part.file_size // _MEBIBYTE)
    if not part.filename.endswith((".xml", ".rels")):
        return
    try:
        with archive.open(part) as xml:
            declares_entities = _DOCTYPE.search(xml.read(2048)) is not None
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError, zlib.error) as error:
        raise FileProblem("workbook_damaged") from error
    if declares_entities:
        raise FileProblem("workbook_damaged")


def _numbered(raw_rows: Iterable[tuple[Any, ...]], start: int) -> Iterator[tuple[int, list[str]]]:
    """Rows that hold something, numbered as the sheet shows them: openpyxl yields those between, too."""
    try:
        for number, values in enumerate(raw_rows, start=start):
            if number > _MAX_SHEET_ROW:
                return
            if values.count(None) < len(values):
                yield number, [_text(value) for value in values]
    except FileProblem:
        raise
    except Exception as error:  # as above: the sheet is parsed only now
        raise FileProblem("workbook_damaged") from error


def _rows(numbered: Iterator[tuple[int, list[str]]], builder: RowBuilder, limits: Limits) -> Iterator[Row]:
    count = 0
    for number, cells in numbered:
        row = builder.build(number, cells)
        if row is None:
            continue
        count += 1
        if count > limits.max_rows:
            raise FileProblem("too_many_rows", max=limits.max_rows)
        yield row


def _text(value: Any) -> str:
    """A cell as the text that the interchange file would hold."""
    if value is None:
        return ""
    if isinstance(value, str):
        return _ESCAPED_CHARACTER.sub(lambda match: chr(int(match[1], 16)), value) if "_x" in value else value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        # Fifteen digits, as Excel shows: 0.1 + 0.2 is 0.3 to the person who made the sheet.
        return format(value, ".15g") if not value.is_integer() else format(value, ".0f")
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    return str(value)
