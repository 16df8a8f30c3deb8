"""Receiving what people send, or the address of a page that holds it; fetching that page in the worker."""

import hashlib
import uuid
from collections.abc import Callable, Iterator
from io import BytesIO
from urllib.parse import urlsplit

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from networks.models import Organisation
from skillnet.imports.kinds import KINDS, ImportKind
from skillnet.imports.reading import open_table
from skillnet.kernel.actor import Actor
from skillnet.kernel.fetching import Fetched, check_address, fetch
from skillnet.kernel.models import ImportFile
from skillnet.kernel.tabular import suggest_mapping
from skillnet.kernel.tabular.problems import FileProblem
from skillnet.kernel.tabular.table import Row, Table

COUNTED_BYTES = 2 * 1024 * 1024
"""A file up to this size is counted while its sender waits: less than a second."""
NAME = 200
WAITING = (ImportFile.State.UPLOADED, ImportFile.State.COMPARING, ImportFile.State.COMPARED)
Fetch = Callable[[str], Fetched]


def receive_file(*, actor: Actor, kind: ImportKind, upload: UploadedFile) -> tuple[ImportFile, bool]:
    """Keep a file privately and suggest what its columns are; also whether it is new. Raises FileProblem.

    Nothing is put in yet. The same bytes that still wait to be applied are that file: sending twice, or two
    senders at once, is sending once.
    """
    if (upload.size or 0) > settings.MAX_UPLOAD_BYTES:
        raise FileProblem("file_too_large", max_mb=settings.MAX_UPLOAD_BYTES // (1024 * 1024))
    name = (upload.name or "")[-NAME:]
    counted = (upload.size or 0) <= COUNTED_BYTES
    with open_table(upload, kind=kind, filename=name) as table:  # type: ignore[arg-type]
        mapping = mapping_for(table, kind)
        rows = sum(1 for _row in table.rows) if counted else _first(table.rows)
        extension = table.kind
    upload.seek(0)
    digest = hashlib.file_digest(upload, "sha256").hexdigest()
    upload.seek(0)
    with transaction.atomic():
        organisation = _organisation(actor)
        waiting = ImportFile.objects.filter(organisation=organisation, kind=kind.name, state__in=WAITING)
        if (known := waiting.filter(digest=digest).first()) is not None:
            return known, False
        file = ImportFile(
            kind=kind.name,
            organisation=organisation,
            uploaded_by=actor.user,
            filename=name,
            mapping=mapping,
            rows_total=rows if counted else None,
            digest=digest,
        )
        file.file.save(f"{uuid.uuid4().hex}.{extension}", upload, save=False)
        file.save()
    return file, True


def receive_address(*, actor: Actor, kind: ImportKind, address: str) -> tuple[ImportFile, bool]:
    """Note the address of a page with courses, which the worker fetches; also whether it is new. Raises FileProblem."""
    address = address.strip()
    check_address(address)
    parts = urlsplit(address)
    with transaction.atomic():
        organisation = _organisation(actor)
        fetching = ImportFile.objects.filter(organisation=organisation, kind=kind.name, source_url=address)
        if (known := fetching.filter(state=ImportFile.State.FETCHING).first()) is not None:
            return known, False
        file = ImportFile.objects.create(
            kind=kind.name,
            organisation=organisation,
            uploaded_by=actor.user,
            filename=f"{parts.hostname}{parts.path}"[:NAME],
            source_url=address,
            state=ImportFile.State.FETCHING,
        )
        ring(file.pk)
    return file, True


def fetch_page(file: ImportFile, fetch: Fetch = fetch) -> None:
    """Fetch the page and keep it as if it had been sent; then it can be compared. Raises FileProblem."""
    kind = KINDS[file.kind]
    page = fetch(file.source_url)
    with open_table(BytesIO(page.content), kind=kind, filename=file.filename) as table:
        mapping = mapping_for(table, kind)
        rows = sum(1 for _row in table.rows)
        extension = table.kind
    with transaction.atomic():
        locked = ImportFile.objects.select_for_update().get(pk=file.pk)
        if locked.state != ImportFile.State.FETCHING:
            return
        locked.file.save(f"{uuid.uuid4().hex}.{extension}", ContentFile(page.content), save=False)
        locked.mapping = mapping
        locked.rows_total = rows
        locked.state = ImportFile.State.UPLOADED
        locked.updated_at = timezone.now()
        locked.save()


def ring(file_id: int) -> None:
    """Tell a worker that this file waits, once the transaction is in."""
    from skillnet.tasks import work_import as task

    task.delay_on_commit(file_id)


def mapping_for(table: Table, kind: ImportKind) -> dict[str, str]:
    """Header name → column: names of the format as they are, others by likeness."""
    exact = {name: name for name in table.header if name in kind.columns}
    likely = suggest_mapping([name for name in table.header if name not in exact], kind.name)
    taken = set(exact.values())
    return exact | {name: column for name, column in likely.items() if column not in taken}


def _organisation(actor: Actor) -> Organisation:
    """The sender's organisation, locked: of two that send the same, the second finds the first one's file."""
    assert actor.organisation_id is not None  # noqa: S101  only roles held at an organisation get here
    rows = Organisation.objects.select_for_update(no_key=True, of=("self",))
    return rows.get(pk=actor.organisation_id)


def _first(rows: Iterator[Row]) -> int:
    """Read one row, so that a broken file is refused while its sender is still there."""
    return sum(1 for _row in zip(range(1), rows, strict=False))
