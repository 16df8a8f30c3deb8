"""What a programme brought, as its companies say it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from programmes.claim_forms import OutcomeForm
from programmes.models import Outcome, Participation
from programmes.services.outcomes import LEVELS, gaps_of, moment_label, open_moment, record_outcome
from skillnet.kernel.actor import Actor, actor_of
from skillnet.kernel.transitions import TransitionRefused
from skillnet.ui import Link


def outcome(request: HttpRequest, public_id: str) -> HttpResponse:
    """Per gap of the own company: closed, partly or not, and why."""
    actor = actor_of(request)
    mine = Participation.objects.of(actor).select_related("programme__network", "organisation")
    row = get_object_or_404(mine, programme__public_id=public_id)
    moment = open_moment(row.programme)
    if moment is None:
        raise Http404
    questions = _questions(request, row, moment)
    if request.method == "POST" and _save(questions, row, actor):
        messages.success(request, _("Dank u. Uw antwoord telt mee in wat dit programma opleverde."))
        return redirect("programmes:programme_detail", public_id=public_id)
    context = {
        "page_title": _("Wat leverde het op?"),
        "programme": row.programme,
        "moment": moment_label(moment),
        "level": LEVELS[moment],
        "questions": questions,
        "breadcrumbs": [
            Link(_("Programma’s"), reverse("programmes:programmes")),
            Link(row.programme.title, reverse("programmes:programme_detail", args=[public_id])),
            Link(_("Resultaat")),
        ],
    }
    return render(request, "programmes/outcome.html", context)


def _questions(request: HttpRequest, row: Participation, moment: str) -> list[tuple[Any, OutcomeForm]]:
    said = {o.gap_id: o for o in Outcome.objects.filter(programme=row.programme, moment=moment)}
    return [
        (
            gap,
            OutcomeForm(
                request.POST or None,
                prefix=f"gap-{gap.pk}",
                initial={"answer": said[gap.pk].answer, "why": said[gap.pk].why} if gap.pk in said else None,
            ),
        )
        for gap in gaps_of(row)
    ]


def _save(questions: list[tuple[Any, OutcomeForm]], row: Participation, actor: Actor) -> bool:
    """Save every answer that stands; what is wrong is said beside its question."""
    good = True
    for gap, form in questions:
        if not form.is_valid():
            good = False
            continue
        try:
            record_outcome(participation_id=row.pk, gap_id=gap.pk, actor=actor, **form.cleaned_data)
        except ValidationError as error:
            form.add_error("why", error)
            good = False
        except TransitionRefused as refusal:
            form.add_error(None, list(refusal.reasons))
            good = False
    return good
