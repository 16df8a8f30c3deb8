"""View models of the design system: what the templates under ``templates/components`` take.

Views build these; templates only draw them. Every include also takes plain mappings with the same names.
docs/design-system.md lists which include takes which.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from django.utils.functional import Promise

#: Words as a template shows them; a lazy translation waits for the reader's language.
Text = str | Promise

Tone = Literal["", "good", "care", "stop", "plain", "main", "small"]
Kind = Literal["text", "number", "euro", "cents", "percent", "score", "date", "deadline", "state"]
NUMERIC: frozenset[str] = frozenset({"number", "euro", "cents", "percent", "score"})


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One entry of the main menu; ``count`` is what waits there, 0 shows nothing."""

    url: str
    label: Text
    current: bool = False
    count: int = 0


@dataclass(frozen=True, slots=True)
class Link:
    """A link with its words: breadcrumbs (no ``url`` is the page itself), filter chips, footer links."""

    label: Text
    url: str = ""


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab is a link to a page or a query; ``count`` None shows none."""

    label: Text
    url: str
    current: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Action:
    """Something a person can do: a link, or with ``post`` a form with one button.

    ``value`` is what a decision panel posts as ``action``; ``confirm`` is the question asked first.
    """

    label: Text
    url: str = ""
    tone: Tone = ""
    post: bool = False
    confirm: Text = ""
    value: str = ""
    download: bool = False
    novalidate: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure of the page's fact strip, or a line of a key-value list; ``url`` opens the rows it counts."""

    label: Text
    value: Any
    url: str = ""
    hint: Text = ""


@dataclass(frozen=True, slots=True)
class ScorePart:
    """A component of a score: ``value`` 0..1, None when unknown, and why in one sentence."""

    label: Text
    value: float | None
    sentence: Text = ""


@dataclass(frozen=True, slots=True)
class MatchRow:
    """One match of a match list; scores 0..1. A runner-up has a ``sentence``: what it lost on."""

    score: float
    title: Text
    url: str = ""
    meta: Text = ""
    price: Text = ""
    components: Sequence[ScorePart] = ()
    sentence: Text = ""
    certainty: float | None = None
    state: str = ""
    state_label: Text = ""
    actions: Sequence[Action] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a procedure: done, current, stop or still to come (empty)."""

    label: Text
    state: Literal["", "done", "current", "stop"] = ""
    note: Text = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """One decision of a timeline."""

    label: Text
    who: Text = ""
    when: datetime | None = None
    reason: Text = ""
    tone: Tone = ""
    url: str = ""
    link: Text = ""


@dataclass(frozen=True, slots=True)
class Todo:
    """Something that waits for this person, on a home page."""

    label: Text
    url: str
    text: Text = ""
    when: Text = ""


@dataclass(frozen=True, slots=True)
class Job:
    """A long job as ``components/progress.html`` shows it; ``total`` 0 while unknown."""

    id: str
    stage: Text
    poll_url: str
    done: int = 0
    total: int = 0
    detail: Text = ""
    """What is done, in words, where `done` and `total` are only shares of the work."""
    failed: int = 0
    seconds_left: float | None = None
    finished: bool = False
    outcome: Text = ""
    result_url: str = ""
    result_label: Text = ""
    cancel_url: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a data table; ``sort`` is the key written to ``?sort=``, empty when it cannot sort."""

    label: Text
    kind: Kind = "text"
    sort: str = ""

    @property
    def is_numeric(self) -> bool:
        """Figures stand right."""
        return self.kind in NUMERIC


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: the bare value (the column's kind formats it), and where it opens into."""

    value: Any
    url: str = ""
    note: Text = ""
    state: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row; build it with :func:`row`."""

    pairs: Sequence[tuple[Column, Cell]]
    id: str = ""
    name: str = ""
    tone: str = ""
    record: Any = None  # for `row_action` of table.html: what stands at the end of the row


@dataclass(frozen=True, slots=True)
class Table:
    """Columns and rows together, for ``{% include "components/table.html" with columns=… rows=… %}``."""

    columns: Sequence[Column]
    rows: Sequence[Row] = field(default_factory=list)
    footer: Row | None = None


def row(
    columns: Sequence[Column], values: Sequence[Any], *, id: str = "", tone: str = "", record: Any = None
) -> Row:
    """A row from bare values or cells, one per column; raises ValueError when their number differs."""
    cells = [value if isinstance(value, Cell) else Cell(value) for value in values]
    pairs = list(zip(columns, cells, strict=True))
    return Row(pairs, id=id, name=str(cells[0].value) if cells else "", tone=tone, record=record)
