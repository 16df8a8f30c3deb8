"""Geometry of the pictures: pure functions from figures to positions, no Django, no markup.

Positions along the reading direction are percentages of the width (0..100), so that text keeps its size on
a phone; heights are pixels. The templates under ``templates/components/charts`` draw what comes back, and
always with the same figures in a table.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

HEAT_LEVELS = 5
PHONE = 3.2  # pixels that one percent of the width is on a phone
MIN_VISIBLE = 0.6  # percent: a bar that is not zero is seen


def _share(value: float, top: float) -> float:
    if top <= 0 or value <= 0:
        return 0.0
    return round(max(MIN_VISIBLE, min(100.0, 100.0 * value / top)), 3)


# Bars


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: ``width`` in percent of the scale; ``value`` None is unknown and has no bar."""

    label: str
    value: float | None
    width: float
    url: str = ""
    note: str = ""
    tone: str = ""


def bars(
    items: Sequence[tuple[str, float | None] | tuple[str, float | None, str]], *, top: float | None = None
) -> list[Bar]:
    """Bars on one scale: (label, value[, url]) in the order given.

    ``top`` is what fills the width, the largest value if absent; a negative value raises ValueError.
    """
    values = [item[1] for item in items if item[1] is not None]
    if any(value < 0 for value in values):
        raise ValueError("a bar cannot be negative: show a difference as a table")
    scale = max(values, default=0.0) if top is None else top
    return [
        Bar(
            label=item[0],
            value=item[1],
            width=_share(float(item[1] or 0), float(scale)),
            url=item[2] if len(item) == 3 else "",
        )
        for item in items
    ]


# Stacked bars


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a stacked bar: ``x`` and ``width`` in percent; ``series`` counts from 1."""

    series: int
    label: str
    value: float
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Stack:
    """One stacked bar and its total."""

    label: str
    total: float
    segments: list[Segment]
    values: list[float]
    url: str = ""


@dataclass(frozen=True, slots=True)
class StackedBars:
    """Stacked bars with the names of their series, in order."""

    series: list[str]
    rows: list[Stack]


def stacked_bars(
    series: Sequence[str], rows: Sequence[tuple[str, Sequence[float]]], *, normalise: bool = False
) -> StackedBars:
    """Stacked bars on one scale (``normalise``: each to its own total); at most four series."""
    if len(series) > 4:
        raise ValueError("at most four series: more greys cannot be told apart")
    if any(len(values) != len(series) for _, values in rows):
        raise ValueError("every row needs one value per series")
    if any(value < 0 for _, values in rows for value in values):
        raise ValueError("a part cannot be negative")
    top = max((math.fsum(values) for _, values in rows), default=0.0)
    stacks = []
    for label, values in rows:
        total = math.fsum(values)
        scale = total if normalise else top
        stacks.append(Stack(label, total, _segments(series, values, scale), [float(v) for v in values]))
    return StackedBars(list(series), stacks)


def _segments(series: Sequence[str], values: Sequence[float], scale: float) -> list[Segment]:
    segments, done = [], 0.0
    for index, (name, value) in enumerate(zip(series, values, strict=True), start=1):
        width = 100.0 * value / scale if scale > 0 else 0.0
        if value > 0:
            segments.append(Segment(index, name, float(value), round(done, 3), round(width, 3)))
        done += width
    return segments


# Heatmap


@dataclass(frozen=True, slots=True)
class HeatCell:
    """One cell: ``level`` 0..5 (0 is zero), None where the value is unknown or withheld."""

    value: float | None
    level: int | None
    url: str = ""


@dataclass(frozen=True, slots=True)
class Heatmap:
    """Rows × columns of cells, and the highest value."""

    columns: list[str]
    rows: list[tuple[str, list[HeatCell]]]
    top: float


def heat_level(value: float | None, top: float) -> int | None:
    """0 for zero, else 1..5 by fifths of the highest value."""
    if value is None:
        return None
    if value <= 0 or top <= 0:
        return 0
    return min(HEAT_LEVELS, max(1, math.ceil(HEAT_LEVELS * value / top - 1e-9)))


def heatmap(
    columns: Sequence[str],
    rows: Sequence[tuple[str, Sequence[float | None]]],
    *,
    urls: Mapping[tuple[int, int], str] | None = None,
) -> Heatmap:
    """A heatmap; ``urls`` opens cell (row, column) into the rows that it counts."""
    if any(len(values) != len(columns) for _, values in rows):
        raise ValueError("every row needs one value per column")
    top = max((value for _, values in rows for value in values if value is not None), default=0.0)
    links = urls or {}
    return Heatmap(
        list(columns),
        [
            (label, [HeatCell(v, heat_level(v, top), links.get((r, c), "")) for c, v in enumerate(values)])
            for r, (label, values) in enumerate(rows)
        ],
        float(top),
    )


# Matrix


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the matrix: ``x`` percent of the width, ``y`` pixels from the top, ``r`` pixels."""

    label: str
    number: int
    across: float
    up: float
    size: float
    x: float
    y: float
    r: float
    url: str = ""


@dataclass(frozen=True, slots=True)
class Matrix:
    """Two measures 0..1 against each other; the top right is where to begin."""

    points: list[Point]
    height: int
    across_label: str
    up_label: str
    size_label: str


@dataclass(frozen=True, slots=True)
class MatrixItem:
    """What goes into a matrix: ``across`` and ``up`` 0..1, ``size`` any count."""

    label: str
    across: float
    up: float
    size: float = 1.0
    url: str = ""


