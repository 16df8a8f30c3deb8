"""What is to be revalued since the urgency of demand changed: the list, and the one that is decided on."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.db.models import Case, F, QuerySet, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, npgettext_lazy

from catalogue.models import Revaluation
from catalogue.revaluation_transitions import REVALUATION_TRANSITIONS
from catalogue.services.revaluing import take_revaluation_step
from catalogue.wording import PRIORITY_PARTS
from networks.views.helpers import events_of, panel_actions
from skillnet.kernel.actor import Actor, actor_of
from skillnet.kernel.addresses import page_of
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import TransitionRefused
from skillnet.list_filters import simple_filterset
from skillnet.lists import ListColumn, ListSpec, list_response
from skillnet.templatetags.ui import date_long
from skillnet.ui import Cell, Column, Fact, Link, row

POINTS = 100

REVALUATION_LIST = ListSpec(
    columns=[
        ListColumn(
            gettext_lazy("Te herwaarderen"),
            lambda row: row.subject,
            url=page_of("catalogue:revaluation"),
        ),
        ListColumn(gettext_lazy("Soort"), lambda row: kind_words(row)),
        ListColumn(gettext_lazy("Verstrekker"), lambda row: row.provider.organisation.name),
        ListColumn(
            gettext_lazy("Waarom"), lambda row: str(Revaluation.Cause(row.grounds[-1]["cause"]).label)
        ),
        ListColumn(gettext_lazy("Verandering"), lambda row: shift_words(row.grounds[-1]["shift"])),
        ListColumn(gettext_lazy("Voorgelegd op"), lambda row: row.opened_on, kind="date", sort="opened_on"),
        ListColumn(
            gettext_lazy("Te beslissen tegen"), lambda row: row.due_on, kind="deadline", sort="due_on"
        ),
        ListColumn(
            gettext_lazy("Uitkomst"),
            lambda row: row.get_state_display(),
            kind="state",
            sort="state",
            state=lambda row: "due" if row.state == Revaluation.State.OPEN else row.state,
        ),
        ListColumn(gettext_lazy("Motivering"), lambda row: row.reason, export_only=True),
    ],
    noun=npgettext_lazy("count", "herwaardering", "herwaarderingen"),
    filename="herwaarderingen",
    filterset=simple_filterset(
        "microcredential__title",
        "recognition__scheme",
        state=(gettext_lazy("Uitkomst"), Revaluation.State.choices),
    ),
    order=("is_closed", "due_on", "pk"),
)


def revaluations(request: HttpRequest) -> HttpResponse:
    """What waits for a decision first, then what was decided."""
    actor = actor_of(request)
    return list_response(  # type: ignore[return-value]
        request,
        template="catalogue/revaluations.html",
        queryset=_rows(actor),
        spec=REVALUATION_LIST,
        context={"page_title": _("Herwaarderingen"), "breadcrumbs": [Link(_("Herwaarderingen"))]},
    )


def revaluation(request: HttpRequest, public_id: str) -> HttpResponse:
    """Why it was put up, what it is, and the decision."""
    actor = actor_of(request)
    row = _row(actor, public_id)
    closed = [Fact(_("Beslist op"), date_long(row.closed_at))] if row.closed_at else []
    context = {
        "page_title": row.subject,
        "breadcrumbs": [Link(_("Herwaarderingen"), reverse("catalogue:revaluations")), Link(row.subject)],
        "row": row,
        "kind": kind_words(row),
        "facts": [
            Fact(_("Verstrekker"), row.provider.organisation.name, url=_provider_url(row)),
            Fact(_("Voorgelegd op"), date_long(row.opened_on)),
            Fact(_("Te beslissen tegen"), date_long(row.due_on)),
            *closed,
        ],
        "subject_url": _subject_url(row),
        "recognition_url": _recognition_url(actor, row),
        "grounds": [_ground(ground) for ground in reversed(row.grounds)],
        "panel": panel_actions(REVALUATION_TRANSITIONS.available(row, actor)),
        "events": events_of(row, REVALUATION_TRANSITIONS),
    }
    return render(request, "catalogue/revaluation.html", context)


def revaluation_step(request: HttpRequest, public_id: str) -> HttpResponse:
    """Keep, adapt or end; the reason goes with it."""
    actor = actor_of(request)
    row = _row(actor, public_id)
    action = request.POST.get("action", "")
    if action not in REVALUATION_TRANSITIONS.transitions:
        raise Http404
    try:
        row = take_revaluation_step(
            revaluation=row, action=action, actor=actor, reason=request.POST.get("reason", "")
        )
        messages.success(
            request, _("De herwaardering is afgesloten: %(state)s.") % {"state": row.get_state_display()}
        )
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("catalogue:revaluation", public_id=public_id)


def kind_words(row: Revaluation) -> str:
    """What kind of thing it is."""
    return _("microcredential") if row.microcredential_id else _("erkenning")


def shift_words(shift: float) -> str:
    """How much more or less urgent, in points of a hundred."""
    points = {"points": round(abs(shift) * POINTS)}
    if shift > 0:
        return _("%(points)d punten dringender") % points
    return _("%(points)d punten minder dringend") % points


def _ground(ground: Mapping[str, Any]) -> dict[str, Any]:
    columns = [
        Column(_("Onderdeel van de prioriteit")),
        Column(_("Was"), kind="score"),
        Column(_("Is nu"), kind="score"),
        Column(_("Gewicht was"), kind="percent"),
        Column(_("Gewicht is nu"), kind="percent"),
    ]
    day = parse_date(ground["day"])
    return {
        "cause": str(Revaluation.Cause(ground["cause"]).label),
        "reference": _reference(ground),
        "day": day,
        "shift": shift_words(ground["shift"]),
        "columns": columns,
        "rows": [
            row(
                columns,
                [
                    str(PRIORITY_PARTS.get(name, name)),
                    *(Cell(pair[key]) for key in ("before", "after", "weight_before", "weight_after")),
                ],
            )
            for name, pair in ground["parts"].items()
        ],
    }


def _reference(ground: Mapping[str, Any]) -> str:
    """Which version of the strategy, or which list."""
    if ground["cause"] == Revaluation.Cause.STRATEGY:
        return _("versie %(number)s") % {"number": ground["reference"]}
    return str(ground["reference"])


def _rows(actor: Actor) -> QuerySet[Revaluation]:
    is_closed = Case(When(state=Revaluation.State.OPEN, then=Value(0)), default=Value(1))
    return (
        Revaluation.objects.visible_to(actor).with_subjects().annotate(is_closed=is_closed).order_by(F("pk"))
    )


def _row(actor: Actor, public_id: str) -> Revaluation:
    return get_object_or_404(_rows(actor), public_id=public_id)


def _subject_url(row: Revaluation) -> str:
    if row.microcredential is not None:
        return reverse("catalogue:microcredential_detail", args=[row.microcredential.public_id])
    return _provider_url(row)


def _provider_url(row: Revaluation) -> str:
    return reverse("catalogue:provider_detail", args=[row.provider.public_id])


def _recognition_url(actor: Actor, row: Revaluation) -> str:
    """Where who recognises decides anew; empty for others and for a credential."""
    if row.recognition is None or not actor.has(Role.COORDINATOR, Role.ADMINISTRATOR):
        return ""
    return reverse("catalogue:recognition_new", args=[row.provider.public_id])
