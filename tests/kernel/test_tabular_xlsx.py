"""Excel workbooks: what is read from them, and the ones that are made to do harm."""

import datetime as dt
import io
import tracemalloc
import zipfile
from collections.abc import Iterable, Sequence

import openpyxl
import pytest

from skillnet.kernel.tabular import FileProblem, Limits, read_rows, write_xlsx

HEADER = ["external_id", "title", "price_eur"]


def workbook(rows: Iterable[Sequence[object]]) -> io.BytesIO:
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(list(row))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer


def rewritten(source: io.BytesIO, **replaced: bytes) -> io.BytesIO:
    """The workbook with parts replaced; a name's dots and slashes are written as underscores."""
    target = io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            key = name.replace("/", "_").replace(".", "_").replace("[", "").replace("]", "")
            new.writestr(name, replaced.get(key, old.read(name)))
    return target


def sheet(rows: bytes) -> bytes:
    start = (
        b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    )
    return start + b"<sheetData>" + rows + b"</sheetData></worksheet>"


def refused(stream: io.BytesIO, **limits: int) -> str:
    with pytest.raises(FileProblem) as caught:
        list(read_rows(stream, filename="werkmap.xlsx", limits=Limits(**limits)).rows)
    return caught.value.code


def test_cells_become_the_text_of_the_contract_and_rows_keep_their_numbers() -> None:
    stream = workbook(
        [
            [],
            HEADER,
            ["A-1", "Lassen", 1250.5],
            [],
            [12, dt.date(2026, 3, 31), 0.1 + 0.2],
            [True, dt.datetime.fromisoformat("2026-03-31T09:30"), 7.0],
            ["A-3", "=1+1", None],
        ]
    )
    table = read_rows(stream, filename="naam-zegt-niets.csv")
    assert (table.kind, table.header) == ("xlsx", tuple(HEADER))
    (remark,) = table.remarks
    assert (remark.line, remark.code, remark.params) == (7, "formula_without_value", {"cell": "B7"})
    assert [(row.line, row.cells) for row in table.rows] == [
        (3, ("A-1", "Lassen", "1250.5")),
        (5, ("12", "2026-03-31", "0.3")),
        (6, ("yes", "2026-03-31 09:30:00", "7")),
        (7, ("A-3", "", "")),  # a formula that no spreadsheet has computed has no value
    ]


@pytest.mark.parametrize(
    ("cell", "is_told"),
    [
        (b'<c r="B2"><f>1+1</f></c>', True),
        (b'<c r="B2" s="3"><f>1+1</f><v/></c>', True),
        (b'<c r="B2"><f t="shared" si="0"/><v></v></c>', True),
        (b'<c r="B2"><f>1+1</f><v>2</v></c>', False),
        (b'<c r="B2" t="str"><f>A1</f><v>tekst</v></c>', False),
        (b'<c r="B2"/>', False),
    ],
)
def test_a_formula_without_a_value_is_told_wherever_it_stands(cell: bytes, is_told: bool) -> None:
    good = workbook([HEADER, ["A-1", "Lassen", 1]])
    head = b'<row r="1"><c r="A1" t="inlineStr"><is><t>title</t></is></c></row>'
    filler = b'<row r="3"><c r="A3"><v>1</v></c></row>' * 40_000  # more than one piece
    for rows in (head + b'<row r="2">' + cell + b"</row>", head + filler + b'<row r="4">' + cell + b"</row>"):
        stream = rewritten(good, xl_worksheets_sheet1_xml=sheet(rows))
        remarks = read_rows(stream, filename="werkmap.xlsx", limits=Limits(max_ratio=10_000)).remarks
        assert [remark.params["cell"] for remark in remarks] == (["B2"] if is_told else [])


def test_the_first_visible_sheet_is_read() -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].sheet_state = "hidden"
    book.create_sheet("Aanbod").append(HEADER)
    buffer = io.BytesIO()
    book.save(buffer)
    assert read_rows(buffer).header == tuple(HEADER)


