"""Jobseekers in the courses of the demo that were given: two seats, one of them taken, counted and billed, and
what it cost to bring them there."""

from collections.abc import Callable
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from programmes.models import InvoiceLine, Programme
from programmes.services.cost_lines import add_cost_line
from programmes.services.drafts import change_programme
from programmes.services.invoices import mark_invoiced
from programmes.services.jobseeker_counts import Count, count_jobseekers
from programmes.services.jobseekers import jobseeker_seats
from programmes.services.plans import seats_of_programme
from skillnet.demo.papers import one_page
from skillnet.kernel.actor import Actor

SEATS = 2
# What no seat holds: the network pays it first and gets it back with the claim.
BUS = {
    "category": "operating",
    "description": "Vervoer van de werkzoekenden naar de les",
    "amount": Decimal("140.00"),
    "vat": Decimal("8.40"),
    "vat_is_refundable": False,
    "group": "jobseekers",
    "organisation": None,
}
SERVICE = "VDAB, werkwinkel Gent"


def seat_jobseekers(programme: Programme, manager: Actor, say: Callable[[str], None]) -> None:
    """A draft takes two jobseekers along where its edition has room for them."""
    seats = seats_of_programme(programme)
    learners = {(s.edition.pk, s.organisation.pk): s.learners for s in seats}
    for edition in {s.edition.pk: s.edition for s in seats}.values():
        taken = sum(count for (pk, _company), count in learners.items() if pk == edition.pk)
        if edition.seats_left is not None and edition.seats_left < taken + SEATS:
            continue
        try:
            change_programme(
                actor=manager, programme_id=programme.pk, learners=learners, jobseekers={edition.pk: SEATS}
            )
            add_cost_line(actor=manager, programme_id=programme.pk, values=BUS)
        except ValidationError as error:
            say(f"  {programme.title[:60]}: {error}")
        return


def count_who_came(programme: Programme, manager: Actor) -> None:
    """All jobseekers but one came; the service that keeps their names attests it."""
    programme.refresh_from_db()
    for group in jobseeker_seats(programme):
        came = max(1, group.seats - 1)
        hours = (group.edition.offer.hours or Decimal(16)) * came
        count_jobseekers(
            programme=programme,
            edition_id=group.edition.pk,
            actor=manager,
            count=Count(came, hours, SERVICE),
            upload=_attest(programme, came),
        )


def bill_jobseekers(programme: Programme, manager: Actor) -> None:
    """The provider's bill for those who came, noted by the manager who received it."""
    lines = InvoiceLine.objects.with_parties().filter(
        programme=programme, stream=InvoiceLine.Stream.JOBSEEKER, state=InvoiceLine.State.DUE
    )
    for line in lines:
        number = f"W-2026-{line.pk:04d}"
        mark_invoiced(line=line, actor=manager, number=number, invoiced_on=timezone.localdate())


def _attest(programme: Programme, came: int) -> SimpleUploadedFile:
    words = f"Attest (demo): {came} werkzoekende(n) kwamen, programma {programme.pk}"
    return one_page(f"attest-werkzoekenden-{programme.pk}", words)


__all__ = ["bill_jobseekers", "count_who_came", "seat_jobseekers"]
