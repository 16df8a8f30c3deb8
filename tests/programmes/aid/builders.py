"""The base case of the tests, and what varies from it."""

from __future__ import annotations

import copy
from typing import Any

from programmes.aid.assessment import assess
from programmes.aid.case import parse_case
from programmes.aid.rates import load_rates

FIGURES: dict[str, dict[str, str]] = {
    "micro": {"headcount": "8", "turnover": "1500000", "balance_sheet": "1500000"},
    "small": {"headcount": "40", "turnover": "8000000", "balance_sheet": "6000000"},
    "medium": {"headcount": "120", "turnover": "30000000", "balance_sheet": "20000000"},
    "large": {"headcount": "400", "turnover": "90000000", "balance_sheet": "80000000"},
}
# 4 000 trainer + 1 000 travel and material + 5 600 wages (10 × 16 h × 35) + 400 overhead = 11 000.
COSTS = [
    {"category": "trainer", "amount": "4000.00"},
    {"category": "operating", "amount": "1000.00"},
    {"category": "trainee", "amount": "5600.00"},
    {"category": "trainee", "amount": "400.00"},
]


def organisation(name: str, headcount: object = "40", year: int = 2025, **more: Any) -> dict[str, Any]:
    """An organisation that is small by its money, with one year of accounts."""
    figures = {"year": year, "headcount": headcount, "turnover": "1000000", "balance_sheet": "1000000"}
    return {"id": name, "years": [figures], **more}


def link(owner: str, owned: str, percent: str = "0", **more: Any) -> dict[str, Any]:
    return {"owner": owner, "owned": owned, "percent": percent, **more}


def participants(count: int = 10, disadvantaged: int = 0) -> list[dict[str, Any]]:
    return [{"hours": "16", "disadvantaged": number < disadvantaged} for number in range(count)]


def case(size: str = "small", **changes: Any) -> dict[str, Any]:
    """A case of 11 000 euro for ten learners in a company of this size, as decoded JSON."""
    return {
        "application_date": "2026-03-01",
        "start_date": "2026-04-01",
        "decision_date": "2026-03-20",
        "company": "A",
        "organisations": [{"id": "A", "years": [{"year": 2025, **FIGURES[size]}]}],
        "participants": participants(),
        "costs": copy.deepcopy(COSTS),
        "requested": "11000.00",
        "route": "training_aid",
        **changes,
    }


def answer(data: dict[str, Any], language: str = "nl") -> dict[str, Any]:
    return assess(parse_case(data), load_rates()).as_contract(language)


def rules(result: dict[str, Any]) -> list[str]:
    return [item["rule"] for item in result["reasons"]]
