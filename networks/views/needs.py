"""Needs analyses: what comes first, the versions, the vote, what changed."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, npgettext_lazy

from networks.models import Depth, Direction, Gap, NeedsAnalysis, Network, Transition
from networks.needs import URGENCY_LEVELS, PoolGroup, by_pool, compare, learners_level
from networks.rules import leads_needs, manages, may_vote
from networks.services.needs import cast_vote, snapshot_of, start_analysis, take_needs_action
from networks.transitions import NEEDS_TRANSITIONS, tally_of
from networks.views.helpers import events_of, panel_actions
from skillnet.charts import Matrix, MatrixItem, matrix
from skillnet.kernel.actor import Actor, actor_of
from skillnet.kernel.target_groups import target_group_names
from skillnet.kernel.transitions import TransitionRefused
from skillnet.lists import ListColumn, ListSpec, export_response
from skillnet.ui import Action, Cell, Column, Fact, Link, Row, Step, row

State = NeedsAnalysis.State
MATRIX_ITEMS = 40  # more numbers than this can no longer be told apart
WORDS: dict[str, Any] = {
    "urgency": Gap.Urgency,
    "horizon": Gap.Horizon,
    "depth": Depth,
    "direction": Direction,
    "impact": Gap.Impact,
    "kind": Gap.Kind,
    "transition": Transition,
}
LABELS = {
    "title": gettext_lazy("Titel"),
    "learners": gettext_lazy("Deelnemers"),
    "urgency": gettext_lazy("Dringendheid"),
    "horizon": gettext_lazy("Termijn"),
    "depth": gettext_lazy("Diepgang"),
    "direction": gettext_lazy("Richting"),
    "mandatory": gettext_lazy("Wettelijk verplicht"),
    "budget": gettext_lazy("Budget"),
    "pool": gettext_lazy("Bundel"),
    "description": gettext_lazy("Omschrijving"),
    "impact": gettext_lazy("Gevolg"),
    "kind": gettext_lazy("Soort"),
    "transition": gettext_lazy("Omslag"),
    "target_groups": gettext_lazy("Doelgroepen"),
    "occupation": gettext_lazy("Beroep"),
    "skills": gettext_lazy("Vaardigheden"),
}


def word_of(column: str, value: Any) -> str:
    """A frozen value as people read it; unknown in words."""
    if value is None or value in ("", []):
        return _("onbekend")
    if isinstance(value, bool):
        return _("ja") if value else _("nee")
    if column == "target_groups":
        return ", ".join(target_group_names(value))
    if column == "skills":
        return ngettext("%d vaardigheid", "%d vaardigheden", len(value)) % len(value)
    choices = WORDS.get(column)
    return str(choices(value).label) if choices else str(value)


EXPORT = ListSpec(
    columns=[
        ListColumn(gettext_lazy("Kenmerk"), lambda r: r["external_id"]),
        ListColumn(gettext_lazy("Bedrijf"), lambda r: r["company"]),
        ListColumn(gettext_lazy("Competentiekloof"), lambda r: r["title"]),
        ListColumn(gettext_lazy("Deelnemers"), lambda r: r["learners"]),
        ListColumn(gettext_lazy("Dringendheid"), lambda r: word_of("urgency", r["urgency"])),
        ListColumn(gettext_lazy("Termijn"), lambda r: word_of("horizon", r["horizon"])),
        ListColumn(gettext_lazy("Diepgang"), lambda r: word_of("depth", r["depth"])),
        ListColumn(gettext_lazy("Richting"), lambda r: word_of("direction", r["direction"])),
        ListColumn(gettext_lazy("Wettelijk verplicht"), lambda r: word_of("mandatory", r["mandatory"])),
        ListColumn(gettext_lazy("Budget"), lambda r: r["budget"]),
        ListColumn(gettext_lazy("Gevolg"), lambda r: word_of("impact", r.get("impact"))),
        ListColumn(gettext_lazy("Soort"), lambda r: word_of("kind", r.get("kind"))),
        ListColumn(gettext_lazy("Omslag"), lambda r: word_of("transition", r.get("transition"))),
        ListColumn(gettext_lazy("Doelgroepen"), lambda r: word_of("target_groups", r.get("target_groups"))),
        ListColumn(gettext_lazy("Beroep"), lambda r: r.get("occupation")),
        ListColumn(gettext_lazy("Omschrijving"), lambda r: r.get("description")),
        ListColumn(gettext_lazy("Bundel"), lambda r: r.get("pool")),
    ],
    noun=npgettext_lazy("count", "competentiekloof", "competentiekloven"),
    filename="opleidingsbehoeften",
)


def needs(request: HttpRequest, public_id: str) -> HttpResponse:
    """What the network needs now, what comes first, and the versions so far; POST starts the next version."""
    actor = actor_of(request)
    network = get_object_or_404(_networks(actor), public_id=public_id)
    if request.method == "POST":
        if not manages(actor, network.pk):
            raise Http404
        analysis = start_analysis(network=network, actor=actor)
        return redirect("networks:needs_detail", public_id=analysis.public_id)
    records = snapshot_of(network)
    return render(
        request,
        "networks/needs.html",
        {
            "page_title": _("Opleidingsbehoeften van %s") % network.name,
            "breadcrumbs": _crumbs(network, Link(_("Opleidingsbehoeften"))),
            "network": network,
            "chart": chart_of(records),
            "hidden": len([r for r in records if not _is_placed(r)]),
            "gaps": len(records),
            "versions": NeedsAnalysis.objects.visible_to(actor).filter(network=network),
            "may_start": manages(actor, network.pk),
            "columns": _columns(),
            "rows": _rows(records),
        },
    )


def needs_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = actor_of(request)
    analysis = _visible(actor, public_id)
    records = _records(analysis)
    wanted = request.GET.get("export", "")
    if wanted in ("csv", "xlsx"):
        return export_response(records, EXPORT, wanted)  # type: ignore[arg-type, return-value]
    if wanted == "json":
        return _as_json(analysis, records)
    steps = NEEDS_TRANSITIONS.available(analysis, actor)
    earlier = _earlier(actor, analysis)
    compared = _compared(request, earlier)
    return render(
        request,
        "networks/needs_detail.html",
        {
            "page_title": str(analysis),
            "breadcrumbs": _crumbs(
                analysis.network,
                Link(_("Opleidingsbehoeften"), reverse("networks:needs", args=[analysis.network.public_id])),
                Link(_("Versie %d") % analysis.version),
            ),
            "analysis": analysis,
            "actions": _actions(analysis),
            "facts": _facts(analysis, records),
            "steps_done": _steps(analysis),
            "tally": tally_of(analysis),
            "votes": analysis.votes.select_related("organisation", "user"),
            "may_vote": may_vote(actor, analysis) and analysis.state == State.CONSOLIDATED,
            "own_vote": analysis.votes.filter(organisation=actor.organisation_id).first(),
            "steps": panel_actions(steps) if leads_needs(actor, analysis) else [],
            "columns": _columns(),
            "count": len(records),
            "groups": _groups(records),
            "earlier": earlier,
            "compared": compared,
            "differences": _differences(compared, records) if compared else None,
            "events": events_of(analysis, NEEDS_TRANSITIONS, {"start": _("Begonnen"), "vote": _("Gestemd")}),
        },
    )


def needs_action(request: HttpRequest, public_id: str) -> HttpResponse:
    """Consolidate, reopen, validate, freeze; or, for the steering group, agree or object."""
    actor = actor_of(request)
    analysis = _visible(actor, public_id)
    action, reason = request.POST.get("action", ""), request.POST.get("reason", "")
    try:
        if action in ("agree", "object"):
            cast_vote(analysis=analysis, actor=actor, agrees=action == "agree", remark=reason)
            messages.success(
                request, _("Uw stem is genoteerd. U kunt ze nog wijzigen zolang de stemming loopt.")
            )
        elif action in NEEDS_TRANSITIONS.transitions:
            analysis = take_needs_action(analysis=analysis, action=action, actor=actor, reason=reason)
            messages.success(request, _("Deze versie staat nu op “%s”.") % analysis.get_state_display())
        else:
            raise Http404
    except (TransitionRefused, ValidationError) as refusal:
        for sentence in getattr(refusal, "reasons", None) or refusal.messages:  # type: ignore[union-attr]
            messages.error(request, sentence)
    return redirect("networks:needs_detail", public_id=public_id)


def _as_json(analysis: NeedsAnalysis, records: list[Any]) -> HttpResponse:
    """The version as software reads it: the gaps as they were frozen, and how the vote stood."""
    count = tally_of(analysis)
    response = JsonResponse(
        {
            "network": {"id": str(analysis.network.public_id), "name": analysis.network.name},
            "version": analysis.version,
            "state": analysis.state,
            "validated_at": analysis.validated_at,
            "frozen_at": analysis.frozen_at,
            "votes": {"agreed": count.agreed, "against": count.against, "needed": count.needed},
            "gaps": records,
        },
        json_dumps_params={"ensure_ascii": False},
    )
    slug = analysis.network.normalised_name.replace(" ", "-")[:60]
    name = f"opleidingsbehoeften-{slug}-v{analysis.version}.json"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def needs_print(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = actor_of(request)
    analysis = _visible(actor, public_id)
    records = _records(analysis)
    return render(
        request,
        "networks/needs_print.html",
        {
            "page_title": str(analysis),
            "analysis": analysis,
            "facts": _facts(analysis, records),
            "chart": chart_of(records),
            "columns": _columns(),
            "groups": _groups(records, links=False),
            "votes": analysis.votes.select_related("organisation", "user"),
            "tally": tally_of(analysis),
            "printed_at": timezone.now(),
        },
    )


def chart_of(records: list[dict[str, Any]]) -> Matrix | None:
    """Urgency against learners, of the gaps for which both are known."""
    placed = [record for record in records if _is_placed(record)][:MATRIX_ITEMS]
    if not placed:
        return None
    most = max(record["learners"] for record in placed)
    items = [
        MatrixItem(
            record["title"],
            across=learners_level(record["learners"], most),
            up=URGENCY_LEVELS[record["urgency"]],
            size=record["learners"],
            url=reverse("networks:gap_detail", args=[record["id"]]),
        )
        for record in placed
    ]
    return matrix(items, across_label=_("Omvang"), up_label=_("Dringendheid"), size_label=_("Deelnemers"))


def _is_placed(record: dict[str, Any]) -> bool:
    return bool(record["learners"] and record["urgency"])


def _networks(actor: Actor) -> Any:
    """Only who works with a network's gaps: its manager and steering group, and its coordinator."""
    networks = Network.objects.visible_to(actor)
    inside = networks.filter(pk__in=actor.managed_networks | actor.steered_networks)
    return (inside | networks.filter(call__coordinator=actor.organisation_id)).distinct()


