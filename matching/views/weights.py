"""Weights of the components with a preview, and the talent strategy with the priority list."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, npgettext_lazy

from matching.engine.priority import PARTS
from matching.engine.scoring import DEFAULT_PROFILE
from matching.filters import DemandFilter
from matching.forms import StrategyForm, WeightsForm
from matching.models import Pool, TalentStrategy, WeightsProfile
from matching.rules import may_set_weights
from matching.services.presenting import COMPONENT_LABELS
from matching.services.priorities import PART_LABELS, active_strategy, strategy_of
from matching.services.profiles import activate_profile, current_weights, preview_weights, save_profile
from matching.services.strategy import save_strategy
from matching.views.demand import demand_title
from skillnet.kernel.actor import actor_of
from skillnet.lists import ListColumn, ListSpec, list_response
from skillnet.ui import Action, Column, Link, row


def weights(request: HttpRequest) -> HttpResponse:
    """The weights of now, other ones to try, and the versions that there were."""
    actor = actor_of(request)
    if request.POST.get("action") == "activate":
        return _activate(request)
    form = WeightsForm(request.POST or None, weights=current_weights())
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_profile(weights=form.weights(), note=form.cleaned_data["note"], actor=actor)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            text = _("Versie %(version)s is actief. Alles wordt nu opnieuw gescoord.") % {
                "version": saved.version
            }
            messages.success(request, text)
            return redirect("matching:weights")
    versions = list(WeightsProfile.objects.select_related("created_by"))
    context = {
        "page_title": _("Gewichten"),
        "form": form,
        "versions": versions,
        "has_first": any(v.version == int(DEFAULT_PROFILE.version) for v in versions),
        "active_version": next((v.version for v in versions if v.is_active), DEFAULT_PROFILE.version),
        "weights_of": [(v, _weights_text(v.weights)) for v in versions],
    }
    return render(request, "matching/weights.html", context)


def weights_preview(request: HttpRequest) -> HttpResponse:
    """What the numbers in the form would change; nothing is stored."""
    form = WeightsForm(request.POST, weights=current_weights())
    form.fields["note"].required = False
    context: dict[str, Any] = {"previews": [], "error": ""}
    if form.is_valid():
        try:
            context["previews"] = preview_weights(weights=form.weights(), actor=actor_of(request))
        except ValidationError as error:
            context["error"] = " ".join(error.messages)
    else:
        context["error"] = _("Vul bij elk onderdeel een getal van 0 of meer in.")
    context["changed"] = sum(preview.changed for preview in context["previews"])
    return render(request, "matching/weights_preview.html", context)


def _activate(request: HttpRequest) -> HttpResponse:
    version = request.POST.get("version", "")
    try:
        profile = activate_profile(version=int(version) if version.isdigit() else 0, actor=actor_of(request))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(
            request,
            _("Versie %(version)s is weer actief. Alles wordt nu opnieuw gescoord.")
            % {"version": profile.version},
        )
    return redirect("matching:weights")


def _weights_text(values: dict[str, float]) -> str:
    ranked = sorted(values.items(), key=lambda item: -item[1])
    return ", ".join(
        f"{COMPONENT_LABELS.get(name, name)} {value * 100:.0f}" for name, value in ranked if value
    )


def _part(name: str) -> Any:
    """A part of the priority as outsiders are told it."""
    return lambda pool: (pool.shown or {}).get("priority_parts", {}).get(name)


PRIORITY_LIST = ListSpec(
    columns=[
        ListColumn(gettext_lazy("Bundel"), demand_title, sort="public_title"),
        ListColumn(gettext_lazy("Netwerk"), lambda pool: pool.network.name, sort="network__name"),
        ListColumn(
            gettext_lazy("Prioriteit"), lambda pool: pool.told_priority, kind="score", sort="told_priority"
        ),
        ListColumn(
            gettext_lazy("Ondernemingen"),
            lambda pool: pool.told_undertakings,
            kind="number",
            sort="told_undertakings",
        ),
        ListColumn(
            gettext_lazy("Stand"),
            lambda pool: _("hiaat") if pool.told_unmet else _("er is aanbod"),
            kind="state",
            sort="told_unmet",
            state=lambda pool: "unmet" if pool.told_unmet else "",
        ),
        *[ListColumn(PART_LABELS[name], _part(name), kind="score", export_only=True) for name in PARTS],
    ],
    noun=npgettext_lazy("count", "bundel", "bundels"),
    filename="prioriteiten",
    filterset=DemandFilter,
    order=(F("told_priority").desc(nulls_last=True), F("told_undertakings").desc(nulls_last=True), "pk"),
)


def strategy(request: HttpRequest) -> HttpResponse:
    """The active talent strategy, its versions, and every pool by priority."""
    actor = actor_of(request)
    active = active_strategy()
    columns = [Column(_("Onderdeel")), Column(_("Gewicht"), kind="percent")]
    used = strategy_of(active).weights
    new = Action(_("Nieuwe versie"), reverse("matching:strategy_new"), tone="main")
    context = {
        "page_title": _("Talentstrategie"),
        "active": active,
        "versions": TalentStrategy.objects.select_related("created_by"),
        "weight_columns": columns,
        "weight_rows": [row(columns, [str(PART_LABELS[name]), used.get(name, 0.0)]) for name in PARTS],
        "actions": [
            *([new] if may_set_weights(actor) else []),
            Action(_("Knelpuntberoepen"), reverse("matching:shortages")),
        ],
    }
    pools = Pool.objects.anonymous_to(actor).with_told(actor).select_related("network")
    return list_response(  # type: ignore[return-value]
        request, template="matching/strategy.html", queryset=pools, spec=PRIORITY_LIST, context=context
    )


def strategy_new(request: HttpRequest) -> HttpResponse:
    """A next version: it becomes the active one, and every pool gets its priority by it."""
    active = active_strategy()
    initial = {"title": active.title if active else "", "valid_from": timezone.localdate()}
    form = StrategyForm(request.POST or None, weights=strategy_of(active).weights, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_strategy(
                title=form.cleaned_data["title"],
                valid_from=form.cleaned_data["valid_from"],
                weights=form.weights(),
                actor=actor_of(request),
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Versie %(version)s is actief.") % {"version": saved.version})
            return redirect("matching:strategy")
    title = _("Nieuwe versie van de talentstrategie")
    crumbs = [Link(_("Talentstrategie"), reverse("matching:strategy")), Link(_("Nieuwe versie"))]
    context = {"page_title": title, "form": form, "breadcrumbs": crumbs}
    return render(request, "matching/strategy_form.html", context)
