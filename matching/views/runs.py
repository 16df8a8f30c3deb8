"""Runs of the matcher: history, live progress, what changed, starting and stopping."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, npgettext_lazy

from matching.filters import RunFilter
from matching.forms import RunForm
from matching.models import MatchChange, MatchRun
from matching.rules import may_cancel_run, may_start_run
from matching.services.failures import failure_sentence
from matching.services.presenting import is_unfinished, job_of
from matching.services.runs import cancel_run
from matching.services.starting import (
    differences,
    new_matches,
    pools_of_run,
    previous_run,
    reasons_of,
    start_run,
)
from matching.views.matches import STOP_POLLING
from matching.views.pool_rows import pool_table
from skillnet.kernel.actor import Actor, actor_of
from skillnet.kernel.addresses import page_of
from skillnet.lists import ListColumn, ListSpec, list_response
from skillnet.ui import Action, Cell, Column, Fact, Job, Link, Row, row

REASONS: dict[str, Any] = {
    "nightly": gettext_lazy("elke nacht"),
    "asked": gettext_lazy("op vraag"),
    "gap": gettext_lazy("gewijzigde kloof"),
    "gaps": gettext_lazy("gewijzigde kloven"),
    "offer": gettext_lazy("gewijzigd aanbod"),
    "offers": gettext_lazy("gewijzigd aanbod"),
    "weights": gettext_lazy("andere gewichten"),
    "import": gettext_lazy("ingevoerd bestand"),
    "confirm": gettext_lazy("bevestigde kloof"),
    "close": gettext_lazy("gesloten kloof"),
    "reopen": gettext_lazy("heropende kloof"),
    "register": gettext_lazy("gewijzigde kloof"),
    "grid": gettext_lazy("gewijzigde kloven"),
    "left": gettext_lazy("vertrokken lid"),
    "edition": gettext_lazy("gewijzigde editie"),
    "moved": gettext_lazy("gewijzigde editie"),
}


def reason_of(run: MatchRun) -> str:
    """What made the run start, in words; empty where nobody said."""
    return str(REASONS.get(run.reason, _("gewijzigde gegevens"))) if run.reason else ""


LABELS: dict[str, Any] = {
    "gaps": gettext_lazy("Kloven"),
    "offers": gettext_lazy("Aanbod"),
    "new": gettext_lazy("Nieuwe matches"),
    "gone": gettext_lazy("Verdwenen matches"),
    "pools": gettext_lazy("Bundels"),
    "unpooled": gettext_lazy("Niet gebundeld"),
}


def scope_text(run: MatchRun) -> str:
    return run.network.name if run.network else str(run.get_scope_display())


def seconds_of(run: MatchRun) -> float | None:
    if run.started_at is None or run.finished_at is None:
        return None
    return round((run.finished_at - run.started_at).total_seconds(), 1)


RUN_LIST = ListSpec(
    columns=[
        ListColumn(
            gettext_lazy("Run"),
            lambda run: f"#{run.pk} {scope_text(run)}",
            sort="pk",
            url=page_of("matching:run_detail"),
            note=lambda run: reason_of(run),
        ),
        ListColumn(
            gettext_lazy("Toestand"),
            lambda run: run.get_state_display(),
            kind="state",
            sort="state",
            state=lambda run: run.state,
        ),
        ListColumn(gettext_lazy("Kloven"), lambda run: run.gaps, kind="number", sort="gaps"),
        ListColumn(gettext_lazy("Nieuwe matches"), lambda run: run.summary.get("new"), kind="number"),
        ListColumn(gettext_lazy("Verdwenen"), lambda run: run.summary.get("gone"), kind="number"),
        ListColumn(gettext_lazy("Seconden"), seconds_of, kind="number"),
        ListColumn(gettext_lazy("Gestart op"), lambda run: run.started_at, kind="date", sort="started_at"),
        ListColumn(gettext_lazy("Gevraagd door"), lambda run: str(run.requested_by or _("de planning"))),
    ],
    noun=npgettext_lazy("count", "run", "runs"),
    filename="runs",
    filterset=RunFilter,
)


def run_list(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    runs = MatchRun.objects.visible_to(actor).select_related("network", "requested_by")
    may_start = may_start_run(actor)
    new = Action(_("Run starten"), reverse("matching:run_new"), tone="main")
    context = {"page_title": _("Runs"), "actions": [new] if may_start else [], "may_start": may_start}
    return list_response(  # type: ignore[return-value]
        request, template="matching/run_list.html", queryset=runs, spec=RUN_LIST, context=context
    )


def run_new(request: HttpRequest) -> HttpResponse:
    """Match one network again, or everything."""
    actor = actor_of(request)
    form = RunForm(request.POST or None, actor=actor)
    if request.method == "POST" and form.is_valid():
        try:
            run = start_run(actor=actor, network=form.chosen_network())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("matching:run_detail", public_id=run.public_id)
    crumbs = [Link(_("Runs"), reverse("matching:runs")), Link(_("Run starten"))]
    return render(
        request,
        "matching/run_form.html",
        {"page_title": _("Run starten"), "form": form, "breadcrumbs": crumbs},
    )


def run_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = actor_of(request)
    run = _visible(actor, public_id)
    before = previous_run(run)
    columns = [
        Column(_("Wat")),
        Column(_("Deze run"), kind="number"),
        Column(_("De vorige"), kind="number"),
    ]
    title = f"{_('Run')} #{run.pk} · {scope_text(run)}"
    context = {
        "page_title": title,
        "breadcrumbs": [Link(_("Runs"), reverse("matching:runs")), Link(f"#{run.pk}")],
        "run": run,
        "failure": failure_sentence(run),
        "job": _job(run, actor),
        "facts": _facts(run),
        "before": before,
        "columns": columns,
        "rows": [row(columns, [str(LABELS[d.key]), d.now, d.before]) for d in differences(run, before)],
        "why": _why(run, before),
        "reasons": _reasons(run, actor),
        "reason_columns": REASON_COLUMNS,
        "new_matches": new_matches(run, actor),
        "pools": pool_table(pools_of_run(run, actor), actor),
        "seconds": _seconds(run),
        "may_start": may_start_run(actor),
    }
    return render(request, "matching/run_detail.html", context)


REASON_COLUMNS = [
    Column(gettext_lazy("Wat")),
    Column(gettext_lazy("Waarom")),
    Column(gettext_lazy("Matches"), kind="number"),
]


def _reasons(run: MatchRun, actor: Actor) -> list[Row]:
    """Each number opens the changes that it counts."""
    page = reverse("matching:run_changes", args=[run.public_id])
    return [
        row(
            REASON_COLUMNS,
            [
                str(MatchChange.Kind(kind).label),
                str(MatchChange.Reason(reason).label),
                Cell(count, url=f"{page}?kind={kind}&reason={reason}"),
            ],
        )
        for kind, reason, count in reasons_of(run, actor)
    ]


def run_progress(request: HttpRequest, public_id: str) -> HttpResponse:
    """What the progress bar asks every two seconds."""
    actor = actor_of(request)
    run = _visible(actor, public_id)
    status = 200 if is_unfinished(run) else STOP_POLLING
    return render(request, "components/progress.html", {"job": _job(run, actor)}, status=status)


def run_cancel(request: HttpRequest, public_id: str) -> HttpResponse:
    """Stop a run: what it brought so far stays."""
    actor = actor_of(request)
    run = _visible(actor, public_id)
    if not may_cancel_run(actor, run):
        messages.error(request, _("Alleen wie de run vroeg of het netwerk beheert, kan hem stoppen."))
    elif is_unfinished(run):
        cancel_run(run_id=run.pk)
        messages.success(request, _("De run stopt. Wat hij al gevonden had, blijft staan."))
    return redirect("matching:run_detail", public_id=public_id)


def _visible(actor: Actor, public_id: str) -> MatchRun:
    runs = MatchRun.objects.visible_to(actor).select_related("network", "requested_by", "revision", "profile")
    return get_object_or_404(runs, public_id=public_id)


def _job(run: MatchRun, actor: Actor) -> Job:
    return job_of(
        run,
        poll_url=reverse("matching:run_progress", args=[run.public_id]),
        cancel_url=reverse("matching:run_cancel", args=[run.public_id]) if may_cancel_run(actor, run) else "",
        result_url=reverse("matching:run_detail", args=[run.public_id]),
    )


def _facts(run: MatchRun) -> list[Fact]:
    return [
        Fact(_("Kloven"), run.gaps),
        Fact(_("Aanbod"), run.offers),
        Fact(_("Waarom"), reason_of(run) or _("onbekend")),
        Fact(_("Gevraagd door"), str(run.requested_by or _("de planning"))),
        Fact(_("Model"), run.revision.revision if run.revision else _("nog niet gekozen")),
        Fact(
            _("Gewichten"),
            _("versie %(version)s") % {"version": run.profile.version} if run.profile else _("niet bewaard"),
        ),
    ]


def _why(run: MatchRun, before: MatchRun | None) -> list[str]:
    """What can have made this run differ from the one before it."""
    if before is None:
        return []
    reasons = []
    if run.revision_id != before.revision_id:
        reasons.append(_("Een ander taalmodel: alle scores zijn opnieuw berekend."))
    if run.profile_id and before.profile_id and run.profile_id != before.profile_id:
        reasons.append(_("Andere gewichten: alle scores zijn opnieuw berekend."))
    if run.gaps != before.gaps:
        change = {"before": before.gaps, "now": run.gaps}
        reasons.append(_("Het aantal kloven ging van %(before)s naar %(now)s.") % change)
    if run.offers != before.offers:
        change = {"before": before.offers, "now": run.offers}
        reasons.append(_("Het aanbod ging van %(before)s naar %(now)s.") % change)
    return reasons


def _seconds(run: MatchRun) -> list[Fact]:
    labels = {
        "embed": _("Teksten lezen"),
        "words": _("Woorden tellen"),
        "retrieve": _("Aanbod zoeken"),
        "score": _("Matchen"),
        "pool": _("Bundelen"),
        "assemble": _("Programma’s voorstellen"),
    }
    return [Fact(labels.get(step, step), f"{value:.1f} s") for step, value in run.seconds.items()]