def test_a_bomb_is_refused_by_its_size_and_by_its_ratio() -> None:
    good = workbook([HEADER, ["A-1", "x", 1]])
    bomb = rewritten(good, xl_worksheets_sheet1_xml=sheet(b" " * 20_000_000))
    assert len(bomb.getvalue()) < 100_000
    assert refused(bomb) == "workbook_bomb"
    assert refused(bomb, max_ratio=10_000, max_unpacked=10_000_000) == "workbook_bomb"
    assert refused(rewritten(good, xl_styles_xml=b"<x/>" * 9_000_000), max_ratio=10_000) == "workbook_bomb"


def test_a_part_that_lies_about_its_size_yields_no_more_than_it_said() -> None:
    good = workbook([HEADER])
    bomb = rewritten(good, xl_worksheets_sheet1_xml=sheet(b"<row/>" * 4_000_000)).getvalue()
    with zipfile.ZipFile(io.BytesIO(bomb)) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    lying = io.BytesIO(bomb.replace(size.to_bytes(4, "little"), (900).to_bytes(4, "little")))
    tracemalloc.start()
    assert refused(lying) == "workbook_damaged"
    assert tracemalloc.get_traced_memory()[1] < 30_000_000
    tracemalloc.stop()


def test_far_corners_and_impossible_rows_cost_nothing() -> None:
    good = workbook([HEADER])
    title = b'<row r="1"><c r="A1" t="str"><v>title</v></c></row>'
    corners = title + b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    table = read_rows(rewritten(good, xl_worksheets_sheet1_xml=sheet(corners)), limits=Limits(max_columns=5))
    assert list(table.rows) == []
    beyond = title + b'<row r="99999999999"><c><v>1</v></c></row>'
    assert list(read_rows(rewritten(good, xl_worksheets_sheet1_xml=sheet(beyond))).rows) == []


@pytest.mark.parametrize("declared", [b'lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]', b"worksheet"])
def test_documents_that_declare_types_or_entities_are_refused(declared: bytes) -> None:
    sheet_xml = b"<!DOCTYPE " + declared + b">" + sheet(b"").partition(b"?>")[2]
    assert refused(rewritten(workbook([HEADER]), xl_worksheets_sheet1_xml=sheet_xml)) == "workbook_damaged"


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        (
            {"content.xml": b"", "mimetype": b"application/vnd.oasis.opendocument.spreadsheet"},
            "spreadsheet_unsupported",
        ),
        ({"xl/workbook.bin": b""}, "spreadsheet_unsupported"),
        ({"foto.jpg": b"x"}, "not_a_table"),
        ({"[Content_Types].xml": b"<x/>"}, "workbook_damaged"),
        ({"xl/workbook.xml": b"<nonsense", "[Content_Types].xml": b"<x/>"}, "workbook_damaged"),
    ],
)
def test_other_archives_are_told_apart(parts: dict[str, bytes], code: str) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    assert refused(buffer) == code


def test_a_truncated_workbook_is_damaged() -> None:
    whole = workbook([HEADER, ["A-1", "x", 1]]).getvalue()
    assert refused(io.BytesIO(whole[: len(whole) // 2])) == "workbook_damaged"
    broken = rewritten(workbook([HEADER]), xl_worksheets_sheet1_xml=sheet(b"<row><c></row>"))
    assert refused(broken) == "workbook_damaged"


def test_limits_hold_for_workbooks_too() -> None:
    stream = workbook([HEADER, *([f"A-{number}", "x", 1] for number in range(5))])
    assert refused(stream, max_rows=4) == "too_many_rows"
    assert refused(stream, max_columns=2) == "too_many_columns"
    assert refused(stream, max_bytes=100) == "file_too_large"
    long = list(read_rows(workbook([HEADER, ["A-1", "x" * 90, 1]]), limits=Limits(max_cell=50)).rows)
    assert [problem.code for problem in long[0].problems] == ["cell_too_long"]


def test_many_rows_pass_through_in_little_memory() -> None:
    buffer = io.BytesIO()
    write_xlsx(buffer, HEADER, ((f"A-{number}", "Lassen van inox", number) for number in range(2000)))
    tracemalloc.start()
    count = sum(1 for _ in read_rows(buffer).rows)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 2000
    assert peak < 3_000_000
