"""Receiving a file, mapping its columns, starting, working off, cancelling; the corrected file."""

import logging
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from io import BytesIO
from typing import Any

import pghistory
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from networks.models import Organisation
from skillnet.current import actor_for, memberships_of
from skillnet.imports.kinds import KINDS, ImportKind
from skillnet.imports.reading import limits, opened, problem_from
from skillnet.kernel.actor import SYSTEM, Actor
from skillnet.kernel.importing import ImportCancelled, ImportReport
from skillnet.kernel.models import ImportFile
from skillnet.kernel.tabular import read_rows, suggest_mapping
from skillnet.kernel.tabular.problems import FileProblem, render
from skillnet.kernel.tabular.table import Row
from skillnet.kernel.tabular.writing import write_corrected

logger = logging.getLogger(__name__)

COUNTED_BYTES = 2 * 1024 * 1024
"""A file up to this size is counted while its sender waits: less than a second."""
MOST_PROBLEMS = 20_000
"""So many refused rows are no typing errors: the import stops and says so."""
SILENT = timedelta(seconds=60)
"""A running import that has said nothing for so long has lost its worker."""
LOCK_SPACE = 0x494D50 << 40  # advisory locks of imports, apart from any other


class TooManyProblemsError(ImportCancelled):
    """Raised within the worker only."""


