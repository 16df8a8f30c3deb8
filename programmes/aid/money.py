"""Euro and percentages without floating point: exact fractions inside, two decimals outside."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction

CENT = Decimal("0.01")
ZERO = Decimal("0.00")


def round_down(value: Fraction | Decimal) -> Decimal:
    """To two decimals, never above the exact value: a maximum that is rounded up would be exceeded."""
    if isinstance(value, Decimal):
        return value.quantize(CENT, rounding=ROUND_DOWN)
    cents = value.numerator * 100 // value.denominator
    return Decimal(cents).scaleb(-2)


def total(amounts: Iterable[Decimal]) -> Decimal:
    """The sum in euro with two decimals, 0.00 for none."""
    return sum(amounts, ZERO)


def at_least_zero(amount: Decimal) -> Decimal:
    """The amount with two decimals, or 0.00 where it is negative."""
    return max(round_down(amount), ZERO)


def plain(value: Decimal) -> str:
    """Two decimals, as the contract writes money and percentages."""
    return f"{value:.2f}"
