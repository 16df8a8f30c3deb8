"""Files over the web: send, look, name the columns, start, follow, correct; and get one's rows back."""

from io import BytesIO
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, npgettext_lazy
from django.utils.translation import gettext as _

from skillnet.imports.asleep import asleep_in, wake_offers
from skillnet.imports.cancelled import cancelled_in, reopen_editions
from skillnet.imports.columns import columns_explained
from skillnet.imports.exports import columns_of, example_rows, rows_of
from skillnet.imports.kinds import KINDS, ImportKind, kind_for, kinds_of
from skillnet.imports.mapping_form import MappingForm
from skillnet.imports.reading import (
    Preview,
    can_revert,
    imports_visible_to,
    preview_of,
    problem_rows,
    refused_rows,
)
from skillnet.imports.receiving import receive_address, receive_file
from skillnet.imports.services import (
    WORKING,
    ImportRefused,
    can_resume,
    cancel_import,
    choose_mapping,
    compare_import,
    corrected_file,
    resume_import,
    revert_import,
    start_import,
)
from skillnet.kernel.actor import actor_of
from skillnet.kernel.addresses import page_of
from skillnet.kernel.models import ImportFile
from skillnet.kernel.tabular.problems import FileProblem
from skillnet.kernel.tabular.problems import render as sentence
from skillnet.kernel.tabular.writing import csv_chunks, write_xlsx
from skillnet.list_filters import simple_filterset
from skillnet.lists import ListColumn, ListSpec, list_response
from skillnet.ui import Action, Column, Fact, Job, Link, row

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN_PROBLEMS = 200
STOP_POLLING = 286  # htmx: swap this answer in and ask no more
MEBIBYTE = 1024 * 1024
STAGES: dict[str, Any] = {
    ImportFile.State.FETCHING: gettext_lazy("De pagina ophalen"),
    ImportFile.State.COMPARING: gettext_lazy("Vergelijken met wat er al is"),
    ImportFile.State.RUNNING: gettext_lazy("Rijen invoeren"),
    ImportFile.State.REVERTING: gettext_lazy("De invoer terugdraaien"),
}

IMPORT_LIST = ListSpec(
    columns=[
        ListColumn(
            gettext_lazy("Bestand"),
            lambda file: file.filename,
            sort="filename",
            url=page_of("import_detail"),
        ),
        ListColumn(gettext_lazy("Soort"), lambda file: file.get_kind_display(), sort="kind"),
        ListColumn(
            gettext_lazy("Gestuurd op"),
            lambda file: timezone.localdate(file.created_at),
            kind="date",
            sort="created_at",
        ),
        ListColumn(gettext_lazy("Rijen"), lambda file: file.rows_total, kind="number", sort="rows_total"),
        ListColumn(gettext_lazy("Nieuw"), lambda file: file.created, kind="number", sort="created"),
        ListColumn(gettext_lazy("Gewijzigd"), lambda file: file.changed, kind="number", sort="changed"),
        ListColumn(
            gettext_lazy("Toestand"),
            lambda file: file.get_state_display(),
            kind="state",
            sort="state",
            state=lambda file: file.state,
        ),
    ],
    noun=npgettext_lazy("count", "bestand", "bestanden"),
    filename="invoer",
    filterset=simple_filterset(
        "filename",
        kind=(gettext_lazy("Soort"), ImportFile.Kind.choices),
        state=(gettext_lazy("Toestand"), ImportFile.State.choices),
    ),
)


def imports(request: HttpRequest) -> HttpResponse:
    """The files that one's organisation sent."""
    actor = actor_of(request)
    actions = [
        Action(kind.title, reverse("import_new", args=[kind.name]), tone="main") for kind in kinds_of(actor)
    ]
    return list_response(  # type: ignore[return-value]
        request,
        template="site/import_list.html",
        queryset=imports_visible_to(actor).defer("problems"),
        spec=IMPORT_LIST,
        context={"page_title": _("Ingevoerde bestanden"), "actions": actions},
    )


def import_new(request: HttpRequest, kind: str) -> HttpResponse:
    """Send a file, or the address of a page; the next page shows what we read in it."""
    actor = actor_of(request)
    known = kind_for(actor, kind)
    if known is None:
        raise Http404
    problem = ""
    if request.method == "POST":
        try:
            file = _received(request, known)
            return redirect("import_detail", public_id=file.public_id)
        except FileProblem as refused:
            problem = sentence(refused, _language())
        except forms.ValidationError as missing:
            problem = str(missing.message)
    return render(
        request,
        "site/import_new.html",
        {
            "page_title": known.title,
            "breadcrumbs": _crumbs(str(known.title)),
            "kind": known,
            "problem": problem,
            "address": request.POST.get("address", ""),
            "help": _help(known),
            "example_url": reverse("import_example", args=[kind]),
            "columns": columns_explained(known),
        },
        status=400 if problem else 200,
    )


