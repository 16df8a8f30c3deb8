"""Calls: read by all, drawn up and taken through their steps by their coordinator."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, npgettext_lazy

from networks.models import Call, Network, NetworkApplication
from networks.network_forms import CallForm
from networks.rules import owns_call
from networks.services.calls import save_call, take_call_action
from networks.transitions import CALL_TRANSITIONS
from networks.views.helpers import events_of, explain, panel_actions
from skillnet.kernel.actor import Actor, actor_of
from skillnet.kernel.addresses import page_of
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import TransitionRefused
from skillnet.list_filters import simple_filterset
from skillnet.lists import ListColumn, ListSpec, list_response
from skillnet.ui import Action, Fact, Link

CALL_LIST = ListSpec(
    columns=[
        ListColumn(
            gettext_lazy("Oproep"),
            lambda c: c.title,
            sort="title",
            url=page_of("networks:call_detail"),
        ),
        ListColumn(gettext_lazy("Coördinator"), lambda c: c.coordinator.name, sort="coordinator__name"),
        ListColumn(gettext_lazy("Opent op"), lambda c: c.opens_on, kind="date", sort="opens_on"),
        ListColumn(gettext_lazy("Sluit op"), lambda c: c.closes_on, kind="date", sort="closes_on"),
        ListColumn(gettext_lazy("Budget"), lambda c: c.budget, kind="euro", sort="budget"),
        ListColumn(gettext_lazy("Netwerken"), lambda c: c.network_count, kind="number", sort="network_count"),
        ListColumn(
            gettext_lazy("Toestand"),
            lambda c: c.get_state_display(),
            kind="state",
            sort="state",
            state=lambda c: c.state,
        ),
    ],
    noun=npgettext_lazy("count", "oproep", "oproepen"),
    filename="oproepen",
    filterset=simple_filterset(
        "title", "coordinator__name", state=(gettext_lazy("Toestand"), Call.State.choices)
    ),
    order=("-opens_on", "-pk"),
)

APPLICATION_LIST = ListSpec(
    columns=[
        ListColumn(
            gettext_lazy("Netwerk"),
            lambda a: a.network.name,
            sort="network__name",
            url=page_of("networks:application_detail"),
        ),
        ListColumn(
            gettext_lazy("Toestand"),
            lambda a: a.get_state_display(),
            kind="state",
            sort="state",
            state=lambda a: a.state,
        ),
        ListColumn(
            gettext_lazy("Gevraagd budget"),
            lambda a: a.requested_budget,
            kind="euro",
            sort="requested_budget",
        ),
        ListColumn(gettext_lazy("Ingediend op"), lambda a: a.submitted_at, kind="date", sort="submitted_at"),
        ListColumn(
            gettext_lazy("Toegekend"), lambda a: a.awarded_budget if a.is_decided else None, kind="euro"
        ),
    ],
    noun=npgettext_lazy("count", "aanvraag", "aanvragen"),
    filename="aanvragen",
    filterset=simple_filterset(
        "network__name", state=(gettext_lazy("Toestand"), NetworkApplication.State.choices)
    ),
    order=("network__name",),
)


def call_list(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    may_add = actor.has(Role.COORDINATOR)
    calls = (
        Call.objects.visible_to(actor).select_related("coordinator").annotate(network_count=Count("networks"))
    )
    return list_response(  # type: ignore[return-value]
        request,
        template="networks/call_list.html",
        queryset=calls,
        spec=CALL_LIST,
        context={
            "page_title": _("Oproepen"),
            "actions": [Action(_("Oproep opstellen"), reverse("networks:call_new"), tone="main")]
            if may_add
            else [],
            "may_add": may_add,
        },
    )


def call_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = actor_of(request)
    call = get_object_or_404(
        Call.objects.visible_to(actor).select_related("coordinator"), public_id=public_id
    )
    steps = CALL_TRANSITIONS.available(call, actor)
    criteria = list(call.criteria.all())
    applications = NetworkApplication.objects.visible_to(actor).filter(call=call)
    return list_response(  # type: ignore[return-value]
        request,
        template="networks/call_detail.html",
        queryset=applications.select_related("network"),
        spec=APPLICATION_LIST,
        context={
            "page_title": call.title,
            "breadcrumbs": [Link(_("Oproepen"), reverse("networks:calls")), Link(call.title)],
            "call": call,
            "actions": _actions(actor, call, competes=bool(criteria)),
            "criteria": criteria,
            "may_weigh": owns_call(actor, call) and call.state == Call.State.DRAFT,
            "facts": _facts(actor, call),
            "reads_lines": Call.objects.followed_by(actor).filter(pk=call.pk).exists(),
            "networks": Network.objects.visible_to(actor).filter(call=call),
            "steps": panel_actions(steps),
            "reason_required": all(step.needs_reason for step in steps.values()),
            "events": events_of(call, CALL_TRANSITIONS, {"create": _("Opgesteld")}),
        },
    )


def _actions(actor: Actor, call: Call, *, competes: bool) -> list[Action]:
    """What the coordinator does with the call, and what a network does while it is open."""
    key = [call.public_id]
    if owns_call(actor, call):
        found = [Action(_("Aanpassen"), reverse("networks:call_edit", args=key))]
        if competes and call.state not in (Call.State.DRAFT, Call.State.OPEN):
            found.insert(
                0, Action(_("Rangschikking"), reverse("networks:call_ranking", args=key), tone="main")
            )
        return found
    if call.state != Call.State.OPEN:
        return []
    found = []
    if competes and actor.managed_networks:
        found.append(
            Action(_("Aanvraag schrijven"), reverse("networks:application_start", args=key), tone="main")
        )
    if actor.has(Role.COMPANY_CONTACT, Role.NETWORK_MANAGER):
        found.append(Action(_("Netwerk oprichten"), reverse("networks:network_new")))
    return found


def call_new(request: HttpRequest) -> HttpResponse:
    return _call_form(request, actor_of(request), None)


def call_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = actor_of(request)
    return _call_form(
        request, actor, get_object_or_404(Call.objects.visible_to(actor).owned_by(actor), public_id=public_id)
    )


def call_action(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = actor_of(request)
    call = get_object_or_404(Call.objects.visible_to(actor).owned_by(actor), public_id=public_id)
    action = request.POST.get("action", "")
    if action not in CALL_TRANSITIONS.transitions:
        raise Http404
    try:
        call = take_call_action(call=call, action=action, actor=actor, reason=request.POST.get("reason", ""))
        messages.success(request, _("De oproep staat nu op “%s”.") % call.get_state_display())
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("networks:call_detail", public_id=public_id)


def _call_form(request: HttpRequest, actor: Actor, call: Call | None) -> HttpResponse:
    form = CallForm(request.POST or None, instance=call)
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_call(actor=actor, values=form.cleaned_data, call=call)
        except ValidationError as error:
            explain(form, error)
        else:
            messages.success(request, _("Bewaard."))
            return redirect("networks:call_detail", public_id=saved.public_id)
    back = reverse("networks:call_detail", args=[call.public_id]) if call else reverse("networks:calls")
    title = _("Oproep aanpassen") if call else _("Oproep opstellen")
    context = {"page_title": title, "form": form, "cancel_url": back, "subline": actor.organisation_name}
    return render(request, "networks/form.html", context)


def _facts(actor: Actor, call: Call) -> list[Fact]:
    from skillnet.templatetags.ui import date_long, euro

    visible = Network.objects.visible_to(actor).filter(call=call).count()
    return [
        Fact(_("Opent op"), date_long(call.opens_on)),
        Fact(_("Sluit op"), date_long(call.closes_on)),
        Fact(_("Beoordeeld tegen"), date_long(call.review_by)),
        Fact(_("Budget"), euro(call.budget)),
        Fact(_("Netwerken die u ziet"), visible),
    ]
