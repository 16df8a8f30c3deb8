"""What the law asks of more aid for a project that was decided already. Pure: no Django.

The new total is assessed as any award (article 31 GBER, or the de minimis ceiling on the day of the new
decision); only what is added needs its incentive effect anew, for the rest kept it when it was applied for.
"""

from __future__ import annotations

from datetime import date
from decimal import ROUND_DOWN, Decimal

from programmes.aid.rates import Rates
from programmes.aid.texts import Reason, reason

CENT = Decimal("0.01")


def incentive_effect(*, application: date, start: date, rates: Rates, day: date) -> tuple[bool, Reason]:
    """Whether aid for what begins on `start` comes too late by article 6(2) GBER, and the reason either way."""
    is_late = application >= start
    rule = "training_aid.too_late" if is_late else "training_aid.in_time"
    row = rates.at("incentive_effect", day)
    return is_late, reason(rule, row, application=application, start=start)


def requested_in_all(*, asked: Decimal, was: Decimal, cost: Decimal, share: Decimal) -> Decimal:
    """What a company asks for the whole, euro: what it asked before, and the call's `share` (0 to 1) of what its
    cost rose from `was` to `cost`. A cost that falls takes its part of the request along."""
    if cost >= was:
        return asked + ((cost - was) * share).quantize(CENT, rounding=ROUND_DOWN)
    return (asked * cost / was).quantize(CENT, rounding=ROUND_DOWN) if was else Decimal("0.00")


def new_total(*, decided: Decimal, possible: Decimal, cost: Decimal) -> Decimal:
    """What may stand after the new decision, euro: never less than was decided while the cost carries it, never
    more than the cost."""
    return min(max(decided, possible), cost)


__all__ = ["incentive_effect", "new_total", "requested_in_all"]
