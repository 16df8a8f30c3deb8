"""Dated rates: what holds when, proposing another one, and the second person who confirms it."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, npgettext_lazy

from networks.filters import RateFilter
from networks.organisation_forms import RateForm
from networks.querysets import rates_visible_to
from networks.rate_words import unit_words, value_words
from networks.rules import is_second_person
from networks.services.rates import ended_by, propose_rate, take_rate_action
from networks.transitions import RATE_TRANSITIONS
from networks.views.administration import _crumbs
from networks.views.helpers import events_of, explain
from skillnet.kernel.actor import Actor, actor_of
from skillnet.kernel.addresses import page_of
from skillnet.kernel.law_names import law_name
from skillnet.kernel.models import Rate
from skillnet.kernel.rate_names import rate_name
from skillnet.kernel.transitions import Transition, TransitionRefused
from skillnet.lists import ListColumn, ListSpec, list_response
from skillnet.templatetags.ui import date_long, date_short
from skillnet.ui import Action, Fact, Link

RATE_LIST = ListSpec(
    columns=[
        ListColumn(
            gettext_lazy("Tarief"),
            lambda r: rate_name(r.key.name),
            sort="key__name",
            url=page_of("networks:rate_detail"),
        ),
        ListColumn(gettext_lazy("Waarde"), lambda r: value_words(r.value, r.key.unit), sort="value"),
        ListColumn(gettext_lazy("Getal"), lambda r: r.value, kind="number", export_only=True),
        ListColumn(
            gettext_lazy("Eenheid"), lambda r: unit_words(r.key.unit) or _("ja of nee"), export_only=True
        ),
        ListColumn(gettext_lazy("Vanaf"), lambda r: r.period.lower, kind="date", sort="period"),
        ListColumn(
            gettext_lazy("Tot en met"),
            lambda r: date_short(_last_day(r)) if r.period.upper else _("nader order"),
        ),
        ListColumn(gettext_lazy("Rechtsgrond"), lambda r: law_name(r.legal_basis)),
        ListColumn(
            gettext_lazy("Toestand"),
            lambda r: r.get_state_display(),
            kind="state",
            sort="state",
            state=lambda r: r.state,
        ),
        ListColumn(gettext_lazy("Bron"), lambda r: law_name(r.source), export_only=True),
    ],
    noun=npgettext_lazy("count", "tarief", "tarieven"),
    filename="tarieven",
    filterset=RateFilter,
    order=("key__name", "-period"),
)


def rates(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    return list_response(  # type: ignore[return-value]
        request,
        template="networks/administration_list.html",
        queryset=rates_visible_to(actor).select_related("key"),
        spec=RATE_LIST,
        context={
            "page_title": _("Tarieven"),
            "breadcrumbs": _crumbs(Link(_("Tarieven"))),
            "lede": _(
                "Percentages, plafonds en drempels, telkens met de dagen waarop ze gelden en hun rechtsgrond."
            ),
            "actions": [Action(_("Tarief voorstellen"), reverse("networks:rate_new"), tone="main")],
        },
    )


def rate_new(request: HttpRequest) -> HttpResponse:
    """Propose a rate; a second person confirms it."""
    actor = actor_of(request)
    known = rates_visible_to(actor).values_list("key", flat=True)
    chosen = request.GET.get("key", "")
    form = RateForm(
        request.POST or None, initial={"key": chosen} if chosen.isdigit() and int(chosen) in known else None
    )
    if request.method == "POST" and form.is_valid():
        try:
            rate = propose_rate(actor=actor, **form.cleaned_data)
        except ValidationError as error:
            explain(form, error)
        else:
            messages.success(request, _("Voorgesteld. Een tweede beheerder moet het nog bevestigen."))
            return redirect("networks:rate_detail", rate_id=rate.public_id)
    context = {
        "page_title": _("Tarief voorstellen"),
        "breadcrumbs": _crumbs(Link(_("Tarieven"), reverse("networks:rates")), Link(_("Voorstellen"))),
        "form": form,
        "cancel_url": reverse("networks:rates"),
    }
    return render(request, "networks/form.html", context)


def rate_detail(request: HttpRequest, rate_id: str) -> HttpResponse:
    actor = actor_of(request)
    known = rates_visible_to(actor).select_related("key", "proposed_by", "confirmed_by")
    rate = get_object_or_404(known, public_id=rate_id)
    name = rate_name(rate.key.name)
    proposed = rate.state == Rate.State.PROPOSED
    steps, effect = _steps_and_effect(rate, actor) if proposed else ({}, "")
    return render(
        request,
        "networks/rate_detail.html",
        {
            "page_title": name,
            "breadcrumbs": _crumbs(Link(_("Tarieven"), reverse("networks:rates")), Link(name)),
            "rate": rate,
            "name": name,
            "actions": [
                Action(_("Ander tarief voorstellen"), f"{reverse('networks:rate_new')}?key={rate.key_id}")
            ],
            "properties": _rate_properties(rate),
            "steps": [
                Action(str(step.label), value=action, tone=step.style, confirm=str(step.confirm))  # type: ignore[arg-type]
                for action, step in steps.items()
            ],
            "effect": effect,
            "waits_for_other": proposed and not is_second_person(actor, rate),
            "events": events_of(rate, RATE_TRANSITIONS, {"propose": _("Voorgesteld"), "end": _("Afgelopen")}),
        },
    )


def _steps_and_effect(rate: Rate, actor: Actor) -> tuple[dict[str, Transition], str]:
    """The buttons that lead somewhere, and what confirming would do to the rate that holds now."""
    steps = RATE_TRANSITIONS.available(rate, actor)
    for action in ("confirm", "replace"):
        try:
            ended = ended_by(rate, action)
        except TransitionRefused as refusal:
            steps.pop(action, None)
            effect = str(refusal)
        else:
            if action == "confirm":
                steps.pop("replace", None)
            return steps, _effect_words(rate, ended)
    return steps, effect


def _effect_words(rate: Rate, ended: Rate | None) -> str:
    said = []
    if ended is not None and ended.period.upper is None:
        said.append(
            _("Bevestigen beëindigt het tarief van %(value)s, dat geldt tot nader order, op %(last)s.")
            % {
                "value": value_words(ended.value, rate.key.unit),
                "last": date_long(rate.period.lower - timedelta(days=1)),
            }
        )
    elif ended is not None:
        said.append(
            _(
                "Bevestigen beëindigt het tarief van %(value)s, dat nu geldt tot en met %(until)s, op %(last)s."
            )
            % {
                "value": value_words(ended.value, rate.key.unit),
                "until": date_long(_last_day(ended)),
                "last": date_long(rate.period.lower - timedelta(days=1)),
            }
        )
    if rate.period.upper:
        said.append(
            _("Na %(last)s geldt geen tarief meer, tot iemand er een voorstelt en een ander het bevestigt.")
            % {"last": date_long(_last_day(rate))}
        )
    return " ".join(said)


def _last_day(rate: Rate) -> date:
    last: date = rate.period.upper - timedelta(days=1)
    return last


def rate_action(request: HttpRequest, rate_id: str) -> HttpResponse:
    actor = actor_of(request)
    rate = get_object_or_404(rates_visible_to(actor), public_id=rate_id)
    action = request.POST.get("action", "")
    if action not in RATE_TRANSITIONS.transitions:
        raise Http404
    try:
        rate = take_rate_action(rate=rate, action=action, actor=actor, reason=request.POST.get("reason", ""))
        messages.success(request, _("Het tarief staat nu op “%s”.") % rate.get_state_display())
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("networks:rate_detail", rate_id=rate.public_id)


def _rate_properties(rate: Any) -> list[Fact]:
    return [
        Fact(_("Waarde"), value_words(rate.value, rate.key.unit)),
        Fact(_("Geldt vanaf"), date_long(rate.period.lower)),
        Fact(_("Tot en met"), date_long(_last_day(rate)) if rate.period.upper else _("nader order")),
        Fact(_("Rechtsgrond"), law_name(rate.legal_basis)),
        Fact(_("Bron"), law_name(rate.source)),
        Fact(_("Staat vast"), _("ja") if rate.is_certain else _("nee, nog te bevestigen in de praktijk")),
        Fact(
            _("Voorgesteld door"), str(rate.proposed_by or _("geladen uit de bestanden met de rechtsregels"))
        ),
        *([Fact(_("Bevestigd door"), str(rate.confirmed_by or ""))] if rate.proposed_by else []),
        *([Fact(_("Wat het is"), rate.key.description)] if rate.key.description else []),
        Fact(_("Kenmerk"), rate.key.name),
    ]
