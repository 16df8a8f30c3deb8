"""Courses in JSON-LD as a table of the interchange format: a file, or a page that carries it. No Django here.

What comes out is read, compared and reported like the rows of any other file. Row numbers count the courses
and editions found, from 1, in the order of the document.
"""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any, BinaryIO

from catalogue import elm_reading, schema_org_reading
from catalogue.interchange import FILE_COLUMNS
from skillnet.kernel.tabular.problems import FileProblem, RowProblem
from skillnet.kernel.tabular.table import Row, Table

MAX_BYTES = 10 * 1024 * 1024
MAX_DEPTH = 64
_HEAD = 4 * 1024
_JSON_START = re.compile(r"\s*(?:\{|\[\s*(?:\{|\[|\]))")
_HTML_START = re.compile(
    r"\s*<(?:!doctype\s+html|html|head|body|script|\?xml[^>]*\?>\s*<(?:!doctype\s+html|html))", re.I
)
_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]')
_LD = re.compile(r"application/ld\+json\b", re.I)


def is_linked(stream: BinaryIO) -> bool:
    """Whether a stream, by its first bytes, holds JSON or a web page; it is left at its start."""
    stream.seek(0)
    head = stream.read(_HEAD).decode("utf-8-sig", "ignore")
    stream.seek(0)
    return bool(_JSON_START.match(head) or _HTML_START.match(head))


def open_linked(stream: BinaryIO, *, filename: str) -> Table:
    """The courses in a document as a table of the interchange format. Raises FileProblem."""
    stream.seek(0)
    content = stream.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise FileProblem("json_too_large", max_mb=MAX_BYTES // (1024 * 1024))
    documents, language = read_documents(_text(content))
    nodes = [node for document in documents for node in nodes_of(document)]
    rows = _rows_of(nodes, language)
    if not rows:
        raise FileProblem("no_courses", filename=filename)
    header = tuple(column for column in FILE_COLUMNS if any(row.get(column) for row in rows))
    return Table(
        filename=filename,
        kind="jsonld",
        header=header,
        rows=iter(_table_rows(rows, header)),
        encoding="utf-8",
        delimiter=",",
        progress_of=lambda: 1.0,
        remarks=tuple(_remarks(nodes, rows)),
    )


def course_rows(documents: list[Any], language: str = "") -> list[dict[str, str]]:
    """The rows of every course in the documents: of schema.org and of the European Learning Model."""
    return _rows_of([node for document in documents for node in nodes_of(document)], language)


def _rows_of(nodes: list[dict[str, Any]], language: str) -> list[dict[str, str]]:
    return [*schema_org_reading.rows_of(nodes, language), *elm_reading.rows_of(nodes)]


def _remarks(nodes: list[dict[str, Any]], rows: list[dict[str, str]]) -> Iterator[RowProblem]:
    """What the European Learning Model asks of its courses, which come last, and the document lacks."""
    missing = elm_reading.missing_parts(nodes)
    first = len(rows) - len(missing) + 1
    for line, (row, parts) in enumerate(zip(rows[first - 1 :], missing, strict=True), start=first):
        if parts:
            yield RowProblem(line, "", "elm_incomplete", {"title": row["title"], "parts": parts})


def read_documents(text: str) -> tuple[list[Any], str]:
    """The JSON documents in a text, and the language that its page declares. Raises FileProblem."""
    if not _HTML_START.match(text):
        return [read_json(text)], ""
    page = _Page()
    page.feed(text)
    page.close()
    documents: list[Any] = []
    broken: FileProblem | None = None
    for script in page.scripts:
        try:
            documents.append(read_json(script))
        except FileProblem as problem:
            broken = problem
    if not documents and broken is not None:
        raise broken
    return documents, page.language


def read_json(text: str) -> Any:
    """A JSON document that nests no deeper than sixty-four levels. Raises FileProblem."""
    depth = 0
    for found in _BRACKETS.finditer(text):
        if found[0] in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise FileProblem("json_too_deep", max=MAX_DEPTH)
        elif found[0] in "]}":
            depth -= 1
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise FileProblem("json_broken", line=error.lineno) from error
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, for one
        raise FileProblem("json_broken", line=1) from error


def nodes_of(document: Any) -> Iterator[dict[str, Any]]:
    """Every object in a document, in its order, without recursion."""
    waiting: list[Any] = [document]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            yield value
            waiting.extend(reversed(list(value.values())))
        elif isinstance(value, list):
            waiting.extend(reversed(value))


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _table_rows(rows: list[dict[str, str]], header: tuple[str, ...]) -> Iterator[Row]:
    for number, row in enumerate(rows, start=1):
        yield Row(number, tuple(row.get(column, "") for column in header))


class _Page(HTMLParser):
    """Finds the JSON-LD of a page, and its language."""

    def __init__(self) -> None:
        super().__init__()
        self.scripts: list[str] = []
        self.language = ""
        self._script: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.language = values.get("lang", "")[:2].lower()
        if tag == "script":
            self._script = [] if _LD.match(values.get("type", "").strip()) else None

    def handle_data(self, data: str) -> None:
        if self._script is not None:
            self._script.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "script" and self._script is not None:
            self.scripts.append("".join(self._script))
            self._script = None
