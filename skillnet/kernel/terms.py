"""How long the apps below co-financing let people wait: dated rates that an administrator sets, in days."""

from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from skillnet.kernel.rates import value_on

INVITATION = "invitation_days"  # to accept an invitation to an organisation or network
RECOGNITION_REMINDER = "recognition_reminder_days"  # before a recognition or label ends
SEAT_OFFER = "seat_offer_days"  # to say yes to a seat that came free
SUSPENSION_ANSWER = "suspension_answer_days"  # to answer an announced suspension
# What holds on a day for which nobody confirmed a row, so that nothing stands open for ever.
UNTIL_SET = {INVITATION: 21, RECOGNITION_REMINDER: 60, SEAT_OFFER: 3, SUSPENSION_ANSWER: 30}


def term(name: str, day: date | None = None) -> timedelta:
    """The term `name` as it holds on `day`, today if none is given."""
    return timedelta(days=int(value_on(name, day or timezone.localdate(), Decimal(UNTIL_SET[name]))))
