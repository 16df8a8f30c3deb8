"""Splitting an amount by keys so that the parts add up to the cent (largest remainder, Hamilton)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction


class ShareError(ValueError):
    """An amount that cannot be split: finer than a cent, negative, or without a key to split by."""


def split_amount(amount: Decimal, keys: Mapping[str, Decimal | int]) -> dict[str, Decimal]:
    """Split `amount` (euro, two decimals) in proportion to `keys`: learners, hours or an agreed key.

    Every part is the exact share rounded down or up to a cent; the cents that are left go to the largest
    remainders, ties to the key that sorts first, so that the same input always gives the same parts.
    A key of zero pays nothing. Raises ShareError.
    """
    cents = _cents(amount)
    weights = {name: Fraction(key) for name, key in keys.items()}
    whole = sum(weights.values(), Fraction(0))
    if any(weight < 0 for weight in weights.values()) or whole == 0:
        raise ShareError("a split needs keys that are not negative, at least one of them above zero")
    exact = {name: cents * weight / whole for name, weight in weights.items()}
    parts = {name: share.numerator // share.denominator for name, share in exact.items()}
    left = cents - sum(parts.values())
    by_remainder = sorted(exact, key=lambda name: (-(exact[name] - parts[name]), name))
    for name in by_remainder[:left]:
        parts[name] += 1
    return {name: Decimal(part).scaleb(-2) for name, part in parts.items()}


def _cents(amount: Decimal) -> int:
    if not amount.is_finite() or amount < 0:
        raise ShareError("only an amount of zero or more can be split")
    cents = amount * 100
    if cents != cents.to_integral_value():
        raise ShareError("an amount in euro has no more than two decimals")
    return int(cents)
