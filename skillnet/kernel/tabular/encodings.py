"""Finding out how a text file is encoded, by reading all of it once in constant memory."""

import codecs
import re
from typing import BinaryIO

from skillnet.kernel.tabular.problems import FileProblem

_CHUNK = 1024 * 1024
_HEAD = 4096
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HIGH = re.compile(rb"[\x80-\xff]")
_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_UNDEFINED_IN_1252 = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
_NUL_SHARE = 0.3  # of the bytes at odd or even places: Latin text in UTF-16 has nearly half


def detect_encoding(stream: BinaryIO, filename: str) -> str:
    """`utf-8`, `utf-8-sig`, `utf-16` (also `-le`, `-be`), `utf-32` or `cp1252`, checked to the last byte.

    Windows-1252 is what remains when it is none of the others, as old spreadsheets write it. Leaves the
    stream at its start. Raises FileProblem `encoding_unknown`, `encoding_mixed` or `not_a_table`.
    """
    stream.seek(0)
    head = stream.read(_HEAD)
    encoding = _from_head(head)
    if encoding == "utf-8" and b"\0" in head:
        raise FileProblem("not_a_table", filename=filename)
    failed_at = _first_failure(stream, encoding)
    if failed_at is not None and encoding == "utf-8":
        _check_windows_1252(stream, failed_at, filename)
        encoding = "cp1252"
    elif failed_at is not None:
        raise FileProblem("encoding_unknown", position=failed_at)
    stream.seek(0)
    return encoding


def _from_head(head: bytes) -> str:
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return encoding
    half = max(len(head) // 2, 1)
    if head[1::2].count(0) / half > _NUL_SHARE and not head[::2].count(0):
        return "utf-16-le"
    if head[::2].count(0) / half > _NUL_SHARE and not head[1::2].count(0):
        return "utf-16-be"
    return "utf-8"


def _first_failure(stream: BinaryIO, encoding: str) -> int | None:
    """The offset, give or take a chunk's edge, of the first byte that does not decode."""
    stream.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    offset = 0
    while True:
        chunk = stream.read(_CHUNK)
        try:
            decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            return max(offset + len(chunk) - len(error.object) + error.start, 0)
        if not chunk:
            return None
        offset += len(chunk)


def _check_windows_1252(stream: BinaryIO, failed_at: int, filename: str) -> None:
    """Raise FileProblem unless what is not UTF-8 reads well as Windows-1252."""
    stream.seek(0)
    offset = lines = high = multibyte = 0
    undefined_at: int | None = None
    while chunk := stream.read(_CHUNK):
        if b"\0" in chunk:
            raise FileProblem("not_a_table", filename=filename)
        undefined = _UNDEFINED_IN_1252.search(chunk)
        if undefined and undefined_at is None:
            undefined_at = offset + undefined.start()
        lines += chunk.count(b"\n", 0, max(failed_at - offset, 0))
        high += len(_HIGH.findall(chunk))
        multibyte += sum(map(len, _MULTIBYTE.findall(chunk)))
        offset += len(chunk)
    # In Windows-1252 a letter with an accent mostly stands alone; series that are good UTF-8 are no accident.
    if multibyte * 2 > high:
        raise FileProblem("encoding_mixed", line=lines + 1)
    if undefined_at is not None:
        raise FileProblem("encoding_unknown", position=undefined_at)
