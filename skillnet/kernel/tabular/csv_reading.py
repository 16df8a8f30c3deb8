"""Reading delimited text: one record at a time, with the line on which each starts, in constant memory."""

import csv
import io
import re
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

from skillnet.kernel.tabular.encodings import detect_encoding
from skillnet.kernel.tabular.formulas import unescape_pieces
from skillnet.kernel.tabular.problems import FileProblem, RowProblem
from skillnet.kernel.tabular.table import Limits, Row, RowBuilder, Table

DELIMITERS = (",", ";", "\t", "|")
_SAMPLE_BYTES = 256 * 1024
_SAMPLE_RECORDS = 20
_MAX_LINE = 4 * 1024 * 1024  # characters; a quarter of it is already no row that a person made
_SEPARATOR_LINE = re.compile(r'\ufeff?"?sep=(.)"?\s*')  # what Excel understands as "the delimiter is …"


def open_csv(stream: BinaryIO, *, filename: str, size: int, limits: Limits) -> Table:
    """The table in a seekable stream of `size` bytes. Raises FileProblem when it is none."""
    encoding = detect_encoding(stream, filename)
    sample = stream.read(_SAMPLE_BYTES).decode(encoding, errors="ignore")
    delimiter = detect_delimiter(sample)
    stream.seek(0)
    source = _Source(stream)
    records = _Records(source, encoding, delimiter)
    if _SEPARATOR_LINE.fullmatch(sample.split("\n", 1)[0]):
        records.skip_line()
    header = next((cells for _, cells, _ in records if "".join(cells).strip()), None)
    if header is None:
        raise FileProblem("file_empty", filename=filename)
    builder = RowBuilder(header, limits)
    return Table(
        filename=filename,
        kind="csv",
        header=builder.header,
        rows=_rows(records, builder, limits),
        encoding=encoding,
        delimiter=delimiter,
        progress_of=lambda: min(source.taken / size, 1.0) if size else None,
    )


def detect_delimiter(sample: str) -> str:
    """The delimiter that cuts the header into most columns and the next records into as many.

    A comma when none cuts it at all; what a first line "sep=;" says goes before.
    """
    declared = _SEPARATOR_LINE.fullmatch(sample.split("\n", 1)[0])
    if declared:
        return declared[1]
    scores = {delimiter: _columns_in_agreement(sample, delimiter) for delimiter in DELIMITERS}
    return max(DELIMITERS, key=lambda delimiter: scores[delimiter])


def _columns_in_agreement(sample: str, delimiter: str) -> float:
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    try:
        widths = [len(cells) for cells in islice(reader, _SAMPLE_RECORDS) if cells]
    except csv.Error:
        return 0.0
    if not widths or widths[0] == 1:
        return 0.0
    # The sample may end within its last record.
    compared = widths[1:-1] or widths[1:]
    agreeing = sum(width == widths[0] for width in compared) + 1
    return widths[0] * agreeing / (len(compared) + 1)


class _Source(io.RawIOBase):
    """A view of a binary stream that counts what was read and, when closed, leaves the stream open."""

    def __init__(self, stream: BinaryIO) -> None:
        super().__init__()
        self._stream = stream
        self.taken = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview | bytearray", /) -> int:  # type: ignore[override]
        data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        self.taken += len(data)
        return len(data)


class _Records:
    """Iterates over (first line, cells, problems) of the records in a source."""

    def __init__(self, source: _Source, encoding: str, delimiter: str) -> None:
        self._text = io.TextIOWrapper(io.BufferedReader(source, 1024 * 128), encoding=encoding, newline="")
        self._delimiter = delimiter
        self._lines_read = 0
        self._raw: list[str] = []
        self._reader = csv.reader(self._lines(), delimiter=delimiter, strict=True)

    def skip_line(self) -> None:
        """Pass over one physical line."""
        self._text.readline(_MAX_LINE)
        self._lines_read += 1

    def _lines(self) -> Iterator[str]:
        while line := self._text.readline(_MAX_LINE):
            self._lines_read += 1
            if len(line) == _MAX_LINE:
                raise FileProblem("line_too_long", line=self._lines_read)
            self._raw.append(line)
            yield line

    def __iter__(self) -> Iterator[tuple[int, list[str], tuple[RowProblem, ...]]]:
        while True:
            start = self._lines_read + 1
            self._raw.clear()
            try:
                cells = next(self._reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield start, self._salvage(), (self._problem(start, str(error)),)
            else:
                yield start, [unescape_pieces(cell) for cell in cells], ()

    def _problem(self, start: int, message: str) -> RowProblem:
        if "field limit" in message:
            if len(self._raw) > 1:
                # Most likely a quote that was never closed; what follows cannot be told from its text.
                raise FileProblem("quote_unclosed", line=start)
            return RowProblem(start, "", "row_too_long", {"length": len(self._raw[0])})
        if "end of data" in message:
            return RowProblem(start, "", "quote_unclosed")
        return RowProblem(start, "", "quotes_broken")

    def _salvage(self) -> list[str]:
        """The cells of a broken record as well as they can be told, so that a corrected file shows them."""
        try:
            return next(csv.reader(self._raw, delimiter=self._delimiter), [])
        except csv.Error:
            return ["".join(self._raw)]


def _rows(records: _Records, builder: RowBuilder, limits: Limits) -> Iterator[Row]:
    count = 0
    for line, cells, problems in records:
        row = builder.build(line, cells, problems)
        if row is None:
            continue
        count += 1
        if count > limits.max_rows:
            raise FileProblem("too_many_rows", max=limits.max_rows)
        yield row
