"""The one way into a table that somebody sends: CSV in whatever encoding, or an Excel workbook."""

import io
import os
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, cast

from skillnet.kernel.tabular.csv_reading import open_csv
from skillnet.kernel.tabular.problems import FileProblem
from skillnet.kernel.tabular.table import Limits, Table
from skillnet.kernel.tabular.xlsx_reading import open_xlsx

_CHUNK = 1024 * 1024
_IN_MEMORY = 4 * 1024 * 1024
_ZIP = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # also every workbook with a password
_OTHERS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"{\\rtf", b"7z\xbc\xaf", b"Rar!")


def read_rows(
    source: str | os.PathLike[str] | BinaryIO, *, filename: str | None = None, limits: Limits | None = None
) -> Table:
    """Open a table from a path or a binary stream, told by its content and not by its name.

    Streams: neither the file nor its rows are ever whole in memory (of a workbook, the shared texts
    are). A stream that the caller gives stays open. Raises FileProblem, also while rows are read.
    """
    limits = limits or Limits()
    with ExitStack() as stack:
        if isinstance(source, (str, os.PathLike)):
            shown = filename or Path(source).name
            stream = stack.enter_context(_open(Path(source), shown))
        else:
            shown = filename or "…"
            stream = source if _seekable(source) else stack.enter_context(_spooled(source, limits))
        table = _open_table(stream, shown, limits)
        stack.callback(table.on_close)
        table.on_close = stack.pop_all().close
    return table


def _open(path: Path, shown: str) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise FileProblem("file_missing", filename=shown) from error


def _open_table(stream: BinaryIO, filename: str, limits: Limits) -> Table:
    stream.seek(0, io.SEEK_END)
    size = stream.tell()  # not what seek returns: Django's uploaded files return nothing there
    if size > limits.max_bytes:
        raise _too_large(limits)
    stream.seek(0)
    head = stream.read(8)
    stream.seek(0)
    if not head:
        raise FileProblem("file_empty", filename=filename)
    if head.startswith(_ZIP):
        return open_xlsx(stream, filename=filename, limits=limits)
    if head.startswith(_OLD_EXCEL):
        raise FileProblem("old_excel", filename=filename)
    if head.startswith(_OTHERS):
        raise FileProblem("not_a_table", filename=filename)
    return open_csv(stream, filename=filename, size=size, limits=limits)


def _seekable(source: BinaryIO) -> bool:
    try:
        return source.seekable()
    except AttributeError:
        return hasattr(source, "seek")


def _spooled(source: BinaryIO, limits: Limits) -> BinaryIO:
    """A seekable copy, on disk when it is large, given up as soon as it passes the limit."""
    copy = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  the caller closes it
    taken = 0
    while chunk := source.read(_CHUNK):
        taken += len(chunk)
        if taken > limits.max_bytes:
            copy.close()
            raise _too_large(limits)
        copy.write(chunk)
    return cast(BinaryIO, copy)


def _too_large(limits: Limits) -> FileProblem:
    return FileProblem("file_too_large", max_mb=limits.max_bytes // (1024 * 1024))
