"""Which editions an organisation has seats in, for its calendar (catalogue.calendars)."""

from programmes.models import CompanySeats, Participation, Programme

P = Programme.State
CERTAIN = (P.APPROVED, P.RUNNING, P.DELIVERED, P.CLAIMED, P.PAID, P.UNPAID)


def editions_bought_by(organisation_id: int) -> list[int]:
    """Primary keys of the editions of approved programmes in which the organisation takes part."""
    parts = Participation.objects.filter(organisation=organisation_id, programme__state__in=CERTAIN).live()
    seats = CompanySeats.objects.filter(
        organisation=organisation_id, programme_edition__programme__in=parts.values("programme")
    )
    return list(seats.values_list("programme_edition__edition", flat=True).distinct())
