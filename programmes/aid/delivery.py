"""The case of a decision with the learners who really come: fewer seats used, other flags. Pure: no Django."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_DOWN, Decimal

from programmes.aid.case import Case, Cost, Participant

CENT = Decimal("0.01")
ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Use:
    """What became of a company's seats in one edition.

    `seats` were promised, `used` of them hold (or held) a learner or may still be filled; `price` is what one
    seat costs the company by the decision, euro, and weighs the editions against each other. `now` is what it
    costs since a cheaper edition came in the place.
    """

    seats: int
    used: int
    price: Decimal = ONE
    now: Decimal | None = None

    @property
    def still(self) -> Decimal:
        """The part of the decided price that a seat still costs, 0 to 1."""
        return ONE if self.now is None or not self.price else min(ONE, self.now / self.price)


def used_share(uses: Sequence[Use]) -> Decimal:
    """The part of the cost that stands for seats in use, 0 to 1."""
    priced = sum((use.price for use in uses), Decimal(0)) > 0
    weights = [(use.price if priced else ONE, use) for use in uses]
    whole = sum((weight * use.seats for weight, use in weights), Decimal(0))
    if not whole:
        return Decimal(0)
    kept = sum((weight * use.still * min(use.used, use.seats) for weight, use in weights), Decimal(0))
    return kept / whole


def delivered_case(case: Case, uses: Sequence[Use], disadvantaged: int) -> Case:
    """The decided case with the seats that are in use; the law, the days and the earlier aid stay.

    There is no aid on seats that nobody used, nor on what they cost no longer, so costs and request shrink with
    them. `disadvantaged` of the
    learners count as such (article 2(4) GBER).
    """
    share = used_share(uses)
    seats = sum(use.seats for use in uses)
    used = sum(min(use.used, use.seats) for use in uses)
    kept = _kept(len(case.participants), seats, used)
    return replace(
        case,
        participants=_flagged(case.participants[:kept], disadvantaged),
        costs=tuple(_costs(case.costs, share, kept)),
        requested=_part(case.requested, share),
    )


def _kept(participants: int, seats: int, used: int) -> int:
    """How many participants of the case remain: as many seats fewer as are not used."""
    return max(0, participants - max(0, seats - used)) if seats else 0


def _flagged(participants: Sequence[Participant], wanted: int) -> tuple[Participant, ...]:
    """As few flags moved as possible: those who have one keep it, from the front."""
    order = sorted(range(len(participants)), key=lambda n: (not participants[n].disadvantaged, n))
    flagged = set(order[: max(0, wanted)])
    return tuple(replace(p, disadvantaged=n in flagged) for n, p in enumerate(participants))


def _costs(costs: Sequence[Cost], share: Decimal, kept: int) -> list[Cost]:
    found = []
    for cost in costs:
        positions = tuple(position for position in cost.participants if position < kept)
        if cost.participants and not positions:
            continue
        found.append(replace(cost, amount=_part(cost.amount, share), participants=positions))
    return found


def _part(amount: Decimal, share: Decimal) -> Decimal:
    return (amount * share).quantize(CENT, rounding=ROUND_DOWN)
