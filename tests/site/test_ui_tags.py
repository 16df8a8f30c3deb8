"""Filters and tags of the design system: Belgian figures, words for the unknown, escaping that holds."""

import datetime as dt
from decimal import Decimal
from html.parser import HTMLParser
from types import SimpleNamespace

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from skillnet import formats, ui
from skillnet.templatetags import ui as tags

NB, NARROW = "\u00a0", "\u202f"


def show(source: str, **context: object) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("language", "whole", "cents", "negative"),
    [
        ("nl", f"€{NB}38.640", f"€{NB}1.234,50", f"\u2212€{NB}5"),
        ("nl-be", f"€{NB}38.640", f"€{NB}1.234,50", f"\u2212€{NB}5"),
        ("fr", f"38{NARROW}640{NB}€", f"1{NARROW}234,50{NB}€", f"\u22125{NB}€"),
        ("en", "€38,640", "€1,234.50", "\u2212€5"),
        ("de", f"38.640{NB}€", f"1.234,50{NB}€", f"\u22125{NB}€"),
    ],
)
def test_euro_in_each_language(language, whole, cents, negative):
    with translation.override(language):
        assert tags.euro(Decimal("38640.00")) == whole
        assert tags.euro("1234.5") == cents
        assert tags.euro(-5) == negative


def test_euro_with_cents_on_request_and_unknown_in_words():
    with translation.override("nl"):
        assert show("{{ a|euro:2 }}", a=12) == f"€{NB}12,00"
        assert show("{{ a|euro }}/{{ b|euro }}", a=None, b="") == "onbekend/onbekend"
        assert show("{{ a|euro }}", a=0) == f"€{NB}0"


@given(st.decimals(-(10**9), 10**9, places=2))
def test_a_written_amount_reads_back(value):
    text = formats.number(value, "nl", 2).replace(".", "").replace(",", ".").replace("\u2212", "-")
    assert Decimal(text) == value


@pytest.mark.parametrize(
    ("value", "shown"), [(0.857, "86"), (0.855, "86"), (0, "0"), (1, "100"), (None, "–"), (float("nan"), "–")]
)
def test_a_score_is_shown_times_hundred(value, shown):
    assert tags.score(value) == shown


def test_percent_and_number():
    with translation.override("nl"):
        assert tags.percent(Decimal("0.625"), 1) == f"62,5{NB}%"
        assert tags.number(1234.5) == "1.234,5"
        assert tags.number(1234, 0) == "1.234"
        assert tags.number(True) == "onbekend"
    with translation.override("en"):
        assert tags.percent(Decimal("0.625"), 1) == "62.5%"


def test_attributes_get_a_point_in_every_language():
    with translation.override("nl"):
        assert show('<meter value="{{ v|decimal_point }}">', v=0.91) == '<meter value="0.91">'


def test_enterprise_numbers():
    assert tags.enterprise_number("0123456749") == "0123.456.749"
    assert tags.enterprise_number("0123.456.749") == "0123.456.749"
    assert tags.enterprise_number("12") == "12"


def test_long_dates():
    with translation.override("nl"):
        assert tags.date_long(dt.date(2027, 1, 12)) == "12 januari 2027"
        assert tags.date_long(None) == "onbekend"
        assert tags.date_short(dt.date(2027, 1, 2)) == "02/01/2027"
    with translation.override("fr"):
        assert tags.date_long(dt.date(2027, 2, 1)) == "1er février 2027"
        assert tags.date_long(dt.date(2027, 2, 21)) == "21 février 2027"


def test_a_moment_is_told_in_brussels():
    with translation.override("nl"):
        assert tags.moment(dt.datetime(2026, 6, 30, 22, 30, tzinfo=dt.UTC)) == "1 juli 2026, 00:30"


@pytest.mark.parametrize(
    ("days", "words"),
    [(0, "vandaag"), (1, "nog 1 dag"), (11, "nog 11 dagen"), (-1, "1 dag te laat"), (-3, "3 dagen te laat")],
)
def test_days_left(days, words):
    today = dt.date(2026, 11, 26)
    with translation.override("nl"):
        assert tags.days_left(today + dt.timedelta(days=days), today) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "duur nog onbekend"),
        (2, "bijna klaar"),
        (12, "nog ongeveer 15 seconden"),
        (60, "nog ongeveer 1 minuut"),
        (130, "nog ongeveer 3 minuten"),
        (7300, "nog ongeveer 3 uur"),
    ],
)
def test_duration_left(seconds, words):
    with translation.override("nl"):
        assert tags.duration_left(seconds) == words


