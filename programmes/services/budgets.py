"""Budgets of calls and networks: what is reserved, granted and paid, and what is left. One source of truth.

Every amount is counted here and nowhere else: assembly asks what may still be planned, an approval asks
whether it overspends, and the page shows the same figures.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from networks.models import Call, Network
from programmes.models import Programme
from programmes.states import BOUND, DRAFTED, GRANTED, PAID, RESERVED
from skillnet.kernel.transitions import TransitionRefused

ZERO = Decimal("0.00")
SPENT_STATES = (*DRAFTED, *RESERVED, *BOUND)
KINDS: dict[str, tuple[str, ...]] = {
    "drafted": DRAFTED,
    "reserved": RESERVED,
    "granted": GRANTED,
    "paid": PAID,
}
MONEY: Any = DecimalField(max_digits=14, decimal_places=2)
# A claim that was paid or declined says what the programme really cost; until then the grant counts.
AMOUNT = Coalesce("claim__settled", "grant", Value(ZERO), output_field=MONEY)


@dataclass(frozen=True, slots=True)
class Position:
    """Where a budget stands, euro. `budget` and `left` are None where no budget was given."""

    budget: Decimal | None
    drafted: Decimal
    reserved: Decimal
    granted: Decimal
    paid: Decimal

    @property
    def left(self) -> Decimal | None:
        """What may still be reserved or granted; below zero when more is asked than there is."""
        if self.budget is None:
            return None
        return self.budget - self.reserved - self.granted - self.paid

    @property
    def plannable(self) -> Decimal | None:
        """What is left once the drafts that people work on are counted as well, never below zero."""
        left = self.left
        return None if left is None else max(ZERO, left - self.drafted)

    @property
    def bound(self) -> Decimal:
        """What is promised or paid: this may not exceed the budget."""
        return self.granted + self.paid


def network_position(network: Network) -> Position:
    """The budget of a network today."""
    return _position(network.budget, Programme.objects.filter(network=network))


def call_position(call: Call) -> Position:
    """The budget of a call over all its networks today."""
    return _position(call.budget, Programme.objects.filter(network__call=call))


def call_positions(calls: Sequence[Call]) -> dict[int, Position]:
    """The same of several calls at once, by the key of the call."""
    sums = {
        row.pop("network__call"): row
        for row in Programme.objects.filter(network__call__in=calls)
        .order_by()
        .values("network__call")
        .annotate(**_sums())
    }
    nothing = dict.fromkeys(KINDS, ZERO)
    return {call.pk: Position(call.budget, **sums.get(call.pk, nothing)) for call in calls}


def _position(budget: Decimal | None, programmes: QuerySet[Programme]) -> Position:
    return Position(budget, **programmes.aggregate(**_sums()))


def _sums() -> dict[str, Any]:
    return {name: Sum(AMOUNT, filter=Q(state__in=states), default=ZERO) for name, states in KINDS.items()}


def with_positions(networks: QuerySet[Network]) -> QuerySet[Network]:
    """Networks with `drafted`, `reserved`, `granted`, `paid` and `left` (None without a budget)."""
    rows = Programme.objects.order_by().filter(network=OuterRef("pk"))
    counted = networks.annotate(**{name: _total(rows, states) for name, states in KINDS.items()})
    return counted.annotate(left=F("budget") - F("reserved") - F("granted") - F("paid"))


def _total(rows: Any, states: Iterable[str]) -> Any:
    summed = rows.filter(state__in=states).values("network").annotate(total=Sum(AMOUNT)).values("total")
    return Coalesce(Subquery(summed, output_field=MONEY), Value(ZERO), output_field=MONEY)


def reserve_budget(programme: Programme) -> None:
    """Refuse an approval that would overspend; call it in its transaction, once the state is set.

    The rows of the call and then of the network are the locks: two approvals at one instant count each other.
    Raises TransitionRefused with what is short.
    """
    call_id = programme.network.call_id
    if call_id is not None:
        call = Call.objects.select_for_update(no_key=True).get(pk=call_id)
        _refuse_overspending(
            call_position(call), _("Het budget van de oproep volstaat niet: er is %(short)s euro te weinig.")
        )
    network = Network.objects.select_for_update(no_key=True).get(pk=programme.network_id)
    _refuse_overspending(
        network_position(network),
        _("Het budget van het netwerk volstaat niet: er is %(short)s euro te weinig."),
    )


def _refuse_overspending(position: Position, sentence: str) -> None:
    if position.budget is not None and position.bound > position.budget:
        raise TransitionRefused(sentence % {"short": position.bound - position.budget})
