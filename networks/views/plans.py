"""Annual plans of a network."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, npgettext_lazy

from networks.application_forms import PlanForm, PlanLineForm
from networks.application_rules import leads_plan
from networks.application_transitions import PLAN_TRANSITIONS
from networks.models import Network, NetworkPlan, PlanLine
from networks.models.plans import QUARTERS
from networks.rules import steers
from networks.services.plans import (
    add_line,
    change_line,
    remove_line,
    save_goals,
    start_plan,
    take_plan_action,
    vote_on_plan,
)
from networks.transitions import tally_of
from networks.views.helpers import events_of, explain, panel_actions
from skillnet.kernel.actor import Actor, actor_of
from skillnet.kernel.transitions import TransitionRefused
from skillnet.list_filters import simple_filterset
from skillnet.lists import ListColumn, ListSpec, chosen_columns, list_response
from skillnet.ui import Action, Fact, Link, Row, Step, row

TOTAL = sum((F(quarter) for quarter in QUARTERS[1:]), F(QUARTERS[0]))

PLAN_LINE_LIST = ListSpec(
    columns=[
        ListColumn(
            gettext_lazy("Wat"),
            lambda line: line.title,
            sort="title",
            note=lambda line: line.get_kind_display(),
        ),
        ListColumn(gettext_lazy("Soort"), lambda line: line.get_kind_display(), export_only=True),
        ListColumn(gettext_lazy("Deelnemers"), lambda line: line.learners, kind="number", sort="learners"),
        ListColumn(gettext_lazy("Kw. 1"), lambda line: line.quarter_1, kind="euro", sort="quarter_1"),
        ListColumn(gettext_lazy("Kw. 2"), lambda line: line.quarter_2, kind="euro", sort="quarter_2"),
        ListColumn(gettext_lazy("Kw. 3"), lambda line: line.quarter_3, kind="euro", sort="quarter_3"),
        ListColumn(gettext_lazy("Kw. 4"), lambda line: line.quarter_4, kind="euro", sort="quarter_4"),
        ListColumn(gettext_lazy("Samen"), lambda line: line.total, kind="euro", sort="year_total"),
    ],
    noun=npgettext_lazy("count", "lijn", "lijnen"),
    filename="jaarplan",
    filterset=simple_filterset("title", kind=(gettext_lazy("Soort"), PlanLine.Kind.choices)),
    order=("pk",),
)


def plan_new(request: HttpRequest, public_id: str) -> HttpResponse:
    """Start the plan of a year, or go to the one that there is."""
    actor = actor_of(request)
    network = get_object_or_404(Network.objects.visible_to(actor).managed_by(actor), public_id=public_id)
    form = PlanForm(request.POST or None, initial={"year": timezone.localdate().year + 1})
    if request.method == "POST" and form.is_valid():
        try:
            plan = start_plan(network=network, actor=actor, **form.cleaned_data)
        except ValidationError as error:
            explain(form, error)
        else:
            return redirect("networks:plan_detail", public_id=plan.public_id)
    back = reverse("networks:network_detail", args=[public_id])
    context = {
        "page_title": _("Jaarplan opstellen"),
        "subline": network.name,
        "form": form,
        "cancel_url": back,
        "breadcrumbs": [Link(_("Netwerken"), reverse("networks:networks")), Link(network.name, back)],
    }
    return render(request, "networks/form.html", context)


def plan_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    return _page(request, _visible(request, public_id), PlanLineForm())


def plan_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    """Change the goals of a draft."""
    actor, plan = actor_of(request), _visible(request, public_id)
    if not _may_write(actor, plan):
        raise Http404
    form = PlanForm(request.POST or None, instance=plan)
    del form.fields["year"]
    if request.method == "POST" and form.is_valid():
        save_goals(plan=plan, goals=form.cleaned_data["goals"], actor=actor)
        return redirect("networks:plan_detail", public_id=public_id)
    context = {
        "page_title": str(plan),
        "form": form,
        "cancel_url": reverse("networks:plan_detail", args=[public_id]),
        "breadcrumbs": _crumbs(plan),
    }
    return render(request, "networks/form.html", context)


def plan_line_new(request: HttpRequest, public_id: str) -> HttpResponse:
    actor, plan = actor_of(request), _visible(request, public_id)
    form = PlanLineForm(request.POST)
    if form.is_valid():
        try:
            add_line(plan=plan, values=form.cleaned_data, actor=actor)
        except ValidationError as error:
            explain(form, error)
        else:
            messages.success(request, _("Lijn toegevoegd."))
            return redirect("networks:plan_detail", public_id=public_id)
    return _page(request, plan, form)


def plan_line_edit(request: HttpRequest, public_id: str, line_id: str) -> HttpResponse:
    """Change a line of a draft."""
    actor, plan = actor_of(request), _visible(request, public_id)
    if not _may_write(actor, plan):
        raise Http404
    line: PlanLine = get_object_or_404(plan.lines.all(), public_id=line_id)
    form = PlanLineForm(request.POST or None, instance=line)
    if request.method == "POST" and form.is_valid():
        try:
            change_line(line=line, values=form.cleaned_data, actor=actor)
        except ValidationError as error:
            explain(form, error)
        else:
            messages.success(request, _("Bewaard."))
            return redirect("networks:plan_detail", public_id=public_id)
    back = reverse("networks:plan_detail", args=[public_id])
    context = {
        "page_title": _("Lijn aanpassen"),
        "subline": str(plan),
        "form": form,
        "cancel_url": back,
        "breadcrumbs": [*_crumbs(plan)[:-1], Link(_("Jaarplan %d") % plan.year, back), Link(line.title)],
    }
    return render(request, "networks/form.html", context)


def plan_line_remove(request: HttpRequest, public_id: str, line_id: str) -> HttpResponse:
    actor, plan = actor_of(request), _visible(request, public_id)
    line: PlanLine = get_object_or_404(plan.lines.all(), public_id=line_id)
    try:
        remove_line(line=line, actor=actor)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("networks:plan_detail", public_id=public_id)


def plan_action(request: HttpRequest, public_id: str) -> HttpResponse:
    """A step of the manager, or a vote of the steering group."""
    actor, plan = actor_of(request), _visible(request, public_id)
    action, reason = request.POST.get("action", ""), request.POST.get("reason", "")
    if action not in ("agree", "object", *PLAN_TRANSITIONS.transitions):
        raise Http404
    try:
        if action in ("agree", "object"):
            vote_on_plan(plan=plan, actor=actor, agrees=action == "agree", remark=reason)
            messages.success(request, _("Uw stem is geteld."))
        else:
            plan = take_plan_action(plan=plan, action=action, actor=actor, reason=reason)
            messages.success(request, _("Het plan staat nu op “%s”.") % plan.get_state_display())
    except (TransitionRefused, ValidationError) as refusal:
        for text in getattr(refusal, "reasons", None) or getattr(refusal, "messages", []):
            messages.error(request, text)
    return redirect("networks:plan_detail", public_id=public_id)


def _page(request: HttpRequest, plan: NetworkPlan, form: PlanLineForm) -> HttpResponse:
    actor = actor_of(request)
    lines = list(plan.lines.all())
    may_write = _may_write(actor, plan)
    steps = PLAN_TRANSITIONS.available(plan, actor)
    quarters = [sum((getattr(line, quarter) for line in lines), Decimal(0)) for quarter in QUARTERS]
    context: dict[str, Any] = {
        "page_title": str(plan),
        "breadcrumbs": _crumbs(plan),
        "plan": plan,
        "facts": _facts(plan, quarters),
        "actions": [Action(_("Doelen aanpassen"), reverse("networks:plan_edit", args=[plan.public_id]))]
        if _may_write(actor, plan)
        else [],
        "has_lines": bool(lines),
        "footer": _totals(lines, quarters) if not chosen_columns(request, PLAN_LINE_LIST) else None,
        "row_action": "networks/_plan_line_steps.html" if may_write else "",
        "may_write": may_write,
        "line_form": form,
        "steps_done": _steps(plan),
        "steps": panel_actions(steps),
        "tally": tally_of(plan),
        "votes": plan.votes.select_related("organisation", "user"),
        "may_vote": steers(actor, plan.network_id) and plan.state == NetworkPlan.State.SUBMITTED,
        "own_vote": plan.votes.filter(organisation=actor.organisation_id).first(),
        "events": events_of(plan, PLAN_TRANSITIONS, {"create": _("Begonnen"), "vote": _("Gestemd")}),
    }
    return list_response(  # type: ignore[return-value]
        request,
        template="networks/plan_detail.html",
        queryset=plan.lines.annotate(year_total=TOTAL),
        spec=PLAN_LINE_LIST,
        context=context,
    )


def _totals(lines: list[PlanLine], quarters: list[Decimal]) -> Row:
    """The last row: learners and euro of the whole plan, whatever is filtered."""
    learners = sum(line.learners or 0 for line in lines)
    heads = [column.head() for column in PLAN_LINE_LIST.columns if not column.export_only]
    return row(heads, [_("Samen, hele plan"), learners or None, *quarters, sum(quarters, Decimal(0))])


def _visible(request: HttpRequest, public_id: str) -> NetworkPlan:
    plans = NetworkPlan.objects.visible_to(actor_of(request)).select_related("network")
    return get_object_or_404(plans, public_id=public_id)


def _may_write(actor: Actor, plan: NetworkPlan) -> bool:
    return leads_plan(actor, plan) and plan.state == NetworkPlan.State.DRAFT


def _crumbs(plan: NetworkPlan) -> list[Link]:
    back = reverse("networks:network_detail", args=[plan.network.public_id])
    return [
        Link(_("Netwerken"), reverse("networks:networks")),
        Link(plan.network.name, back),
        Link(_("Jaarplan %d") % plan.year),
    ]


def _facts(plan: NetworkPlan, quarters: list[Decimal]) -> list[Fact]:
    from skillnet.templatetags.ui import euro

    total = sum(quarters, Decimal(0))
    facts = [Fact(_("Begroot"), euro(total))]
    if plan.network.budget is not None:
        facts.append(Fact(_("Jaarbudget"), euro(plan.network.budget), hint=_("wat de overheid bijdraagt")))
        facts.append(Fact(_("Bedrijven dragen zelf"), euro(max(Decimal(0), total - plan.network.budget))))
    return facts


def _steps(plan: NetworkPlan) -> list[Step]:
    order = list(NetworkPlan.State)
    now = order.index(NetworkPlan.State(plan.state))
    last = len(order) - 1
    return [
        Step(state.label, "done" if n < now or now == last else "current" if n == now else "")
        for n, state in enumerate(order)
    ]