def matrix(
    items: Sequence[MatrixItem],
    *,
    across_label: str,
    up_label: str,
    size_label: str,
    height: int = 360,
) -> Matrix:
    """Place items; equal places step aside so that every number can be read; a point grows with its size."""
    biggest = max((item.size for item in items), default=1.0) or 1.0
    taken: list[tuple[float, float, float]] = []
    points = []
    for count, item in enumerate(items, start=1):
        x = 6.0 + 88.0 * _unit(item.across)
        y = 24.0 + (height - 48.0) * (1.0 - _unit(item.up))
        radius = 11.0 + 9.0 * math.sqrt(max(0.0, item.size) / biggest)
        x, y = _step_aside(x, y, radius, taken, height)
        taken.append((x, y, radius))
        points.append(
            Point(
                item.label,
                count,
                item.across,
                item.up,
                item.size,
                round(x, 2),
                round(y, 1),
                round(radius, 1),
                item.url,
            )
        )
    return Matrix(points, height, across_label, up_label, size_label)


def _unit(value: float) -> float:
    return max(0.0, min(1.0, value))


def _step_aside(
    x: float, y: float, radius: float, taken: Sequence[tuple[float, float, float]], height: int
) -> tuple[float, float]:
    """The first free spot on a small spiral, reckoned for a phone, where room is scarcest."""
    for step in range(400):
        angle, reach = step * 2.4, 9.0 * math.sqrt(step)
        spot_x = min(94.0, max(6.0, x + reach * math.cos(angle) / PHONE))
        spot_y = min(height - 24.0, max(24.0, y + reach * math.sin(angle)))
        if all(math.hypot((spot_x - a) * PHONE, spot_y - b) >= radius + r for a, b, r in taken):
            return spot_x, spot_y
    return x, y


# Sparkline


@dataclass(frozen=True, slots=True)
class Sparkline:
    """A line in a box of 100 × 24 units: an SVG path, and what it says in words."""

    path: str
    first: float | None
    last: float | None
    values: list[float | None] = field(default_factory=list)


def sparkline(values: Sequence[float | None]) -> Sparkline:
    """A line through the known values; an unknown one breaks it."""
    known = [value for value in values if value is not None]
    low, high = min(known, default=0.0), max(known, default=0.0)
    spread = high - low
    gap = 100.0 / (len(values) - 1) if len(values) > 1 else 0.0
    parts, pen_down = [], False
    for index, value in enumerate(values):
        if value is None:
            pen_down = False
            continue
        y = 12.0 if spread == 0 else 22.0 - 20.0 * (value - low) / spread
        parts.append(f"{'L' if pen_down else 'M'}{index * gap:.2f} {y:.2f}")
        pen_down = True
    return Sparkline(" ".join(parts), known[0] if known else None, known[-1] if known else None, list(values))


# Calendar


@dataclass(frozen=True, slots=True)
class Period:
    """Something that lasts from ``starts_on`` to ``ends_on``, both days included."""

    label: str
    starts_on: dt.date
    ends_on: dt.date
    url: str = ""
    note: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class CalendarBar:
    """A period drawn: percent across, pixels down; clipped at the edges of the calendar."""

    period: Period
    x: float
    width: float
    y: int

    @property
    def end(self) -> float:
        """Where the bar ends, in percent, at most the edge."""
        return round(min(100.0, self.x + self.width), 3)


@dataclass(frozen=True, slots=True)
class Tick:
    """The first day of a month on the axis."""

    day: dt.date
    x: float


@dataclass(frozen=True, slots=True)
class Calendar:
    """Periods under each other on one axis of months."""

    starts_on: dt.date
    ends_on: dt.date
    bars: list[CalendarBar]
    ticks: list[Tick]
    today: float | None
    height: int


ROW = 44
AXIS = 28


def calendar(
    periods: Sequence[Period], *, starts_on: dt.date, ends_on: dt.date, today: dt.date | None = None
) -> Calendar:
    """Periods that touch the window, by start; months as ticks; ``today`` as a line when inside."""
    if ends_on < starts_on:
        raise ValueError("the calendar ends before it starts")
    days = (ends_on - starts_on).days + 1

    def across(day: dt.date) -> float:
        return round(100.0 * min(days, max(0, (day - starts_on).days)) / days, 3)

    inside = sorted(
        (p for p in periods if p.ends_on >= starts_on and p.starts_on <= ends_on),
        key=lambda p: (p.starts_on, p.ends_on, p.label),
    )
    drawn = []
    for index, period in enumerate(inside):
        left, right = across(period.starts_on), across(period.ends_on + dt.timedelta(days=1))
        drawn.append(CalendarBar(period, left, round(max(MIN_VISIBLE, right - left), 3), AXIS + index * ROW))
    line = across(today) if today is not None and starts_on <= today <= ends_on else None
    ticks = [Tick(day, across(day)) for day in _months(starts_on, ends_on)]
    return Calendar(starts_on, ends_on, drawn, _thin(ticks), line, AXIS + len(drawn) * ROW)


def _months(starts_on: dt.date, ends_on: dt.date) -> list[dt.date]:
    day = starts_on.replace(day=1)
    months = []
    while day <= ends_on:
        if day >= starts_on:
            months.append(day)
        day = (day.replace(day=28) + dt.timedelta(days=4)).replace(day=1)
    return months


def _thin(ticks: list[Tick], most: int = 8) -> list[Tick]:
    """Every n-th month, so that names do not run into each other."""
    every = max(1, math.ceil(len(ticks) / most))
    return ticks[::every]
