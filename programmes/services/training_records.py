"""What a learner takes along: what was learnt, when, how long they were there, and who says so."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from programmes.models import Enrolment
from programmes.services.learners import identity_of


@dataclass(frozen=True, slots=True)
class TrainingRecord:
    """A training record; hours are contact hours, `attended` those of this learner."""

    reference: str
    name: str
    title: str
    outcomes: tuple[str, ...]
    provider: str
    organisation: str
    starts_on: date | None
    ends_on: date | None
    hours: Decimal | None
    attended: Decimal
    days: tuple[tuple[date, Decimal], ...]
    certified: bool

    def as_json(self) -> dict[str, Any]:
        return {
            "reference": self.reference,
            "name": self.name,
            "title": self.title,
            "outcomes": list(self.outcomes),
            "provider": self.provider,
            "organisation": self.organisation,
            "starts_on": self.starts_on.isoformat() if self.starts_on else None,
            "ends_on": self.ends_on.isoformat() if self.ends_on else None,
            "hours": str(self.hours) if self.hours is not None else None,
            "hours_attended": str(self.attended),
            "days": [{"day": day.isoformat(), "hours": str(hours)} for day, hours in self.days],
            "certified": self.certified,
        }


def training_record(enrolment: Enrolment) -> TrainingRecord:
    """The record of an enrolment, as it stands today."""
    edition = enrolment.edition
    offer = edition.offer
    attended = enrolment.attendance.aggregate(total=Sum("hours"))["total"] or Decimal(0)
    days = enrolment.attendance.exclude(day=None).order_by("day").values_list("day", "hours")
    return TrainingRecord(
        reference=enrolment.reference,
        name=identity_of(enrolment.learner).name,
        title=offer.title,
        outcomes=tuple(offer.outcomes),
        provider=offer.provider.organisation.name,
        organisation=enrolment.learner.organisation.name,
        starts_on=edition.starts_on,
        ends_on=edition.ends_on,
        hours=offer.hours,
        attended=attended,
        days=tuple((day, hours) for day, hours in days if day),
        certified=enrolment.state == Enrolment.State.CERTIFIED,
    )