def _visible(actor: Actor, public_id: str) -> NeedsAnalysis:
    analyses = NeedsAnalysis.objects.visible_to(actor).select_related("network__call")
    return get_object_or_404(analyses, public_id=public_id)


def _records(analysis: NeedsAnalysis) -> list[dict[str, Any]]:
    """While collecting, the gaps as they are; from then on, as they were laid before the steering group."""
    if analysis.state == State.COLLECTING:
        return snapshot_of(analysis.network)
    return list(analysis.snapshot)


def _earlier(actor: Actor, analysis: NeedsAnalysis) -> list[NeedsAnalysis]:
    return list(
        NeedsAnalysis.objects.visible_to(actor).filter(network=analysis.network, version__lt=analysis.version)
    )


def _compared(request: HttpRequest, earlier: list[NeedsAnalysis]) -> NeedsAnalysis | None:
    """The version that was asked for; the one before when none was."""
    wanted = request.GET.get("compare", "")
    chosen = [version for version in earlier if str(version.version) == wanted]
    return next(iter(chosen or earlier), None)


def _differences(compared: NeedsAnalysis, records: list[dict[str, Any]]) -> dict[str, Any]:
    found = compare(compared.snapshot, records)
    return {
        "added": found.added,
        "removed": found.removed,
        "changed": [
            {
                "gap": change.gap,
                "columns": [
                    {"label": LABELS[name], "then": word_of(name, then), "now": word_of(name, now)}
                    for name, (then, now) in change.columns.items()
                ],
            }
            for change in found.changed
        ],
        "is_empty": found.is_empty,
    }


