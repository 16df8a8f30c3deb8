"""What two sets of skills have in common: rare skills weigh more, broader and narrower ones count in part."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import log1p

import numpy as np

from matching.engine.tables import Floats, Ints, Sets

STEP = 0.5
"""What one step up or down the taxonomy leaves of a skill; two steps leave a quarter, three nothing."""
STEPS = 2


@dataclass(frozen=True, slots=True)
class SkillTable:
    """What a skill weighs (``rarity``, 1 when unknown) and what it lies under (``broader``), by URI."""

    rarity: Mapping[str, float] = field(default_factory=dict)
    broader: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def from_counts(
        cls, counts: Mapping[str, int], total: int, broader: Mapping[str, frozenset[str]] | None = None
    ) -> "SkillTable":
        """Weigh each skill by how few of ``total`` offers have it: log(1 + total / (1 + count))."""
        rarity = {uri: log1p(total / (1 + count)) for uri, count in counts.items()}
        return cls(rarity, broader or {})

    def weight(self, skill: str) -> float:
        """Return what a skill weighs."""
        return self.rarity.get(skill, 1.0)

    def above(self, skill: str) -> dict[str, float]:
        """Return the skill itself (1) and what lies above it, with what is left of it there."""
        found, layer, credit = {skill: 1.0}, {skill}, 1.0
        for _ in range(STEPS):
            credit *= STEP
            layer = {b for s in layer for b in self.broader.get(s, frozenset())} - found.keys()
            found.update(dict.fromkeys(layer, credit))
        return found

    def credit(self, wanted: str, taught: str) -> float:
        """Return in how far teaching one skill closes another: 1, a half, a quarter or nothing."""
        return max(self.above(wanted).get(taught, 0.0), self.above(taught).get(wanted, 0.0))

    def overlap(self, wanted: Iterable[str], taught: Iterable[str]) -> float | None:
        """Return the weighted share of the wanted skills that is taught; ``None`` when a side is unknown."""
        mine, theirs = sorted(wanted), sorted(taught)
        if not mine or not theirs:
            return None
        whole = sum(self.weight(s) for s in mine)
        if whole <= 0:
            return None
        return sum(self.weight(s) * max(self.credit(s, t) for t in theirs) for s in mine) / whole


def overlap_many(gap_skills: Sets, offer_skills: Sets, rows: Ints, cols: Ints, table: SkillTable) -> Floats:
    """Return the overlap for pairs (row of a gap, row of an offer); NaN when a side is unknown.

    One distinct pair of sets is worked out once: the wanted weights (dense) times the best credit that the
    taught set gives for each wanted skill (sparse).
    """
    a, b = gap_skills.codes[rows], offer_skills.codes[cols]
    result = np.full(len(a), np.nan)
    known = np.flatnonzero((a > 0) & (b > 0))
    if not len(known):
        return result
    width = len(offer_skills.values)
    pairs, inverse = np.unique(a[known] * width + b[known], return_inverse=True)
    wanted, wanted_of = np.unique(pairs // width, return_inverse=True)
    taught, taught_of = np.unique(pairs % width, return_inverse=True)
    weights, number = _weights([gap_skills.values[c] for c in wanted.tolist()], table)
    credits = _Credits.of([offer_skills.values[c] for c in taught.tolist()], number, table)
    result[known] = credits.times(weights, wanted_of, taught_of)[inverse]
    return result


def _weights(sets: Sequence[frozenset[str]], table: SkillTable) -> tuple[Floats, dict[str, int]]:
    """Return each set's share of every wanted skill, shape (sets, skills), and the number of each skill.

    A set that weighs nothing is a row of NaN: nothing can be said of it.
    """
    number = {skill: i for i, skill in enumerate(sorted(set().union(*sets)))}
    weights = np.zeros((len(sets), len(number)))
    for row, skills in enumerate(sets):
        weights[row, [number[s] for s in skills]] = [table.weight(s) for s in skills]
    whole = weights.sum(axis=1, keepdims=True)
    return np.divide(weights, whole, out=np.full_like(weights, np.nan), where=whole > 0), number


@dataclass(frozen=True, slots=True)
class _Credits:
    """For each taught set the wanted skills of which it closes some, end to end: ``start`` and ``size``."""

    skill: Ints
    credit: Floats
    start: Ints
    size: Ints

    @classmethod
    def of(cls, sets: Sequence[frozenset[str]], number: Mapping[str, int], table: SkillTable) -> "_Credits":
        """Join the sets with what each taught skill is worth, and keep the best credit of each."""
        worth = _worth(set().union(*sets), number, table)
        joined = [
            (row, entry) for row, skills in enumerate(sets) for s in skills for entry in worth.get(s, ())
        ]
        row = np.array([r for r, _ in joined], dtype=np.int64)
        skill = np.array([s for _, (s, _) in joined], dtype=np.int64)
        credit = np.array([c for _, (_, c) in joined], dtype=np.float64)
        order = np.lexsort((-credit, skill, row))
        row, skill, credit = row[order], skill[order], credit[order]
        best = np.ones(len(row), dtype=bool)
        best[1:] = (row[1:] != row[:-1]) | (skill[1:] != skill[:-1])
        size = np.bincount(row[best], minlength=len(sets))
        return cls(skill[best], credit[best], np.cumsum(size) - size, size)

    def times(self, weights: Floats, wanted: Ints, taught: Ints) -> Floats:
        """Return for each pair the sum of weight times credit, in the order of the skills."""
        size = self.size[taught]
        owner = np.repeat(np.arange(len(taught)), size)
        entry = np.arange(len(owner)) + np.repeat(self.start[taught] - (np.cumsum(size) - size), size)
        shares = weights[wanted[owner], self.skill[entry]] * self.credit[entry]
        total: Floats = np.bincount(owner, weights=shares, minlength=len(taught)).astype(np.float64)
        total[np.isnan(weights[wanted, 0])] = np.nan
        return total


def _worth(
    taught: Iterable[str], number: Mapping[str, int], table: SkillTable
) -> dict[str, list[tuple[int, float]]]:
    """Return for each taught skill the wanted ones of which it closes some, and how much."""
    below: dict[str, list[tuple[int, float]]] = {}
    for skill, n in number.items():
        for upper, credit in table.above(skill).items():
            below.setdefault(upper, []).append((n, credit))
    worth: dict[str, list[tuple[int, float]]] = {}
    for skill in taught:
        found = list(below.get(skill, ()))
        found += [(number[up], credit) for up, credit in table.above(skill).items() if up in number]
        if found:
            worth[skill] = found
    return worth
