"""When aid becomes a company's right: the decision and its own application are both there, whichever came last.

Approval decides on the programme and reserves its money and seats. Confirming is the application of
article 6(2) GBER, so a company that did not confirm has no award: it stands in no register and owes nothing.
"""

from collections.abc import Sequence
from dataclasses import replace

from django.core.exceptions import ValidationError
from django.utils import timezone

from programmes.aid.assessment import assess
from programmes.aid.case import case_record, parse_case
from programmes.models import Participation, Programme
from programmes.services.invoices import sync_invoice_lines
from programmes.services.law import database_rates
from programmes.services.ledger import grant_de_minimis, lock_undertakings
from skillnet.kernel.transitions import TransitionRefused

DECIDED = (Programme.State.APPROVED, Programme.State.RUNNING)


def award_aid(*, programme: Programme, companies: Sequence[Participation] | None = None) -> None:
    """Write the de minimis aid of the companies that confirmed (by default all) into the ledger.

    Doing it twice is one entry. The groups of all of them are locked first and in one order, so that two
    approvals never wait for each other in a ring. Raises TransitionRefused where the aid does not fit any more.
    """
    wanted = programme.participations.filter(
        route="de_minimis", grant__gt=0, state=Participation.State.COMMITTED
    ).select_related("organisation")
    if companies is not None:
        wanted = wanted.filter(pk__in=[company.pk for company in companies])
    rows = list(wanted.order_by("organisation_id"))
    lock_undertakings([row.organisation for row in rows])
    for row in rows:
        try:
            grant_de_minimis(participation=row)
        except ValidationError as error:
            raise TransitionRefused(*error.messages) from error


def follow_application(*, programme: Programme, company: Participation) -> None:
    """A company applied: its assessment names that day, and after the decision it gets its award and its
    invoice lines. Call it in the transaction of the application. Raises TransitionRefused.
    """
    _date_application(programme, company)
    if programme.state in DECIDED:
        award_aid(programme=programme, companies=[company])
        sync_invoice_lines(programme=programme)


def _date_application(programme: Programme, company: Participation) -> None:
    """Assess the case again with the day of the application, which the plan could only suppose. What the law
    gives stays what was planned; the reasoning says when the decision came before the application."""
    record = company.assessment.get("case")
    if not record or company.applied_at is None:
        return
    day = timezone.localdate(company.applied_at)
    decided = timezone.localdate(programme.decided_at) if programme.decided_at else day
    case = replace(
        parse_case(record),
        application_date=day,
        decision_date=decided if programme.state in DECIDED else day,
    )
    found = assess(case, database_rates())
    if found.outcome.route != company.route or found.outcome.granted < company.grant:
        return  # the law moved since the plan: approval itself refuses a plan that is out of date
    company.assessment = found.as_record() | {"case": case_record(case)}
    company.save(update_fields=["assessment", "updated_at"])


__all__ = ["award_aid", "follow_application"]
