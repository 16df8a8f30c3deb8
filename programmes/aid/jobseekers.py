"""What a ring-fenced line pays for jobseekers' seats: what was attended of the plan, and what was invoiced.

Training of the unemployed is no aid to a company: no intensity and no ceiling of an undertaking apply. A rate
other than the whole cost has no place here, for nobody else may pay the rest. Pure: no Django.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from programmes.aid.money import ZERO, at_least_zero, plain, round_down


@dataclass(frozen=True, slots=True)
class SeatsPaid:
    """The seats of jobseekers in one edition, euro: planned, due for who came, invoiced and paid."""

    seats: int
    used: int
    planned: Decimal
    due: Decimal
    invoiced: Decimal
    payable: Decimal

    def as_record(self) -> dict[str, object]:
        """Bare figures, so that they read in any language later."""
        return {
            "seats": self.seats,
            "used": self.used,
            "planned": plain(self.planned),
            "due": plain(self.due),
            "invoiced": plain(self.invoiced),
            "payable": plain(self.payable),
        }


def attended_part(planned: Decimal, *, seats: int, used: int) -> Decimal:
    """The part of `planned` (euro) of the seats that somebody took; the whole of it when all did, never more."""
    if seats <= 0 or used <= 0:
        return ZERO
    return at_least_zero(round_down(Fraction(planned) * min(used, seats) / seats))


def pay_seats(*, planned: Decimal, seats: int, used: int, invoiced: Decimal) -> SeatsPaid:
    """The least of what was attended and what was invoiced, euro; without an invoice nothing is paid."""
    due = attended_part(planned, seats=seats, used=used)
    billed = at_least_zero(invoiced)
    return SeatsPaid(seats, min(used, seats), planned, due, billed, min(due, billed))


__all__ = ["SeatsPaid", "attended_part", "pay_seats"]
