"""Money for one purpose, seats for jobseekers, a size that is sure and accounts of training leave."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils import timezone

from catalogue.models import Edition
from networks.models import Call, Membership, Organisation
from programmes.models import BudgetLine, LeaveWorker, Participation, Programme
from programmes.services.cost_lines import add_cost_line
from programmes.services.drafts import change_programme
from programmes.services.leave import propose_course, record_course, save_worker
from programmes.services.plans import Seats, seats_of_programme
from programmes.services.ring_fence import save_budget_line
from programmes.services.sme_status import declare_statement
from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role

Purpose = BudgetLine.Purpose
JOBSEEKERS = 2
LINES = ((Purpose.JOBSEEKERS, "60000.00"), (Purpose.LANGUAGE, "25000.00"))
BASIS = "Besluit van de Vlaamse Regering van 12 december 2025, art. 4"


def ring_fence_calls() -> None:
    """Every call has money that may only serve jobseekers or language courses; safe to repeat."""
    for call in Call.objects.filter(budget_lines=None):
        for purpose, amount in LINES:
            values = {
                "purpose": purpose,
                "amount": Decimal(amount),
                "valid_from": date(2026, 1, 1),
                "valid_to": date(2027, 12, 31),
                "legal_basis": BASIS,
            }
            save_budget_line(call=call, values=values)


def _make_room(seats: list[Seats]) -> tuple[Edition, dict[tuple[int, int], int]]:
    """The edition with most room, and who sits where: where it is too full, the largest company sends fewer."""
    learners = {(s.edition.pk, s.organisation.pk): s.learners for s in seats}
    room = {
        s.edition.pk: (s.edition.seats_left or 0)
        - sum(n for (pk, _), n in learners.items() if pk == s.edition.pk)
        for s in seats
    }
    edition = max((s.edition for s in seats), key=lambda e: (room[e.pk], -e.pk))
    largest = max((key for key in learners if key[0] == edition.pk), key=lambda key: (learners[key], -key[1]))
    learners[largest] -= max(0, min(JOBSEEKERS - room[edition.pk], learners[largest] - 1))
    return edition, learners


def add_jobseekers(manager_of: Callable[[Programme], Actor], say: Callable[[str], None]) -> None:
    """A draft takes two jobseekers along and shows costs that no price holds."""
    programme = Programme.objects.filter(state=Programme.State.DRAFT).order_by("pk").first()
    if programme is None or programme.jobseeker_learners:
        return
    manager = manager_of(programme)
    seats = seats_of_programme(programme)
    edition, learners = _make_room(seats)
    try:
        change_programme(
            actor=manager,
            programme_id=programme.pk,
            learners=learners,
            jobseekers={edition.pk: JOBSEEKERS},
        )
        add_cost_line(
            actor=manager,
            programme_id=programme.pk,
            values={
                "category": "operating",
                "description": "Lesmateriaal en zaal",
                "amount": Decimal("450.00"),
                "vat": Decimal("94.50"),
                "group": "all",
                "organisation": None,
            },
        )
    except ValidationError as error:
        say(f"  {programme.title[:60]}: {error}")


def keep_leave_accounts() -> None:
    """The company of the demo account declared its statement and keeps accounts of three workers."""
    taking_part = Participation.objects.live().values("organisation")
    contact = (
        Membership.objects.filter(ended_at=None, role=Role.COMPANY_CONTACT, organisation__in=taking_part)
        .select_related("organisation", "user")
        .order_by("pk")
        .first()
    )
    if contact is None or LeaveWorker.objects.filter(organisation=contact.organisation).exists():
        return
    _fill(contact.organisation)
    actor = Actor(user=contact.user, organisation_id=contact.organisation_id)
    declare_statement(
        organisation=contact.organisation, actor=actor, in_difficulty=False, recovery_order=False
    )


def _fill(company: Organisation) -> None:
    starts_on = timezone.localdate() + timedelta(days=14)
    workers = [
        save_worker(
            organisation=company,
            values={"reference": reference, "employment": Decimal(part), "weekly_hours": Decimal(hours)},
        )
        for reference, part, hours in (("W-004", 100, 38), ("W-011", 80, 30), ("W-017", 100, 38))
    ]
    course = {"course": "PLC-sturingen onderhouden", "starts_on": starts_on, "hours": Decimal(40)}
    record_course(worker_id=workers[0].pk, values=course)
    propose_course(worker=workers[1], values={**course, "course": "Robotcellen programmeren"})