def _crumbs(network: Network, *more: Link) -> list[Link]:
    return [
        Link(_("Netwerken"), reverse("networks:networks")),
        Link(network.name, reverse("networks:network_detail", args=[network.public_id])),
        *more,
    ]


def _columns() -> list[Column]:
    """No column sorts: a version keeps its order, most urgent first."""
    return [
        Column(_("Competentiekloof")),
        Column(_("Bedrijf")),
        Column(_("Deelnemers"), "number"),
        Column(_("Dringendheid")),
        Column(_("Termijn")),
        Column(_("Diepgang")),
    ]


def _groups(records: list[dict[str, Any]], *, links: bool = True) -> list[dict[str, Any]]:
    """The gaps under the pool that they are in, with where to change that."""
    return [
        {
            "title": group.title or _("Nog niet gebundeld"),
            "url": _pool_address(group) if links else "",
            "link": _("Naar de bundel") if group.pool else _("Waarom ze alleen staan"),
            "companies": group.companies,
            "learners": group.learners,
            "rows": _rows([dict(gap) for gap in group.gaps], links=links),
        }
        for group in by_pool(records)
    ]


def _pool_address(group: PoolGroup) -> str:
    if group.title is None:
        return reverse("matching:unpooled")
    return reverse("matching:pool_detail", args=[group.pool]) if group.pool else ""


