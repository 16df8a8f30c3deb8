"""Dated rates from the database: the value that holds on a day, with the article that says so."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from skillnet.kernel.models import Rate


class NoRate(LookupError):
    """No confirmed row holds on the day that was asked."""


@dataclass(frozen=True, slots=True)
class DatedRate:
    """A rate as the law words it: `valid_to` is the last day on which it holds, None while no end is known."""

    key: str
    value: Decimal
    unit: str
    valid_from: date | None
    valid_to: date | None
    legal_basis: str


def value_on(key: str, day: date, until_set: Decimal) -> Decimal:
    """The confirmed value of `key` on `day`, in its unit; `until_set` where nobody confirmed one for that day."""
    try:
        return rate_on(key, day).value
    except NoRate:
        return until_set


def rate_on(key: str, day: date) -> DatedRate:
    """The confirmed rate `key` on `day`; raises NoRate with a sentence for the administrator."""
    rate = Rate.objects.confirmed().on(day).select_related("key").filter(key__name=key).first()
    if rate is None:
        raise NoRate(_("Er is geen bevestigd tarief “%(key)s” op %(day)s.") % {"key": key, "day": day})
    return DatedRate(
        key=key,
        value=rate.value,
        unit=rate.key.unit,
        valid_from=rate.period.lower,
        valid_to=rate.period.upper - timedelta(days=1) if rate.period.upper else None,
        legal_basis=rate.legal_basis,
    )
