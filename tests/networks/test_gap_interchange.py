"""Rows of the gaps file, to the letter of the contract."""

import dataclasses
import io
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from networks import interchange
from networks.interchange import GapRow, duplicate_problem, gap_cells, parse_gap_row, present_columns
from networks.models import Gap, Transition, WorkTransfer
from networks.services.import_gaps import import_gaps
from skillnet.kernel import target_groups
from skillnet.kernel.actor import SYSTEM
from skillnet.kernel.regions import REGIONS
from skillnet.kernel.tabular import RowProblem, read_rows, render, write_csv
from skillnet.kernel.tabular.duplicates import SeenKeys
from tests.factories import make_gap, make_organisation

REAL = Path(__file__).resolve().parents[3] / "shared/data/real/gaps_shortage_occupations_2026.csv"
SKILL = "http://data.europa.eu/esco/skill/188ad0ce-1703-4d41-801b-201d739aeede"
LEAST = {"external_id": "K-1", "organisation": "Staalwerken Demer", "title": "Lassen", "language": "nl"}
FULL = LEAST | {
    "enterprise_number": "BE 0123.456.749",
    "network": "Metaal Demerstreek",
    "description": "TIG-lassen van inox.",
    "learners": "12",
    "urgency": "High",
    "horizon": "1y",
    "depth": "short",
    "direction": "upskilling",
    "mandatory": "no",
    "region": "BE2 be242 BE2",
    "skills": f"{SKILL} {SKILL.replace('http:', 'https:')}",
    "budget_eur": "4500,50",
    "eqf_level": "4",
    "learner_languages": "nl FR",
    "modes": "workplace blended",
    "kind": "Hire_and_train",
    "impact": "4",
    "target_groups": "jobseekers NEWCOMERS",
    "transition": "green",
    "occupation": "lasser",
    "planned_start": "1/2/2027",
    "hire_scheme": "ibo",
}


def good(row: dict[str, str], line: int = 2) -> GapRow:
    parsed = parse_gap_row(row, line)
    assert isinstance(parsed, GapRow), parsed
    return parsed


def wrong(row: dict[str, str]) -> list[tuple[str, str]]:
    parsed = parse_gap_row(row, 7)
    assert isinstance(parsed, list)
    assert all(problem.line == 7 for problem in parsed)
    assert all("{" not in render(problem, language) for problem in parsed for language in ("nl", "fr", "en"))
    return [(problem.column, problem.code) for problem in parsed]


def test_every_column_is_read() -> None:
    gap = good(FULL)
    assert gap.enterprise_number == "0123456749"
    assert (gap.learners, gap.urgency, gap.mandatory, gap.eqf_level) == (12, "high", False, 4)
    assert (gap.kind, gap.impact, gap.transition, gap.hire_scheme) == ("hire_and_train", 4, "green", "ibo")
    assert (gap.target_groups, gap.planned_start) == (("jobseekers", "newcomers"), date(2027, 2, 1))
    assert gap.region == ("BE2", "BE242")
    assert gap.skills == (SKILL,)
    assert gap.budget_eur == Decimal("4500.50")
    assert gap.learner_languages == ("nl", "fr")
    assert gap.modes == ("workplace", "blended")
    assert gap.present == frozenset(interchange.ALL_COLUMNS)


def test_empty_is_unknown_and_absent_columns_are_told_apart_from_empty_ones() -> None:
    empty = good(dict.fromkeys(interchange.ALL_COLUMNS, "") | LEAST)
    least = good(LEAST)
    for column in set(interchange.ALL_COLUMNS) - set(LEAST):
        assert getattr(empty, column) in (None, ())
        assert column in empty.present
        assert column not in least.present
    assert present_columns(("title", "kleur")) == {"title"}


@pytest.mark.parametrize("column", interchange.REQUIRED_COLUMNS)
def test_only_four_columns_must_be_there(column: str) -> None:
    assert wrong(LEAST | {column: "  "}) == [(column, "required")]
    assert wrong({name: value for name, value in LEAST.items() if name != column}) == [
        (column, "column_missing")
    ]


