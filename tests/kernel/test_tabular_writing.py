"""Writing tables: what goes out comes back as it was, and no cell runs in a spreadsheet."""

import csv
import datetime as dt
import io
import re
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillnet.kernel.tabular import FileProblem, RowProblem, read_rows, write_corrected, write_csv, write_xlsx
from skillnet.kernel.tabular.formulas import escape_formula, escape_pieces, unescape_formula, unescape_pieces

FORMULAS = ["=1+1", "+32 2 555", "-5", "@SUM(A1)", "\t=1", "\r=1", " =1", "'=1", "''=1", "＝1", "\n=1"]
HEADER = ["external_id", "title", "description"]
plain = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30).filter(
    lambda text: not any((ord(char) < 32 and char not in "\t\r\n") or char in "\ufffe\uffff" for char in text)
)
tricky = st.one_of(plain, st.sampled_from(FORMULAS), st.text("'=+-@\t\r\n \"; ,_x0041", max_size=8))
rows_of_text = st.lists(st.lists(tricky, min_size=3, max_size=3), max_size=8)


def back(buffer: io.BytesIO) -> list[list[str]]:
    return [list(row.cells) for row in read_rows(buffer).rows]


@settings(deadline=None, max_examples=60)
@given(rows_of_text, st.sampled_from([",", ";", "\t"]), st.booleans())
def test_csv_comes_back_as_it_was(rows: list[list[str]], delimiter: str, bom: bool) -> None:
    buffer = io.BytesIO()
    write_csv(buffer, HEADER, rows, delimiter=delimiter, bom=bom)
    assert back(buffer) == [row for row in rows if any(row)]


@settings(deadline=None, max_examples=30)
@given(rows_of_text)
def test_xlsx_comes_back_as_it_was_but_for_line_ends(rows: list[list[str]]) -> None:
    buffer = io.BytesIO()
    write_xlsx(buffer, HEADER, rows)
    expected = [[cell.replace("\r\n", "\n").replace("\r", "\n") for cell in row] for row in rows]
    assert back(buffer) == [row for row in expected if any(row)]


@given(tricky)
def test_escaping_is_undone_exactly_and_nothing_dangerous_is_left(text: str) -> None:
    escaped = escape_formula(text)
    assert unescape_formula(escaped) == text
    assert not escaped.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))


@given(st.one_of(tricky, st.text(";\n'=+-@(| x", max_size=10)))
def test_pieces_of_a_cell_come_back_too_and_none_begins_a_formula(text: str) -> None:
    escaped = escape_pieces(text)
    assert unescape_pieces(escaped) == text
    for piece in re.split("[;\t\r\n]", escaped)[1:]:
        assert not piece.lstrip(" \u00a0").startswith(("=", "@"))
        assert not (piece.lstrip(" \u00a0").startswith(("+", "-")) and "(" in piece)


@pytest.mark.parametrize(
    "text",
    ["Lassen;=1+1;x", "Lassen;@SUM(A1)", 'a;-HYPERLINK("http://x.example")', "een\n=1+1;x", "a;+cmd|'/C'!A0"],
)
def test_a_program_that_splits_at_semicolons_runs_nothing(text: str) -> None:
    buffer = io.BytesIO()
    write_csv(buffer, HEADER, [["A-1", text, ""]], bom=True)
    lines = buffer.getvalue().decode("utf-8-sig").splitlines()[1:]
    pieces = [piece.strip() for line in lines for piece in line.split(";")]
    assert not [piece for piece in pieces if piece.startswith(("=", "+", "-", "@"))]
    assert back(buffer) == [["A-1", text, ""]]
    plain_words = io.BytesIO()
    write_csv(plain_words, HEADER, [["A-1", "Leert:\n- lassen\n- meten; +32 2 555", ""]])
    assert "'" not in plain_words.getvalue().decode()


@pytest.mark.parametrize("formula", FORMULAS)
def test_formulas_are_escaped_in_both_formats(formula: str) -> None:
    buffer = io.BytesIO()
    write_csv(buffer, HEADER, [["A-1", formula, ""]])
    cells = list(csv.reader(io.StringIO(buffer.getvalue().decode(), newline="")))[1]
    assert cells[1].startswith("'")
    buffer = io.BytesIO()
    write_xlsx(buffer, HEADER, [["A-1", formula, ""]])
    cell = openpyxl.load_workbook(buffer).worksheets[0]["B2"]
    assert cell.data_type == "s"
    assert cell.value.startswith("'")


def test_values_are_written_as_the_contract_writes_them() -> None:
    values: list[list[object]] = [
        [Decimal("12.50"), True, dt.date(2026, 3, 31)],
        [-3, False, None],
        [0.1 + 0.2, dt.date(1815, 6, 18), "x"],
    ]
    in_csv, in_xlsx = io.BytesIO(), io.BytesIO()
    write_csv(in_csv, HEADER, values)
    write_xlsx(in_xlsx, HEADER, values, sheet="a/b [c]" * 9)
    assert back(in_csv)[:2] == [["12.50", "yes", "2026-03-31"], ["-3", "no", ""]]
    assert back(in_xlsx) == [["12.5", "yes", "2026-03-31"], ["-3", "no", ""], ["0.3", "1815-06-18", "x"]]


def test_a_text_too_long_for_excel_is_refused_rather_than_cut() -> None:
    with pytest.raises(FileProblem) as caught:
        write_xlsx(io.BytesIO(), HEADER, [["A-1", "x" * 32_768, ""]])
    assert (caught.value.code, caught.value.params["row"]) == ("cell_unwritable", 2)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_corrected_file_explains_and_can_be_sent_again(kind: str) -> None:
    source = b"external_id;title;description\nA-1;ok;\n\nA-2;;=cmd\nA-3;a;b;c\n"
    table = read_rows(io.BytesIO(source), filename="x.csv")
    bad = list(table.rows)[1:]
    problems = [[RowProblem(4, "title", "required")], bad[1].problems]
    buffer = io.BytesIO()
    items = zip(bad, problems, strict=True)
    write_corrected(buffer, table.header, items, language="nl", kind=kind, delimiter=";")

    raw = [list(row) for row in openpyxl.load_workbook(buffer).worksheets[0].values] if kind == "xlsx" else []
    if kind == "csv":
        raw = [
            list(row) for row in csv.reader(io.StringIO(buffer.getvalue().decode("utf-8-sig")), delimiter=";")
        ]
    assert raw[0][-2:] == ["_line", "_problem"] or raw[0][3:5] == ["_line", "_problem"]
    assert str(raw[1][3]) == "4"
    assert str(raw[1][4]).startswith("De kolom “title” is leeg.")
    assert raw[2][5] == "c"

    again = read_rows(buffer, filename="x")
    rows = list(again.rows)
    assert again.header == table.header
    assert [row.cells for row in rows] == [row.cells for row in bad]
    assert [problem.code for problem in rows[1].problems] == ["cells_surplus"]