def test_state_tags_take_their_tone_from_the_name_and_escape_their_words():
    assert (
        show("{% state_tag s w %}", s="approved", w="Goed <b>")
        == '<span class="tag good">Goed &lt;b&gt;</span>'
    )
    assert show("{% state_tag s w %}", s="never_seen", w="X") == '<span class="tag plain">X</span>'
    assert show("{% state_tag s w 'stop' %}", s="approved", w="X") == '<span class="tag stop">X</span>'
    assert show("{% tag w 'x\" onclick' %}", w="X") == '<span class="tag plain">X</span>'


def test_marks_merge_clip_and_escape():
    text = "a <b>PLC</b> & robots"
    assert tags.mark_spans(text, [(5, 8)]) == "a &lt;b&gt;<mark>PLC</mark>&lt;/b&gt; &amp; robots"
    assert tags.mark_spans("abcdef", [(3, 5), (0, 2), (1, 3), (5, 99), (4, 4)]) == "<mark>abcdef</mark>"
    assert tags.mark_spans("abcd", [SimpleNamespace(start=1, end=2), {"start": 3, "end": 4}]) == (
        "a<mark>b</mark>c<mark>d</mark>"
    )
    assert tags.mark_spans(None, None) == ""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.tags: set[str] = set()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)

    def handle_data(self, data):
        self.text += data


@given(
    st.text(st.characters(exclude_characters="\r", exclude_categories=["Cs", "Cc"]), max_size=60),
    st.lists(st.tuples(st.integers(-5, 70), st.integers(-5, 70)), max_size=6),
)
def test_marking_never_changes_or_injects_anything(text, spans):
    reader = _Reader()
    reader.feed(tags.mark_spans(text, spans))
    reader.close()
    assert reader.text == text
    assert reader.tags <= {"mark"}


def _header(query: str, source: str = '{% sort_header "title" "Titel" %}') -> str:
    request = RequestFactory().get("/" + query)
    return Template("{% load ui %}" + source).render(Context({"request": request}))


def test_a_header_sorts_turns_round_and_forgets_the_page():
    assert 'href="?q=plc&amp;sort=title"' in _header("?q=plc&page=3")
    assert "aria-sort" not in _header("")
    up = _header("?sort=title")
    assert 'aria-sort="ascending"' in up
    assert 'href="?sort=-title"' in up
    assert 'aria-sort="descending"' in _header("?sort=-title")
    assert "aria-sort" not in _header("?sort=other")


def test_figures_first_descend():
    assert 'href="?sort=-n"' in _header("", '{% sort_header "n" "Aantal" True %}')


def test_hidden_query_carries_everything_else_escaped():
    html = _header("?q=%22%3E&state=a&state=b&page=2&sort=x", '{% hidden_query "sort" %}')
    assert html.count("<input") == 3
    assert 'value="&quot;&gt;"' in html
    assert "page" not in html


def test_page_numbers_leave_the_middle_out():
    page = Paginator(range(500), 10).page(25)
    assert tags.page_numbers(page)[0] == 1
    assert "…" in tags.page_numbers(page)


def test_a_row_needs_one_value_per_column():
    columns = [ui.Column("Titel"), ui.Column("Kost", "euro")]
    assert [cell.value for _, cell in ui.row(columns, ["a", ui.Cell(3, "/x")]).pairs] == ["a", 3]
    with pytest.raises(ValueError, match="zip"):
        ui.row(columns, ["a"])


def test_the_table_says_unknown_links_cells_and_repeats_labels_for_phones():
    columns = [ui.Column("Titel", sort="title"), ui.Column("Kost", "euro")]
    request = RequestFactory().get("/")
    with translation.override("nl"):
        html = Template('{% include "components/table.html" with caption="Kloven" %}').render(
            Context(
                {
                    "request": request,
                    "columns": columns,
                    "rows": [ui.row(columns, [ui.Cell("<PLC>", "/k/1"), None]), ui.row(columns, ["b", 10])],
                    "footer": ui.row(columns, ["Samen", ""]),
                }
            )
        )
    assert '<th scope="row"><a href="/k/1">&lt;PLC&gt;</a></th>' in html
    assert '<td class="n" data-label="Kost">onbekend</td>' in html
    assert f'<td class="n" data-label="Kost">€{NB}10</td>' in html
    assert '<td class="n"></td>' in html


def test_a_word_among_figures_or_days_stays_a_word() -> None:
    assert "onbekend" in tags.show_value("number", None)
    assert "onbekend" in tags.show_value("date", "")
    assert (tags.show_value("number", "–"), tags.show_value("number", "12")) == ("–", "12")
    assert tags.show_value("date", "vervalt niet") == "vervalt niet"
    assert tags.show_value("date", "2026-05-01") == "01/05/2026"
    assert tags.show_value("number", "<b>") == "&lt;b&gt;"
