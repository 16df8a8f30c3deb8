"""Saying what the columns are, comparing, starting, working off, stopping, going on; the corrected file."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import pghistory
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from skillnet.current import actor_for, memberships_of
from skillnet.imports.comparing import compare_rows, missing_references, stored_problem
from skillnet.imports.kinds import KINDS, ImportKind, Job
from skillnet.imports.reading import can_revert, has_shrunk, opened, problem_from
from skillnet.imports.receiving import Fetch, fetch_page, ring
from skillnet.kernel.actor import Actor
from skillnet.kernel.fetching import fetch
from skillnet.kernel.importing import ImportCancelled, ImportReport
from skillnet.kernel.models import ImportFile
from skillnet.kernel.tabular.problems import FileProblem, render
from skillnet.kernel.tabular.table import Row
from skillnet.kernel.tabular.writing import write_corrected
from skillnet.kernel.taking_back import Restored
from skillnet.kernel.transitions import TransitionRefused

State = ImportFile.State
WORKING = (State.FETCHING, State.COMPARING, State.RUNNING, State.REVERTING)
"""A worker is at it, or about to be."""
STOPPABLE = (State.FETCHING, State.COMPARING, State.RUNNING, State.UPLOADED, State.COMPARED)
"""By a person; taking back stops too, and leaves an applied file that is taken back further another time."""
STARTED = "started"  # in a file's plan, beside the counts: rows may have gone in
MOST_PROBLEMS = 20_000
"""So many refused rows are no typing errors: the import stops and says so."""
SILENT = timedelta(seconds=60)
"""A running import that has said nothing for so long has lost its worker."""
LOCK_SPACE = 0x494D50 << 40  # advisory locks of imports, apart from any other


class TooManyProblemsError(ImportCancelled):
    """Raised within the worker only."""


class ImportRefused(TransitionRefused):
    """A step that cannot be taken now; its text is a sentence for the person who asked."""


def choose_mapping(*, file: ImportFile, mapping: Mapping[str, str]) -> None:
    """What a person says the columns are, until the import starts; what was compared counts no more."""
    with transaction.atomic():
        locked = _locked(file)
        if locked.state in (State.UPLOADED, State.COMPARED):
            locked.mapping = dict(mapping)
            locked.state = State.UPLOADED
            locked.plan = {}
            locked.save(update_fields=["mapping", "state", "plan", "updated_at"])


def compare_import(*, file: ImportFile) -> bool:
    """Let a worker say what the file would change; False when a required column has no source.

    Asking again compares again, with what is known by then.
    """
    with transaction.atomic():
        locked = _locked(file)
        wanted = KINDS[locked.kind].required
        if locked.state not in (State.UPLOADED, State.COMPARED) or set(wanted) - set(locked.mapping.values()):
            return False
        locked.state = State.COMPARING
        locked.rows_read = 0
        locked.save(update_fields=["state", "rows_read", "updated_at"])
        ring(locked.pk)
    return True


def start_import(*, file: ImportFile, archive_missing: bool = False, sure: bool = False) -> None:
    """Hand a compared file to a worker. Asking twice starts it once.

    `archive_missing`: also archive what the file lacks, where its kind knows that. A file that lost more than
    half of the rows of the one before is held until the sender is `sure`. Raises ImportRefused.
    """
    with transaction.atomic():
        locked = _locked(file)
        if locked.state == State.RUNNING:
            return
        if locked.state != State.COMPARED:
            raise ImportRefused(_("Bekijk eerst wat dit bestand zou veranderen."))
        if has_shrunk(locked) and not sure:
            raise ImportRefused(
                _("Dit bestand is veel korter dan het vorige. Bevestig eerst dat het het juiste is.")
            )
        locked.state = State.RUNNING
        locked.archive_missing = archive_missing and KINDS[locked.kind].archive is not None
        locked.rows_read = 0
        locked.created = locked.changed = locked.unchanged = 0
        locked.plan = {**locked.plan, STARTED: True}
        locked.save()
        ring(locked.pk)


def cancel_import(*, file: ImportFile) -> None:
    """Stop: before the start nothing goes in; during the work, what went in stays, or what went back."""
    now = timezone.now()
    halfway = ImportFile.objects.filter(pk=file.pk, state=State.REVERTING).update(
        state=State.DONE,
        failure=_("Het terugdraaien is gestopt. Draai opnieuw terug om de rest ook terug te zetten."),
        finished_at=now,
        updated_at=now,
    )
    if halfway:
        return
    ImportFile.objects.filter(pk=file.pk, state__in=STOPPABLE).update(
        state=State.CANCELLED, finished_at=now, updated_at=now
    )


def resume_import(*, file: ImportFile) -> None:
    """Go on where a stopped file was: rows that went in are not put in again. Raises ImportRefused."""
    with transaction.atomic():
        locked = _locked(file)
        if not can_resume(locked):
            raise ImportRefused(_("Dit bestand kan niet worden hervat. Stuur het opnieuw."))
        if locked.plan.get(STARTED):
            locked.state = State.RUNNING
        elif not locked.file:
            locked.state = State.FETCHING
        else:
            locked.state = State.UPLOADED
        locked.failure = ""
        locked.finished_at = None
        locked.save(update_fields=["state", "failure", "finished_at", "updated_at"])
        if locked.state != State.UPLOADED:
            ring(locked.pk)


def revert_import(*, file: ImportFile) -> None:
    """Let a worker take back what the file changed; what changed since stays. Asking twice does it once.

    Raises ImportRefused.
    """
    with transaction.atomic():
        locked = _locked(file)
        if locked.state in (State.REVERTING, State.REVERTED):
            return
        if not can_revert(locked):
            raise ImportRefused(_("Van dit bestand is er niets om terug te draaien."))
        locked.state = State.REVERTING
        locked.reverted = locked.kept = 0
        locked.failure = ""
        locked.finished_at = None
        locked.save(update_fields=["state", "reverted", "kept", "failure", "finished_at", "updated_at"])
        ring(locked.pk)


def can_resume(file: ImportFile) -> bool:
    """Whether the file was stopped, by a person or by a fault of ours or of the page it came from."""
    return file.state == State.CANCELLED or (
        file.state == State.FAILED and (bool(file.plan.get(STARTED)) or not file.file)
    )


def ring_silent_imports() -> int:
    """Ring again for imports whose worker died; the lock keeps a living one alone. Returns how many."""
    silent = ImportFile.objects.filter(state__in=WORKING, updated_at__lt=timezone.now() - SILENT).values_list(
        "pk", flat=True
    )
    for file_id in silent:
        ring(file_id)
    return len(silent)


def work_import(*, file_id: int, fetch: Fetch = fetch) -> None:
    """Fetch, compare or put in, whichever the file waits for.

    Safe to call twice: a lock keeps others out, rows that went in are skipped, and known ones change nothing.
    """
    with _alone(file_id) as alone:
        file = ImportFile.objects.select_related("organisation", "uploaded_by").filter(pk=file_id).first()
        if not alone or file is None or file.state not in WORKING:
            return
        report = _report_so_far(file)
        language = file.uploaded_by.language if file.uploaded_by else "nl"
        with pghistory.context(user=file.uploaded_by_id, url="import") as history, override(language):
            if file.state == State.RUNNING:
                _remember(file, history.id)
            state, failure = _work(file, report, language, fetch)
        if state not in (State.UPLOADED, State.REVERTED):
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


def _work(file: ImportFile, report: ImportReport, language: str, fetch: Fetch) -> tuple[str, str]:
    """Do it; the state that follows and, of a failure, its sentence."""
    try:
        return _step(file, report, fetch), ""
    except TooManyProblemsError:
        return State.FAILED, _(
            "Gestopt na %(most)d geweigerde rijen: dit bestand is wellicht anders opgebouwd dan we dachten. "
            "Kijk na welke kolom wat is."
        ) % {"most": MOST_PROBLEMS}
    except ImportCancelled:
        return State.CANCELLED, ""
    except FileProblem as problem:
        return State.FAILED, render(problem, language)
    except Exception:
        _finish(file, report, State.FAILED, _("Er ging bij ons iets mis. Probeer het later."))
        raise


def _step(file: ImportFile, report: ImportReport, fetch: Fetch) -> str:
    if file.state == State.FETCHING:
        fetch_page(file, fetch)
        return State.UPLOADED
    kind = KINDS[file.kind]
    if file.state == State.REVERTING:
        return _revert(file, kind)
    with opened(file) as table:
        job = Job(
            table=table,
            actor=_actor(file),
            organisation=file.organisation,
            mapping=file.mapping,
            progress=lambda _rows, share: _progress(file, report, share),
            report=report,
        )
        if file.state == State.COMPARING:
            file.plan = compare_rows(file, job)
            return State.COMPARED
        kind.run(job, file.rows_read)
    if file.archive_missing and kind.archive is not None:
        reason = _("Staat niet meer in %(file)s.") % {"file": file.filename}
        file.archived += kind.archive(_actor(file), file.organisation, missing_references(file), reason)
    return State.DONE


def _remember(file: ImportFile, history: UUID) -> None:
    """Under which context of the history this run writes, before it writes anything."""
    file.histories = [*file.histories, history]
    ImportFile.objects.filter(pk=file.pk).update(histories=file.histories)


def _revert(file: ImportFile, kind: ImportKind) -> str:
    def tell(done: Restored) -> None:
        told = ImportFile.objects.filter(pk=file.pk, state=State.REVERTING).update(
            reverted=done.restored, kept=done.kept, updated_at=timezone.now()
        )
        if not told:
            raise ImportCancelled

    done = kind.revert(_actor(file), file.organisation, file.histories, tell)
    tell(done)
    ImportFile.objects.filter(pk=file.pk).update(state=State.REVERTED, failure="", finished_at=timezone.now())
    return State.REVERTED


def _report_so_far(file: ImportFile) -> ImportReport:
    """What an earlier, stopped run put in."""
    if file.state != State.RUNNING or not file.rows_read:
        return ImportReport()
    return ImportReport(created=file.created, changed=file.changed, unchanged=file.unchanged)


def _progress(file: ImportFile, report: ImportReport, share: float | None) -> None:
    """Say how far it is, and stop when somebody asked or when nearly everything is refused."""
    counts = {"created": report.created, "changed": report.changed, "unchanged": report.unchanged}
    changed = ImportFile.objects.filter(pk=file.pk, state=file.state).update(
        rows_read=report.rows,
        rows_total=round(report.rows / share) if share else file.rows_total,
        updated_at=timezone.now(),
        **(counts if file.state == State.RUNNING else {}),
    )
    if not changed:
        raise ImportCancelled
    if report.refused > MOST_PROBLEMS:
        raise TooManyProblemsError


def _finish(file: ImportFile, report: ImportReport, state: str, failure: str) -> None:
    """Write the outcome, unless a person moved the file on meanwhile."""
    if file.state == State.REVERTING:  # it stopped halfway: what was said of the import itself stays
        ImportFile.objects.filter(pk=file.pk, state=State.REVERTING).update(
            state=State.DONE, failure=failure[:500], finished_at=timezone.now(), updated_at=timezone.now()
        )
        return
    applied = file.state == State.RUNNING
    counts = {"created": report.created, "changed": report.changed, "unchanged": report.unchanged}
    expected = State.CANCELLED if state == State.CANCELLED else file.state
    ImportFile.objects.filter(pk=file.pk, state=expected).update(
        state=state,
        failure=failure[:500],
        rows_read=report.rows,
        rows_total=report.rows if state in (State.DONE, State.COMPARED) else F("rows_total"),
        problems=[stored_problem(problem) for _row, problems in report.problems for problem in problems],
        plan=file.plan,
        archived=file.archived,
        finished_at=None if state == State.COMPARED else timezone.now(),
        updated_at=timezone.now(),
        **(counts if applied else {}),
    )


def _locked(file: ImportFile) -> ImportFile:
    return ImportFile.objects.select_for_update().get(pk=file.pk)


def _actor(file: ImportFile) -> Actor:
    if file.uploaded_by is None:  # sent with a key of the organisation
        role = KINDS[file.kind].role
        name = file.organisation.name
        return Actor(organisation_id=file.organisation_id, organisation_name=name, roles=frozenset({role}))
    return actor_for(file.uploaded_by, memberships_of(file.uploaded_by), file.organisation_id)


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
