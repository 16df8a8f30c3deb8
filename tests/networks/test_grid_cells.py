"""Cells copied from a spreadsheet, and who pays for a passage from work to work: pure rules."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from networks.grid import MOST_ROWS, choice_of, fill_down, is_heading, known_choices, parse_cells
from networks.suggesting import LONGEST_TITLE, title_of
from networks.work_to_work import PAYERS, filled_split, income_bridge, split_problem

CELL = st.text(st.characters(exclude_characters="\r", exclude_categories=["Cs"]), max_size=12)
COLUMNS = ("title", "learners", "urgency")


def as_spreadsheets_copy(cells: list[list[str]]) -> str:
    def quoted(cell: str) -> str:
        return '"' + cell.replace('"', '""') + '"' if set(cell) & set('\t\n"') else cell

    return "\n".join("\t".join(quoted(cell) for cell in row) for row in cells) + "\n"


@given(st.lists(st.lists(CELL, min_size=1, max_size=4), max_size=5))
def test_what_a_spreadsheet_copied_comes_back_cell_by_cell(cells: list[list[str]]) -> None:
    while cells and not any(cell.strip() for cell in cells[-1]):
        cells.pop()
    assert parse_cells(as_spreadsheets_copy(cells)) == cells


@given(st.text(max_size=200))
def test_any_pasted_text_loses_no_word(text: str) -> None:
    words = "".join(cell for row in parse_cells(text) for cell in row)
    assert set(text.split()) == set() or [c for c in words if c.isalnum()] == [c for c in text if c.isalnum()]


@pytest.mark.parametrize(
    ("pasted", "cells"),
    [
        ("Lassen\t4\r\nPlooien\t2\r\n", [["Lassen", "4"], ["Plooien", "2"]]),
        ('"twee\nregels"\tja', [["twee\nregels", "ja"]]),
        ('"5"" buis"\t1', [['5" buis', "1"]]),
        ('buis van 5"\t1', [['buis van 5"', "1"]]),
        ('"nooit gesloten\t1', [['"nooit gesloten', "1"]]),
        ("", []),
        ("\n\n", []),
    ],
)
def test_spreadsheet_cells(pasted: str, cells: list[list[str]]) -> None:
    assert parse_cells(pasted) == cells


@given(
    st.lists(st.lists(CELL, max_size=5), max_size=6), st.integers(0, 150), st.sampled_from([*COLUMNS, "?"])
)
def test_pasting_touches_nothing_above_or_left_of_the_cell(
    cells: list[list[str]], row: int, column: str
) -> None:
    before = [{"title": f"t{n}", "learners": str(n), "urgency": "low"} for n in range(8)]
    after = fill_down(before, cells, columns=COLUMNS, at_row=row, at_column=column)
    assert len(before) <= len(after) <= MOST_ROWS
    assert after[: min(row, 8)] == before[: min(row, 8)]
    left = COLUMNS[: COLUMNS.index(column)] if column in COLUMNS else ()
    assert all(now.get(name) == was[name] for was, now in zip(before, after, strict=False) for name in left)


def test_a_heading_is_told_from_a_first_row() -> None:
    names = {"title": ["title", "Wat moeten uw mensen kunnen?"], "learners": ["learners", "Deelnemers"]}
    assert is_heading(["wat moeten uw mensen kunnen?", "DEELNEMERS", ""], names)
    assert not is_heading(["Deelnemers leren lassen", "4"], names)
    assert not is_heading(["title"], names)


URGENCY = [("", ""), ("low", "laag"), ("high", "hoog"), ("critical", "kritiek")]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("hoog", "high"),
        ("HIGH", "high"),
        (" Kritiek ", "critical"),
        ("", ""),
        ("kri", "critical"),
        ("zeer", None),
    ],
)
def test_a_word_as_the_value_it_names(text: str, value: str | None) -> None:
    assert choice_of(text, URGENCY) == value


def test_words_that_no_value_has_are_told_and_not_guessed() -> None:
    rows, lost = known_choices(
        [{"title": "a", "urgency": "hoog"}, {"urgency": "morgen"}], {"urgency": URGENCY}
    )
    assert [row["urgency"] for row in rows] == ["high", ""]
    assert [(cell.row, cell.column, cell.text) for cell in lost] == [(2, "urgency", "morgen")]


SHARES = st.dictionaries(st.sampled_from(PAYERS), st.none() | st.integers(-5, 120), min_size=1)


@given(SHARES)
def test_a_split_holds_only_at_a_hundred_or_when_nothing_is_known(shares: dict[str, int | None]) -> None:
    problem, total = split_problem(shares)
    filled = filled_split(shares)
    if problem:
        assert total != 100 or any(share is not None and not 0 <= share <= 100 for share in shares.values())
    elif any(share is not None for share in shares.values()):
        assert sum(share or 0 for share in filled.values()) == 100
        assert None not in filled.values()
    else:
        assert filled == shares


@pytest.mark.parametrize(
    ("years", "months", "used", "ok", "codes"),
    [
        (10, 6, False, True, ()),
        (10, 12, False, True, ()),
        (9, 6, False, False, ("career_too_short",)),
        (20, 13, False, False, ("months_out_of_range",)),
        (20, 5, True, False, ("used_before", "months_out_of_range")),
        (None, 6, False, None, ("career_years",)),
        (None, 6, True, False, ("used_before",)),
    ],
)
def test_the_income_bridge_by_the_numbers_of_the_paper(
    years: int | None, months: int | None, used: bool | None, ok: bool | None, codes: tuple[str, ...]
) -> None:
    found = income_bridge(career_years=years, months=months, used_before=used)
    assert (found.ok, found.codes) == (ok, codes)


@given(st.text(max_size=400))
def test_a_title_is_short_and_empty_only_without_words(text: str) -> None:
    title = title_of(text)
    assert len(title) <= LONGEST_TITLE + 3
    assert not title or title.strip() == title


def test_a_title_is_the_first_sentence_cut_between_words() -> None:
    assert title_of("onze lassers moeten inox lassen. Nu kan dat niet.") == "Onze lassers moeten inox lassen"
    long = title_of("Woord " * 40)
    assert long.endswith("Woord…")
    assert len(long) <= LONGEST_TITLE + 1
