"""Cells that somebody copies from a spreadsheet, and where they land in the grid of gaps. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from skillnet.kernel.names import fold

MOST_ROWS = 100
MOST_CELLS = 40
"""Cells of one pasted row that are read: beyond the grid's own columns nothing is lost that it could hold."""

Cells = list[list[str]]


@dataclass(frozen=True, slots=True)
class LostCell:
    """A pasted text that no value of its column is called; counted from 1, as a person counts rows."""

    row: int
    column: str
    text: str


def parse_cells(pasted: str) -> Cells:
    """Rows of cells as spreadsheets copy them: tabs between cells, quotes around cells with line ends.

    A quote opens a quoted cell only at its start; in it, two quotes stand for one. An end that never comes is
    no reason to lose what was pasted: the cell then runs to the end of the text.
    """
    text = pasted.replace("\r\n", "\n").replace("\r", "\n")
    rows: Cells = []
    row: list[str] = []
    position = 0
    while position <= len(text):
        cell, position, end = _next_cell(text, position)
        row.append(cell)
        if end == "\t":
            continue
        rows.append(row)
        row = []
        if not end:
            break
    while rows and not any(cell.strip() for cell in rows[-1]):
        rows.pop()
    return rows


def _next_cell(text: str, position: int) -> tuple[str, int, str]:
    """The cell that starts here, where the next one starts, and what stands between them ("" at the end)."""
    if text.startswith('"', position):
        closing = _closing_quote(text, position + 1)
        if closing is not None and text[closing + 1 : closing + 2] in ("", "\t", "\n"):
            inner = text[position + 1 : closing].replace('""', '"')
            return inner, closing + 2, text[closing + 1 : closing + 2]
    ends = [found for found in (text.find("\t", position), text.find("\n", position)) if found >= 0]
    end = min(ends, default=len(text))
    return text[position:end], end + 1, text[end : end + 1]


def _closing_quote(text: str, position: int) -> int | None:
    while (found := text.find('"', position)) >= 0:
        if text[found + 1 : found + 2] != '"':
            return found
        position = found + 2
    return None


def is_heading(row: Sequence[str], names: Mapping[str, Sequence[str]]) -> bool:
    """Whether a pasted row is the header of the columns: most of its cells are names of columns."""
    known = {fold(name) for column in names.values() for name in column}
    filled = [fold(cell) for cell in row if cell.strip()]
    return len(filled) > 1 and sum(cell in known for cell in filled) * 2 > len(filled)


def fill_down(
    rows: Sequence[Mapping[str, str]],
    cells: Cells,
    *,
    columns: Sequence[str],
    at_row: int,
    at_column: str,
) -> list[dict[str, str]]:
    """The grid after pasting `cells` with their first one at (`at_row`, `at_column`); it grows where needed.

    What falls right of the last column or under the last row that a grid may have is left out.
    """
    first = columns.index(at_column) if at_column in columns else 0
    start = max(0, min(at_row, MOST_ROWS - 1))
    room = cells[: MOST_ROWS - start]
    filled = [dict(row) for row in rows]
    filled += [{} for _ in range(start + len(room) - len(filled))]
    for down, row in enumerate(room):
        for name, text in zip(columns[first:], row[:MOST_CELLS], strict=False):
            filled[start + down][name] = text.strip()
    return filled


def choice_of(text: str, choices: Sequence[tuple[str, str]]) -> str | None:
    """The value that a pasted text means: its code or its name, whatever the capitals; None for neither.

    An empty text is the empty value. A name may be cut after its first words when only one begins so.
    """
    wanted = fold(text)
    if not wanted:
        return ""
    for value, label in choices:
        if value and wanted in (fold(value), fold(label)):
            return value
    begins = [value for value, label in choices if value and fold(label).startswith(wanted)]
    return begins[0] if len(begins) == 1 else None


def known_choices(
    rows: Sequence[Mapping[str, str]], choices: Mapping[str, Sequence[tuple[str, str]]]
) -> tuple[list[dict[str, str]], list[LostCell]]:
    """The rows with each text of a choice column as its value; what no value is called is told apart."""
    known: list[dict[str, str]] = []
    lost: list[LostCell] = []
    for number, row in enumerate(rows, start=1):
        cells = dict(row)
        for name, values in choices.items():
            found = choice_of(cells.get(name, ""), values)
            if found is None:
                lost.append(LostCell(number, name, cells[name]))
            cells[name] = found or ""
        known.append(cells)
    return known, lost
