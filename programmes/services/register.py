"""The register of instruments as pages, exports and the API show it: with its dated rates and combinations."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models.fields.json import KT

from programmes.aid.double_funding import Severity, load_matrix
from programmes.aid.rates import RateRow, Rates
from programmes.aid.register import Instrument, load_instruments
from programmes.aid.texts import Reason, render
from programmes.models import Instrument as InstrumentRow
from programmes.services.law import database_rates


@dataclass(frozen=True, slots=True)
class Combination:
    """What the instrument does together with another one."""

    other: str
    severity: Severity
    sentence: str
    certain: bool


@dataclass(frozen=True, slots=True)
class Described:
    """One instrument in one language, the rows of its rates (past, present and to come), its combinations."""

    instrument: Instrument
    name: str
    apply: str
    conditions: str
    rates: Sequence[RateRow]
    combinations: Sequence[Combination]


def registered(language: str) -> Any:
    """Instruments of the register as rows with their name in `language`, for lists that filter, sort and export."""
    rows = InstrumentRow.objects.filter(code__in=list(load_instruments()))
    return rows.annotate(shown_name=KT(f"names__{language}"))


def described(language: str, rates: Rates | None = None) -> dict[str, Described]:
    """Every instrument of the register by key."""
    law = list(rates or database_rates())
    return {key: _describe(item, language, law) for key, item in load_instruments().items()}


def _describe(item: Instrument, language: str, law: Sequence[RateRow]) -> Described:
    rows = [row for row in law if row.key in item.rates]
    return Described(
        instrument=item,
        name=item.name[language],
        apply=item.apply[language],
        conditions=item.conditions[language],
        rates=sorted(rows, key=lambda row: (item.rates.index(row.key), row.valid_from)),
        combinations=_combinations(item, language),
    )


def _combinations(item: Instrument, language: str) -> list[Combination]:
    found = []
    for row in load_matrix():
        for other in load_instruments().values():
            if other.key != item.key and row.fits(item.matrix, other.matrix):
                reason = Reason(row.rule, {}, row.legal_basis, None, None, row.certain)
                found.append(
                    Combination(other.name[language], row.severity, render(reason, language), row.certain)
                )
    return found


def current(rows: Sequence[RateRow], day: date) -> list[RateRow]:
    """The rows that hold on a day."""
    return [row for row in rows if row.valid_from <= day and (row.valid_to is None or day <= row.valid_to)]


__all__ = ["Combination", "Described", "current", "described", "registered"]