def test_on_the_web_the_party_need_not_be_named() -> None:
    row = {name: value for name, value in LEAST.items() if name != "organisation"}
    assert isinstance(parse_gap_row(row, 2, party_required=False), GapRow)


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("learners", "0", "too_small"),
        ("learners", "-3", "too_small"),
        ("learners", "2.5", "not_whole"),
        ("learners", "twaalf", "not_a_number"),
        ("learners", "1.000", "ambiguous_number"),
        ("learners", "9" * 5000, "too_large"),
        ("learners", "١٢", "not_a_number"),
        ("urgency", "hoog", "not_in_list"),
        ("horizon", "2y", "not_in_list"),
        ("depth", "medium", "not_in_list"),
        ("direction", "up", "not_in_list"),
        ("mandatory", "misschien", "not_in_list"),
        ("region", "BE9", "region_unknown"),
        ("region", "BE", "region_unknown"),
        ("region", "BE2;BE3", "region_unknown"),
        ("skills", "lassen", "skill_uri"),
        ("skills", "http://data.europa.eu/esco/occupation/1", "skill_uri"),
        ("skills", f"{SKILL};{SKILL}", "skill_uri"),
        ("enterprise_number", "0123.456.748", "enterprise_number_check"),
        ("enterprise_number", "NL123", "enterprise_number_format"),
        ("language", "nld", "language_unknown"),
        ("language", "xx", "language_unknown"),
        ("budget_eur", "-1", "too_small"),
        ("budget_eur", "€ 100", "not_a_number"),
        ("budget_eur", "1.250", "ambiguous_number"),
        ("budget_eur", "10.005", "ambiguous_number"),
        ("budget_eur", "10.0051", "too_many_decimals"),
        ("eqf_level", "9", "too_large"),
        ("learner_languages", "nl xx", "language_unknown"),
        ("modes", "classroom,online", "not_in_list"),
        ("title", "x" * 301, "too_long"),
        ("external_id", "x" * 101, "too_long"),
    ],
)
def test_a_bad_cell_is_named(column: str, value: str, code: str) -> None:
    assert wrong(LEAST | {column: value}) == [(column, code)]


@pytest.mark.parametrize(
    ("text", "learners"), [("12", 12), ("12.0", 12), ("12,00", 12), ("+3", 3), (" 7 ", 7), ("1000", 1000)]
)
def test_whole_numbers_as_spreadsheets_write_them(text: str, learners: int) -> None:
    assert good(LEAST | {"learners": text}).learners == learners


def test_everything_wrong_with_a_row_is_told_at_once() -> None:
    assert wrong(LEAST | {"title": "", "region": "A B", "learners": "x"}) == [
        ("title", "required"),
        ("learners", "not_a_number"),
        ("region", "region_unknown"),
        ("region", "region_unknown"),
    ]


def test_control_characters_do_not_get_in() -> None:
    gap = good(LEAST | {"title": "La\0ssen\x07", "description": "een\ntwee\tdrie"})
    assert (gap.title, gap.description) == ("Lassen", "een\ntwee\tdrie")


def test_the_same_key_twice_is_reported_with_the_first_line() -> None:
    seen = SeenKeys()
    number = {"enterprise_number": "0123456749"}
    assert duplicate_problem(good(LEAST, 2), seen) is None
    assert duplicate_problem(good(LEAST | {"external_id": "K-2"}, 3), seen) is None
    assert duplicate_problem(good(LEAST | {"organisation": "Ander Huis"}, 4), seen) is None
    problem = duplicate_problem(good(LEAST | {"organisation": "STAALWERKEN DEMER nv"}, 5), seen)
    assert problem == RowProblem(5, "external_id", "duplicate", {"value": "K-1", "first_line": 2})
    with_number = duplicate_problem(good(LEAST | number, 6), seen)
    assert with_number is not None
    assert with_number.params["first_line"] == 2


def test_one_name_under_two_numbers_is_two_parties() -> None:
    seen = SeenKeys()
    for line, number in enumerate(("0123456749", "0200000043"), start=2):
        assert duplicate_problem(good(LEAST | {"enterprise_number": number}, line), seen) is None
    third = duplicate_problem(
        good(LEAST | {"enterprise_number": "0200000043", "organisation": "Nieuwe naam"}, 4), seen
    )
    assert third is not None
    assert third.params["first_line"] == 3


