"""Dated law: every rate, ceiling, threshold and switch is a row with a period, a legal basis and a source.

The rows lie in ``rates_*.yaml`` beside this module, in a form that a lawyer can read. The database holds the
same rows; every rule takes a :class:`Rates` and so does not care where the rows came from.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path

import yaml

FOLDER = Path(__file__).parent
FIELDS = ("key", "value", "unit", "valid_from", "valid_to", "legal_basis", "source", "certain")


class RateError(ValueError):
    """A row that cannot be law: badly formed, or two rows that hold on one day."""


class RateNotInForceError(LookupError):
    """No row of this key holds on this day."""

    def __init__(self, key: str, day: date) -> None:
        super().__init__(f"no row of {key} holds on {day.isoformat()}")
        self.key = key
        self.day = day


@dataclass(frozen=True, slots=True)
class RateRow:
    """One row of law. `valid_to` is the last day on which it holds; None means that no end is known."""

    key: str
    value: Decimal
    unit: str
    valid_from: date
    valid_to: date | None
    legal_basis: str
    source: str
    certain: bool = True

    def __post_init__(self) -> None:
        for name in ("key", "unit", "legal_basis", "source"):
            if not getattr(self, name).strip():
                raise RateError(f"{self.key or 'row'}: {name} is empty")
        if not self.value.is_finite():
            raise RateError(f"{self.key}: the value is no number")
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise RateError(f"{self.key}: ends on {self.valid_to} before it begins on {self.valid_from}")
        # A column of the database pads with zeros; the same law must read the same from file and from there.
        object.__setattr__(self, "value", Decimal(f"{self.value.normalize():f}"))

    def holds_on(self, day: date) -> bool:
        """Whether the row is law on this day, first and last day included."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def as_record(self) -> dict[str, object]:
        """The row as plain JSON values, for storing beside a decision."""
        return {
            "key": self.key,
            "value": str(self.value),
            "unit": self.unit,
            "valid_from": self.valid_from.isoformat(),
            "valid_to": self.valid_to.isoformat() if self.valid_to else None,
            "legal_basis": self.legal_basis,
            "source": self.source,
            "certain": self.certain,
        }

    @classmethod
    def from_record(cls, record: Mapping[str, object]) -> RateRow:
        """Read a row from YAML or from :meth:`as_record`; raises RateError with what is wrong."""
        missing = [name for name in FIELDS if name not in record]
        unknown = sorted(set(record) - set(FIELDS))
        if missing or unknown:
            raise RateError(f"{record.get('key', 'row')}: missing {missing}, unknown {unknown}")
        if not isinstance(record["certain"], bool):
            raise RateError(f"{record['key']}: certain must be true or false")
        valid_to = record["valid_to"]
        return cls(
            key=str(record["key"]),
            value=_decimal(record["key"], record["value"]),
            unit=str(record["unit"]),
            valid_from=_day(record["key"], record["valid_from"]),
            valid_to=None if valid_to is None else _day(record["key"], valid_to),
            legal_basis=str(record["legal_basis"]),
            source=str(record["source"]),
            certain=record["certain"],
        )


def _decimal(key: object, value: object) -> Decimal:
    if not isinstance(value, str):
        raise RateError(f"{key}: write the value between quotes, so that no cent is lost to floating point")
    try:
        return Decimal(value)
    except InvalidOperation as error:
        raise RateError(f"{key}: {value!r} is no number") from error


def _day(key: object, value: object) -> date:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise RateError(f"{key}: {value!r} is no date") from error


class Rates:
    """A set of dated rows that remembers which of them were used.

    Two rows of one key may not hold on the same day (RateError). The memory is what makes a stored
    assessment replayable: keep :attr:`used` with it, and the same case gives the same result for ever.
    """

    def __init__(self, rows: Iterable[RateRow]) -> None:
        self._by_key: dict[str, list[RateRow]] = {}
        for row in sorted(rows, key=lambda row: (row.key, row.valid_from)):
            earlier = self._by_key.setdefault(row.key, [])
            if earlier and (earlier[-1].valid_to is None or earlier[-1].valid_to >= row.valid_from):
                raise RateError(f"{row.key}: two rows hold on {row.valid_from.isoformat()}")
            earlier.append(row)
        self._used: dict[tuple[str, date], RateRow] = {}

    def __iter__(self) -> Iterator[RateRow]:
        for rows in self._by_key.values():
            yield from rows

    def recording(self) -> Rates:
        """The same rows with an empty memory."""
        return Rates(self)

    @property
    def used(self) -> tuple[RateRow, ...]:
        """The rows that were looked up, ordered by key and period."""
        return tuple(self._used[key] for key in sorted(self._used))

    def find(self, key: str, day: date) -> RateRow | None:
        """The row of this key that holds on this day, or None."""
        for row in self._by_key.get(key, ()):
            if row.holds_on(day):
                self._used[row.key, row.valid_from] = row
                return row
        return None

    def at(self, key: str, day: date) -> RateRow:
        """The row of this key that holds on this day; raises RateNotInForceError."""
        row = self.find(key, day)
        if row is None:
            raise RateNotInForceError(key, day)
        return row

    def value(self, key: str, day: date) -> Decimal:
        """The value of :meth:`at`, in the row's unit."""
        return self.at(key, day).value


def read_rates(paths: Iterable[Path]) -> Rates:
    """Read and validate rate files; raises RateError naming file and row."""
    rows: list[RateRow] = []
    for path in paths:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        if not isinstance(document, dict) or not isinstance(document.get("rates"), list):
            raise RateError(f"{path.name}: expected a list under 'rates'")
        for number, record in enumerate(document["rates"], start=1):
            if not isinstance(record, dict):
                raise RateError(f"{path.name}, row {number}: expected key and value pairs")
            try:
                rows.append(RateRow.from_record(record))
            except RateError as error:
                raise RateError(f"{path.name}, row {number}: {error}") from error
    return Rates(rows)


@lru_cache(maxsize=1)
def _rows_from_files() -> tuple[RateRow, ...]:
    return tuple(read_rates(sorted(FOLDER.glob("rates_*.yaml"))))


def load_rates() -> Rates:
    """The rows of the files in the repository, with an empty memory."""
    return Rates(_rows_from_files())
