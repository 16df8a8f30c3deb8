"""What one may see of files that were sent, and what is in them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.conf import settings
from django.db.models import QuerySet

from catalogue.linked_data import is_linked, open_linked
from networks.models import Organisation
from skillnet.imports.kinds import KINDS, ImportKind, kinds_of
from skillnet.kernel.actor import Actor
from skillnet.kernel.importing import preview
from skillnet.kernel.models import ImportFile
from skillnet.kernel.names import normalise_organisation_name
from skillnet.kernel.tabular import read_rows
from skillnet.kernel.tabular.problems import RowProblem, render
from skillnet.kernel.tabular.table import Limits, Record, Table

PREVIEW_ROWS = 10
MOST_REMARKS = 20
LEFT_OF_HALF = 2


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """A row as `components/preview_table.html` shows it."""

    number: int
    cells: list[str]
    errors: list[str]


@dataclass(frozen=True, slots=True)
class Preview:
    """The first rows under the columns of the contract; `missing` are required columns without a source.

    `remarks`: what the document lacks, by its own standard or of values, as sentences; they keep no row out.
    """

    header: Sequence[str]
    columns: list[str]
    rows: list[PreviewRow]
    missing: list[str]
    unused: list[str]
    remarks: Sequence[str] = ()
    others: Sequence[str] = ()
    """Parties that the first rows name and that are not whose import this is."""


def imports_visible_to(actor: Actor) -> QuerySet[ImportFile]:
    """Files that the current organisation sent, of kinds that the actor's roles may send."""
    kinds = [kind.name for kind in kinds_of(actor)]
    return ImportFile.objects.filter(organisation=actor.organisation_id, kind__in=kinds)


def limits() -> Limits:
    return Limits(max_bytes=settings.MAX_UPLOAD_BYTES)


@contextmanager
def opened(file: ImportFile) -> Iterator[Table]:
    """The table in a stored file; closed afterwards. Raises FileProblem."""
    with (
        file.file.storage.open(file.file.name, "rb") as stream,
        open_table(stream, kind=KINDS[file.kind], filename=file.filename) as table,
    ):
        yield table


def open_table(stream: BinaryIO, *, kind: ImportKind, filename: str) -> Table:
    """What somebody sent as a table, told by its content: CSV, a workbook, JSON-LD. Raises FileProblem."""
    if kind.linked and is_linked(stream):
        return open_linked(stream, filename=filename)
    return read_rows(stream, filename=filename, limits=limits())


def preview_of(file: ImportFile, language: str) -> Preview:
    """The first rows, read with the mapping that the file has now. Raises FileProblem."""
    kind = KINDS[file.kind]
    with opened(file) as table:
        records = preview(table, PREVIEW_ROWS, file.mapping)
        header = table.header
        remarks = [render(remark, language) for remark in table.remarks[:MOST_REMARKS]]
    columns = [column for column in kind.columns if column in file.mapping.values()]
    return Preview(
        header=header,
        columns=columns,
        rows=[
            _row(record, columns, kind.problems_of(record.values, record.line), language)
            for record in records
        ],
        missing=[column for column in kind.required if column not in columns],
        unused=[name for name in header if name not in file.mapping],
        remarks=remarks,
        others=others_named(records, file.organisation),
    )


def others_named(records: Sequence[Record], organisation: Organisation) -> list[str]:
    """Whom the rows name instead of the organisation on whose account they come: by number where there is one."""
    found: dict[str, None] = {}
    for record in records:
        name = record.values.get("provider") or record.values.get("organisation") or ""
        number = "".join(filter(str.isdigit, record.values.get("enterprise_number", "")))
        named, own = number, organisation.enterprise_number
        if not number:
            named, own = normalise_organisation_name(name), normalise_organisation_name(organisation.name)
        if named and named != own:
            found[name or number] = None
    return list(found)


def problem_rows(file: ImportFile, language: str, most: int) -> list[dict[str, Any]]:
    """The first problems of a finished import, as sentences."""
    return [
        {
            "line": stored["line"],
            "column": stored["column"],
            "sentence": render(problem_from(stored), language),
        }
        for stored in file.problems[:most]
    ]


def problem_from(stored: dict[str, Any]) -> RowProblem:
    return RowProblem(stored["line"], stored["column"], stored["code"], stored["params"])


def missing_columns(file: ImportFile) -> list[str]:
    """Required columns for which the file has no source yet; none while its page is still to be fetched."""
    if not file.file:
        return []
    return [column for column in KINDS[file.kind].required if column not in file.mapping.values()]


def can_revert(file: ImportFile) -> bool:
    """Whether rows went in, of which the history knows how they were, and nobody is at it now."""
    stopped = (ImportFile.State.DONE, ImportFile.State.CANCELLED, ImportFile.State.FAILED)
    return file.state in stopped and bool(file.histories)


def refused_rows(file: ImportFile) -> int:
    return len({stored["line"] for stored in file.problems})


def previous_import(file: ImportFile) -> ImportFile | None:
    """The last file of this kind that went in whole, before this one."""
    earlier = ImportFile.objects.filter(
        organisation=file.organisation_id, kind=file.kind, state=ImportFile.State.DONE, pk__lt=file.pk
    )
    return earlier.defer("problems").order_by("-pk").first()


def has_shrunk(file: ImportFile) -> int | None:
    """How many rows the previous file had, when this one has fewer than half of them."""
    if file.rows_total is None:
        return None
    earlier = previous_import(file)
    if earlier is None or earlier.rows_total is None:
        return None
    return earlier.rows_total if file.rows_total * LEFT_OF_HALF < earlier.rows_total else None


def _row(record: Record, columns: list[str], problems: list[RowProblem], language: str) -> PreviewRow:
    return PreviewRow(
        number=record.line,
        cells=[record.values.get(column, "") for column in columns],
        # A column that the whole file lacks is said once, above the rows.
        errors=[render(p, language) for p in (*record.problems, *problems) if p.code != "column_missing"],
    )