def import_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """Before the start: the first rows and what the columns are. After it: what happened, row by row."""
    file = _file(request, public_id)
    if file.state == ImportFile.State.COMPARED:
        return redirect("import_differences", public_id=public_id)
    context: dict[str, Any] = {
        "page_title": file.filename,
        "breadcrumbs": _crumbs(file.filename),
        "file": file,
        "kind": KINDS[file.kind],
    }
    if file.state in WORKING:
        context["job"] = _job(file)
    elif file.state == ImportFile.State.UPLOADED:
        context |= _before(request, file)
    else:
        context |= _after(file)
    return render(request, "site/import_detail.html", context)


def import_progress(request: HttpRequest, public_id: str) -> HttpResponse:
    """How far the worker is; a finished import answers with the link to what happened."""
    file = _file(request, public_id)
    job = _job(file)
    status = STOP_POLLING if job.finished else 200
    return render(request, "components/progress.html", {"job": job}, status=status)


def import_action(request: HttpRequest, public_id: str) -> HttpResponse:
    """Say what the columns are, compare, apply, stop, or go on."""
    file = _file(request, public_id)
    action = request.POST.get("action", "cancel")
    if action == "map":
        return _map(request, file)
    if action not in ("compare", "start", "resume", "cancel", "revert", "publish", "reopen"):
        raise Http404
    try:
        _act(request, file, action)
    except ImportRefused as refused:
        messages.error(request, str(refused))
    return redirect("import_detail", public_id=public_id)


def _act(request: HttpRequest, file: ImportFile, action: str) -> None:
    if action == "compare":
        if not compare_import(file=file):
            messages.error(request, _("Wijs eerst de verplichte kolommen aan."))
    elif action == "start":
        archive = request.POST.get("archive_missing") == "yes"
        start_import(file=file, archive_missing=archive, sure=request.POST.get("sure") == "yes")
    elif action == "resume":
        resume_import(file=file)
    elif action == "revert":
        revert_import(file=file)
    elif action == "publish":
        woken = wake_offers(file=file, actor=actor_of(request), reason=_("Opnieuw in de catalogus."))
        messages.success(request, _("Gepubliceerd: %(n)s.") % {"n": woken})
    elif action == "reopen":
        count = reopen_editions(file=file, actor=actor_of(request), reason=_("Gaat toch door."))
        messages.success(request, _("Heropend: %(n)s.") % {"n": count})
    else:
        cancel_import(file=file)  # `file` itself stays as it was read
        went_in = _("Gestopt. Wat al ingevoerd was, blijft staan.")
        went_back = _("Gestopt. Wat al teruggezet was, blijft teruggezet.")
        messages.success(request, went_back if file.state == ImportFile.State.REVERTING else went_in)


def import_corrected(request: HttpRequest, public_id: str, extension: str) -> HttpResponse:
    """The refused rows with what is wrong, to correct and send again."""
    file = _file(request, public_id)
    if extension not in ("csv", "xlsx") or not file.problems:
        raise Http404
    try:
        content = corrected_file(file=file, extension=extension, language=_language())
    except FileProblem as problem:
        messages.error(request, sentence(problem, _language()))
        return redirect("import_detail", public_id=public_id)
    return _download(content, f"verbeteren-{file.kind}.{extension}", extension)


def import_example(request: HttpRequest, kind: str) -> HttpResponse:
    """The columns of the format with one good row."""
    if kind_for(actor_of(request), kind) is None:
        raise Http404
    content = b"".join(csv_chunks(columns_of(kind), example_rows(kind), bom=True))
    return _download(content, f"voorbeeld-{kind}.csv", "csv")


