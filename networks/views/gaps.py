"""Competency gaps: register, list, read with their matches, change, confirm, close."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from networks.filters import GapFilter
from networks.models import Gap
from networks.rules import may_change_gap
from networks.services.gaps import take_gap_action
from networks.transitions import GAP_TRANSITIONS
from skillnet.kernel.actor import Actor, actor_of
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import TransitionRefused, decisions_on
from skillnet.lists import ListColumn, ListSpec, list_response
from skillnet.ui import Action, Event, Fact, Link

GAP_LIST = ListSpec(
    columns=[
        ListColumn(
            gettext_lazy("Competentiekloof"),
            lambda gap: gap.title,
            sort="title",
            url=lambda gap: reverse("networks:gap_detail", args=[gap.public_id]),
        ),
        ListColumn(gettext_lazy("Bedrijf"), lambda gap: gap.organisation.name, sort="organisation__name"),
        ListColumn(
            gettext_lazy("Netwerk"), lambda gap: gap.network.name if gap.network else "", sort="network__name"
        ),
        ListColumn(gettext_lazy("Deelnemers"), lambda gap: gap.learners, kind="number", sort="learners"),
        ListColumn(gettext_lazy("Dringendheid"), lambda gap: gap.get_urgency_display()),
        ListColumn(
            gettext_lazy("Toestand"),
            lambda gap: gap.get_state_display(),
            kind="state",
            sort="state",
            state=lambda gap: gap.state,
        ),
        ListColumn(gettext_lazy("Kenmerk"), lambda gap: gap.external_id, export_only=True),
        ListColumn(gettext_lazy("Omschrijving"), lambda gap: gap.description, export_only=True),
    ],
    noun=gettext_lazy("competentiekloven"),
    filename="competentiekloven",
    filterset=GapFilter,
)


def gap_list(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    gaps = Gap.objects.visible_to(actor).with_parties()
    may_add = actor.has(Role.COMPANY_CONTACT)
    return list_response(  # type: ignore[return-value]
        request,
        template="networks/gap_list.html",
        queryset=gaps,
        spec=GAP_LIST,
        context={
            "page_title": _("Competentiekloven"),
            "actions": _list_actions(may_add),
            "may_add": may_add,
        },
    )


def gap_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """The gap, what it is and what was decided; its matches come from matching (loaded beside it)."""
    actor = actor_of(request)
    gap = get_object_or_404(Gap.objects.visible_to(actor).with_parties(), public_id=public_id)
    return render(
        request,
        "networks/gap_detail.html",
        {
            "page_title": gap.title,
            "breadcrumbs": [Link(_("Competentiekloven"), reverse("networks:gaps")), Link(gap.title)],
            "gap": gap,
            "facts": _facts(gap),
            "properties": _properties(gap),
            "actions": _detail_actions(actor, gap),
            "steps": GAP_TRANSITIONS.available(gap, actor),
            "events": [_event(decision) for decision in decisions_on(gap)],
        },
    )


def gap_action(request: HttpRequest, public_id: str) -> HttpResponse:
    """Confirm, close, reopen or archive; the way back is named in the message."""
    actor = actor_of(request)
    gap = get_object_or_404(Gap.objects.visible_to(actor), public_id=public_id)
    action = request.POST.get("action", "")
    if action not in GAP_TRANSITIONS.transitions:
        raise Http404
    try:
        gap = take_gap_action(gap=gap, action=action, actor=actor, reason=request.POST.get("reason", ""))
        messages.success(request, _("De kloof staat nu op “%(state)s”.") % {"state": gap.get_state_display()})
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("networks:gap_detail", public_id=public_id)


def _list_actions(may_add: bool) -> list[Action]:
    if not may_add:
        return []
    return [
        Action(_("Kloof registreren"), reverse("networks:gap_new"), tone="main"),
        Action(_("Bestand invoeren"), reverse("import_new", args=["gaps"])),
    ]


def _detail_actions(actor: Actor, gap: Gap) -> list[Action]:
    if not may_change_gap(actor, gap):
        return []
    return [Action(_("Aanpassen"), reverse("networks:gap_edit", args=[gap.public_id]))]


def _facts(gap: Gap) -> list[Fact]:
    return [
        Fact(_("Deelnemers"), gap.learners),
        Fact(_("Dringendheid"), gap.get_urgency_display()),
        Fact(_("Termijn"), gap.get_horizon_display()),
        Fact(_("Diepgang"), gap.get_depth_display()),
        Fact(_("Richting"), gap.get_direction_display()),
    ]


def _properties(gap: Gap) -> list[Fact]:
    from skillnet.kernel import regions

    return [
        Fact(_("Bedrijf"), gap.organisation.name),
        Fact(_("Netwerk"), gap.network.name if gap.network else ""),
        Fact(_("Waar"), ", ".join(regions.display_name(code) for code in gap.regions)),
        Fact(_("Talen van de deelnemers"), ", ".join(gap.learner_languages)),
        Fact(_("Budget"), gap.budget),
        Fact(_("EQF-niveau"), gap.eqf_level),
        Fact(_("Wettelijk verplicht"), {True: _("ja"), False: _("nee"), None: ""}[gap.mandatory]),
        Fact(_("Kenmerk"), gap.external_id),
    ]


def _event(decision: Any) -> Event:
    row = GAP_TRANSITIONS.transitions.get(decision.action)
    return Event(
        label=str(row.label) if row else decision.action,
        who=decision.actor_label,
        when=decision.decided_at,
        reason=decision.reason,
    )
