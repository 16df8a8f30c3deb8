"""What a company's seats cost as they were planned: the figures that invoices and settlements follow. Euro.

A plan keeps the price and the key of its day with the seats, so that a price that rises later, or an edition
that is cancelled, changes no promise by itself.
"""

from collections.abc import Mapping
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
    """The seats of one company in one edition and what they cost it, euro; None where there is no price."""

    edition: Edition
    organisation_id: int
    learners: int
    cost: Decimal | None

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
    return [
        SeatCost(
            row.programme_edition.edition,
            row.organisation_id,
            row.learners,
            row.cost
            if row.cost is not None
            else older.get(row.programme_edition.edition_id, {}).get(row.organisation_id),
        )
        for row in rows
    ]


def _of_today(programme: Programme) -> Mapping[int, Mapping[int, Decimal]]:
    """Plans from before costs were kept: by the same rules, at today's price."""
    seats = [s for s in seats_of_programme(programme) if s.edition.effective_price[0] is not None]
    try:
        return edition_costs(seats, facts_of(programme))
    except PlanError:
        return {}


def cancelled_costs(seats: list[SeatCost]) -> dict[int, Decimal]:
    """{company: euro} that was planned for editions that were cancelled since."""
    found: dict[int, Decimal] = {}
    for seat in seats:
        if not seat.is_live and seat.cost:
            found[seat.organisation_id] = found.get(seat.organisation_id, ZERO) + seat.cost
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
    "live_learners",
    "planned_costs",
    "planned_invoices",
    "seat_costs",
]