def receive_file(*, actor: Actor, kind: ImportKind, upload: UploadedFile) -> ImportFile:
    """Keep a file privately and suggest what its columns are. Nothing is put in yet. Raises FileProblem."""
    if (upload.size or 0) > settings.MAX_UPLOAD_BYTES:
        raise FileProblem("file_too_large", max_mb=settings.MAX_UPLOAD_BYTES // (1024 * 1024))
    assert actor.organisation_id is not None  # noqa: S101  only roles held at an organisation get here
    organisation = Organisation.objects.get(pk=actor.organisation_id)
    name = (upload.name or "")[-200:]
    with read_rows(upload, filename=name, limits=limits()) as table:  # type: ignore[arg-type]
        mapping = suggest_mapping(table.header, kind.name)
        counted = (upload.size or 0) <= COUNTED_BYTES
        rows = sum(1 for _row in table.rows) if counted else _first(table.rows)
        extension = table.kind
    upload.seek(0)
    file = ImportFile(
        kind=kind.name,
        organisation=organisation,
        uploaded_by=actor.user,
        filename=name,
        mapping=mapping,
        rows_total=rows if counted else None,
    )
    file.file.save(f"{uuid.uuid4().hex}.{extension}", upload, save=False)
    file.save()
    return file


def choose_mapping(*, file: ImportFile, mapping: Mapping[str, str]) -> None:
    """What a person says the columns are; only before the import starts."""
    with transaction.atomic():
        locked = ImportFile.objects.select_for_update().get(pk=file.pk)
        if locked.state == ImportFile.State.UPLOADED:
            locked.mapping = dict(mapping)
            locked.save(update_fields=["mapping", "updated_at"])


def start_import(*, file: ImportFile) -> bool:
    """Hand the file to a worker; False when it was already started or a required column has no source."""
    with transaction.atomic():
        locked = ImportFile.objects.select_for_update().get(pk=file.pk)
        wanted = KINDS[locked.kind].required
        if locked.state != ImportFile.State.UPLOADED or set(wanted) - set(locked.mapping.values()):
            return False
        locked.state = ImportFile.State.RUNNING
        locked.save(update_fields=["state", "updated_at"])
        ring(locked.pk)
    return True


def cancel_import(*, file: ImportFile) -> None:
    """Stop: before the start nothing goes in; during the work, what went in stays."""
    ImportFile.objects.filter(
        pk=file.pk, state__in=[ImportFile.State.UPLOADED, ImportFile.State.RUNNING]
    ).update(state=ImportFile.State.CANCELLED, finished_at=timezone.now(), updated_at=timezone.now())


def ring(file_id: int) -> None:
    from skillnet.tasks import work_import as task

    task.delay_on_commit(file_id)


def ring_silent_imports() -> int:
    """Ring again for imports whose worker died; the lock keeps a living one alone. Returns how many."""
    silent = ImportFile.objects.filter(
        state=ImportFile.State.RUNNING, updated_at__lt=timezone.now() - SILENT
    ).values_list("pk", flat=True)
    for file_id in silent:
        ring(file_id)
    return len(silent)


def work_import(*, file_id: int) -> None:
    """Put the rows in. Safe to call twice: a lock keeps others out, and known rows change nothing."""
    with _alone(file_id) as alone:
        file = ImportFile.objects.select_related("organisation", "uploaded_by").filter(pk=file_id).first()
        if not alone or file is None or file.state != ImportFile.State.RUNNING:
            return
        report = ImportReport()
        language = file.uploaded_by.language if file.uploaded_by else "nl"
        with pghistory.context(user=file.uploaded_by_id, url="import"), override(language):
            state, failure = _run(file, report, language)
        _finish(file, report, state, failure)


def corrected_file(*, file: ImportFile, extension: str, language: str) -> bytes:
    """The refused rows as they came, with what is wrong with each, to be sent again."""
    wanted: dict[int, list[Any]] = {}
    for stored in file.problems:
        wanted.setdefault(stored["line"], []).append(problem_from(stored))
    target = BytesIO()
    with opened(file) as table:
        found: Iterator[tuple[Row, list[Any]]] = (
            (row, wanted[row.line]) for row in table.rows if row.line in wanted
        )
        write_corrected(
            target,
            table.header,
            found,
            language=language,
            kind=extension,
            delimiter=table.delimiter or ",",
        )
    return target.getvalue()


def _run(file: ImportFile, report: ImportReport, language: str) -> tuple[str, str]:
    kind = KINDS[file.kind]
    try:
        with opened(file) as table:
            kind.run(
                table,
                _actor(file),
                file.organisation,
                file.mapping,
                lambda rows, share: _progress(file, report, share),
                report,
            )
    except TooManyProblemsError:
        return ImportFile.State.FAILED, _(
            "Gestopt na %(most)d geweigerde rijen: dit bestand is wellicht anders opgebouwd dan we dachten. "
            "Kijk na welke kolom wat is."
        ) % {"most": MOST_PROBLEMS}
    except ImportCancelled:
        return ImportFile.State.CANCELLED, ""
    except FileProblem as problem:
        return ImportFile.State.FAILED, render(problem, language)
    except Exception:
        _finish(file, report, ImportFile.State.FAILED, _("Er ging bij ons iets mis. Probeer het later."))
        raise
    return ImportFile.State.DONE, ""


def _progress(file: ImportFile, report: ImportReport, share: float | None) -> None:
    """Say how far it is, and stop when somebody asked or when nearly everything is refused."""
    changed = ImportFile.objects.filter(pk=file.pk, state=ImportFile.State.RUNNING).update(
        rows_read=report.rows,
        rows_total=round(report.rows / share) if share else file.rows_total,
        created=report.created,
        changed=report.changed,
        unchanged=report.unchanged,
        updated_at=timezone.now(),
    )
    if not changed:
        raise ImportCancelled
    if report.refused > MOST_PROBLEMS:
        raise TooManyProblemsError


def _finish(file: ImportFile, report: ImportReport, state: str, failure: str) -> None:
    ImportFile.objects.filter(pk=file.pk).update(
        state=state,
        failure=failure[:500],
        rows_read=report.rows,
        rows_total=report.rows if state == ImportFile.State.DONE else file.rows_total,
        created=report.created,
        changed=report.changed,
        unchanged=report.unchanged,
        problems=[
            {
                "line": problem.line,
                "column": problem.column,
                "code": problem.code,
                "params": {name: _plain(value) for name, value in problem.params.items()},
            }
            for _row, problems in report.problems
            for problem in problems
        ],
        finished_at=timezone.now(),
        updated_at=timezone.now(),
    )


def _plain(value: Any) -> Any:
    """A parameter as JSON holds it; long texts are shown shortened anyway."""
    if isinstance(value, int | float | bool):
        return value
    return [str(item) for item in value] if isinstance(value, list | tuple) else str(value)[:200]


def _actor(file: ImportFile) -> Actor:
    if file.uploaded_by is None:
        return SYSTEM
    return actor_for(file.uploaded_by, memberships_of(file.uploaded_by), file.organisation_id)


def _first(rows: Iterator[Row]) -> int:
    """Read one row, so that a broken file is refused while its sender is still there."""
    return sum(1 for _row in zip(range(1), rows, strict=False))


@contextmanager
def _alone(file_id: int) -> Iterator[bool]:
    """True while this process alone works on the file; PostgreSQL frees it when the process dies."""
    key = LOCK_SPACE + file_id
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        (alone,) = cursor.fetchone()
    try:
        yield alone
    finally:
        if alone:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [key])
