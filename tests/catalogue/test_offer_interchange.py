"""Rows of the offers file, to the letter of the contract."""

import datetime as dt
import io
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogue import interchange
from catalogue.edition_columns import EDITION_COLUMNS
from catalogue.interchange import OfferRow, duplicate_problem, offer_cells, parse_offer_row, present_columns
from skillnet.kernel.regions import REGIONS
from skillnet.kernel.tabular import RowProblem, read_rows, render, write_csv, write_xlsx
from skillnet.kernel.tabular.duplicates import SeenKeys

REAL = Path(__file__).resolve().parents[3] / "shared/data/real/offers_open_catalogues.csv"
SKILL = "http://data.europa.eu/esco/skill/188ad0ce-1703-4d41-801b-201d739aeede"
LEAST = {"external_id": "C-1", "provider": "Leerhuis Zenne", "title": "TIG-lassen", "language": "nl"}
FULL = LEAST | {
    "enterprise_number": "0123.456.749",
    "provider_kind": "higher_education",
    "description": "Lassen van inox, met oefeningen.",
    "outcomes": "inox lassen; naden beoordelen ;; inox lassen;veilig werken",
    "mode": "blended",
    "hours": "0",
    "ects": "1.5",
    "eqf_level": "4",
    "price_eur": "1200,5",
    "seats": "12",
    "region": "BE24",
    "starts_on": "2026-09-07",
    "ends_on": "30/10/2026",
    "credential": "microcredential",
    "skills": SKILL,
    "edition_id": "najaar",
    "min_seats": "6",
    "price_basis": "edition",
    "mandatory": "YES",
    "teaching_languages": "nl en",
    "supply_subsidy_pct": "45,5",
    "isced_f": "0715",
    "url": "https://leerhuis.example/tig?x=1",
}


def good(row: dict[str, str], line: int = 2) -> OfferRow:
    parsed = parse_offer_row(row, line)
    assert isinstance(parsed, OfferRow), parsed
    return parsed


def wrong(row: dict[str, str]) -> list[tuple[str, str]]:
    parsed = parse_offer_row(row, 7)
    assert isinstance(parsed, list)
    assert all(problem.line == 7 for problem in parsed)
    assert all("{" not in render(problem, language) for problem in parsed for language in ("nl", "fr", "en"))
    return [(problem.column, problem.code) for problem in parsed]


def test_every_column_is_read() -> None:
    offer = good(FULL)
    assert offer.outcomes == ("inox lassen", "naden beoordelen", "veilig werken")
    assert (offer.hours, offer.ects, offer.price_eur) == (Decimal(0), Decimal("1.5"), Decimal("1200.50"))
    assert (offer.starts_on, offer.ends_on) == (dt.date(2026, 9, 7), dt.date(2026, 10, 30))
    assert (offer.seats, offer.min_seats, offer.price_basis, offer.mandatory) == (12, 6, "edition", True)
    assert (offer.teaching_languages, offer.supply_subsidy_pct) == (("nl", "en"), Decimal("45.50"))
    assert (offer.isced_f, offer.url) == ("0715", FULL["url"])
    assert offer.makes_edition
    assert offer.present == frozenset(interchange.ALL_COLUMNS)


def test_empty_is_unknown_and_not_zero() -> None:
    empty = good(dict.fromkeys(interchange.ALL_COLUMNS, " ") | LEAST)
    for column in set(interchange.ALL_COLUMNS) - set(LEAST):
        assert getattr(empty, column) in (None, ())
    assert not empty.makes_edition
    assert good(LEAST).present == frozenset(LEAST)
    assert present_columns(("title", "edition_id", "kleur")) == {"title", "edition_id"}
    assert set(EDITION_COLUMNS) < set(interchange.FILE_COLUMNS)


@pytest.mark.parametrize("column", interchange.REQUIRED_COLUMNS)
def test_only_four_columns_must_be_there(column: str) -> None:
    assert wrong(LEAST | {column: ""}) == [(column, "required")]
    without = {name: value for name, value in LEAST.items() if name != column}
    assert wrong(without) == [(column, "column_missing")]


