"""How long demand and what answers it wait: dated rates that an administrator sets, in days."""

from datetime import date, timedelta
from decimal import Decimal

from skillnet.kernel.rates import value_on

# What holds on a day for which nobody confirmed a row, so that no card stands open for ever.
UNTIL_SET = {
    "demand_card_days": 90,
    "demand_card_reminder_days": 14,
    "demand_card_unanswered_days": 30,
    "revaluation_days": 60,
}


def term(name: str, day: date) -> timedelta:
    """The term `name` as it holds on `day`."""
    return timedelta(days=int(value_on(name, day, Decimal(UNTIL_SET[name]))))
