"""One entry of the de minimis ledger: what it counts, what proves it, how it is corrected."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from networks.views.helpers import explain
from programmes.forms import CorrectForm, ProofForm
from programmes.models import DeMinimisAid
from programmes.services.declarations import attach_proof, correct_declaration, mark_corrected, may_correct
from programmes.views.evidence import as_attachment
from skillnet.kernel.actor import Actor, actor_of
from skillnet.templatetags.ui import date_long, euro, moment
from skillnet.ui import Fact, Link


def ledger_entry(request: HttpRequest, public_id: str) -> HttpResponse:
    """The entry with its proof and corrections; its own company adds proof and corrects what it declared."""
    actor = actor_of(request)
    aid = _entry(actor, public_id)
    mine = may_correct(actor, aid)
    if request.method == "POST" and not mine:
        raise Http404
    corrects = "right_amount" in request.POST
    proof = ProofForm(request.POST or None, request.FILES or None) if mine and not corrects else ProofForm()
    form = CorrectForm(request.POST or None, request.FILES or None) if mine and corrects else CorrectForm()
    used = form if corrects else proof
    if request.method == "POST" and used.is_valid() and _save(request, aid, used, actor):
        return redirect("programmes:ledger_entry", public_id=public_id)
    context = {
        "page_title": _("De-minimissteun van %(day)s") % {"day": date_long(aid.granted_on)},
        "breadcrumbs": [
            Link(_("De-minimissteun"), reverse("programmes:ledger")),
            Link(
                aid.organisation.name,
                reverse("programmes:ledger_detail", args=[aid.organisation.public_id]),
            ),
            Link(date_long(aid.granted_on)),
        ],
        "aid": aid,
        "facts": _facts(aid),
        "files": list(aid.files.all()),
        "corrections": list(aid.corrections.all()),
        "is_mine": mine,
        "proof_form": proof,
        "correct_form": form if aid.counted > 0 else None,
        "corrects": corrects,
    }
    return render(
        request, "programmes/ledger_entry.html", context, status=409 if request.method == "POST" else 200
    )


def _save(request: HttpRequest, aid: DeMinimisAid, form: Any, actor: Actor) -> bool:
    data = form.cleaned_data
    try:
        if data.get("file"):
            attach_proof(aid_id=aid.pk, upload=data["file"], actor=actor)
        if "right_amount" in data:
            correct_declaration(
                aid_id=aid.pk, actor=actor, right_amount=data["right_amount"], reason=data["reason"]
            )
    except ValidationError as error:
        explain(form, error)
        return False
    messages.success(
        request,
        _("Verbeterd. De fout en de reden blijven zichtbaar.") if "right_amount" in data else _("Bewaard."),
    )
    return True


def ledger_proof(request: HttpRequest, public_id: str, file: str) -> FileResponse:
    """The bytes of a proof, as an attachment of the type that we checked."""
    row = get_object_or_404(_entry(actor_of(request), public_id).files, public_id=file)
    return as_attachment(row)


def register_corrected(request: HttpRequest, public_id: str) -> HttpResponse:
    """Note that the European register follows what was corrected here."""
    actor = actor_of(request)
    rows = DeMinimisAid.objects.visible_to(actor).filter(
        participation__programme__network__call__coordinator=actor.organisation_id
    )
    aid = get_object_or_404(rows, public_id=public_id)
    mark_corrected(aid_id=aid.pk, actor=actor)
    messages.success(request, _("Genoteerd: het register is verbeterd."))
    return redirect("programmes:ledger_register")


def _entry(actor: Actor, public_id: str) -> DeMinimisAid:
    rows = DeMinimisAid.objects.visible_to(actor).select_related(
        "organisation", "participation__programme", "declared_by", "registered_by"
    )
    found: DeMinimisAid = get_object_or_404(rows, public_id=public_id)
    return found


def _facts(aid: DeMinimisAid) -> list[Fact]:
    source = _("toegekend in een programma") if aid.participation_id else _("eigen verklaring")
    facts = [
        Fact(_("Toegekend"), euro(aid.amount, 2), hint=date_long(aid.granted_on)),
        Fact(_("Telt vandaag voor"), euro(aid.counted, 2)),
        Fact(_("Steunverlener"), aid.granter or _("onbekend"), hint=source),
    ]
    if aid.registered_at:
        facts.append(Fact(_("In het register sinds"), moment(aid.registered_at), hint=aid.register_reference))
    return facts