def interchange_export(
    request: HttpRequest, kind: str, extension: str
) -> HttpResponse | StreamingHttpResponse:
    """One's own rows in the interchange format: correct them in a spreadsheet and send them back."""
    actor = actor_of(request)
    if kind_for(actor, kind) is None or extension not in ("csv", "xlsx"):
        raise Http404
    header, rows = columns_of(kind), rows_of(kind, actor)
    if extension == "xlsx":
        target = BytesIO()
        write_xlsx(target, header, rows)
        return _download(target.getvalue(), f"{kind}.xlsx", extension)
    response = StreamingHttpResponse(
        csv_chunks(header, rows, bom=True), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{kind}.csv"'
    return response


def _received(request: HttpRequest, kind: ImportKind) -> ImportFile:
    """The file, or the page, that was sent. Raises FileProblem, and ValidationError for neither."""
    actor = actor_of(request)
    address = request.POST.get("address", "")
    if kind.linked and address.strip():
        return receive_address(actor=actor, kind=kind, address=address)[0]
    upload = request.FILES.get("file")
    if upload is None:
        raise forms.ValidationError(_("Kies eerst een bestand."))
    return receive_file(actor=actor, kind=kind, upload=upload)[0]


def _map(request: HttpRequest, file: ImportFile) -> HttpResponse:
    preview = preview_of(file, _language())
    form = _mapping_form(file, preview, request.POST)
    if form.is_valid():
        choose_mapping(file=file, mapping=form.mapping)
    else:
        messages.error(request, " ".join(str(e) for errors in form.errors.values() for e in errors))
    return redirect("import_detail", public_id=file.public_id)


def _before(request: HttpRequest, file: ImportFile) -> dict[str, Any]:
    try:
        preview = preview_of(file, _language())
    except FileProblem as problem:
        return {"problem": sentence(problem, _language())}
    return {
        "preview": preview,
        "form": _mapping_form(file, preview),
        "facts": [
            Fact(_("Rijen"), _("nog niet geteld") if file.rows_total is None else file.rows_total),
            Fact(_("Kolommen herkend"), len(preview.columns)),
            Fact(_("Kolommen niet gebruikt"), len(preview.unused)),
        ],
    }


def _after(file: ImportFile) -> dict[str, Any]:
    columns = [Column(_("Rij"), "number"), Column(_("Kolom")), Column(_("Wat er mis is, en wat u kunt doen"))]
    problems = problem_rows(file, _language(), SHOWN_PROBLEMS)
    facts = [
        Fact(_("Gelezen"), file.rows_read),
        Fact(_("Nieuw"), file.created, url=_differences_url(file, "new")),
        Fact(_("Gewijzigd"), file.changed, url=_differences_url(file, "changed")),
        Fact(_("Ongewijzigd"), file.unchanged, url=_differences_url(file, "unchanged")),
        Fact(_("Geweigerd"), refused_rows(file), url="#problems" if problems else ""),
    ]
    if file.archive_missing:
        facts.append(Fact(_("Gearchiveerd"), file.archived, url=_differences_url(file, "missing")))
    if file.reverted or file.kept:
        facts.append(Fact(_("Teruggedraaid"), file.reverted))
        facts.append(Fact(_("Gebleven"), file.kept, hint=_("intussen veranderd, of er zit iemand in")))
    return {
        "facts": facts,
        "asleep": asleep_in(file),
        "cancelled": cancelled_in(file),
        "can_resume": can_resume(file),
        "can_revert": can_revert(file),
        "columns": columns,
        "rows": [row(columns, [p["line"], p["column"], p["sentence"]]) for p in problems],
        "more_problems": max(0, len(file.problems) - SHOWN_PROBLEMS),
        "result_url": reverse("catalogue:my_offers" if file.kind == "offers" else "networks:gaps"),
    }


def _differences_url(file: ImportFile, outcome: str) -> str:
    if not file.plan:
        return ""
    return f"{reverse('import_differences', args=[file.public_id])}?outcome={outcome}"


def _mapping_form(file: ImportFile, preview: Preview, data: Any = None) -> MappingForm:
    return MappingForm(data, header=list(preview.header), kind=KINDS[file.kind], mapping=file.mapping)


def _job(file: ImportFile) -> Job:
    detail = reverse("import_detail", args=[file.public_id])
    finished = file.state not in WORKING
    reverting = file.state == ImportFile.State.REVERTING
    return Job(
        id=str(file.public_id),
        stage=STAGES.get(file.state, _("Rijen invoeren")),
        poll_url=reverse("import_progress", args=[file.public_id]),
        done=file.reverted + file.kept if reverting else file.rows_read,
        total=file.created + file.changed if reverting else file.rows_total or 0,
        failed=refused_rows(file),
        finished=finished,
        outcome=file.get_state_display() if finished else "",
        result_url=detail if finished else "",
        cancel_url=reverse("import_action", args=[file.public_id]),
    )


def _file(request: HttpRequest, public_id: str) -> ImportFile:
    return get_object_or_404(imports_visible_to(actor_of(request)), public_id=public_id)


def _crumbs(here: str) -> list[Link]:
    return [Link(_("Ingevoerde bestanden"), reverse("imports")), Link(here)]


def _help(kind: ImportKind) -> str:
    most = {"n": settings.MAX_UPLOAD_BYTES // MEBIBYTE}
    if kind.linked:
        return (
            _(
                "CSV of Excel, ten hoogste %(n)d MB; of JSON-LD met schema.org Course of het Europass-leermodel. "
                "U ziet eerst wat we lezen; er verandert nog niets."
            )
            % most
        )
    return _("CSV of Excel, ten hoogste %(n)d MB. U ziet eerst wat we lezen; er verandert nog niets.") % most


def _download(content: bytes, name: str, extension: str) -> HttpResponse:
    kind = XLSX if extension == "xlsx" else "text/csv; charset=utf-8"
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _language() -> str:
    return get_language() or "nl"
