"""What a file is, by its first bytes and its name alike. Pure: no Django."""

import zipfile
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO

HEAD = 8192
XLSX_PART = "xl/workbook.xml"


@dataclass(frozen=True, slots=True)
class FileType:
    """A kind of file that counts as evidence: its extensions and what it is served as."""

    content_type: str
    extensions: tuple[str, ...]
    magic: tuple[bytes, ...] = ()


PDF = FileType("application/pdf", ("pdf",), (b"%PDF-",))
PNG = FileType("image/png", ("png",), (b"\x89PNG\r\n\x1a\n",))
JPEG = FileType("image/jpeg", ("jpg", "jpeg"), (b"\xff\xd8\xff",))
XLSX = FileType(
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ("xlsx",), (b"PK\x03\x04",)
)
CSV = FileType("text/csv", ("csv",))
TEXT = FileType("text/plain", ("txt",))
TYPES = (PDF, PNG, JPEG, XLSX, CSV, TEXT)
ALLOWED = tuple(extension for kind in TYPES for extension in kind.extensions)


def extension_of(filename: str) -> str:
    """The last extension, in lower case; empty where there is none."""
    _stem, dot, extension = filename.rpartition(".")
    return extension.strip().lower() if dot else ""


def by_extension(filename: str) -> FileType | None:
    """The type that the name claims."""
    wanted = extension_of(filename)
    return next((kind for kind in TYPES if wanted in kind.extensions), None)


def matches(kind: FileType, file: BinaryIO) -> bool:
    """Whether the content is what the name claims; the file is left at its start."""
    file.seek(0)
    head = file.read(HEAD)
    file.seek(0)
    if kind.magic:
        if not head.startswith(kind.magic):
            return False
        return kind is not XLSX or _is_workbook(file)
    return _is_text(head)


def _is_workbook(file: BinaryIO) -> bool:
    """A zip that is a workbook, and not any archive (or program) with that name."""
    try:
        with zipfile.ZipFile(BytesIO(file.read())) as archive:
            return XLSX_PART in archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError):
        return False
    finally:
        file.seek(0)


def _is_text(head: bytes) -> bool:
    """No control signs but line ends and tabs: a program is not text."""
    if not head or any(byte < 9 or 13 < byte < 32 for byte in head):
        return False
    return not head.startswith((b"MZ", b"\x7fELF", b"PK\x03\x04", b"#!"))