def test_on_the_web_the_party_need_not_be_named() -> None:
    row = {name: value for name, value in LEAST.items() if name != "provider"}
    assert isinstance(parse_offer_row(row, 2, party_required=False), OfferRow)


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("price_eur", "-0.01", "too_small"),
        ("price_eur", "gratis", "not_a_number"),
        ("price_eur", "1.250", "ambiguous_number"),
        ("price_eur", "99999999999", "too_large"),
        ("hours", "8u", "not_a_number"),
        ("seats", "0", "too_small"),
        ("min_seats", "-1", "too_small"),
        ("eqf_level", "0", "too_small"),
        ("provider_kind", "vzw", "not_in_list"),
        ("mode", "hybrid", "not_in_list"),
        ("credential", "diploma", "not_in_list"),
        ("price_basis", "group", "not_in_list"),
        ("starts_on", "2026-02-30", "not_a_date"),
        ("starts_on", "09/2026", "not_a_date"),
        ("starts_on", "3/31/2026", "not_a_date"),
        ("starts_on", "0000-00-00", "not_a_date"),
        ("supply_subsidy_pct", "101", "too_large"),
        ("isced_f", "ICT", "isced_f"),
        ("url", "leerhuis.example", "url_invalid"),
        ("url", "javascript:alert(1)", "url_invalid"),
        ("url", "https://[", "url_invalid"),
        ("url", "https://a b.example", "url_invalid"),
        ("skills", "ftp://data.europa.eu/esco/skill/1", "skill_uri"),
        ("region", "Gent", "region_unknown"),
        ("enterprise_number", "1234567890", "enterprise_number_check"),
        ("teaching_languages", "dutch", "language_unknown"),
    ],
)
def test_a_bad_cell_is_named(column: str, value: str, code: str) -> None:
    assert wrong(LEAST | {column: value}) == [(column, code)]


def test_cells_that_contradict_one_another_are_reported() -> None:
    assert wrong(FULL | {"ends_on": "2026-09-06"}) == [("ends_on", "ends_before_start")]
    assert wrong(FULL | {"min_seats": "13"}) == [("min_seats", "min_above_seats")]
    assert good(FULL | {"ends_on": "2026-09-07", "min_seats": "12"}).makes_edition


def test_editions_share_an_offer_and_only_the_same_edition_is_a_duplicate() -> None:
    seen = SeenKeys()
    assert duplicate_problem(good(LEAST, 2), seen) is None
    assert duplicate_problem(good(LEAST | {"edition_id": "a"}, 3), seen) is None
    assert duplicate_problem(good(LEAST | {"edition_id": "b"}, 4), seen) is None
    assert duplicate_problem(good(LEAST, 5), seen) == RowProblem(
        5, "external_id", "duplicate", {"value": "C-1", "first_line": 2}
    )
    again = duplicate_problem(good(LEAST | {"edition_id": "a", "provider": "leerhuis zenne VZW"}, 6), seen)
    assert again is not None
    assert (again.column, again.code, again.params["first_line"]) == ("edition_id", "duplicate_edition", 3)
    assert all("{" not in render(again, language) for language in ("nl", "fr", "en"))
    assert duplicate_problem(good(LEAST | {"provider": "Ander Huis"}, 7), seen) is None


