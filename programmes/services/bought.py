"""Which editions an organisation has seats in, or networks have bought, for calendars (catalogue.calendars)."""

from collections.abc import Collection

from programmes.models import CompanySeats, Participation, ProgrammeEdition
from programmes.states import AFTER_APPROVAL


def editions_bought_by(organisation_id: int) -> list[int]:
    """Primary keys of the editions of approved programmes in which the organisation takes part."""
    rows = Participation.objects.filter(organisation=organisation_id, programme__state__in=AFTER_APPROVAL)
    parts = rows.live()
    seats = CompanySeats.objects.filter(
        organisation=organisation_id, programme_edition__programme__in=parts.values("programme")
    )
    return list(seats.values_list("programme_edition__edition", flat=True).distinct())


def editions_bought_for(networks: Collection[int]) -> list[int]:
    """Primary keys of the editions of approved programmes of these networks."""
    rows = ProgrammeEdition.objects.filter(
        programme__network__in=networks, programme__state__in=AFTER_APPROVAL
    )
    return list(rows.values_list("edition", flat=True).distinct())
