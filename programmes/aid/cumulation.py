"""Cumulation (article 8), notification (article 4) and publication (article 9) of the block exemption."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from programmes.aid.case import OtherAid
from programmes.aid.money import at_least_zero, total
from programmes.aid.rates import Rates
from programmes.aid.texts import Reason, reason


@dataclass(frozen=True, slots=True)
class Headroom:
    """What is left under a maximum, the aid that counted against it, and why."""

    amount: Decimal
    counted: Decimal
    reasons: tuple[Reason, ...]


def aid_that_counts(other: Iterable[OtherAid]) -> Decimal:
    """Other aid on the same costs: everything but what is no aid at all; de minimis counts too."""
    return total(item.amount for item in other if item.basis != "not_aid")


def all_funding(other: Iterable[OtherAid]) -> Decimal:
    """Everything that pays the same costs, aid or not."""
    return total(item.amount for item in other)


def training_headroom(maximum: Decimal, other: Iterable[OtherAid], rates: Rates, day: date) -> Headroom:
    """What article 8 leaves under the maximum of article 31, never below zero."""
    items = tuple(other)
    counted = aid_that_counts(items)
    headroom = at_least_zero(maximum - counted)
    row = rates.at("cumulation", day)
    reasons = []
    uncounted = [item for item in items if item.basis == "not_aid"]
    if counted:
        names = ", ".join(sorted({item.instrument for item in items if item.basis != "not_aid"}))
        reasons.append(reason("cumulation.counted", row, instruments=names, counted=counted))
    if uncounted:
        names = ", ".join(sorted({item.instrument for item in uncounted}))
        reasons.append(reason("cumulation.no_aid", row, instruments=names))
    reasons.append(reason("cumulation.headroom", row, headroom=headroom, maximum=maximum, counted=counted))
    return Headroom(headroom, counted, tuple(reasons))


def must_notify(project_total: Decimal, rates: Rates, day: date) -> tuple[bool, Reason]:
    """Whether the aid to the whole project passes the threshold above which the Commission must be asked."""
    row = rates.at("notification_threshold", day)
    notify = project_total > row.value
    rule = "training_aid.notify" if notify else "training_aid.exempt"
    return notify, reason(rule, row, total=project_total, threshold=row.value)


def must_publish(
    granted: Decimal, rates: Rates, day: date, *, is_primary: bool = False
) -> tuple[bool, Reason | None]:
    """Whether this award is published in the transparency register; the reason where it is. Primary production
    has a lower threshold."""
    lower = rates.find("publication_threshold_primary_sector", day) if is_primary else None
    row = lower or rates.at("publication_threshold", day)
    if granted <= row.value:
        return False, None
    return True, reason("training_aid.publish", row, granted=granted, threshold=row.value)
