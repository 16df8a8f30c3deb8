"""Budgets per call and network, and what is late or risky: the calm page of a coordinator."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, npgettext_lazy

from networks.models import Call, Network
from programmes.aid.rates import Rates
from programmes.querysets import calls_with_budget, networks_with_budget
from programmes.services.budgets import Position, call_positions, with_positions
from programmes.services.law import database_rates
from programmes.services.risks import late_and_risky, near_ceiling, tight_networks
from skillnet.kernel.actor import Actor, actor_of
from skillnet.kernel.addresses import page_of
from skillnet.kernel.roles import Role
from skillnet.list_filters import simple_filterset
from skillnet.lists import ListColumn, ListSpec, list_response
from skillnet.templatetags.ui import euro
from skillnet.ui import Action, Cell, Column, Row, Todo, row


def _opens(kind: str) -> Any:
    """The programmes that one of the network's figures counts."""
    return lambda n: (
        f"{reverse('programmes:programmes')}?{urlencode({'network': n.pk, 'money': kind})}"
        if getattr(n, kind)
        else ""
    )


BUDGET_LIST = ListSpec(
    columns=[
        ListColumn(
            gettext_lazy("Netwerk"),
            lambda n: n.name,
            sort="name",
            url=page_of("networks:network_detail"),
        ),
        ListColumn(gettext_lazy("Oproep"), lambda n: n.call.title if n.call else "", export_only=True),
        ListColumn(gettext_lazy("Budget"), lambda n: n.budget, kind="euro", sort="budget"),
        ListColumn(
            gettext_lazy("Gereserveerd"),
            lambda n: n.reserved,
            kind="euro",
            sort="reserved",
            url=_opens("reserved"),
        ),
        ListColumn(
            gettext_lazy("Toegekend"),
            lambda n: n.granted,
            kind="euro",
            sort="granted",
            url=_opens("granted"),
        ),
        ListColumn(gettext_lazy("Betaald"), lambda n: n.paid, kind="euro", sort="paid", url=_opens("paid")),
        ListColumn(gettext_lazy("Vrij"), lambda n: n.left, kind="euro", sort="left"),
    ],
    noun=npgettext_lazy("count", "netwerk", "netwerken"),
    filename="budgetten",
    filterset=simple_filterset("name", "call__title"),
    order=("left", "name"),
)


def budget_list(request: HttpRequest) -> HttpResponse:
    """Budget, reserved, granted, paid and left; every figure opens the programmes that it counts."""
    actor = actor_of(request)
    networks = with_positions(_networks(actor)).select_related("call")
    today = timezone.localdate()
    exported = request.GET.get("export")
    context = {} if exported else _context(actor, list(networks), today)
    return list_response(  # type: ignore[return-value]
        request, template="programmes/budgets.html", queryset=networks, spec=BUDGET_LIST, context=context
    )


def _context(actor: Actor, networks: list[Any], today: Any) -> dict[str, Any]:
    calls = _calls(actor)
    positions = call_positions(calls)
    columns = _call_columns()
    rates = database_rates()
    late, risky = late_and_risky(actor, today, rates)
    return {
        "page_title": _("Budgetten"),
        "call_columns": columns,
        "call_rows": [_call_row(columns, call, positions[call.pk]) for call in calls],
        "gauges": [_gauge(call, positions[call.pk]) for call in calls if call.budget],
        "late": late,
        "risky": [*risky, *_tight(networks, today, rates)],
        "near": near_ceiling(actor, today, rates) if actor.has(Role.COORDINATOR, Role.ADMINISTRATOR) else [],
        "actions": _actions(actor),
    }


def _actions(actor: Actor) -> list[Action]:
    actions = [Action(_("Opleidingscontingenten"), reverse("programmes:contingents"))]
    if actor.has(Role.COORDINATOR, Role.NETWORK_MANAGER):
        actions.insert(0, Action(_("Afrekeningen"), reverse("programmes:claims")))
    actions.append(Action(_("Uitbreidingen"), f"{reverse('programmes:supplements')}?state=pending"))
    if actor.has(Role.COORDINATOR, Role.ADMINISTRATOR):
        actions.append(Action(_("Controles"), reverse("programmes:audits")))
    return actions


def _networks(actor: Actor) -> Any:
    """A manager's own networks, those of a coordinator's calls, all for who reads all."""
    return networks_with_budget(Network.objects.all(), actor)


def _calls(actor: Actor) -> list[Call]:
    return list(calls_with_budget(Call.objects.all(), actor).order_by("-opens_on", "pk")[:20])


def _call_columns() -> list[Column]:
    figures = [_("Budget"), _("Gereserveerd"), _("Toegekend"), _("Betaald"), _("Vrij")]
    return [Column(_("Oproep")), *(Column(label, kind="euro") for label in figures)]


def _call_row(columns: list[Column], call: Call, position: Position) -> Row:
    def opens(kind: str) -> str:
        return f"{reverse('programmes:programmes')}?{urlencode({'call': str(call.pk), 'money': kind})}"

    cells: list[Any] = [
        Cell(call.title, url=reverse("networks:call_detail", args=[call.public_id])),
        position.budget,
    ]
    for kind in ("reserved", "granted", "paid"):
        amount = getattr(position, kind)
        cells.append(Cell(amount, url=opens(kind) if amount else ""))
    return row(columns, [*cells, position.left])


def _gauge(call: Call, position: Position) -> dict[str, Any]:
    budget, asked = float(call.budget or 0), float(position.bound + position.reserved)
    return {
        "id": f"call-{call.pk}",
        "label": _("%(call)s: %(used)s van %(budget)s gevraagd, toegekend of betaald")
        % {"call": call.title, "used": euro(position.bound + position.reserved), "budget": euro(call.budget)},
        "text": _("nog %(left)s vrij") % {"left": euro(position.left)},
        "value": min(asked, budget),
        "max": budget,
        "high": budget * 0.8,
    }


def _tight(networks: list[Any], today: date, rates: Rates) -> list[Todo]:
    return [
        Todo(
            n.name,
            reverse("networks:network_detail", args=[n.public_id]),
            text=_("Het budget van het netwerk is bijna op."),
            when=_("nog %(left)s vrij") % {"left": euro(n.left)},
        )
        for n in tight_networks(networks, today, rates)
    ]
