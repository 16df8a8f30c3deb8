"""Jobseekers' seats after the decision: who came, what the provider bills for them, what the line owes.

The seats are paid in full from a ring-fenced line of the call and by nobody else. Euro, excluding VAT.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from catalogue.models import Edition
from programmes.aid.jobseekers import SeatsPaid, attended_part, pay_seats
from programmes.models import (
    BudgetLine,
    ClaimLine,
    CostLine,
    Enrolment,
    InvoiceLine,
    JobseekerAttendance,
    Programme,
)
from programmes.services.attendance_sums import AttendedHours, summed_hours
from programmes.states import GIVEN

ZERO = Decimal("0.00")
BILLED = (InvoiceLine.State.INVOICED, InvoiceLine.State.PAID)


@dataclass(frozen=True, slots=True)
class JobseekerSeats:
    """The jobseekers in one edition of a programme, with what is known of them."""

    edition: Edition
    seats: int
    planned: Decimal
    named: AttendedHours
    count: JobseekerAttendance | None
    line: InvoiceLine | None

    @property
    def is_live(self) -> bool:
        return bool(self.edition.state != Edition.State.CANCELLED)

    @property
    def used(self) -> int | None:
        """Seats that saw a jobseeker, by name or by count; None while that is not known."""
        if not self.is_live:
            return 0
        if self.named.open:
            return None
        if self.count is None:
            known = self.named.learners + self.named.no_shows
            return min(self.named.learners, self.seats) if known else None
        return min(self.named.learners + self.count.people, self.seats)

    @property
    def hours(self) -> Decimal:
        """Hours of all of them together."""
        return self.named.hours + (self.count.hours if self.count else ZERO)

    @property
    def billed(self) -> Decimal:
        """What the provider billed; nothing while there is no invoice."""
        return self.line.amount if self.line is not None and self.line.state in BILLED else ZERO

    @property
    def is_waived(self) -> bool:
        """The line lapsed: the edition is not given, nobody came, or the provider bills nothing."""
        return self.line is not None and self.line.state == InvoiceLine.State.CANCELLED

    @property
    def due(self) -> Decimal:
        """What the provider may bill for who came; the whole plan while that is not known."""
        if self.used is None:
            return self.planned
        return attended_part(self.planned, seats=self.seats, used=self.used)

    def settle(self) -> SeatsPaid:
        return pay_seats(planned=self.planned, seats=self.seats, used=self.used or 0, invoiced=self.billed)


@dataclass(frozen=True, slots=True)
class OwnCosts:
    """What the network spends on jobseekers itself, beside their seats: the plan's own lines, and what the lines
    of the claim come to, euro. `used` of the `seats` saw a jobseeker, None while that is not known."""

    plan: Sequence[CostLine]
    claimed: Decimal
    seats: int
    used: int | None

    @property
    def planned(self) -> Decimal:
        return sum((line.eligible for line in self.plan), ZERO)

    def settle(self) -> SeatsPaid:
        used = self.used or 0
        return pay_seats(planned=self.planned, seats=self.seats, used=used, invoiced=self.claimed)


def planned_own_costs(programme: Programme) -> list[CostLine]:
    """The network's own cost lines for jobseekers, as the plan has them."""
    if not programme.jobseeker_cost:
        return []
    lines = programme.cost_lines.filter(group=CostLine.Group.JOBSEEKERS, is_manual=True)
    return list(lines.order_by("pk"))


def own_costs(
    programme: Programme, lines: Sequence[ClaimLine], groups: Sequence[JobseekerSeats]
) -> OwnCosts | None:
    """Costs for jobseekers that no invoice for seats holds; None where none were planned or claimed. `lines`
    are all lines of the claim."""
    claimed = [line for line in lines if line.participation_id is None]
    plan = planned_own_costs(programme)
    if not claimed and not plan:
        return None
    used = None if any(group.used is None for group in groups) else sum(group.used or 0 for group in groups)
    seats = sum(group.seats for group in groups)
    return OwnCosts(plan, sum((line.amount for line in claimed), ZERO), seats, used)


def jobseeker_seats(programme: Programme) -> list[JobseekerSeats]:
    """Every edition with jobseekers' seats, at the cost of the plan. No query more where there are none."""
    if not programme.jobseeker_learners:
        return []
    bought = list(
        programme.programme_editions.filter(jobseeker_seats__gt=0)
        .select_related("edition__offer__provider__organisation")
        .order_by("edition__starts_on", "edition_id")
    )
    planned = _planned(programme)
    named = _enrolments(programme)
    counts = {
        row.edition_id: row
        for row in programme.jobseeker_attendance.select_related("evidence", "recorded_by")
    }
    lines = {row.edition_id: row for row in programme.invoice_lines.filter(stream="jobseeker")}
    return [
        JobseekerSeats(
            row.edition,
            row.jobseeker_seats,
            planned.get(row.edition_id, ZERO),
            summed_hours([e for e in named if e.edition_id == row.edition_id]),
            counts.get(row.edition_id),
            lines.get(row.edition_id),
        )
        for row in bought
    ]


def _planned(programme: Programme) -> dict[int, Decimal]:
    """{edition: euro} that the plan keeps for its jobseekers."""
    lines = programme.cost_lines.filter(group=CostLine.Group.JOBSEEKERS, is_manual=False)
    return {line.edition_id: line.amount for line in lines.exclude(edition=None) if line.edition_id}


def _enrolments(programme: Programme) -> Sequence[Any]:
    rows: Any = Enrolment.objects.filter(programme=programme, stream=Enrolment.Stream.JOBSEEKER)
    return list(rows.live().exclude(state=Enrolment.State.WAITLISTED).with_hours())


def jobseeker_line(programme: Programme) -> BudgetLine | None:
    """The ring-fenced line that pays: the one that the decision held, else that of its invoices or first day."""
    if programme.jobseeker_line_id is not None:
        return programme.jobseeker_line
    billed: Any = BudgetLine.objects.filter(invoice_lines__programme=programme).order_by("pk").first()
    if billed is not None or programme.starts_on is None:
        return billed  # type: ignore[no-any-return]
    lines = BudgetLine.objects.filter(call=programme.network.call_id, purpose=BudgetLine.Purpose.JOBSEEKERS)
    return lines.in_force(programme.starts_on).order_by("pk").first()


def wanted_jobseeker_lines(programme: Programme) -> dict[int, dict[str, Any]]:
    """{edition: values} of the lines that the provider has to bill to the coordinator, from the ring-fenced line.

    Once the lessons were given a line follows who came. Who has no ring-fenced line bills nobody.
    """
    groups = jobseeker_seats(programme)
    budget = jobseeker_line(programme) if groups else None
    if budget is None:
        return {}
    given = programme.state in GIVEN
    wanted = {}
    for group in groups:
        learners = group.seats if not given or group.used is None else group.used
        amount = group.due if given else group.planned
        if group.is_live and learners and amount:
            wanted[group.edition.pk] = {
                "organisation_id": budget.call.coordinator_id,
                "budget_line_id": budget.pk,
                "learners": learners,
                "amount": amount,
                "unit_price": (amount / learners).quantize(Decimal("0.01")),
            }
    return wanted


__all__ = [
    "JobseekerSeats",
    "OwnCosts",
    "jobseeker_line",
    "jobseeker_seats",
    "own_costs",
    "planned_own_costs",
    "wanted_jobseeker_lines",
]
