"""Attendance: a grid to fill in, a file to send, a sheet to sign on paper."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from catalogue.models import Edition
from programmes import delivery_presenting as presenting
from programmes.enrolment_transitions import OPEN_FOR_ATTENDANCE, has_begun
from programmes.models import Enrolment, Programme
from programmes.services.attendance import Hours, HoursProblem, Recorded, close_attendance, record_hours
from programmes.services.attendance_files import read_attendance
from skillnet.kernel.actor import Actor, actor_of
from skillnet.kernel.tabular.problems import FileProblem
from skillnet.kernel.tabular.problems import render as sentence
from skillnet.templatetags.ui import number
from skillnet.ui import Fact, Link

E = Enrolment.State
TOTAL = "total"


@dataclass(frozen=True, slots=True)
class GridCell:
    """One field of the grid: its name, the day it is about (None: all hours) and what stands in it."""

    name: str
    label: str
    value: str
    span: int = 1


@dataclass(frozen=True, slots=True)
class GridRow:
    """One learner in the grid."""

    enrolment: Any
    name: str
    company: str
    cells: list[GridCell]
    open: bool


def attendance(request: HttpRequest, public_id: str) -> HttpResponse:
    """Fill in hours by learner, or send them in a file; what was wrong stays on the page."""
    actor = actor_of(request)
    programme = _programme(actor, public_id)
    problems: list[HoursProblem] = []
    typed: dict[str, str] = {}
    status = 200
    if request.method == "POST":
        done = _save(request, actor, programme)
        if done is not None and not done.problems:
            return redirect("programmes:attendance", public_id=public_id)
        problems, status = (done.problems if done else []), 409
        typed = {name: str(value) for name, value in request.POST.items()}
    return render(
        request,
        "programmes/delivery/attendance.html",
        _page(actor, programme, problems, typed),
        status=status,
    )


def _save(request: HttpRequest, actor: Actor, programme: Programme) -> Recorded | None:
    if request.POST.get("action") == "close":
        edition = get_object_or_404(_editions(programme), public_id=request.POST.get("edition") or None)
        return _said(request, close_attendance(programme=programme, edition_id=edition.pk, actor=actor))
    upload = request.FILES.get("file")
    if request.POST.get("action") == "upload":
        if upload is None:
            messages.error(request, _("Kies eerst een bestand."))
            return None
        try:
            rows, bad = read_attendance(upload, filename=upload.name or "")
        except FileProblem as problem:
            messages.error(request, sentence(problem, get_language() or "nl"))
            return None
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return None
        done = record_hours(programme=programme, rows=rows, actor=actor, source="upload")
        done.problems[:0] = bad
        done.problems.sort(key=lambda problem: problem.line)
        return _said(request, done)
    rows, bad = _typed_rows(request, actor, programme)
    done = record_hours(programme=programme, rows=rows, actor=actor)
    done.problems[:0] = bad
    return _said(request, done)


def _said(request: HttpRequest, done: Recorded) -> Recorded:
    if done.changed:
        text = ngettext("%(n)s wijziging bewaard.", "%(n)s wijzigingen bewaard.", done.changed)
        messages.success(request, text % {"n": done.changed})
    elif not done.problems:
        messages.info(request, _("Er is niets veranderd."))
    return done


def _typed_rows(
    request: HttpRequest, actor: Actor, programme: Programme
) -> tuple[list[Hours], list[HoursProblem]]:
    rows, bad = [], []
    for enrolment in _recordable(actor, programme):
        for cell in _cells(enrolment, {}):
            text = request.POST.get(cell.name, "").strip()
            if not text:
                continue
            try:
                hours = Decimal(text.replace(",", ".")).quantize(Decimal("0.01"))
            except InvalidOperation:
                reason = _("“%(text)s” is geen aantal uren.") % {"text": text[:20]}
                bad.append(HoursProblem(0, enrolment.reference, reason))
                continue
            rows.append(Hours(enrolment.reference, hours, _day_of(cell.name)))
    return rows, bad


def _day_of(name: str) -> date | None:
    text = name.rpartition(":")[2]
    return None if text == TOTAL else date.fromisoformat(text)


def _page(
    actor: Actor, programme: Programme, problems: list[HoursProblem], typed: dict[str, str]
) -> dict[str, Any]:
    records = _recordable(actor, programme)
    presenting.name_records(records)
    groups: dict[int, dict[str, Any]] = {}
    for enrolment in records:
        group = groups.setdefault(enrolment.edition_id, _group(programme, enrolment.edition))
        group["rows"].append(_row(enrolment, typed))
    open_now = programme.state in OPEN_FOR_ATTENDANCE
    return {
        "page_title": _("Aanwezigheid"),
        "breadcrumbs": [
            Link(_("Programma’s"), reverse("programmes:programmes")),
            Link(programme.title, reverse("programmes:programme_detail", args=[programme.public_id])),
            Link(_("Deelnemers"), reverse("programmes:enrolments", args=[programme.public_id])),
            Link(_("Aanwezigheid")),
        ],
        "programme": programme,
        "groups": list(groups.values()),
        "problems": problems,
        "is_open": open_now,
        "facts": _facts(records),
        "columns_help": _("Kolommen: kenmerk, uren en eventueel dag. CSV of Excel, hoogstens 10 MB."),
    }


def _facts(records: list[Any]) -> list[Fact]:
    known = [r for r in records if r.state in (E.ATTENDED, E.NO_SHOW, E.CERTIFIED)]
    came = [r for r in known if r.state != E.NO_SHOW]
    hours = sum((r.hours_attended or Decimal(0) for r in came), Decimal(0))
    return [
        Fact(_("Deelnemers"), len(records)),
        Fact(_("Aanwezig"), len(came)),
        Fact(_("Niet gekomen"), len(known) - len(came)),
        Fact(_("Nog niet bekend"), len(records) - len(known)),
        Fact(_("Uren"), number(hours)),
    ]


def _group(programme: Programme, edition: Edition) -> dict[str, Any]:
    days = presenting.days_of(edition)
    return {
        "edition": edition,
        "label": presenting.edition_label(edition),
        "days": days,
        "heads": [day_label(day) for day in days] or [_("Uren")],
        "has_begun": edition.starts_on is None or edition.starts_on <= timezone.localdate(),
        "sheet": reverse("programmes:sign_sheet", args=[programme.public_id, edition.public_id]),
        "rows": [],
    }


def _row(enrolment: Any, typed: dict[str, str]) -> GridRow:
    company = enrolment.participation.organisation.name if enrolment.participation else _("werkzoekende")
    return GridRow(
        enrolment=enrolment,
        name=enrolment.shown_name,
        company=company,
        cells=_cells(enrolment, typed),
        open=enrolment.edition.starts_on is None or has_begun(enrolment),
    )


def _cells(enrolment: Any, typed: dict[str, str]) -> list[GridCell]:
    """A field for each day of a short edition, unless a total stands there already; else one for all hours."""
    known = {row.day: row.hours for row in enrolment.attendance.all()}
    width = presenting.days_of(enrolment.edition)
    days: list[Any] = [None] if None in known or not width else list(width)
    cells = []
    for day in days:
        name = f"{enrolment.reference}:{day.isoformat() if day else TOTAL}"
        value = typed.get(name)
        if value is None:
            value = number(known[day]) if day in known else ""
        span = 1 if day else max(1, len(width))
        cells.append(GridCell(name, day_label(day) if day else _("Uren"), value, span))
    return cells


def day_label(day: date) -> str:
    """A day as the head of a narrow column: "di 24/11"."""
    return date_format(day, "D d/m")


def sign_sheet(request: HttpRequest, public_id: str, edition: str) -> HttpResponse:
    """The list to sign on paper: one line a learner, one box a half day."""
    actor = actor_of(request)
    programme = _programme(actor, public_id)
    chosen = get_object_or_404(_editions(programme), public_id=edition)
    records = [r for r in _recordable(actor, programme) if r.edition_id == chosen.pk]
    presenting.name_records(records)
    records.sort(key=lambda record: (record.shown_name.casefold(), record.reference))
    days = presenting.days_of(chosen) or [chosen.starts_on]
    return render(
        request,
        "programmes/delivery/sign_sheet.html",
        {
            "page_title": _("Aanwezigheidslijst"),
            "programme": programme,
            "edition": chosen,
            "records": records,
            "days": days,
            "blank_lines": range(3),
            "printed_at": timezone.now(),
        },
    )


def _editions(programme: Programme) -> Any:
    return Edition.objects.select_related("offer__provider__organisation").filter(
        programme_editions__programme=programme
    )


def _recordable(actor: Actor, programme: Programme) -> list[Any]:
    rows: Any = Enrolment.objects.recordable_by(actor).filter(programme=programme).seated().with_sight(actor)
    return list(
        rows.select_related("edition__offer", "participation__organisation", "learner")
        .prefetch_related("attendance")
        .with_hours()
        .order_by("edition__starts_on", "edition_id", "participation__organisation__name", "pk")
    )


def _programme(actor: Actor, public_id: str) -> Programme:
    rows = Programme.objects.visible_to(actor).with_parties()
    programme: Programme = get_object_or_404(rows, public_id=public_id)
    return programme
