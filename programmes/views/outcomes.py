"""What a programme brought, as its companies say it; and contingents of people by a day."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from networks.views.helpers import explain
from programmes.claim_forms import ContingentForm, OutcomeForm
from programmes.claim_rules import edits_contingents
from programmes.models import Contingent, Outcome, Participation
from programmes.services.contingents import Progress, archive_contingent, progress_of, save_contingent
from programmes.services.outcomes import LEVELS, gaps_of, moment_label, open_moment, record_outcome
from skillnet.charts import stacked_bars
from skillnet.kernel.actor import Actor, actor_of
from skillnet.kernel.transitions import TransitionRefused
from skillnet.templatetags.ui import date_long
from skillnet.ui import Action, Link


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


def contingent_list(request: HttpRequest) -> HttpResponse:
    """How many people with which profile by when, and how far programmes come."""
    actor = actor_of(request)
    rows = progress_of(list(Contingent.objects.visible_to(actor).select_related("coordinator")[:100]))
    mine = set(Contingent.objects.editable_by(actor).values_list("pk", flat=True))
    context = {
        "page_title": _("Opleidingscontingenten"),
        "rows": [(row, row.contingent.pk in mine) for row in rows],
        "chart": _chart(rows) if rows else None,
        "may_edit": edits_contingents(actor),
        "actions": [Action(_("Contingent toevoegen"), reverse("programmes:contingent_new"), tone="main")]
        if edits_contingents(actor)
        else [],
        "breadcrumbs": [Link(_("Budgetten"), reverse("programmes:budgets")), Link(_("Contingenten"))],
    }
    return render(request, "programmes/contingents.html", context)


def _chart(rows: list[Progress]) -> Any:
    series = [_("Afgewerkt"), _("Goedgekeurd"), _("Gepland"), _("Nog niemand")]
    bars = [
        (
            f"{row.contingent.title} ({date_long(row.contingent.due_on)})",
            [row.completed, row.funded, row.planned, row.open],
        )
        for row in rows
    ]
    return stacked_bars(series, bars)


def contingent_new(request: HttpRequest) -> HttpResponse:
    """A new contingent."""
    return _contingent_form(request, None)


def contingent_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    """Change a contingent, or put it away."""
    actor = actor_of(request)
    row = get_object_or_404(Contingent.objects.editable_by(actor), public_id=public_id)
    if request.method == "POST" and "archive" in request.POST:
        archive_contingent(contingent=row, actor=actor)
        messages.success(request, _("Weggeborgen."))
        return redirect("programmes:contingents")
    return _contingent_form(request, row)


def _contingent_form(request: HttpRequest, row: Contingent | None) -> HttpResponse:
    form = ContingentForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        try:
            save_contingent(actor=actor_of(request), values=form.cleaned_data, contingent=row)
        except ValidationError as error:
            explain(form, error)
        else:
            messages.success(request, _("Bewaard."))
            return redirect("programmes:contingents")
    title = _("Contingent wijzigen") if row else _("Contingent toevoegen")
    context = {
        "page_title": title,
        "form": form,
        "contingent": row,
        "breadcrumbs": [Link(_("Contingenten"), reverse("programmes:contingents")), Link(title)],
    }
    return render(request, "programmes/contingent_form.html", context)
