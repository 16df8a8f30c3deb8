"""The jobseekers' part of a claim: what the ring-fenced line pays to whom taught them. Euro, excluding VAT.

It never touches the companies' grant: it has shares, sums and a payee of its own.
"""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from programmes.models import Claim, InvoiceLine, JobseekerShare
from programmes.services.invoices import pay_jobseeker_lines
from programmes.services.jobseekers import JobseekerSeats, jobseeker_line, jobseeker_seats
from skillnet.kernel.transitions import TransitionRefused
from skillnet.templatetags.ui import euro

ZERO = Decimal("0.00")


def write_jobseeker_shares(claim: Claim) -> Decimal:
    """Write down what the line pays for each edition; returns the total, euro. Raises TransitionRefused."""
    groups = jobseeker_seats(claim.programme)
    claim.jobseeker_shares.all().delete()
    if not groups:
        return ZERO
    budget = jobseeker_line(claim.programme)
    if budget is None:
        raise TransitionRefused(
            _("De oproep heeft geen afgeschermde lijn voor werkzoekenden meer: vraag ze aan de coördinator.")
        )
    found = [(group, group.settle()) for group in groups]
    JobseekerShare.objects.bulk_create(
        JobseekerShare(
            claim=claim,
            edition=group.edition,
            budget_line=budget,
            invoice_line=group.line if paid.payable else None,
            seats=paid.seats,
            used=paid.used,
            planned=paid.planned,
            invoiced=paid.invoiced,
            payable=paid.payable,
            record=paid.as_record() | _evidence(group),
        )
        for group, paid in found
    )
    return sum((paid.payable for _group, paid in found), ZERO)


def _evidence(group: JobseekerSeats) -> dict[str, object]:
    """What the figures stand on, as it was."""
    count, line = group.count, group.line
    return {
        "offer": group.edition.offer.title,
        "provider": group.edition.offer.provider.organisation.name,
        "named": group.named.learners,
        "counted": count.people if count else 0,
        "hours": str(group.hours),
        "service": count.service if count else None,
        "sha256": count.evidence.sha256 if count else None,
        "invoice": line.invoice_number if line is not None and group.billed else None,
    }


def pay_jobseekers(claim: Claim) -> None:
    """The invoices that the claim paid are paid; in the transaction of the payment."""
    lines = InvoiceLine.objects.filter(jobseeker_share__claim=claim, state=InvoiceLine.State.INVOICED)
    if claim.paid_on is not None:
        pay_jobseeker_lines(lines=lines, paid_on=claim.paid_on)


def open_attendance(groups: Sequence[JobseekerSeats]) -> list[str]:
    """Courses of which it is not known how many jobseekers came."""
    return [group.edition.offer.title for group in groups if group.used is None]


def not_billed(groups: Sequence[JobseekerSeats]) -> list[str]:
    """Courses that jobseekers followed and that the provider did not bill, nor said that it never will."""
    return [
        group.edition.offer.title
        for group in groups
        if group.used and group.due and not group.billed and not group.is_waived
    ]


def billed_too_much(groups: Sequence[JobseekerSeats]) -> list[str]:
    """Bills above what was attended, each in words."""
    return [
        _("%(offer)s: %(billed)s in plaats van %(due)s")
        % {
            "offer": group.edition.offer.title,
            "billed": euro(group.billed, 2),
            "due": euro(group.due if group.is_live else ZERO, 2),
        }
        for group in groups
        if group.used is not None and group.billed > (group.due if group.is_live else ZERO)
    ]


__all__ = ["billed_too_much", "not_billed", "open_attendance", "pay_jobseekers", "write_jobseeker_shares"]
