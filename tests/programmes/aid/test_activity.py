"""Authorities, hospitals, care, schools and associations: marked for a lawyer, and nothing else changes."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from programmes.aid.activity import kind_of_activity
from programmes.aid.case import Organisation, Year
from programmes.aid.rates import Rates, load_rates
from programmes.aid.sme import determine_size
from programmes.aid.texts import LANGUAGES, render

DAY = date(2026, 11, 27)
YEARS = tuple(Year(year, Decimal(40), Decimal(8_000_000), Decimal(6_000_000)) for year in (2024, 2025))
PLAIN = Organisation(id="A", years=YEARS, nace="16.23")


@pytest.mark.parametrize(
    ("nace", "kind"),
    [
        ("84.11", "authority"),
        ("86.10", "hospital"),
        ("86.21", ""),
        ("87.10", "care"),
        ("88.10", "care"),
        ("85.31", "school"),
        ("85.59", ""),
        ("94.99", "association"),
        ("", ""),
        ("16.23", ""),
    ],
)
def test_the_code_says_what_to_ask(nace: str, kind: str) -> None:
    assert kind_of_activity(nace) == kind


@pytest.mark.parametrize("nace", ["84.11", "86.10", "87.10", "85.31", "94.99"])
def test_it_is_marked_as_not_certain_with_the_reason_and_the_size_stays(nace: str) -> None:
    plain = determine_size("A", [PLAIN], [], load_rates(), DAY)
    asked = determine_size("A", [replace(PLAIN, nace=nace)], [], load_rates(), DAY)
    assert asked.size is plain.size
    assert asked.reasons[:-1] == plain.reasons
    last = asked.reasons[-1]
    assert (last.rule, last.certain) == ("size.activity", False)
    for language in LANGUAGES:
        sentence = render(last, language)
        assert nace in sentence
        assert "{" not in sentence
    assert "laat dit door een jurist bevestigen" in render(last, "nl")


def test_an_assessment_of_before_the_row_replays_as_it_was() -> None:
    before = Rates(row for row in load_rates() if row.key != "sme_economic_activity")
    rules = {r.rule for r in determine_size("A", [replace(PLAIN, nace="86.10")], [], before, DAY).reasons}
    assert "size.activity" not in rules
