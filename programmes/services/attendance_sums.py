"""What attendance adds up to: learners who came, their hours, and who is still open."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from programmes.models import Enrolment

E = Enrolment.State
ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class AttendedHours:
    """What really happened at one company: `learners` who came, their `hours` together.

    `open` enrolments have no attendance yet: what follows from the figures is provisional while there are any.
    """

    learners: int
    disadvantaged: int
    hours: Decimal
    no_shows: int
    open: int

    @property
    def is_complete(self) -> bool:
        return self.open == 0


def summed_hours(rows: Sequence[Any]) -> AttendedHours:
    """What enrolments with `hours_attended` come to; for who reads those of many companies at once."""
    came = [row for row in rows if row.state in (E.ATTENDED, E.CERTIFIED)]
    return AttendedHours(
        learners=len(came),
        disadvantaged=sum(row.disadvantaged for row in came),
        hours=sum((row.hours_attended or ZERO for row in came), ZERO),
        no_shows=sum(row.state == E.NO_SHOW for row in rows),
        open=sum(row.state in (E.REQUESTED, E.CONFIRMED) for row in rows),
    )


__all__ = ["AttendedHours", "summed_hours"]
