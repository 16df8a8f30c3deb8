"""Small tables of figures: rows with a name, numbers under each other, and files of the same."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from skillnet.lists import ListColumn, ListSpec

Write = Callable[[Any], str]


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A row: its name, where that opens, and a bare value a column (None is withheld).

    `write` is for a row of its own kind (a percentage below amounts).
    """

    name: str
    values: Sequence[Any]
    url: str = ""
    write: Write | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """A table of figures. `columns` are labels with the way to write them; `id` names its file."""

    id: str
    title: str
    label: str
    columns: Sequence[tuple[str, Write]]
    rows: Sequence[FigureRow]
    note: str = ""

    @property
    def lines(self) -> list[tuple[FigureRow, list[tuple[str, str]]]]:
        """Rows as a template draws them: (label of the column, text)."""
        return [
            (
                row,
                [
                    (label, withheld() if value is None else (row.write or write)(value))
                    for (label, write), value in zip(self.columns, row.values, strict=True)
                ],
            )
            for row in self.rows
        ]

    @property
    def spec(self) -> ListSpec:
        """The same table as a file; what is withheld says so."""
        columns = [ListColumn(self.label, lambda row: row.name)]
        columns += [
            ListColumn(label, partial(_value_at, place)) for place, (label, _write) in enumerate(self.columns)
        ]
        return ListSpec(columns=columns, noun="", filename=f"cockpit-{self.id}")


def withheld() -> str:
    """What stands where a figure is about fewer than k undertakings."""
    return _("afgeschermd")


def _value_at(place: int, row: FigureRow) -> Any:
    value = row.values[place]
    return withheld() if value is None else value


__all__ = ["FigureRow", "Figures", "withheld"]
