"""Facts as columns, so that a run compares millions of pairs with a handful of numpy calls.

Unknown numbers are NaN, unknown sets are code 0. Sets that many rows share (languages, regions, modes,
skills) are stored once and compared once a pair of distinct sets.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import SupportsFloat

import numpy as np
from numpy.typing import NDArray

from matching.engine.facts import HORIZON_DAYS, GapFacts, OfferFacts
from skillnet.kernel.regions import distance_km

DEPTHS = {None: 0, "short": 1, "deep": 2}
DIRECTIONS = {None: 0, "upskilling": 1, "reskilling": 2}
CLOSED = {None: 0, "past": 1, "full": 2}
REACH_KM = 100.0
"""Beyond this distance between regions an offer that is not online is out of reach."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Sets:
    """One set of strings a row, each distinct set stored once; code 0 is the empty set, that is unknown."""

    codes: Ints
    values: tuple[frozenset[str], ...]

    @classmethod
    def of(cls, rows: Iterable[frozenset[str]]) -> "Sets":
        """Number the distinct sets in order of appearance."""
        seen: dict[frozenset[str], int] = {frozenset(): 0}
        codes = np.array([seen.setdefault(row, len(seen)) for row in rows], dtype=np.int64)
        return cls(codes, tuple(seen))

    @classmethod
    def of_texts(cls, rows: Sequence[str]) -> "Sets":
        """The same from members separated by spaces, as a database joins them."""
        number = {text: code for code, text in enumerate(dict.fromkeys(["", *rows]))}
        codes = np.fromiter(map(number.__getitem__, rows), dtype=np.int64, count=len(rows))
        return cls(codes, tuple(frozenset(text.split()) for text in number))


@dataclass(frozen=True, slots=True)
class GapTable:
    """Gaps as columns, in the order in which they were handed in."""

    ids: Ints
    learners: Floats
    depth: Ints
    direction: Ints
    level: Floats
    budget: Floats
    horizon: Floats
    languages: Sets
    regions: Sets
    modes: Sets
    skills: Sets

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class OfferTable:
    """Offers as columns, seen from one day. ``starts`` is days from then to the first open edition."""

    ids: Ints
    depth: Ints
    direction: Ints
    level: Floats
    price: Floats
    starts: Floats
    seats: Floats
    trust: Floats
    closed: Ints
    languages: Sets
    places: Sets
    modes: Sets
    skills: Sets

    def __len__(self) -> int:
        return len(self.ids)


def _floats(values: Iterable[SupportsFloat | None]) -> Floats:
    return np.array([np.nan if v is None else float(v) for v in values], dtype=np.float64)


def _ints(values: Iterable[int]) -> Ints:
    return np.array(list(values), dtype=np.int64)


def gap_table(gaps: Sequence[GapFacts]) -> GapTable:
    """Turn gaps into columns."""
    return GapTable(
        ids=_ints(g.id for g in gaps),
        learners=_floats(g.learners for g in gaps),
        depth=_ints(DEPTHS[g.depth] for g in gaps),
        direction=_ints(DIRECTIONS[g.direction] for g in gaps),
        level=_floats(g.eqf_level for g in gaps),
        budget=_floats(g.budget_per_learner for g in gaps),
        horizon=_floats(HORIZON_DAYS[g.horizon] if g.horizon else None for g in gaps),
        languages=Sets.of(g.learner_languages for g in gaps),
        regions=Sets.of(g.regions for g in gaps),
        modes=Sets.of(g.modes for g in gaps),
        skills=Sets.of(g.skills for g in gaps),
    )


def offer_table(offers: Sequence[OfferFacts], today: date) -> OfferTable:
    """Turn offers into columns as they stand today."""
    return OfferTable(
        ids=_ints(o.id for o in offers),
        depth=_ints(DEPTHS[o.depth] for o in offers),
        direction=_ints(DIRECTIONS[o.direction] for o in offers),
        level=_floats(o.eqf_level for o in offers),
        price=_floats(o.price_per_learner for o in offers),
        starts=_floats(days_to_start(o, today) for o in offers),
        seats=_floats(seats_of(o, today) for o in offers),
        trust=_floats(trust_of(o) for o in offers),
        closed=_ints(CLOSED[o.closed_because(today)] for o in offers),
        languages=Sets.of(o.teaching_languages for o in offers),
        places=Sets.of(frozenset() if o.mode == "online" else o.places(today) for o in offers),
        modes=Sets.of(frozenset((o.mode,)) if o.mode else frozenset() for o in offers),
        skills=Sets.of(o.skills for o in offers),
    )