def _rows(records: list[dict[str, Any]], *, links: bool = True) -> list[Row]:
    return list(_each_row(records, links))


def _each_row(records: list[dict[str, Any]], links: bool) -> Iterator[Row]:
    columns = _columns()
    for record in records:
        url = reverse("networks:gap_detail", args=[record["id"]]) if links else ""
        yield row(
            columns,
            [
                Cell(record["title"], url=url),
                record["company"],
                record["learners"],
                word_of("urgency", record["urgency"]),
                word_of("horizon", record["horizon"]),
                word_of("depth", record["depth"]),
            ],
            id=record["id"],
        )


def _facts(analysis: NeedsAnalysis, records: list[dict[str, Any]]) -> list[Fact]:
    unknown = [record for record in records if record["learners"] is None]
    hint = _("%d kloven zonder aantal") % len(unknown) if unknown else ""
    return [
        Fact(_("Competentiekloven"), len(records)),
        Fact(_("Bedrijven"), len({record["company"] for record in records})),
        Fact(_("Deelnemers"), sum(record["learners"] or 0 for record in records), hint=hint),
        Fact(_("Kritiek of dringend"), len([r for r in records if r["urgency"] in ("high", "critical")])),
    ]


def _steps(analysis: NeedsAnalysis) -> list[Step]:
    states = [State.COLLECTING, State.CONSOLIDATED, State.VALIDATED, State.FROZEN]
    here = states.index(State(analysis.state))
    return [
        Step(
            str(state.label).capitalize(),
            "done"
            if number < here or state == analysis.state == State.FROZEN
            else "current"
            if number == here
            else "",
        )
        for number, state in enumerate(states)
    ]


def _actions(analysis: NeedsAnalysis) -> list[Action]:
    return [
        Action(_("Afdrukbare versie"), reverse("networks:needs_print", args=[analysis.public_id])),
        Action(_("JSON"), "?export=json", download=True),
    ]
