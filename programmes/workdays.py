"""Working days as Regulation (EEC, Euratom) 1182/71 counts them: no Saturdays, Sundays or public holidays."""

from datetime import date, timedelta
from functools import lru_cache

FIXED = ((1, 1), (5, 1), (7, 21), (8, 15), (11, 1), (11, 11), (12, 25))
MONDAY_AFTER, ASCENSION, WHIT_MONDAY = 1, 39, 50  # days after Easter Sunday


@lru_cache(maxsize=32)
def public_holidays(year: int) -> frozenset[date]:
    """The ten public holidays of Belgium (law of 4 January 1974)."""
    easter = _easter(year)
    moving = {easter + timedelta(days=n) for n in (MONDAY_AFTER, ASCENSION, WHIT_MONDAY)}
    return frozenset({date(year, month, day) for month, day in FIXED} | moving)


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in public_holidays(day.year)


def add_working_days(day: date, count: int) -> date:
    """The last of `count` working days after `day`; the day itself is not counted."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def _easter(year: int) -> date:
    """Easter Sunday, by the anonymous Gregorian algorithm (Meeus)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = b // 4, b % 4
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    n = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * n) // 451
    month, day = divmod(h + n - 7 * m + 114, 31)
    return date(year, month, day + 1)
