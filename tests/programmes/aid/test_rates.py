"""Dated law: lookup by day, refusals, and the rows of the repository."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from programmes.aid.assessment import assess
from programmes.aid.case import parse_case
from programmes.aid.rates import RateError, RateNotInForceError, RateRow, Rates, load_rates, read_rates
from programmes.aid.register import load_instruments, unknown_rates
from tests.programmes.aid.builders import case


def row(first: str, last: str | None, value: str = "1", key: str = "k") -> RateRow:
    valid_to = date.fromisoformat(last) if last else None
    return RateRow(key, Decimal(value), "percent", date.fromisoformat(first), valid_to, "art. 1", "somewhere")


def test_a_row_holds_on_its_first_and_its_last_day() -> None:
    rates = Rates([row("2025-01-01", "2025-12-31", "1"), row("2026-01-01", None, "2")])
    assert [rates.value("k", date.fromisoformat(day)) for day in ("2025-01-01", "2025-12-31")] == [1, 1]
    assert [rates.value("k", date.fromisoformat(day)) for day in ("2026-01-01", "2099-01-01")] == [2, 2]


def test_no_row_is_a_clear_error() -> None:
    with pytest.raises(RateNotInForceError, match="no row of k holds on 2024-12-31"):
        Rates([row("2025-01-01", "2025-12-31")]).at("k", date(2024, 12, 31))
    with pytest.raises(RateNotInForceError):
        Rates([]).at("k", date(2025, 1, 1))


@pytest.mark.parametrize(
    "rows",
    [
        [row("2025-01-01", "2025-12-31"), row("2025-12-31", None)],
        [row("2025-01-01", None), row("2026-01-01", None)],
        [row("2026-01-01", "2026-01-01"), row("2025-01-01", "2027-01-01")],
    ],
)
def test_periods_of_one_key_may_not_overlap(rows: list[RateRow]) -> None:
    with pytest.raises(RateError, match="two rows hold"):
        Rates(rows)


def test_other_keys_and_touching_periods_may() -> None:
    Rates([row("2025-01-01", "2025-12-31"), row("2026-01-01", None), row("2025-06-01", None, key="other")])


def test_a_row_cannot_end_before_it_begins_or_lack_its_basis() -> None:
    with pytest.raises(RateError, match="before it begins"):
        row("2025-01-02", "2025-01-01")
    with pytest.raises(RateError, match="legal_basis is empty"):
        RateRow("k", Decimal(1), "percent", date(2025, 1, 1), None, " ", "somewhere")


def test_a_book_remembers_what_was_used_and_nothing_else() -> None:
    book = Rates([row("2025-01-01", "2025-12-31"), row("2026-01-01", None), row("2025-01-01", None, key="z")])
    book.value("k", date(2026, 5, 5))
    assert [item.valid_from for item in book.used] == [date(2026, 1, 1)]
    assert book.recording().used == ()


GOOD = """rates:
  - {key: k, value: "1.5", unit: percent, valid_from: 2025-01-01, valid_to: null,
     legal_basis: a, source: b, certain: true}
"""


def read(folder: Path, text: str) -> Rates:
    path = folder / "rates_test.yaml"
    path.write_text(text, encoding="utf-8")
    return read_rates([path])


def test_a_file_is_read_to_the_last_digit(tmp_path: Path) -> None:
    assert read(tmp_path, GOOD).value("k", date(2025, 1, 1)) == Decimal("1.5")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"1.5"', "1.5", "between quotes"),
        ('"1.5"', '"veel"', "no number"),
        ('"1.5"', '"NaN"', "no number"),
        ("2025-01-01", "soon", "no date"),
        (", certain: true", "", "missing"),
        ("certain: true", "certain: perhaps", "certain must be"),
        ("certain: true", "certain: true, note: x", "unknown"),
        ("legal_basis: a", 'legal_basis: ""', "legal_basis is empty"),
        ("rates:", "rows:", "expected a list"),
        ("- {", "- [", None),
    ],
)
def test_a_bad_file_names_the_row_and_what_is_wrong(
    tmp_path: Path, old: str, new: str, message: str | None
) -> None:
    text = GOOD.replace(old, new)
    if message is None:
        text = "rates:\n  - not a row\n"
        message = "expected key and value"
    with pytest.raises(RateError, match=message) as caught:
        read(tmp_path, text)
    assert "rates_test.yaml" in str(caught.value)


def test_rows_survive_storage() -> None:
    for item in load_rates():
        assert RateRow.from_record(item.as_record()) == item


def test_the_zeros_of_a_database_column_change_nothing() -> None:
    padded = Rates(replace(item, value=item.value.quantize(Decimal("0.000001"))) for item in load_rates())
    parsed = parse_case(case("medium", route="best"))
    assert assess(parsed, padded).as_record() == assess(parsed, load_rates()).as_record()


def test_the_repository_holds_the_law_that_the_rules_name() -> None:
    rates = load_rates()
    day = date(2026, 3, 20)
    values = {
        "training_base": "50",
        "training_cap": "70",
        "notification_threshold": "3000000",
        "publication_threshold": "100000",
        "de_minimis_ceiling": "300000",
        "de_minimis_sgei_ceiling": "750000",
        "sme_medium_balance_sheet": "43000000",
        "vov_hour_rate": "14.91",
    }
    assert {key: rates.value(key, day) for key in values} == {
        key: Decimal(value) for key, value in values.items()
    }
    assert rates.value("notification_threshold", date(2023, 6, 30)) == 2_000_000
    assert rates.value("vov_hour_rate", date(2025, 8, 31)) == Decimal("21.30")


def test_rows_fit_the_columns_of_the_database() -> None:
    for item in load_rates():
        assert len(item.key) <= 80
        assert len(item.unit) <= 20
        assert max(len(item.legal_basis), len(item.source)) <= 300
        assert item.value == round(item.value, 6)


def test_a_law_that_ends_leaves_no_day_without_saying_so() -> None:
    rates = load_rates()
    last = date(2027, 6, 30)
    assert rates.find("training_base", last) is not None
    assert rates.find("training_base", last + timedelta(days=1)) is None


def test_instruments_name_only_rates_that_exist() -> None:
    assert unknown_rates(load_rates()) == set()
    assert {"network_grant", "kmo_portefeuille", "vov", "sts", "sector_fund"} <= set(load_instruments())
