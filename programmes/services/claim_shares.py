"""What each company is paid of a claim, by the pure rules, and writing that down."""

from decimal import Decimal

from programmes.aid.claims import ActualCost, CompanyClaim, Settlement, settle
from programmes.models import Claim, ClaimShare, Participation
from programmes.services.claim_checks import Facts, facts_of
from programmes.services.funding_facts import funding_and_aid
from programmes.services.seat_costs import planned_invoices

ZERO = Decimal("0.00")


def settlement_of(company: Participation, facts: Facts) -> Settlement:
    """What one company is paid by the pure rules, from the lines and the attendance as they stand."""
    intensity = company.assessment.get("intensity")
    lines = facts.of(company)
    funding, aid = funding_and_aid(
        facts.other.get(company.organisation_id, ()), {line.category for line in lines if line.amount}
    )
    return settle(
        CompanyClaim(
            planned=sum(planned_invoices(company).values(), ZERO),
            decided=facts.decided[company.pk],
            granted=company.grant,
            costs=tuple(ActualCost(line.category, line.amount, line.vat) for line in lines),
            intensity=None if company.route == "de_minimis" or intensity is None else Decimal(intensity),
            seats=facts.seats_of(company),
            used=facts.used(company),
            other_funding=funding,
            other_aid=aid,
        )
    )


def settlements_of(claim: Claim, facts: Facts | None = None) -> list[tuple[Participation, Settlement]]:
    known = facts or facts_of(claim)
    return [(company, settlement_of(company, known)) for company in known.companies]


def write_shares(claim: Claim) -> Decimal:
    """Write down what each company is paid, with the reasoning; returns the total, euro."""
    found = settlements_of(claim)
    claim.shares.all().delete()
    ClaimShare.objects.bulk_create(
        ClaimShare(
            claim=claim,
            participation=company,
            actual=result.actual,
            eligible=result.eligible,
            payable=result.payable,
            record=result.as_record(),
        )
        for company, result in found
    )
    return sum((result.payable for _company, result in found), ZERO)


__all__ = ["settlement_of", "settlements_of", "write_shares"]