texts = st.text(st.characters(exclude_categories=["Cc", "Cs", "Z"]), min_size=1, max_size=20)
maybe = st.none() | texts
outcomes = st.lists(texts.filter(lambda text: ";" not in text), unique=True, max_size=3).map(tuple)
skill_lists = st.lists(st.uuids().map("http://data.europa.eu/esco/skill/{}".format), unique=True, max_size=2)
some_date = st.dates(dt.date(1990, 1, 1), dt.date(2090, 1, 1))
offers = st.builds(
    OfferRow,
    line=st.just(2),
    external_id=texts,
    provider=texts,
    enterprise_number=st.none() | st.integers(0, 99_999_999).map(lambda n: f"{n:08d}{97 - n % 97:02d}"),
    provider_kind=st.none() | st.sampled_from(interchange.PROVIDER_KINDS),
    title=texts,
    description=maybe,
    outcomes=outcomes,
    language=st.sampled_from(["nl", "fr", "en", "de"]),
    mode=st.none() | st.sampled_from(interchange.MODES),
    hours=st.none() | st.decimals(0, interchange.MAX_HOURS, places=2),
    ects=st.none() | st.decimals(0, interchange.MAX_ECTS, places=2),
    eqf_level=st.none() | st.integers(1, 8),
    price_eur=st.none() | st.decimals(0, 100_000, places=2),
    seats=st.none() | st.integers(50, interchange.MAX_SEATS),
    region=st.lists(st.sampled_from(sorted(REGIONS)), unique=True, max_size=4).map(tuple),
    starts_on=st.none() | some_date,
    ends_on=st.none() | some_date.map(lambda day: day.replace(year=2095)),
    credential=st.none() | st.sampled_from(interchange.CREDENTIALS),
    skills=skill_lists.map(tuple),
    edition_id=maybe,
    min_seats=st.none() | st.integers(1, 50),
    price_basis=st.none() | st.sampled_from(interchange.PRICE_BASES),
    mandatory=st.none() | st.booleans(),
    teaching_languages=st.lists(st.sampled_from(["nl", "fr", "ar", "tr"]), unique=True).map(tuple),
    supply_subsidy_pct=st.none() | st.decimals(0, 100, places=2),
    isced_f=st.none() | st.from_regex(r"[0-9]{2,4}", fullmatch=True),
    url=st.none() | st.just("https://leerhuis.example/?a=1&b=2"),
    present=st.just(frozenset(interchange.ALL_COLUMNS)),
)


@settings(deadline=None, max_examples=50)
@given(st.lists(offers, max_size=3), st.sampled_from([write_csv, write_xlsx]))
def test_what_is_written_is_read_back_the_same(rows: list[OfferRow], write) -> None:
    buffer = io.BytesIO()
    write(buffer, interchange.ALL_COLUMNS, (list(offer_cells(offer).values()) for offer in rows))
    with read_rows(buffer) as table:
        back = [parse_offer_row(record.values, 2) for record in table.records()]
    assert back == rows


@given(st.dictionaries(st.sampled_from(interchange.ALL_COLUMNS), st.text(max_size=30)))
def test_no_text_makes_the_parser_fail(row: dict[str, str]) -> None:
    parsed = parse_offer_row(row, 3)
    if isinstance(parsed, OfferRow):
        assert all(getattr(parsed, column) for column in interchange.REQUIRED_COLUMNS)


@pytest.mark.skipif(not REAL.exists(), reason="the reference data is not beside this checkout")
def test_of_the_real_file_all_but_the_one_without_title_go_in() -> None:
    seen = SeenKeys()
    with read_rows(REAL) as table:
        records = list(table.records())
    parsed = [parse_offer_row(record.values, record.line) for record in records]
    good_rows = [row for row in parsed if isinstance(row, OfferRow)]
    assert not [record for record in records if record.problems]
    assert len(good_rows) == 381
    assert not [row for row in good_rows if duplicate_problem(row, seen)]
    (bad,) = [row for row in parsed if isinstance(row, list)]
    assert bad == [RowProblem(382, "title", "required")]
    assert next(record for record in records if record.line == 382).values["external_id"] == "MBO-064"


def test_further_columns_are_read_where_the_file_has_them() -> None:
    row = LEAST | {
        "dayparts": "evening weekend evening",
        "kmo_registered": "yes",
        "vks_level": "",
        "funder": "VDAB",
    }
    details = good(row).details
    assert details == {
        "dayparts": ["evening", "weekend"],
        "kmo_registered": True,
        "vks_level": None,
        "funder": "VDAB",
    }
    assert good(LEAST).details == {}
    wrong = parse_offer_row(LEAST | {"dayparts": "night", "vks_level": "9"}, 2)
    assert isinstance(wrong, list)
    assert {problem.column for problem in wrong} == {"dayparts", "vks_level"}
