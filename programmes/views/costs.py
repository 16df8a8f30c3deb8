"""Own cost lines, the key of shared costs, the waiting list, and the ring-fenced lines of a call."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from networks.models import Call
from networks.views.helpers import explain
from programmes.cost_forms import BudgetLineForm, CostLineForm, ShareForm, WaitForm
from programmes.models import BudgetLine, Participation, Programme
from programmes.presenting_money import cost_totals
from programmes.services.cost_lines import add_cost_line, remove_cost_line, share_costs
from programmes.services.ring_fence import line_positions, save_budget_line
from programmes.services.waiting import join_waiting_list, leave_waiting_list
from programmes.states import CHANGEABLE
from skillnet.kernel.actor import Actor, actor_of
from skillnet.kernel.law_names import law_name
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import TransitionRefused
from skillnet.ui import Cell, Column, Link, Table, row


def cost_lines(request: HttpRequest, public_id: str) -> HttpResponse:
    """Every line of the cost plan; a manager adds own ones and says how shared costs are split."""
    actor = actor_of(request)
    programme = _mine(actor, public_id)
    people = list(programme.participations.live().select_related("organisation"))
    line = CostLineForm(request.POST if "add" in request.POST else None, people=people)
    share = ShareForm(
        request.POST if "share" in request.POST else None,
        people=people,
        initial={"share_key": programme.share_key},
    )
    if request.method == "POST" and _saved(actor, programme, request, line, share):
        messages.success(request, _("Bewaard. Het kosten- en financieringsplan is opnieuw gemaakt."))
        return redirect("programmes:cost_lines", public_id=public_id)
    lines = list(programme.cost_lines.select_related("organisation"))
    context = {
        "page_title": _("Kosten"),
        "breadcrumbs": _crumbs(programme, _("Kosten")),
        "programme": programme,
        "lines": lines,
        "totals": cost_totals(lines),
        "people": people,
        "form": line if line.errors or not share.errors else share,
        "line": line,
        "share": share,
    }
    status = 409 if request.method == "POST" else 200
    return render(request, "programmes/cost_lines.html", context, status=status)


def _saved(
    actor: Actor, programme: Programme, request: HttpRequest, line: CostLineForm, share: ShareForm
) -> bool:
    """Whether the one form that was sent was good and its service took it."""
    removed = request.POST.get("remove", "")
    try:
        if removed.isdigit():
            remove_cost_line(actor=actor, programme_id=programme.pk, line_id=int(removed))
            return True
        if line.is_bound and line.is_valid():
            add_cost_line(actor=actor, programme_id=programme.pk, values=line.cleaned_data)
            return True
        if share.is_bound and share.is_valid():
            share_costs(
                actor=actor,
                programme_id=programme.pk,
                key=share.cleaned_data["share_key"],
                weights=share.weights,
            )
            return True
    except ValidationError as error:
        explain(line if line.is_bound else share, error)
    return False


def wait(request: HttpRequest, participation: str) -> HttpResponse:
    """More seats than there are: the company goes on the waiting list of its edition."""
    actor = actor_of(request)
    own = get_object_or_404(Participation.objects.of(actor).live(), public_id=participation)
    form = WaitForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Zet minstens één deelnemer op de wachtlijst."))
        return redirect("programmes:commit", participation=participation)
    try:
        join_waiting_list(
            participation_id=own.pk,
            edition_id=form.cleaned_data["edition"],
            learners=form.cleaned_data["learners"],
            actor=actor,
        )
    except (ValidationError, TransitionRefused) as error:
        messages.error(request, " ".join(getattr(error, "messages", None) or [str(error)]))
    else:
        messages.success(
            request, _("U staat op de wachtlijst. Komt er een plaats vrij, dan hoort u het meteen.")
        )
    return redirect("programmes:commit", participation=participation)


def wait_end(request: HttpRequest, participation: str, place: str) -> HttpResponse:
    """No longer waiting."""
    actor = actor_of(request)
    own = get_object_or_404(Participation.objects.of(actor), public_id=participation)
    waiting = get_object_or_404(own.waiting_places.all(), public_id=place)
    leave_waiting_list(place_id=waiting.pk, actor=actor)
    messages.success(request, _("U staat niet langer op de wachtlijst."))
    return redirect("programmes:commit", participation=participation)


def budget_lines(request: HttpRequest, call: str) -> HttpResponse:
    """The ring-fenced lines of a call, what is used of each, and a new one for its coordinator."""
    actor = actor_of(request)
    found = get_object_or_404(Call.objects.followed_by(actor).select_related("coordinator"), public_id=call)
    may_add = actor.has(Role.COORDINATOR) and found.coordinator_id == actor.organisation_id
    if request.method == "POST" and not may_add:
        raise Http404
    line = _line(actor, found, request.GET.get("lijn", "")) if may_add else None
    form = BudgetLineForm(request.POST or None, instance=line) if may_add else None
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            save_budget_line(call=found, values=form.cleaned_data, line=line)
        except ValidationError as error:
            explain(form, error)
        else:
            messages.success(request, _("Bewaard."))
            return redirect("programmes:budget_lines", call=call)
    context = {
        "page_title": _("Afgeschermde lijnen"),
        "breadcrumbs": [
            Link(_("Oproepen"), reverse("networks:calls")),
            Link(found.title, reverse("networks:call_detail", args=[found.public_id])),
            Link(_("Afgeschermde lijnen")),
        ],
        "call": found,
        "lines": _line_table(found, may_add),
        "form": form,
        "line": line,
    }
    return render(
        request, "programmes/budget_lines.html", context, status=409 if request.method == "POST" else 200
    )


def _line(actor: Actor, call: Call, wanted: str) -> BudgetLine | None:
    try:
        return (
            BudgetLine.objects.visible_to(actor).filter(call=call, public_id=wanted).first()
            if wanted
            else None
        )
    except ValidationError:
        return None


def _line_table(call: Call, may_change: bool) -> Table:
    columns = [
        Column(_("Waarvoor")),
        Column(_("Geldt vanaf"), "date"),
        Column(_("Tot en met"), "date"),
        Column(_("Bedrag"), "cents"),
        Column(_("Toegekend"), "cents"),
        Column(_("Betaald, min wat terugkwam"), "cents"),
        Column(_("Over"), "cents"),
        Column(_("Rechtsgrond")),
    ]
    rows = [
        row(
            columns,
            [
                Cell(p.line.get_purpose_display(), url=f"?lijn={p.line.public_id}" if may_change else ""),
                p.line.valid_from,
                p.line.valid_to or Cell(_("tot nader order")),
                p.line.amount,
                p.open,
                p.paid,
                p.left,
                law_name(p.line.legal_basis),
            ],
        )
        for p in line_positions(call)
    ]
    return Table(columns, rows)


def _mine(actor: Actor, public_id: str) -> Programme:
    mine: Any = Programme.objects.visible_to(actor).managed_by(actor).with_parties()
    programme: Programme = get_object_or_404(mine.filter(state__in=CHANGEABLE), public_id=public_id)
    return programme


def _crumbs(programme: Programme, here: str) -> list[Link]:
    return [
        Link(_("Programma’s"), reverse("programmes:programmes")),
        Link(programme.title, reverse("programmes:programme_detail", args=[programme.public_id])),
        Link(_("Plan aanpassen"), reverse("programmes:programme_edit", args=[programme.public_id])),
        Link(here),
    ]


__all__ = ["budget_lines", "cost_lines", "wait", "wait_end"]