texts = st.text(st.characters(exclude_categories=["Cc", "Cs", "Z"]), min_size=1, max_size=20)
maybe = st.none() | texts
skill_lists = st.lists(st.uuids().map("http://data.europa.eu/esco/skill/{}".format), unique=True, max_size=2)
gaps = st.builds(
    GapRow,
    line=st.just(2),
    external_id=texts,
    organisation=texts,
    enterprise_number=st.none() | st.integers(0, 99_999_999).map(lambda n: f"{n:08d}{97 - n % 97:02d}"),
    network=maybe,
    title=texts,
    description=maybe,
    language=st.sampled_from(["nl", "fr", "en", "de"]),
    learners=st.none() | st.integers(1, interchange.MAX_LEARNERS),
    urgency=st.none() | st.sampled_from(interchange.URGENCIES),
    horizon=st.none() | st.sampled_from(interchange.HORIZONS),
    depth=st.none() | st.sampled_from(interchange.DEPTHS),
    direction=st.none() | st.sampled_from(interchange.DIRECTIONS),
    mandatory=st.none() | st.booleans(),
    region=st.lists(st.sampled_from(sorted(REGIONS)), unique=True, max_size=4).map(tuple),
    skills=skill_lists.map(tuple),
    budget_eur=st.none() | st.decimals(0, interchange.MAX_EURO, places=2),
    eqf_level=st.none() | st.integers(1, 8),
    learner_languages=st.lists(st.sampled_from(["nl", "fr", "ar", "tr"]), unique=True).map(tuple),
    modes=st.lists(st.sampled_from(interchange.MODES), unique=True).map(tuple),
    present=st.just(frozenset(interchange.ALL_COLUMNS)),
    kind=st.none() | st.sampled_from(interchange.KINDS),
    impact=st.none() | st.integers(1, 4),
    target_groups=st.lists(st.sampled_from(interchange.TARGET_GROUPS), unique=True).map(tuple),
    transition=st.none() | st.sampled_from(interchange.TRANSITIONS),
    occupation=maybe,
    planned_start=st.none() | st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    hire_scheme=st.none(),
)  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(st.lists(gaps, max_size=3))
def test_what_is_written_is_read_back_the_same(rows: list[GapRow]) -> None:
    buffer = io.BytesIO()
    write_csv(buffer, interchange.ALL_COLUMNS, (list(gap_cells(gap).values()) for gap in rows))
    with read_rows(buffer) as table:
        back = [parse_gap_row(record.values, 2) for record in table.records()]
    assert back == rows


@given(st.dictionaries(st.sampled_from(interchange.ALL_COLUMNS), st.text(max_size=30)))
def test_no_text_makes_the_parser_fail(row: dict[str, str]) -> None:
    parsed = parse_gap_row(row, 3)
    if isinstance(parsed, GapRow):
        assert parsed == dataclasses.replace(parsed)
        assert all(getattr(parsed, column) for column in interchange.REQUIRED_COLUMNS)


@pytest.mark.skipif(not REAL.exists(), reason="the reference data is not beside this checkout")
def test_the_real_file_goes_in_whole() -> None:
    seen = SeenKeys()
    with read_rows(REAL) as table:
        records = list(table.records())
    parsed = [parse_gap_row(record.values, record.line) for record in records]
    assert not [record for record in records if record.problems]
    assert [row for row in parsed if isinstance(row, list)] == []
    assert len(parsed) == 228
    assert not [row for row in parsed if isinstance(row, GapRow) and duplicate_problem(row, seen)]


def test_a_scheme_goes_only_with_hiring() -> None:
    assert wrong(LEAST | {"hire_scheme": "ibo"}) == [("hire_scheme", "hire_scheme_without_hiring")]
    assert wrong(LEAST | {"hire_scheme": "ibo", "kind": "ordinary"})[0][1] == "hire_scheme_without_hiring"


def test_the_file_knows_the_groups_kinds_and_words_of_the_register() -> None:
    assert tuple(target_groups.NAMES) == interchange.TARGET_GROUPS
    assert list(interchange.KINDS) == Gap.Kind.values
    assert list(interchange.HIRE_SCHEMES) == Gap.HireScheme.values
    assert list(interchange.TRANSITIONS) == Transition.values


@pytest.mark.django_db
def test_kinds_come_in_and_go_out_again() -> None:
    company = make_organisation()
    gap = make_gap(organisation=company, external_id="K-1", kind="hire_and_train", hire_scheme="ibo")
    table = (
        b"external_id,title,language,kind,impact\nK-1,Lassen,nl,work_to_work,3\nK-2,Plooien,nl,ordinary,\n"
    )
    with read_rows(io.BytesIO(table)) as rows:
        import_gaps(rows, actor=SYSTEM, organisation=company)
    gap.refresh_from_db()
    assert (gap.kind, gap.hire_scheme, gap.impact) == ("work_to_work", "", 3)
    assert gap.transfer.state == "searching"
    again = b"external_id,title,language,kind\nK-1,Lassen,nl,\n"
    with read_rows(io.BytesIO(again)) as rows:
        import_gaps(rows, actor=SYSTEM, organisation=company)
    gap.refresh_from_db()
    assert gap.kind == "ordinary"
    assert not WorkTransfer.objects.exists()
