"""Until when a credential is valid. No Django here."""

import calendar
from datetime import date

MONTHS_A_YEAR = 12


def expiry_of(issued_on: date, months: int | None) -> date | None:
    """The last day of validity: the same day that many months later, or the last one of a shorter month.

    None when the credential does not expire.
    """
    if months is None:
        return None
    years, month = divmod(issued_on.month - 1 + months, MONTHS_A_YEAR)
    year, month = issued_on.year + years, month + 1
    return date(year, month, min(issued_on.day, calendar.monthrange(year, month)[1]))
