"""The calendar feed of editions, to the letter of RFC 5545."""

import re
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from catalogue.icalendar import MAX_OCTETS, calendar, escape, fold
from tests.catalogue.records import edition, offer

NOW = datetime(2026, 11, 26, 19, 8, 5, tzinfo=UTC)


def feed(*editions: object, title: str = "TIG-lassen van inox") -> str:
    record = offer(title=title, editions=editions)
    return calendar("Leerhuis Zenne", [record], now=NOW, domain="skillnet.example")


def unfolded(text: str) -> list[str]:
    return text.replace("\r\n ", "").split("\r\n")


def test_an_edition_is_whole_days_and_ends_the_day_after_its_last() -> None:
    lines = unfolded(feed(edition()))
    assert "DTSTART;VALUE=DATE:20270301" in lines
    assert "DTEND;VALUE=DATE:20270304" in lines
    assert "UID:e-1@skillnet.example" in lines
    assert "DTSTAMP:20261126T190805Z" in lines
    assert "LOCATION:Gent\\, Dok Noord" in lines
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2] == "END:VCALENDAR"


def test_without_an_end_it_lasts_one_day_and_without_a_start_it_is_left_out() -> None:
    lines = unfolded(feed(edition(ends_on=None), edition(id="e-2", starts_on=None, ends_on=None)))
    assert "DTEND;VALUE=DATE:20270302" in lines
    assert lines.count("BEGIN:VEVENT") == 1


def test_a_cancelled_edition_stays_so_that_calendars_take_it_away() -> None:
    assert "STATUS:CANCELLED" in unfolded(
        feed(edition(state="cancelled", starts_on=date(2027, 5, 1), ends_on=None))
    )


@given(st.text(max_size=300))
def test_no_title_can_break_the_feed(title: str) -> None:
    text = feed(edition(), title=title)
    lines = unfolded(text)
    names = {line.split(":", 1)[0].split(";", 1)[0] for line in lines if line}
    assert names == {
        "BEGIN", "END", "VERSION", "PRODID", "CALSCALE", "METHOD", "X-WR-CALNAME", "UID", "DTSTAMP",
        "DTSTART", "DTEND", "SUMMARY", "LOCATION", "URL", "STATUS", "TRANSP",
    }  # fmt: skip
    assert all(len(line.encode("utf-8")) <= MAX_OCTETS for line in text.split("\r\n"))


@given(st.text(alphabet=st.characters(blacklist_categories=["Cc", "Cs"]), max_size=400))
def test_folding_is_undone_by_unfolding(line: str) -> None:
    assert fold(line).replace("\r\n ", "") == line


@given(st.text(max_size=100))
def test_escaped_text_has_no_bare_separators(text: str) -> None:
    assert not re.search(r"(?<!\\)(?:\\\\)*[,;]", escape(text))
    assert "\n" not in escape(text)
