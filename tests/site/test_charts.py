"""Geometry of the pictures: nothing leaves its frame, nothing disappears, nothing is invented."""

import datetime as dt
import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillnet import charts

counts = st.floats(min_value=0, max_value=1e9, allow_nan=False)
units = st.floats(min_value=0, max_value=1, allow_nan=False)
days = st.dates(dt.date(2020, 1, 1), dt.date(2035, 12, 31))


def test_bars_share_one_scale_and_unknown_has_no_bar():
    drawn = charts.bars([("a", 50, "/a"), ("b", 25), ("c", 0), ("d", None)])
    assert [(bar.width, bar.url) for bar in drawn] == [(100.0, "/a"), (50.0, ""), (0.0, ""), (0.0, "")]
    assert drawn[3].value is None


def test_a_given_top_is_the_full_width():
    assert charts.bars([("a", 25)], top=100)[0].width == 25.0


def test_a_tiny_bar_is_still_seen():
    assert charts.bars([("a", 1_000_000), ("b", 1)])[1].width == charts.MIN_VISIBLE


def test_a_negative_bar_is_refused():
    with pytest.raises(ValueError, match="negative"):
        charts.bars([("a", -1)])


@given(st.lists(st.tuples(st.text(max_size=3), counts), max_size=8))
def test_bars_keep_their_order_of_size(items):
    drawn = charts.bars(items)
    assert all(0 <= bar.width <= 100 for bar in drawn)
    for one in drawn:
        for other in drawn:
            if (one.value or 0) < (other.value or 0):
                assert one.width <= other.width


def test_stacked_segments_follow_each_other():
    chart = charts.stacked_bars(["p", "q", "r"], [("a", [1, 0, 3]), ("b", [2, 2, 4])])
    first, second = chart.rows
    assert [(s.series, s.x, s.width) for s in first.segments] == [(1, 0.0, 12.5), (3, 12.5, 37.5)]
    assert [(s.series, s.x, s.width) for s in second.segments] == [
        (1, 0.0, 25.0),
        (2, 25.0, 25.0),
        (3, 50.0, 50.0),
    ]
    assert first.total == 4


@given(st.lists(st.tuples(st.text(max_size=3), st.tuples(counts, counts, counts)), max_size=6), st.booleans())
def test_a_stack_never_leaves_its_frame(rows, normalise):
    chart = charts.stacked_bars(["p", "q", "r"], rows, normalise=normalise)
    for row in chart.rows:
        assert sum(s.width for s in row.segments) <= 100.01
        assert row.total == pytest.approx(math.fsum(row.values))
        if normalise and row.total > 1:
            assert sum(s.width for s in row.segments) == pytest.approx(100, abs=0.01)


@pytest.mark.parametrize(
    ("series", "values", "message"),
    [("pqrst", [1] * 5, "four series"), ("pq", [1], "one value per series"), ("pq", [1, -1], "negative")],
)
def test_what_cannot_be_stacked_is_refused(series, values, message):
    with pytest.raises(ValueError, match=message):
        charts.stacked_bars(list(series), [("a", values)])


@pytest.mark.parametrize(
    ("value", "level"), [(None, None), (0, 0), (1, 1), (20, 1), (21, 2), (80, 4), (81, 5), (100, 5)]
)
def test_heat_levels_are_fifths(value, level):
    assert charts.heat_level(value, 100) == level


def test_a_heatmap_opens_cells_and_keeps_withheld_ones():
    chart = charts.heatmap(["x", "y"], [("a", [10, None]), ("b", [0, 5])], urls={(0, 0): "/rows"})
    cells = [cell for _, row in chart.rows for cell in row]
    assert [cell.level for cell in cells] == [5, None, 0, 3]
    assert [cell.url for cell in cells] == ["/rows", "", "", ""]
    assert chart.top == 10


def test_a_ragged_heatmap_is_refused():
    with pytest.raises(ValueError, match="one value per column"):
        charts.heatmap(["x", "y"], [("a", [1])])


