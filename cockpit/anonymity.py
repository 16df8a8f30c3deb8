"""Counts that no one can trace to an undertaking: a cube of figures of which small cells are withheld.

A cube has axes (region, sector, quadrant, …); its smallest cells are *atoms*, and every total along any
axis is published too, on one page or under some filter. The rule:

1. a cell of fewer than k undertakings is withheld;
2. what remains of a published total after its published parts are taken away must also hold k undertakings:
   if not, the smallest published part is withheld with it;
3. a withheld cell that still follows from published ones by adding and subtracting, however many, is hidden
   by withholding the smallest of those; repeated until nothing follows;
4. what was withheld in vain is given back, totals first; what follows from what is shown is shown.

"Follows" is checked with linear algebra and so covers every chain of differences between what is shown,
across pages and filters that read the same cube. Linked companies count as one undertaking. A cube may show
only some axes together (`levels`, as "region sector"): less detail, and far less to withhold.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np
from threadpoolctl import threadpool_limits

Key = tuple[str | None, ...]  # one value an axis; None is the total along it
EPSILON = 1e-7


@dataclass(frozen=True, slots=True)
class Atom:
    """One smallest cell: a value an axis, who is in it, and its figures (which must add up)."""

    key: tuple[str, ...]
    undertakings: frozenset[int]
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class _Total:
    """A cell or a total: the atoms it is made of and who is in it."""

    atoms: frozenset[int]
    undertakings: frozenset[int]
    values: tuple[float, ...]


class Cube:
    """Figures by axis; `value` gives None where a figure is withheld, 0 where there is nothing."""

    def __init__(
        self,
        axes: Sequence[str],
        measures: Sequence[str],
        atoms: Iterable[Atom],
        k: int,
        *,
        levels: Sequence[str] | None = None,
    ) -> None:
        self.axes, self.measures, self.k = tuple(axes), tuple(measures), k
        named = [frozenset(level.split()) for level in levels or [" ".join(axes)]]
        if unknown := frozenset().union(*named) - set(axes):
            raise KeyError(f"no such axis: {', '.join(sorted(unknown))}")
        places = frozenset(frozenset(self.axes.index(axis) for axis in level) for level in named)
        self._totals, self._withheld = _protected(tuple(atoms), k, places)

    def value(self, measure: str, **at: str | None) -> float | None:
        """The figure at these values of axes, an axis not named being totalled; None when withheld."""
        key = self._key(at)
        if key in self._withheld:
            return None
        total = self._totals.get(key)
        return total.values[self.measures.index(measure)] if total else 0.0

    def undertakings(self, **at: str | None) -> int | None:
        """How many undertakings are behind the figures there; None when withheld."""
        key = self._key(at)
        if key in self._withheld:
            return None
        total = self._totals.get(key)
        return len(total.undertakings) if total else 0

    def withheld(self, **at: str | None) -> bool:
        return self._key(at) in self._withheld

    def members(self, axis: str) -> list[str]:
        """The values of an axis that have any figures."""
        place = self.axes.index(axis)
        return sorted({value for key in self._totals if (value := key[place]) is not None})

    def cells(self) -> dict[Key, tuple[float, ...] | None]:
        """Everything that is published, with None for what is withheld: what an attacker sees."""
        return {key: None if key in self._withheld else total.values for key, total in self._totals.items()}

    def _key(self, at: dict[str, str | None]) -> Key:
        unknown = set(at) - set(self.axes)
        if unknown:
            raise KeyError(f"no such axis: {', '.join(sorted(unknown))}")
        return tuple(at.get(axis) for axis in self.axes)


@lru_cache(maxsize=64)
def _protected(
    atoms: tuple[Atom, ...], k: int, levels: frozenset[frozenset[int]]
) -> tuple[dict[Key, _Total], frozenset[Key]]:
    """All totals of these atoms and the keys that are withheld; kept, since many pages read one state."""
    totals = _all_totals(atoms)
    # Many small products: threads would only wait for each other.
    with threadpool_limits(1):
        return totals, frozenset(_withhold(totals, k, levels))


def _all_totals(atoms: Sequence[Atom]) -> dict[Key, _Total]:
    parts: dict[Key, list[int]] = {}
    for place, atom in enumerate(atoms):
        for key in product(*((value, None) for value in atom.key)):
            parts.setdefault(key, []).append(place)
    return {
        key: _Total(
            frozenset(places),
            frozenset().union(*(atoms[place].undertakings for place in places)),
            tuple(float(sum(column)) for column in zip(*(atoms[p].values for p in places), strict=True)),
        )
        for key, places in parts.items()
    }


def _withhold(totals: dict[Key, _Total], k: int, levels: frozenset[frozenset[int]]) -> set[Key]:
    small = {key for key, total in totals.items() if len(total.undertakings) < k}
    wanted = {key for key in totals if key not in small and any(_named(key) <= level for level in levels)}
    lines = _lines(totals)
    incidence, published = _Incidence(totals), set(wanted)
    while True:
        audit = _Audit(incidence, published)
        guilty = _guilty(totals, lines, small, audit, k)
        if not guilty:
            break
        published -= {audit.culprit(key) for key in guilty}
    # Detail is not worth another look; totals are.
    for key in sorted(wanted - audit.known, key=lambda key: _cost(totals, key), reverse=True):
        if len(key) - key.count(None) <= 1:
            more = _Audit(incidence, published | {key})
            if not _guilty(totals, lines, small, more, k):
                published, audit = published | {key}, more
    return set(totals) - audit.known


def _guilty(
    totals: dict[Key, _Total], lines: dict[tuple[Key, int], list[Key]], small: set[Key], audit: _Audit, k: int
) -> set[Key]:
    """What must not be known: the smallest part next to a remainder that is small, else small cells."""
    shown = audit.known - small
    more: set[Key] = set()
    for (parent, _axis), parts in lines.items():
        hidden = [key for key in parts if key not in shown]
        if parent not in shown or not hidden:
            continue
        together = frozenset().union(*(totals[key].undertakings for key in hidden))
        if len(together) < k:
            more.add(min((key for key in parts if key in shown), key=lambda key: _cost(totals, key)))
    return more or (small & audit.known)


class _Incidence:
    """Which atoms every key holds, as a matrix of ones; made once for all audits."""

    def __init__(self, totals: dict[Key, _Total]) -> None:
        self.totals = totals
        self.keys = sorted(totals, key=_sortable)
        self.row = {key: number for number, key in enumerate(self.keys)}
        self.atom = {next(iter(total.atoms)): key for key, total in totals.items() if None not in key}
        self.ones = np.zeros((len(self.keys), len(self.atom)))
        for key, number in self.row.items():
            self.ones[number, list(totals[key].atoms)] = 1.0


class _Audit:
    """What follows from a set of published keys, and which of them it follows from."""

    def __init__(self, incidence: _Incidence, published: set[Key]) -> None:
        self._all, self.published = incidence, published
        unknown = [place for place, key in incidence.atom.items() if key not in published]
        every = incidence.ones[:, unknown]
        rows = [number for key, number in incidence.row.items() if key in published and every[number].any()]
        self._used = [incidence.keys[number] for number in rows]
        equations = every[rows]
        gram = np.linalg.pinv(equations @ equations.T, rcond=1e-10, hermitian=True)
        self._shares = (every @ equations.T) @ gram
        left = np.abs(self._shares @ equations - every).max(axis=1, initial=0.0)
        self.known = published | {incidence.keys[number] for number in np.flatnonzero(left < EPSILON)}

    def culprit(self, key: Key) -> Key:
        """The published key to give up so that this known one no longer follows in this way."""
        if key in self.published:
            return key
        shares = self._shares[self._all.row[key]]
        sources = [self._used[number] for number in np.flatnonzero(np.abs(shares) > EPSILON)]
        # All its atoms are published: it is their sum.
        sources = sources or [self._all.atom[place] for place in self._all.totals[key].atoms]
        return min(sources, key=lambda source: _cost(self._all.totals, source))


def _named(key: Key) -> set[int]:
    return {axis for axis, value in enumerate(key) if value is not None}


def _lines(totals: dict[Key, _Total]) -> dict[tuple[Key, int], list[Key]]:
    """The parts of every total, by the total and the axis along which it is taken apart."""
    lines: dict[tuple[Key, int], list[Key]] = {}
    for key in totals:
        for axis, value in enumerate(key):
            if value is not None:
                lines.setdefault(((*key[:axis], None, *key[axis + 1 :]), axis), []).append(key)
    return lines


def _cost(totals: dict[Key, _Total], key: Key) -> tuple[int, int, tuple[str, ...]]:
    """What is given up first: detail before totals, small before large."""
    return key.count(None), len(totals[key].undertakings), _sortable(key)


def _sortable(key: Key) -> tuple[str, ...]:
    return tuple("" if value is None else f"={value}" for value in key)


__all__ = ["Atom", "Cube", "Key"]
