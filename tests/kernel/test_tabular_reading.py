"""Reading tables that people send: encodings, delimiters, quotes, limits, and what is refused."""

import io
from pathlib import Path
from typing import BinaryIO, cast

import pytest

from skillnet.kernel.tabular import FileProblem, Limits, read_rows, render
from skillnet.kernel.tabular.problems import LANGUAGES

TEXT = "external_id,title\r\nA-1,Crèmebereiding – niveau één\r\nA-2,€ 5 en “meer”\r\n"


def read(data: bytes, **limits: int):
    table = read_rows(io.BytesIO(data), filename="bestand.csv", limits=Limits(**limits))
    return table, list(table.rows)


@pytest.mark.parametrize(
    ("codec", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32"),
        ("cp1252", "cp1252"),
    ],
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_every_encoding_and_delimiter_reads_the_same(codec: str, found: str, delimiter: str) -> None:
    table, rows = read(TEXT.replace(",", delimiter).encode(codec))
    assert (table.encoding, table.delimiter) == (found, delimiter)
    assert table.header == ("external_id", "title")
    assert [(row.line, row.cells) for row in rows] == [
        (2, ("A-1", "Crèmebereiding – niveau één")),
        (3, ("A-2", "€ 5 en “meer”")),
    ]


def test_the_line_is_that_on_which_the_record_starts() -> None:
    data = b'external_id,title\n\nA-1,"one\n\ntwo, ""quoted"""\nA-2,x\n,\nA-3,"y"\n'
    _, rows = read(data)
    assert [(row.line, row.cells[0]) for row in rows] == [(3, "A-1"), (6, "A-2"), (8, "A-3")]
    assert rows[0].cells[1] == 'one\n\ntwo, "quoted"'


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_system_count_once(end: str) -> None:
    _, rows = read(end.join(["external_id,title", "A-1,x", "A-2,y"]).encode())
    assert [(row.line, row.cells) for row in rows] == [(2, ("A-1", "x")), (3, ("A-2", "y"))]


def test_delimiters_within_cells_do_not_mislead() -> None:
    data = b"external_id;title;description\nA-1;x;a, b, c, d, e, f\nA-2;y;a, b, c, d, e, f\n"
    table, rows = read(data)
    assert table.delimiter == ";"
    assert rows[1].cells == ("A-2", "y", "a, b, c, d, e, f")


def test_excels_separator_line_is_obeyed_and_counted() -> None:
    table, rows = read(b"sep=;\r\nexternal_id;title\r\nA-1;x\r\n")
    assert (table.delimiter, table.header) == (";", ("external_id", "title"))
    assert rows[0].line == 3


def test_one_column_is_a_table_too() -> None:
    table, rows = read(b"title\nx; y\n")
    assert (table.header, rows[0].cells) == (("title",), ("x; y",))


def test_short_rows_are_filled_and_surplus_cells_reported_and_kept() -> None:
    _, rows = read(b"external_id,title,region\nA-1\nA-2,a, b,BE2\nA-3,x,BE2,,\n")
    assert rows[0].cells == ("A-1", "", "")
    assert [problem.code for problem in rows[1].problems] == ["cells_surplus"]
    assert rows[1].surplus == ("BE2",)
    assert not rows[2].problems


def test_broken_quotes_cost_one_row_and_reading_goes_on() -> None:
    _, rows = read(b'external_id,title\nA-1,"x" y\nA-2,z\nA-3,"never closed\nA-4,w\n')
    assert [(row.line, [p.code for p in row.problems]) for row in rows] == [
        (2, ["quotes_broken"]),
        (3, []),
        (4, ["quote_unclosed"]),
    ]
    assert rows[0].cells[0] == "A-1"


def test_helper_columns_and_nameless_ones_are_left_out() -> None:
    table, rows = read(b"external_id,_line,title,,_problem\nA-1,7,x,note,Te lang\n")
    assert table.header == ("external_id", "title")
    assert rows[0].cells == ("A-1", "x")


def test_records_go_by_column_name_or_mapping() -> None:
    data = b"External ID,Titel,Prijs\nA-1,x,5\n"
    assert next(read(data)[0].records(), None) is None  # the rows were read already
    table = read_rows(io.BytesIO(data))
    assert next(table.records()).values == {"external_id": "A-1", "titel": "x", "prijs": "5"}
    table = read_rows(io.BytesIO(data))
    mapping = {"External ID": "external_id", "Titel": "title"}
    assert next(table.records(mapping)).values == {"external_id": "A-1", "title": "x"}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file_empty"),
        (b"\n \n\n", "file_empty"),
        ("title\nKlas één\n".encode() + b"Caf\xe9 \n" + "éé öö\n".encode(), "encoding_mixed"),
        (b"title\ncaf\xe9 \x81\n", "encoding_unknown"),
        ("title\nx\n".encode("utf-16")[:-1], "encoding_unknown"),
        (b"\x00\x01\x02\x03title\n", "not_a_table"),
        (b"title\n" + b"x\n" * 4000 + b"\x00\xff", "not_a_table"),
        (b"%PDF-1.7 ...", "not_a_table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....", "old_excel"),
        (b"PK\x03\x04 but not really", "workbook_damaged"),
        (b"title,Title \nx,y\n", "duplicate_column"),
        (b"a,b,c,d\n1,2,3,4\n", "too_many_columns"),
        (b"a\n1\n2\n3\n4\n", "too_many_rows"),
        (b"a\n" + b"1" * 2000, "file_too_large"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason(data: bytes, code: str) -> None:
    size = 1_000_000 if code != "file_too_large" else 1000
    rows = 3 if code == "too_many_rows" else 10_000
    with pytest.raises(FileProblem) as caught:
        read(data, max_columns=3, max_rows=rows, max_bytes=size)
    assert caught.value.code == code
    for language in LANGUAGES:
        assert "{" not in render(caught.value, language)


def test_a_mixed_encoding_names_its_line() -> None:
    with pytest.raises(FileProblem) as caught:
        read("title\nKlas één\n".encode() + b"Caf\xe9 \n" + "éé öö\n".encode())
    assert caught.value.params["line"] == 3


def test_an_endless_line_and_an_endless_cell_are_stopped() -> None:
    with pytest.raises(FileProblem, match="line"):
        read(b"a,b\n" + b"x" * (4 * 1024 * 1024 + 10))
    with pytest.raises(FileProblem) as caught:
        read(b'a,b\n1,"open\n' + b"line after line\n" * 20_000)
    assert (caught.value.code, caught.value.params) == ("quote_unclosed", {"line": 2})


def test_a_long_cell_is_a_problem_of_its_row_only() -> None:
    _, rows = read(b"a,b\n1," + b"x" * 150_000 + b"\n2," + b"y" * 40 + b"\n3,z\n", max_cell=30)
    assert [[(p.column, p.code) for p in row.problems] for row in rows] == [
        [("", "row_too_long")],
        [("b", "cell_too_long")],
        [],
    ]


def test_a_path_is_closed_and_a_given_stream_stays_open(tmp_path: Path) -> None:
    path = tmp_path / "gaten in een naam.csv"
    path.write_bytes(TEXT.encode())
    with read_rows(path) as table:
        assert table.filename == path.name
        assert len(list(table.rows)) == 2
        assert table.progress() == 1.0
    stream = io.BytesIO(TEXT.encode())
    with read_rows(stream) as table:
        list(table.rows)
    assert not stream.closed
    with pytest.raises(FileProblem) as caught:
        read_rows(tmp_path / "weg.csv")
    assert caught.value.code == "file_missing"


class _Pipe(io.RawIOBase):
    """A stream that cannot seek and has no end, as a careless upload."""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False

    def readinto(self, buffer) -> int:
        buffer[:] = b"a,b\n" * (len(buffer) // 4) + b"\n" * (len(buffer) % 4)
        return len(buffer)


def test_a_pipe_is_read_up_to_the_limit() -> None:
    with pytest.raises(FileProblem) as caught:
        read_rows(cast(BinaryIO, _Pipe()), limits=Limits(max_bytes=5_000_000))
    assert caught.value.code == "file_too_large"
