"""Evidence files: what is there, adding, fetching, and why something cannot be removed."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, npgettext_lazy

from programmes import delivery_presenting as presenting
from programmes.delivery_forms import EvidenceForm
from programmes.file_types import ALLOWED
from programmes.models import DeclarationFile, Enrolment, EvidenceFile, Participation, Programme
from programmes.rules import manages, teaches
from programmes.services.evidence_files import (
    MEBIBYTE,
    add_evidence,
    open_evidence,
    remove_evidence,
)
from programmes.services.keeping import Keeper, years_kept
from skillnet.kernel.actor import Actor, actor_of
from skillnet.kernel.addresses import page_of
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import TransitionRefused
from skillnet.lists import ListColumn, ListSpec, list_response
from skillnet.templatetags.ui import date_short
from skillnet.ui import Link

EVIDENCE_COLUMNS = [
    ListColumn(
        gettext_lazy("Stuk"),
        lambda row: row.filename,
        sort="filename",
        url=page_of("programmes:evidence_file"),
    ),
    ListColumn(gettext_lazy("Soort"), lambda row: row.get_kind_display(), sort="kind"),
    ListColumn(
        gettext_lazy("Van wie"), lambda row: subject_of(row), sort="participation__organisation__name"
    ),
    ListColumn(
        gettext_lazy("Toegevoegd"), lambda row: localdate(row.created_at), kind="date", sort="created_at"
    ),
    ListColumn(gettext_lazy("SHA-256"), lambda row: row.sha256, export_only=True),
]


def _columns() -> list[ListColumn]:
    """With the day until which each is kept, read once for the page."""
    keeper = Keeper()

    def until(row: EvidenceFile) -> str:
        day = keeper.until(row.programme)
        return (
            date_short(day)
            if day
            else _("%(years)s jaar na de laatste toekenning van de oproep") % {"years": years_kept()}
        )

    kept = ListColumn(gettext_lazy("Bewaard tot en met"), until)
    return [*EVIDENCE_COLUMNS[:-1], kept, EVIDENCE_COLUMNS[-1]]


def subject_of(row: EvidenceFile) -> str:
    """A learner by pseudonym, a company by name, or the whole programme."""
    if row.enrolment is not None:
        return row.enrolment.reference
    return row.participation.organisation.name if row.participation else _("hele programma")


def evidence(request: HttpRequest, public_id: str) -> HttpResponse:
    """The evidence of a programme that one may read, and a form to add some."""
    actor = actor_of(request)
    programme = _programme(actor, public_id)
    form = _form(request, actor, programme)
    status = 200
    if request.method == "POST":
        if form is None:
            raise Http404
        if form.is_valid() and _add(request, actor, programme, form):
            return redirect("programmes:evidence", public_id=public_id)
        status = 409
    response = list_response(
        request,
        template="programmes/delivery/evidence.html",
        queryset=EvidenceFile.objects.visible_to(actor)
        .filter(programme=programme)
        .select_related("programme__network", "participation__organisation", "enrolment"),
        spec=ListSpec(
            columns=_columns(),
            noun=npgettext_lazy("count", "stuk", "stukken"),
            filename="bewijsstukken",
            order=("-pk",),
        ),
        context={
            "page_title": _("Bewijsstukken"),
            "breadcrumbs": [
                Link(_("Programma’s"), reverse("programmes:programmes")),
                Link(programme.title, reverse("programmes:programme_detail", args=[programme.public_id])),
                Link(_("Bewijsstukken")),
            ],
            "programme": programme,
            "years": years_kept(),
            "add_form": form,
        },
    )
    response.status_code = status
    return response  # type: ignore[return-value]


def _form(request: HttpRequest, actor: Actor, programme: Programme) -> EvidenceForm | None:
    """None for who may add nothing here."""
    companies = Participation.objects.none()
    if manages(actor, programme):
        companies = programme.participations.live().select_related("organisation")
    elif actor.has(Role.COMPANY_CONTACT):
        companies = Participation.objects.of(actor).filter(programme=programme).select_related("organisation")
    delivers = actor.has(Role.PROVIDER) and teaches(actor, programme)
    whole = manages(actor, programme) or delivers
    if not whole and not companies.exists():
        return None
    help_text = _("%(types)s; hoogstens %(most)s MB.") % {
        "types": ", ".join(ALLOWED).upper(),
        "most": settings.MAX_EVIDENCE_BYTES // MEBIBYTE,
    }
    posted = request.method == "POST"
    return EvidenceForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        companies=companies,
        whole=whole,
        help_text=help_text,
    )


def _add(request: HttpRequest, actor: Actor, programme: Programme, form: EvidenceForm) -> bool:
    try:
        row = add_evidence(
            upload=form.cleaned_data["file"],
            kind=form.cleaned_data["kind"],
            actor=actor,
            programme=programme,
            participation=form.cleaned_data.get("participation"),
        )
    except ValidationError as error:
        form.add_error("file", error)
        return False
    except TransitionRefused as refusal:
        form.add_error(None, list(refusal.reasons))
        return False
    messages.success(request, _("“%(name)s” is bewaard.") % {"name": row.filename})
    return True


def enrolment_evidence(request: HttpRequest, public_id: str) -> HttpResponse:
    """A certificate or a proof of one learner."""
    actor = actor_of(request)
    rows = Enrolment.objects.visible_to(actor).select_related(
        "programme__network", "participation", "edition__offer__provider"
    )
    enrolment = get_object_or_404(rows, public_id=public_id)
    upload = request.FILES.get("file")
    if upload is None:
        messages.error(request, _("Kies eerst een bestand."))
        return redirect("programmes:enrolment_detail", public_id=public_id)
    try:
        row = add_evidence(
            upload=upload,
            kind=request.POST.get("kind", EvidenceFile.Kind.CERTIFICATE),
            actor=actor,
            programme=enrolment.programme,
            enrolment=enrolment,
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    except TransitionRefused as refusal:
        messages.error(request, " ".join(refusal.reasons))
    else:
        messages.success(request, _("“%(name)s” is bewaard.") % {"name": row.filename})
    return redirect("programmes:enrolment_detail", public_id=public_id)


def as_attachment(row: EvidenceFile | DeclarationFile) -> FileResponse:
    """The bytes of a kept file, never to be shown in the page nor to stay in a cache; Http404 when lost."""
    try:
        opened = open_evidence(row)
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(opened, as_attachment=True, filename=row.filename, content_type=row.content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def evidence_file(request: HttpRequest, public_id: str) -> FileResponse:
    """The bytes, to keep and not to run: as an attachment, of the type that we checked."""
    row = get_object_or_404(EvidenceFile.objects.visible_to(actor_of(request)), public_id=public_id)
    return as_attachment(row)


def evidence_remove(request: HttpRequest, public_id: str) -> HttpResponse:
    """Remove a piece, or read why the law keeps it."""
    actor = actor_of(request)
    row: Any = get_object_or_404(
        EvidenceFile.objects.visible_to(actor).select_related("programme"), public_id=public_id
    )
    try:
        remove_evidence(evidence_id=row.pk, actor=actor, reason=request.POST.get("reason", ""))
    except TransitionRefused as refusal:
        messages.error(request, " ".join(refusal.reasons))
    else:
        messages.success(request, _("“%(name)s” is gewist.") % {"name": row.filename})
    return redirect("programmes:evidence", public_id=row.programme.public_id)


def _programme(actor: Actor, public_id: str) -> Programme:
    rows = Programme.objects.visible_to(actor).with_parties()
    programme: Programme = get_object_or_404(presenting.with_seats(rows), public_id=public_id)
    return programme
