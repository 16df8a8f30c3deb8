"""The register of instruments: who pays, who benefits, for which cost, under which conditions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from pathlib import Path

import yaml

from programmes.aid.case import BASES
from programmes.aid.rates import Rates
from programmes.aid.texts import LANGUAGES

FILE = Path(__file__).parent / "instruments.yaml"
SIDES = ("demand", "supply", "mixed", "employers")
COSTS = ("fee", "wage", "income", "project")
CALCULATORS = (None, "kmo", "vov")


class RegisterError(ValueError):
    """An instrument that is badly described."""


@dataclass(frozen=True, slots=True)
class Instrument:
    """One scheme that pays. `budget_meur` is in millions of euro a year, None where unknown."""

    key: str
    name: Mapping[str, str]
    funder: str
    domain: str
    beneficiary: str
    side: str
    costs: tuple[str, ...]
    basis: str
    budget_meur: Decimal | None
    rates: tuple[str, ...]
    matrix: str | None
    calculator: str | None
    apply: Mapping[str, str]
    conditions: Mapping[str, str]
    source: str
    certain: bool


def read_instrument(record: Mapping[str, object]) -> Instrument:
    """Read one instrument of the register; raises RegisterError with what is wrong."""
    key = str(record["key"])
    budget = record["budget_meur"]
    try:
        instrument = Instrument(
            key=key,
            name=_per_language(record["name"]),
            funder=str(record["funder"]),
            domain=str(record["domain"]),
            beneficiary=str(record["beneficiary"]),
            side=_one_of(record["side"], SIDES),
            costs=tuple(_one_of(cost, COSTS) for cost in _list(record["costs"])),
            basis=_one_of(record["basis"], BASES),
            budget_meur=None if budget is None else Decimal(str(budget)),
            rates=tuple(str(rate) for rate in _list(record["rates"])),
            matrix=None if record["matrix"] is None else str(record["matrix"]),
            calculator=None if record.get("calculator") is None else str(record["calculator"]),
            apply=_per_language(record["apply"]),
            conditions=_per_language(record["conditions"]),
            source=str(record["source"]),
            certain=record["certain"] is True,
        )
    except (KeyError, TypeError) as error:
        raise RegisterError(f"{key}: {error}") from error
    if instrument.calculator not in CALCULATORS:
        raise RegisterError(f"{key}: unknown calculator {instrument.calculator}")
    return instrument


def _one_of(value: object, choices: Iterable[str]) -> str:
    if value not in tuple(choices):
        raise RegisterError(f"{value!r} is not one of {', '.join(choices)}")
    return str(value)


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError(f"{value!r} is no list")
    return value


def _per_language(value: object) -> Mapping[str, str]:
    if not isinstance(value, dict) or set(value) != set(LANGUAGES):
        raise TypeError(f"{value!r} is not given in {', '.join(LANGUAGES)}")
    return {str(language): str(text) for language, text in value.items()}


@lru_cache(maxsize=1)
def load_instruments() -> Mapping[str, Instrument]:
    """All instruments by key; raises RegisterError."""
    document = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    found: dict[str, Instrument] = {}
    for record in document["instruments"]:
        instrument = read_instrument(record)
        if instrument.key in found:
            raise RegisterError(f"{instrument.key} is described twice")
        found[instrument.key] = instrument
    return found


def unknown_rates(rates: Rates) -> set[str]:
    """Keys of rates that instruments name and that no row has: empty in a sound register."""
    keys = {row.key for row in rates}
    return {key for instrument in load_instruments().values() for key in instrument.rates} - keys


def budget_meur(instruments: Iterable[Instrument], side: str | None = None) -> Decimal:
    """The published budgets together, in millions of euro, of one side or of all."""
    return sum(
        (
            instrument.budget_meur
            for instrument in instruments
            if instrument.budget_meur is not None and side in {None, instrument.side}
        ),
        Decimal(0),
    )


def percent_of(part: Decimal, whole: Decimal) -> Decimal:
    """`part` as a percentage of `whole` with one decimal, as reports print it; 0 where the whole is 0."""
    if not whole:
        return Decimal("0.0")
    return (part * 100 / whole).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
