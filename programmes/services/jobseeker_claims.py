"""The jobseekers' part of a claim: what the ring-fenced line pays to whom taught them. Euro, excluding VAT.

It never touches the companies' grant: it has shares, sums and a payee of its own.
"""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from networks.models import Organisation
from programmes.models import BudgetLine, Claim, InvoiceLine, JobseekerShare, Programme
from programmes.services.invoices import pay_jobseeker_lines
from programmes.services.jobseekers import (
    JobseekerSeats,
    OwnCosts,
    jobseeker_line,
    jobseeker_seats,
    own_costs,
)
from skillnet.kernel.transitions import TransitionRefused
from skillnet.templatetags.ui import euro

ZERO = Decimal("0.00")


def write_jobseeker_shares(claim: Claim) -> Decimal:
    """Write down what the line pays for each edition; returns the total, euro. Raises TransitionRefused."""
    groups = jobseeker_seats(claim.programme)
    own = own_costs(claim.programme, list(claim.lines.all()), groups)
    claim.jobseeker_shares.all().delete()
    if not groups and own is None:
        return ZERO
    budget = jobseeker_line(claim.programme)
    if budget is None:
        raise TransitionRefused(
            _("De oproep heeft geen afgeschermde lijn voor werkzoekenden meer: vraag ze aan de coördinator.")
        )
    shares = [_of_seats(claim, budget, group) for group in groups]
    if own is not None:
        shares.append(_of_own_costs(claim, budget, own))
    JobseekerShare.objects.bulk_create(shares)
    return sum((share.payable for share in shares), ZERO)


def _of_seats(claim: Claim, budget: BudgetLine, group: JobseekerSeats) -> JobseekerShare:
    paid = group.settle()
    return JobseekerShare(
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


def _of_own_costs(claim: Claim, budget: BudgetLine, own: OwnCosts) -> JobseekerShare:
    payee = own_costs_payee(claim.programme)
    if payee is None:
        raise TransitionRefused(no_payee())
    paid = own.settle()
    return JobseekerShare(
        claim=claim,
        payee=payee,
        budget_line=budget,
        seats=paid.seats,
        used=paid.used,
        planned=paid.planned,
        invoiced=paid.invoiced,
        payable=paid.payable,
        record=paid.as_record() | {"payee": payee.name},
    )


def own_costs_payee(programme: Programme) -> Organisation | None:
    """Who made the network's own costs and gets them back: its contracting organisation, else its promoter."""
    network = programme.network
    return network.contracting_organisation or network.promoter


def no_payee() -> str:
    return _(
        "Het netwerk heeft geen contracterende organisatie of trekker: vul ze in, want zij krijgt de eigen "
        "kosten voor werkzoekenden terug."
    )


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


__all__ = [
    "billed_too_much",
    "no_payee",
    "not_billed",
    "open_attendance",
    "own_costs_payee",
    "pay_jobseekers",
    "write_jobseeker_shares",
]
