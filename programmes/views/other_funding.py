"""Other money for the same costs: what a company says with its application and with its claim."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from programmes.cost_forms import OtherFundingForm
from programmes.models import EvidenceFile, Participation
from programmes.rules import sight_of
from programmes.services.other_funding import (
    declare_other_funding,
    instrument_choices,
    may_declare,
    moment_of,
    retract_other_funding,
)
from programmes.views.retracting import added_or_retracted, posted_to_add
from skillnet.kernel.actor import Actor, actor_of
from skillnet.ui import Link


def other_funding(request: HttpRequest, participation: str) -> HttpResponse:
    """What other instruments pay of this company's costs; declared and taken back by who may."""
    actor = actor_of(request)
    row = _visible(actor, participation)
    moment = moment_of(row)
    mine = may_declare(actor, row) and moment is not None
    if request.method == "POST" and not mine:
        raise Http404
    files = EvidenceFile.objects.visible_to(actor).filter(programme=row.programme)
    form = OtherFundingForm(posted_to_add(request), instruments=instrument_choices(), files=files)
    if request.method == "POST" and _saved(request, actor, row, form):
        return redirect("programmes:other_funding", participation=participation)
    context = {
        "page_title": _("Andere financiering"),
        "breadcrumbs": [
            Link(_("Programma’s"), reverse("programmes:programmes")),
            Link(row.programme.title, reverse("programmes:programme_detail", args=[row.programme.public_id])),
            Link(row.organisation.name, reverse("programmes:commit", args=[row.public_id])),
            Link(_("Andere financiering")),
        ],
        "participation": row,
        "rows": _rows(row),
        "form": form if mine else None,
    }
    return render(
        request, "programmes/other_funding.html", context, status=409 if request.method == "POST" else 200
    )


def _visible(actor: Actor, public_id: str) -> Participation:
    """Its own company, and who sees every company's money."""
    rows = Participation.objects.visible_to(actor).select_related("programme__network__call", "organisation")
    row: Participation = get_object_or_404(rows, public_id=public_id)
    if not sight_of(actor, row.programme).sees_money_of(row.organisation_id):
        raise Http404
    return row


def _saved(request: HttpRequest, actor: Actor, row: Participation, form: OtherFundingForm) -> bool:
    def retract(public_id: str, why: str) -> None:
        funding = get_object_or_404(row.other_funding, public_id=public_id)
        retract_other_funding(funding_id=funding.pk, actor=actor, why=why)

    return added_or_retracted(
        request,
        form,
        add=lambda: declare_other_funding(participation_id=row.pk, actor=actor, **form.cleaned_data),
        retract=retract,
        added=_("Aangegeven. Het plan en de afrekening houden er rekening mee."),
        retracted=_("Ingetrokken. De reden blijft bij de aanvraag staan."),
    )


def _rows(row: Participation) -> list[dict[str, Any]]:
    names = dict(instrument_choices())
    return [
        {"funding": funding, "name": names.get(funding.instrument, funding.instrument)}
        for funding in row.other_funding.select_related("evidence").order_by("pk")
    ]