def _matrix(items, **options):
    return charts.matrix(items, across_label="x", up_label="y", size_label="n", **options)


def test_the_matrix_puts_much_of_both_at_the_top_right():
    low, high = _matrix([charts.MatrixItem("l", 0.0, 0.0), charts.MatrixItem("h", 1.0, 1.0, 4)]).points
    assert low.x < high.x
    assert low.y > high.y
    assert low.r < high.r
    assert [low.number, high.number] == [1, 2]


@given(st.lists(st.tuples(units, units, st.integers(1, 500)), max_size=12))
def test_points_of_a_matrix_stay_inside_and_apart(places):
    chart = _matrix([charts.MatrixItem(str(i), x, y, n) for i, (x, y, n) in enumerate(places)])
    for i, one in enumerate(chart.points):
        assert 6 <= one.x <= 94
        assert 24 <= one.y <= chart.height - 24
        for other in chart.points[:i]:
            apart = math.hypot((one.x - other.x) * charts.PHONE, one.y - other.y)
            assert apart >= one.r + other.r - 0.3


def test_a_sparkline_breaks_where_nothing_is_known():
    line = charts.sparkline([1, 2, None, 3])
    assert line.path == "M0.00 22.00 L33.33 12.00 M100.00 2.00"
    assert (line.first, line.last) == (1, 3)


def test_a_flat_or_empty_sparkline_does_not_divide_by_zero():
    assert charts.sparkline([5, 5]).path == "M0.00 12.00 L100.00 12.00"
    assert charts.sparkline([]).path == ""


@given(st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6, allow_nan=False)), max_size=20))
def test_a_sparkline_stays_in_its_box(values):
    numbers = [float(n) for n in re.findall(r"-?[\d.]+", charts.sparkline(values).path)]
    assert all(0 <= x <= 100 for x in numbers[::2])
    assert all(1.99 <= y <= 22.01 for y in numbers[1::2])


def test_a_calendar_clips_sorts_and_marks_today():
    january = dt.date(2027, 1, 1)
    chart = charts.calendar(
        [
            charts.Period("late", dt.date(2027, 1, 21), dt.date(2027, 2, 28)),
            charts.Period("early", dt.date(2026, 12, 1), dt.date(2027, 1, 10)),
            charts.Period("gone", dt.date(2026, 1, 1), dt.date(2026, 12, 31)),
        ],
        starts_on=january,
        ends_on=dt.date(2027, 1, 30),
        today=dt.date(2027, 1, 16),
    )
    assert [bar.period.label for bar in chart.bars] == ["early", "late"]
    assert [(bar.x, bar.end) for bar in chart.bars] == [(0.0, 33.333), (66.667, 100.0)]
    assert chart.today == 50.0
    assert [tick.day for tick in chart.ticks] == [january]
    assert chart.height == charts.AXIS + 2 * charts.ROW


def test_a_calendar_that_ends_before_it_starts_is_refused():
    with pytest.raises(ValueError, match="before"):
        charts.calendar([], starts_on=dt.date(2027, 1, 2), ends_on=dt.date(2027, 1, 1))


@given(days, st.integers(0, 2000), st.lists(st.tuples(days, st.integers(0, 400)), max_size=8))
def test_calendar_bars_lie_in_the_window_and_months_are_few(start, length, spans):
    periods = [charts.Period(str(i), day, day + dt.timedelta(days=n)) for i, (day, n) in enumerate(spans)]
    chart = charts.calendar(periods, starts_on=start, ends_on=start + dt.timedelta(days=length))
    assert all(0 <= bar.x <= 100 and bar.end <= 100 and bar.width > 0 for bar in chart.bars)
    assert len(chart.ticks) <= 8
    assert [bar.y for bar in chart.bars] == [charts.AXIS + i * charts.ROW for i in range(len(chart.bars))]
