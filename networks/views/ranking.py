"""The ranking of a call against its budget line, and the decisions on it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, npgettext_lazy

from networks.application_forms import OutcomeForm
from networks.models import Call, NetworkApplication
from networks.rules import party_networks
from networks.services.determination import Standing, budget_left, determine_many, ranking_of
from skillnet.kernel.actor import Actor, actor_of
from skillnet.kernel.transitions import TransitionRefused
from skillnet.lists import ListColumn, ListSpec, export_response
from skillnet.ui import Cell, Column, Fact, Link, Row, row

State = NetworkApplication.State
TIES = {
    "heaviest": gettext_lazy("gelijk: lagere score op het zwaarste criterium"),
    "requested": gettext_lazy("gelijk: vraagt meer"),
    "submitted": gettext_lazy("gelijk: later ingediend"),
}
EXPORT = ListSpec(
    columns=[
        ListColumn(gettext_lazy("Plaats"), lambda s: s.ranked.place),
        ListColumn(gettext_lazy("Netwerk"), lambda s: s.application.network.name),
        ListColumn(gettext_lazy("Score"), lambda s: s.ranked.entry.mark),
        ListColumn(gettext_lazy("Beoordelingen"), lambda s: s.reviews),
        ListColumn(gettext_lazy("Verschil tussen beoordelaars"), lambda s: s.spread),
        ListColumn(gettext_lazy("Gevraagd"), lambda s: s.application.requested_budget),
        ListColumn(gettext_lazy("Samen"), lambda s: s.ranked.cumulative),
        ListColumn(gettext_lazy("Toegekend"), lambda s: s.application.awarded_budget),
        ListColumn(gettext_lazy("Toestand"), lambda s: s.application.get_state_display()),
        ListColumn(gettext_lazy("Motivering"), lambda s: s.application.reasons),
    ],
    noun=npgettext_lazy("count", "aanvraag", "aanvragen"),
    filename="rangschikking",
)


def call_ranking(request: HttpRequest, public_id: str) -> HttpResponse:
    """Who stands where, where the budget ends; POST decides on what was filled in, all or nothing."""
    actor = actor_of(request)
    call = get_object_or_404(Call.objects.visible_to(actor).owned_by(actor), public_id=public_id)
    standings = ranking_of(call)
    wanted = request.GET.get("export", "")
    if wanted in ("csv", "xlsx"):
        return export_response(standings, EXPORT, wanted)  # type: ignore[arg-type, return-value]
    forms = _forms(actor, call, standings, request.POST or None)
    if request.method == "POST" and _decide(request, actor, call, [form for _standing, form in forms]):
        return redirect("networks:call_ranking", public_id=public_id)
    waiting = call.applications.filter(state__in=["submitted", "screening", "more_info", "review"])
    columns = _columns()
    context = {
        "page_title": _("Rangschikking"),
        "call": call,
        "breadcrumbs": [
            Link(_("Oproepen"), reverse("networks:calls")),
            Link(call.title, reverse("networks:call_detail", args=[call.public_id])),
            Link(_("Rangschikking")),
        ],
        "facts": _facts(call, standings),
        "columns": columns,
        "rows": _rows(columns, standings),
        "forms": forms,
        "waiting": waiting.select_related("network"),
        "may_decide": call.state in (Call.State.UNDER_REVIEW, Call.State.DECIDED),
    }
    return render(request, "networks/ranking.html", context)


def _decide(request: HttpRequest, actor: Actor, call: Call, forms: list[OutcomeForm]) -> bool:
    """Whether it was decided; otherwise the page says why not."""
    checked = [form.is_valid() for form in forms]  # all of them: each shows its own errors
    if not all(checked):
        messages.error(request, _("Vul aan wat bij een beslissing ontbreekt."))
        return False
    outcomes = [outcome for form in forms if (outcome := form.outcome()) is not None]
    if not outcomes:
        messages.error(request, _("Kies bij minstens één aanvraag een beslissing."))
        return False
    try:
        decided = determine_many(call=call, outcomes=outcomes, actor=actor)
    except (TransitionRefused, ValidationError) as refusal:
        for text in getattr(refusal, "reasons", None) or getattr(refusal, "messages", []):
            messages.error(request, text)
        return False
    messages.success(request, _("Beslist en meegedeeld: %d.") % len(decided))
    return True


def _forms(
    actor: Actor, call: Call, standings: list[Standing], data: Any
) -> list[tuple[Standing, OutcomeForm]]:
    """One for each application that can be decided now, filled with what the ranking suggests."""
    open_states = {State.READY} if call.state == Call.State.UNDER_REVIEW else set()
    if call.state in (Call.State.UNDER_REVIEW, Call.State.DECIDED):
        open_states |= {State.RESERVE}
    own_party = (
        set(party_networks(actor.own_organisations).filter(call=call).values_list("pk", flat=True))
        if open_states
        else set()
    )
    found = []
    for standing in standings:
        application = standing.application
        if application.state in open_states and application.network_id not in own_party:
            form = OutcomeForm(data, application=application)
            if application.state == State.READY:
                form.fields["action"].initial = suggestion(standing)
            found.append((standing, form))
    return found


def suggestion(standing: Standing) -> str:
    """What the ranking says; a person decides."""
    if standing.ranked.below_minimum:
        return "reject"
    return "approve" if standing.ranked.fits else "reserve"


def _columns() -> list[Column]:
    return [
        Column(_("Plaats"), kind="number"),
        Column(_("Netwerk")),
        Column(_("Score"), kind="number"),
        Column(_("Verschil"), kind="number"),
        Column(_("Gevraagd"), kind="euro"),
        Column(_("Samen"), kind="euro"),
        Column(_("Budgetlijn"), kind="state"),
        Column(_("Toestand"), kind="state"),
    ]


def _rows(columns: list[Column], standings: list[Standing]) -> list[Row]:
    found = []
    for standing in standings:
        ranked, application = standing.ranked, standing.application
        address = reverse("networks:application_detail", args=[application.public_id])
        found.append(
            row(
                columns,
                [
                    ranked.place,
                    Cell(application.network.name, url=address, note=TIES.get(ranked.tie, "")),
                    ranked.entry.mark,
                    standing.spread,
                    ranked.entry.requested,
                    ranked.cumulative,
                    _line(standing),
                    Cell(application.get_state_display(), state=application.state),
                ],
            )
        )
    return found


def _line(standing: Standing) -> Cell:
    if standing.ranked.entry.excluded:
        return Cell(_("afgewezen"), tone="stop")
    if standing.ranked.below_minimum:
        return Cell(_("onder de laagste score"), tone="stop")
    return Cell(_("past"), tone="good") if standing.ranked.fits else Cell(_("past niet meer"), tone="care")


def _facts(call: Call, standings: list[Standing]) -> list[Fact]:
    from skillnet.templatetags.ui import euro

    asked = sum((s.ranked.entry.requested for s in standings if not s.ranked.entry.excluded), start=0)
    left = budget_left(call)
    return [
        Fact(_("Budget"), euro(call.budget)),
        Fact(_("Gevraagd door wie in aanmerking komt"), euro(asked)),
        Fact(_("Al toegekend"), euro(None if call.budget is None or left is None else call.budget - left)),
        Fact(_("Nog vrij"), euro(left)),
    ]
