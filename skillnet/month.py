"""A month as a grid of weeks, Monday first, with what happens on each day. No Django models here."""

import calendar
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils.dates import MONTHS, WEEKDAYS

WANTED = re.compile(r"(\d{4})-(\d{2})")
LONG_DAYS = 14  # what lasts longer stands on its first and its last day, and beside the grid
FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(frozen=True, slots=True)
class Happening:
    """Something from its first to its last day; `state` gives its tone, `note` stands beside it."""

    label: str
    starts_on: date
    ends_on: date
    url: str = ""
    note: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class DayEntry:
    """A happening on one of its days; only the first day of it in a week says it in full."""

    happening: Happening
    begins: bool
    ends: bool = False


@dataclass(slots=True)
class Day:
    """One cell. `entries` is what happens that day."""

    day: date
    in_month: bool
    is_today: bool
    entries: list[DayEntry] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Month:
    """A month to draw: `previous` and `next` are written as an address takes them (YYYY-MM)."""

    first: date
    title: str
    weekdays: Sequence[str]
    weeks: Sequence[Sequence[Day]]
    previous: str
    next: str
    count: int
    running: Sequence[Happening] = ()  # long ones that neither begin nor end in this month


def first_of(wanted: str, today: date) -> date:
    """The first day of the month that an address asks for; of this month when it asks for none."""
    found = WANTED.fullmatch(wanted)
    if found:
        year, number = int(found[1]), int(found[2])
        if FIRST_YEAR <= year <= LAST_YEAR and 1 <= number <= 12:
            return date(year, number, 1)
    return today.replace(day=1)


def span(first: date) -> tuple[date, date]:
    """The first and the last day that the grid of this month shows."""
    days = [day for week in calendar.Calendar().monthdatescalendar(first.year, first.month) for day in week]
    return days[0], days[-1]


def month(happenings: Iterable[Happening], *, first: date, today: date) -> Month:
    """The grid of the month that begins on `first`, with what happens in it in the order of its start."""
    weeks = [
        [Day(day, day.month == first.month, day == today) for day in week]
        for week in calendar.Calendar().monthdatescalendar(first.year, first.month)
    ]
    cells = {cell.day: cell for week in weeks for cell in week}
    begin, end = weeks[0][0].day, weeks[-1][-1].day
    count, running = 0, []
    for happening in sorted(happenings, key=lambda one: (one.starts_on, one.label)):
        shown = _fill(cells, happening, begin, end)
        count += shown
        if not shown and happening.starts_on < begin and happening.ends_on > end:
            running.append(happening)
    before, after = first - timedelta(days=1), first + timedelta(days=32)
    return Month(
        first=first,
        title=f"{MONTHS[first.month]} {first.year}",
        weekdays=[str(WEEKDAYS[number]) for number in range(7)],
        weeks=weeks,
        previous=f"{before:%Y-%m}",
        next=f"{after:%Y-%m}",
        count=count + len(running),
        running=running,
    )


def _fill(cells: dict[date, Day], happening: Happening, begin: date, end: date) -> int:
    if (happening.ends_on - happening.starts_on).days > LONG_DAYS:
        return _mark_ends(cells, happening)
    day = max(happening.starts_on, begin)
    last = min(happening.ends_on, end)
    found = 0
    while day <= last:
        begins = day == happening.starts_on or day.weekday() == 0 or not found
        cells[day].entries.append(DayEntry(happening, begins=begins))
        found = 1
        day += timedelta(days=1)
    return found


def _mark_ends(cells: dict[date, Day], happening: Happening) -> int:
    found = 0
    for day, ends in ((happening.starts_on, False), (happening.ends_on, True)):
        if day in cells:
            cells[day].entries.append(DayEntry(happening, begins=not ends, ends=ends))
            found = 1
    return found