def days_to_start(offer: OfferFacts, today: date) -> int | None:
    """Return the days until its first open edition whose start is known."""
    starts = [e.starts_on for e in offer.open_editions(today) if e.starts_on is not None]
    return (min(starts) - today).days if starts else None


def seats_of(offer: OfferFacts, today: date) -> int | None:
    """Return the seats left in its roomiest open edition, else those of the offer itself."""
    known = [e.seats_left for e in offer.open_editions(today) if e.seats_left is not None]
    return max(known) if known else offer.seats_left


def trust_of(offer: OfferFacts) -> float | None:
    """Return the mean of what is known: recognition, quality label, completeness of the record."""
    parts = [float(x) for x in (offer.recognised, offer.quality_label, offer.completeness) if x is not None]
    return sum(parts) / len(parts) if parts else None


def by_distinct_pair(
    left: Sets,
    right: Sets,
    rows: Ints,
    cols: Ints,
    rule: Callable[[frozenset[str], frozenset[str]], float | None],
) -> Floats:
    """Apply a rule to each distinct pair of known sets; pairs with an unknown side are NaN."""
    a, b = left.codes[rows], right.codes[cols]
    width = len(right.values)
    result = np.full(len(a), np.nan)
    known = (a > 0) & (b > 0)
    if known.any():
        pairs, inverse = np.unique(a[known] * width + b[known], return_inverse=True)
        table = _floats(rule(left.values[p // width], right.values[p % width]) for p in pairs.tolist())
        result[known] = table[inverse]
    return result


@dataclass(frozen=True, slots=True)
class Compatibility:
    """Which offers no known fact excludes for which gaps, by signature (rows that share their facts)."""

    gap_signature: Ints
    offer_signature: Ints
    allowed: NDArray[np.bool_]

    def of_gap(self, gap: int) -> NDArray[np.bool_]:
        """Return, for one gap (row number), which signatures of offers are allowed."""
        row: NDArray[np.bool_] = self.allowed[self.gap_signature[gap]]
        return row


def _members(values: Sequence[frozenset[str]], atoms: dict[str, int]) -> NDArray[np.float32]:
    matrix = np.zeros((len(values), max(1, len(atoms))), dtype=np.float32)
    for row, value in enumerate(values):
        for atom in value:
            matrix[row, atoms[atom]] = 1.0
    return matrix


def _share_an_atom(
    left: Sequence[frozenset[str]], right: Sequence[frozenset[str]], related: Callable[[str, str], bool]
) -> NDArray[np.bool_]:
    """Tell for each two sets whether an atom of one relates to one of the other; unknown relates to all."""
    mine = {a: i for i, a in enumerate(sorted(set().union(*left)))}
    theirs = {a: i for i, a in enumerate(sorted(set().union(*right)))}
    link = np.zeros((max(1, len(mine)), max(1, len(theirs))), dtype=np.float32)
    for a, i in mine.items():
        for b, j in theirs.items():
            link[i, j] = related(a, b)
    shared: NDArray[np.bool_] = _members(left, mine) @ link @ _members(right, theirs).T > 0
    shared[[not v for v in left], :] = True
    shared[:, [not v for v in right]] = True
    return shared


def compatibility(gaps: GapTable, offers: OfferTable, *, reach_km: float = REACH_KM) -> Compatibility:
    """Return which pairs the known facts allow: a shared language, a place in reach, not full, not past."""

    def near(a: str, b: str) -> bool:
        distance = distance_km(a, b)
        return distance is None or distance <= reach_km

    language = _share_an_atom(gaps.languages.values, offers.languages.values, str.__eq__)
    place = _share_an_atom(gaps.regions.values, offers.places.values, near)
    regions, places = len(gaps.regions.values), len(offers.places.values)
    g_keys, g_of = np.unique(gaps.languages.codes * regions + gaps.regions.codes, return_inverse=True)
    shut = offers.closed != 0
    o_keys, o_of = np.unique(
        (offers.languages.codes * places + offers.places.codes) * 2 + shut, return_inverse=True
    )
    o_sets = o_keys // 2
    allowed = language[np.ix_(g_keys // regions, o_sets // places)]
    allowed &= place[np.ix_(g_keys % regions, o_sets % places)]
    allowed &= o_keys % 2 == 0
    return Compatibility(g_of.reshape(-1), o_of.reshape(-1), allowed)
