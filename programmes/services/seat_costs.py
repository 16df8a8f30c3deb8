"""What a company's seats cost as they were planned: the figures that invoices and settlements follow. Euro.

A plan keeps the price and the key of its day with the seats, so that a price that rises later, or an edition
that is cancelled, changes no promise by itself.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from catalogue.models import Edition
from programmes.models import CompanySeats, CostLine, Participation, Programme
from programmes.services.plan_costs import PlanError, edition_costs, facts_of
from programmes.services.plans import seats_of_programme

ZERO = Decimal("0.00")
TRAINEE = CostLine.Category.TRAINEE


@dataclass(frozen=True, slots=True)
class SeatCost:
    """The seats of one company in one edition and what they cost it, euro; None where there is no price.

    `decided` is what the decision counted for them: more, where a cheaper edition came in the place.
    """

    edition: Edition
    organisation_id: int
    learners: int
    cost: Decimal | None
    decided: Decimal | None

    @property
    def is_live(self) -> bool:
        return bool(self.edition.state != Edition.State.CANCELLED)


def seat_costs(programme: Programme) -> list[SeatCost]:
    """Every company in every edition of the programme, at the price of the plan."""
    rows = list(
        CompanySeats.objects.filter(programme_edition__programme=programme)
        .select_related("programme_edition__edition__offer__provider__organisation")
        .order_by("programme_edition__edition_id", "organisation_id")
    )
    older = _of_today(programme) if any(row.cost is None for row in rows) else {}
    return [_seat_cost(row, older) for row in rows]


def _seat_cost(row: CompanySeats, older: Mapping[int, Mapping[int, Decimal]]) -> SeatCost:
    edition, cost = row.programme_edition.edition, row.cost
    if cost is None:
        cost = older.get(edition.pk, {}).get(row.organisation_id)
    decided = cost if row.decided_cost is None else row.decided_cost
    return SeatCost(edition, row.organisation_id, row.learners, cost, decided)


def _of_today(programme: Programme) -> Mapping[int, Mapping[int, Decimal]]:
    """Plans from before costs were kept: by the same rules, at today's price."""
    seats = [s for s in seats_of_programme(programme) if s.edition.effective_price[0] is not None]
    try:
        return edition_costs(seats, facts_of(programme))
    except PlanError:
        return {}


def cancelled_costs(seats: list[SeatCost]) -> dict[int, Decimal]:
    """{company: euro} that was decided for editions that were cancelled since."""
    return _summed((s.organisation_id, s.decided or ZERO) for s in seats if not s.is_live)


def dropped_costs(seats: list[SeatCost]) -> dict[int, Decimal]:
    """{company: euro} that was decided and is no cost any more: of cancelled editions all, of those that a cheaper
    one replaced the difference."""
    return _summed(
        (s.organisation_id, (s.decided or ZERO) - (s.cost or ZERO if s.is_live else ZERO)) for s in seats
    )


def _summed(amounts: Iterable[tuple[int, Decimal]]) -> dict[int, Decimal]:
    found: dict[int, Decimal] = {}
    for company, amount in amounts:
        if amount:
            found[company] = found.get(company, ZERO) + amount
    return found


def live_learners(seats: list[SeatCost]) -> dict[int, int]:
    """{company: learners} in editions that go on or went on."""
    found: dict[int, int] = {}
    for seat in seats:
        if seat.is_live:
            found[seat.organisation_id] = found.get(seat.organisation_id, 0) + seat.learners
    return found


def planned_costs(company: Participation) -> dict[str, Decimal]:
    """What the decision counted by category of article 31(3), euro."""
    costs = (company.assessment.get("case") or {}).get("costs") or []
    planned: dict[str, Decimal] = {}
    for cost in costs:
        planned[cost["category"]] = planned.get(cost["category"], ZERO) + Decimal(cost["amount"])
    return planned or {str(CostLine.Category.TRAINER): company.cost}


def planned_invoices(company: Participation) -> dict[str, Decimal]:
    """What the decision expected to be invoiced, euro by category: everything but wages."""
    return {category: amount for category, amount in planned_costs(company).items() if category != TRAINEE}


__all__ = [
    "SeatCost",
    "cancelled_costs",
    "dropped_costs",
    "live_learners",
    "planned_costs",
    "planned_invoices",
    "seat_costs",
]
