"""Market prices of a programme and its evaluation: what is kept, and adding to it."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from networks.views.helpers import explain
from programmes import presenting, presenting_prices
from programmes.models import Evaluation, PriceEvidence, Programme
from programmes.price_forms import EvaluationForm, PriceEvidenceForm
from programmes.rules import directs, sight_of
from programmes.services.evaluations import (
    evaluation_reasons,
    may_evaluate,
    save_evaluation,
    silences,
)
from programmes.services.outcomes import tallies
from programmes.services.price_evidence import (
    add_price_to_editions,
    may_add_prices,
    may_retract_prices,
    retract_price_evidence,
)
from programmes.services.prices import least_quotes, market_prices
from programmes.states import GIVEN
from programmes.views.retracting import added_or_retracted, posted_to_add
from skillnet.kernel.actor import Actor, actor_of
from skillnet.kernel.transitions import TransitionRefused
from skillnet.ui import Link


def prices(request: HttpRequest, public_id: str) -> HttpResponse:
    """What shows that each price is a market price; a manager adds quotes and public prices with their file."""
    actor = actor_of(request)
    programme = _programme(actor, public_id)
    if not sight_of(actor, programme).money:
        raise Http404
    may_add = may_add_prices(actor, programme)
    if request.method == "POST" and not may_add:
        raise Http404
    posted = posted_to_add(request)
    form = PriceEvidenceForm(
        posted, request.FILES if posted else None, rows=programme.programme_editions.all()
    )
    if request.method == "POST" and _saved(request, actor, programme, form):
        return redirect("programmes:prices", public_id=public_id)
    gone = PriceEvidence.objects.visible_to(actor).filter(programme=programme, retracted_at__isnull=False)
    context = {
        "page_title": _("Prijzen"),
        "breadcrumbs": _crumbs(programme, _("Prijzen")),
        "programme": programme,
        "prices": presenting_prices.price_rows(market_prices(programme)),
        "least": least_quotes(),
        "gone": gone.select_related("file", "edition__offer"),
        "form": form if may_add else None,
        "may_retract": may_retract_prices(actor, programme),
    }
    status = 409 if request.method == "POST" else 200
    return render(request, "programmes/prices.html", context, status=status)


def _saved(request: HttpRequest, actor: Actor, programme: Programme, form: PriceEvidenceForm) -> bool:
    def add() -> None:
        add_price_to_editions(
            programme_id=programme.pk,
            edition_ids=form.edition_ids,
            actor=actor,
            values=form.values,
            upload=form.cleaned_data["upload"],
        )

    def retract(public_id: str, why: str) -> None:
        rows = PriceEvidence.objects.visible_to(actor).filter(programme=programme)
        found = get_object_or_404(rows, public_id=public_id)
        retract_price_evidence(evidence_id=found.pk, actor=actor, why=why)

    return added_or_retracted(
        request,
        form,
        add=add,
        retract=retract,
        added=_("Toegevoegd."),
        retracted=_("Ingetrokken. De reden blijft erbij staan."),
    )


def evaluation(request: HttpRequest, public_id: str) -> HttpResponse:
    """What companies said of their gaps, and what the network concludes; its manager writes it."""
    actor = actor_of(request)
    given = Programme.objects.visible_to(actor).select_related("network__call")
    programme = get_object_or_404(given.prefetch_related("programme_editions__edition"), public_id=public_id)
    row = Evaluation.objects.visible_to(actor).filter(programme=programme).first()
    mine = may_evaluate(actor, programme)
    if programme.state not in GIVEN or not (mine or row) or (request.method == "POST" and not mine):
        raise Http404
    form = EvaluationForm(request.POST or None, instance=row) if mine else None
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            save_evaluation(programme_id=programme.pk, actor=actor, values=form.cleaned_data)
        except TransitionRefused as refusal:
            form.add_error(None, list(refusal.reasons))
        except ValidationError as error:
            explain(form, error)
        else:
            messages.success(request, _("Bewaard. Sluit de evaluatie af op de pagina van het programma."))
            return redirect("programmes:programme_detail", public_id=public_id)
    # A company in it reads what the network concludes; who of its peers kept silent, and what two of them said,
    # is not among that.
    reads_all = directs(actor, programme)
    waits = row is not None and programme.state != "evaluated"
    context: dict[str, Any] = {
        "page_title": _("Evaluatie"),
        "breadcrumbs": _crumbs(programme, _("Evaluatie")),
        "programme": programme,
        "row": row,
        "facts": presenting_prices.evaluation_facts(row),
        "outcomes": tallies(programme, least=1 if reads_all else settings.K_ANONYMITY),
        "silences": silences(programme) if reads_all else [],
        "open": evaluation_reasons(programme) if reads_all and waits else [],
        "form": form,
    }
    status = 409 if request.method == "POST" else 200
    return render(request, "programmes/evaluation.html", context, status=status)


def _programme(actor: Actor, public_id: str) -> Programme:
    proofs = Prefetch("price_evidence", queryset=PriceEvidence.objects.select_related("file"))
    visible = presenting.programme_for_page(Programme.objects.visible_to(actor)).prefetch_related(proofs)
    programme: Programme = get_object_or_404(visible, public_id=public_id)
    return programme


def _crumbs(programme: Programme, here: str) -> list[Link]:
    return [
        Link(_("Programma’s"), reverse("programmes:programmes")),
        Link(programme.title, reverse("programmes:programme_detail", args=[programme.public_id])),
        Link(here),
    ]


__all__ = ["evaluation", "prices"]
