"""Contingents: people with a shortage profile by a day, who picks the profile, and how far programmes come."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from networks.gap_posts import suggestion_context
from networks.suggesting import Suggested, take
from networks.views.helpers import explain
from programmes.claim_forms import ContingentForm
from programmes.claim_rules import edits_contingents
from programmes.models import Contingent
from programmes.services.contingents import Progress, archive_contingent, progress_of, save_contingent
from programmes.services.profiles import names_of_each, read_profile
from skillnet.charts import stacked_bars
from skillnet.kernel.actor import actor_of
from skillnet.templatetags.ui import date_long
from skillnet.ui import Action, Link


def contingent_list(request: HttpRequest) -> HttpResponse:
    """How many people with which profile by when, and how far programmes come."""
    actor = actor_of(request)
    rows = progress_of(list(Contingent.objects.visible_to(actor).select_related("coordinator")[:100]))
    names = names_of_each([row.contingent.skills for row in rows], get_language() or "nl")
    mine = set(Contingent.objects.editable_by(actor).values_list("pk", flat=True))
    context = {
        "page_title": _("Opleidingscontingenten"),
        "rows": [(row, row.contingent.pk in mine, said) for row, said in zip(rows, names, strict=True)],
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


def contingent_suggest(request: HttpRequest) -> HttpResponse:
    """The skills that the words of a profile name: a fragment of the form; nothing is stored."""
    return render(request, "networks/_suggestions.html", suggestion_context(_read(request)))


def _contingent_form(request: HttpRequest, row: Contingent | None) -> HttpResponse:
    said: dict[str, Any] = {}
    if "suggest" in request.POST or "take" in request.POST:
        form, said = _with_suggestions(request, row)
    else:
        form = ContingentForm(request.POST or None, instance=row)
    if form.is_bound and form.is_valid():
        try:
            save_contingent(actor=actor_of(request), values=form.values(), contingent=row)
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
        "breadcrumbs": [
            Link(_("Budgetten"), reverse("programmes:budgets")),
            Link(_("Contingenten"), reverse("programmes:contingents")),
            Link(row.title if row else title),
        ],
    }
    return render(request, "programmes/contingent_form.html", context | said)


def _with_suggestions(request: HttpRequest, row: Contingent | None) -> tuple[ContingentForm, dict[str, Any]]:
    """The same form with what its words name, and with what was taken filled in: works without script."""
    found = _read(request)
    values: dict[str, list[str]] = {name: request.POST.getlist(name) for name in ContingentForm.base_fields}
    values["skills"] = request.POST.get("skills", "").split()
    if "take" in request.POST:
        values = take(values, request.POST["take"], found)
        found = replace(
            found,
            suggestions=[replace(one, taken=one.value in values["skills"]) for one in found.suggestions],
        )
    initial = {name: held[0] if held else "" for name, held in values.items()}
    initial["skills"] = " ".join(values["skills"])
    return ContingentForm(instance=row, initial=initial), suggestion_context(found)


def _read(request: HttpRequest) -> Suggested:
    return read_profile(
        title=request.POST.get("title", ""),
        profile=request.POST.get("profile", ""),
        taken=request.POST.get("skills", "").split(),
        shown_in=get_language() or "nl",
    )
