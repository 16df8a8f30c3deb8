"""The single undertaking: four relations, chains, circles."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from programmes.aid.case import Link
from programmes.aid.rates import RateRow, Rates, load_rates
from programmes.aid.undertaking import single_undertaking
from tests.programmes.aid.builders import answer, case, link

DAY = date(2026, 3, 20)


def group(*links: dict[str, Any]) -> list[str]:
    result: list[str] = answer(case(links=list(links)))["single_undertaking"]
    return result


@pytest.mark.parametrize(
    ("links", "members"),
    [
        ([], ["A"]),
        ([link("M", "A", "50")], ["A"]),
        ([link("M", "A", "50.01")], ["A", "M"]),
        ([link("M", "A", majority_votes=True)], ["A", "M"]),
        ([link("M", "A", board=True)], ["A", "M"]),
        ([link("M", "A", contract=True)], ["A", "M"]),
        ([link("M", "A", "80"), link("M", "S", "80"), link("S", "T", "60")], ["A", "M", "S", "T"]),
        ([link("A", "D", "60"), link("A", "E", "30"), link("D", "E", "30")], ["A", "D", "E"]),
        ([link("X", "E", "30"), link("Y", "E", "30"), link("A", "E", "40")], ["A"]),
        ([link("A", "B", "60"), link("B", "C", "60"), link("C", "A", "60")], ["A", "B", "C"]),
        ([link("A", "A", "60")], ["A"]),
        ([link("U", "A", "60", owner_kind="university")], ["A", "U"]),
        ([link("G", "A", "100", owner_kind="public"), link("G", "B", "100", owner_kind="public")], ["A"]),
        ([link("p", "A", "100", owner_kind="person"), link("p", "B", "100", owner_kind="person")], ["A"]),
        ([link("X", "Y", "100")], ["A"]),
    ],
)
def test_who_belongs_together(links: list[dict[str, Any]], members: list[str]) -> None:
    assert group(*links) == members


def test_whether_persons_tie_companies_together_is_a_switch() -> None:
    rows = [
        RateRow(row.key, row.value + 1, row.unit, row.valid_from, row.valid_to, row.legal_basis, row.source)
        if row.key == "de_minimis_person_links"
        else row
        for row in load_rates()
    ]
    links = [Link("p", name, 100, owner_kind="person") for name in ("A", "B")]  # type: ignore[arg-type]
    result = single_undertaking("A", links, Rates(rows), DAY)
    assert result.members == ("A", "B")
    assert result.reasons[-1].rule == "undertaking.person_counted"
