"""What a match is worth: named components, each 0 to 1, and their weighted mean.

Only a known fact excludes (``exclusions``). What is unknown leaves the mean and lowers the certainty, which
is the share of the weights whose component is known. One pair and a million pairs go through the same
arithmetic.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from matching.engine.explain import Exclusion, Note, explain, marks_of
from matching.engine.facts import GapFacts, OfferFacts
from matching.engine.skills import SkillTable, overlap_many
from matching.engine.tables import (
    REACH_KM,
    Floats,
    GapTable,
    Ints,
    OfferTable,
    by_distinct_pair,
    gap_table,
    offer_table,
)
from skillnet.kernel.regions import nearest_km, reachable

COMPONENTS = (
    "meaning",
    "words",
    "skills",
    "quadrant",
    "level",
    "language",
    "mode",
    "place",
    "timing",
    "size",
    "price",
    "trust",
)
LEVELS_APART = 3
"""Offers this many EQF levels away from the gap score nothing on level."""
PART_MODE = 0.5
"""A blended course for people who want a classroom or a screen, and the reverse."""
NO_SKILLS = SkillTable()


@dataclass(frozen=True, slots=True)
class WeightsProfile:
    """A version of the weights. ``reach_km`` is how far people travel."""

    version: str
    weights: Mapping[str, float]
    reach_km: float = REACH_KM

    def __post_init__(self) -> None:
        """Refuse weights that no mean can be taken of.

        Raises:
            ValueError: an unknown name, a negative weight, or no positive weight at all.
        """
        unknown = sorted(set(self.weights) - set(COMPONENTS))
        if unknown:
            raise ValueError(f"Unknown components: {', '.join(unknown)}. Known are {', '.join(COMPONENTS)}.")
        if any(w < 0 for w in self.weights.values()) or not any(self.weights.values()):
            raise ValueError("Weights must not be negative, and at least one must be positive.")

    def vector(self) -> Floats:
        """Return the weights in the order of ``COMPONENTS``; a component that is not named weighs nothing."""
        return np.array([self.weights.get(name, 0.0) for name in COMPONENTS], dtype=np.float64)


DEFAULT_PROFILE = WeightsProfile(
    "1",
    {
        "meaning": 0.40,
        "words": 0.08,
        "skills": 0.18,
        "quadrant": 0.08,
        "level": 0.04,
        "language": 0.05,
        "mode": 0.03,
        "place": 0.04,
        "timing": 0.03,
        "size": 0.02,
        "price": 0.03,
        "trust": 0.02,
    },
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What retrieval found for one pair: cosine of the vectors and score of the words."""

    meaning: float | None = None
    words: float | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """One match. ``notes`` explains each component; ``marks`` are facts that a reader must know."""

    score: float
    certainty: float
    components: dict[str, float | None]
    notes: dict[str, Note] = field(default_factory=dict)
    marks: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class BatchScores:
    """Scores of many pairs; ``components`` has a column for each of ``COMPONENTS``, NaN where unknown."""

    score: Floats
    certainty: Floats
    components: NDArray[np.float64]

    def named(self, row: int) -> dict[str, float | None]:
        """Return one pair's components by name, ``None`` where unknown."""
        return {
            n: None if np.isnan(v) else float(v)
            for n, v in zip(COMPONENTS, self.components[row], strict=True)
        }


def exclusions(
    gap: GapFacts, offer: OfferFacts, today: date, *, reach_km: float = REACH_KM
) -> tuple[Exclusion, ...]:
    """Return why this offer cannot close this gap. Only known facts count; unknown ones never do."""
    found = []
    spoken, taught = gap.learner_languages, offer.teaching_languages
    if spoken and taught and not spoken & taught:
        found.append(Exclusion("language", Note("excluded.language", {"taught": _list(taught)})))
    places = frozenset() if offer.mode == "online" else offer.places(today)
    if not reachable(gap.regions, places, reach_km):
        km = round(nearest_km(gap.regions, places) or 0)
        found.append(Exclusion("place", Note("excluded.place", {"km": km, "reach": round(reach_km)})))
    closed = offer.closed_because(today)
    if closed:
        found.append(Exclusion(closed, Note(f"excluded.{closed}", {})))
    return tuple(found)


def _list(values: Iterable[str]) -> str:
    return ", ".join(sorted(values))


def score(
    gap: GapFacts,
    offer: OfferFacts,
    evidence: Evidence,
    profile: WeightsProfile,
    today: date,
    *,
    skills: SkillTable = NO_SKILLS,
) -> Score:
    """Score one pair and explain every component."""
    single = np.zeros(1, dtype=np.int64)
    batch = score_batch(
        gap_table([gap]),
        offer_table([offer], today),
        single,
        single,
        _one(evidence.meaning),
        _one(evidence.words),
        profile,
        skills=skills,
    )
    components = batch.named(0)
    return Score(
        float(batch.score[0]),
        float(batch.certainty[0]),
        components,
        explain(gap, offer, components, today, skills=skills),
        marks_of(gap, offer),
    )


def _one(value: float | None) -> Floats:
    return np.array([np.nan if value is None else value], dtype=np.float64)


def score_batch(
    gaps: GapTable,
    offers: OfferTable,
    rows: Ints,
    cols: Ints,
    meaning: Floats,
    words: Floats,
    profile: WeightsProfile,
    *,
    skills: SkillTable = NO_SKILLS,
) -> BatchScores:
    """Score pairs: ``rows`` are row numbers of gaps, ``cols`` of offers, evidence is NaN where unknown."""
    columns = (
        np.clip(meaning, 0.0, 1.0),
        np.clip(words, 0.0, 1.0),
        overlap_many(gaps.skills, offers.skills, rows, cols, skills),
        _quadrant(gaps, offers, rows, cols),
        np.clip(1.0 - np.abs(gaps.level[rows] - offers.level[cols]) / LEVELS_APART, 0.0, 1.0),
        by_distinct_pair(gaps.languages, offers.languages, rows, cols, _covered),
        by_distinct_pair(gaps.modes, offers.modes, rows, cols, _mode),
        by_distinct_pair(gaps.regions, offers.places, rows, cols, _place(profile.reach_km)),
        _timing(gaps.horizon[rows], offers.starts[cols]),
        _size(gaps.learners[rows], offers.seats[cols]),
        _price(gaps.budget[rows], offers.price[cols]),
        offers.trust[cols],
    )
    return weigh(np.stack(columns, axis=1), profile)


def weigh(components: NDArray[np.float64], profile: WeightsProfile) -> BatchScores:
    """Take the weighted mean of known components: also what a preview of other weights calls.

    Nothing known at all gives score 0 and certainty 0.
    """
    weights = profile.vector()
    total, known = np.zeros(len(components)), np.zeros(len(components))
    for column, weight in enumerate(weights.tolist()):
        value = components[:, column]
        there = ~np.isnan(value)
        total += np.where(there, weight * np.where(there, value, 0.0), 0.0)
        known += np.where(there, weight, 0.0)
    mean = np.divide(total, known, out=np.zeros_like(total), where=known > 0)
    return BatchScores(np.clip(mean, 0.0, 1.0), np.clip(known / weights.sum(), 0.0, 1.0), components)


def _quadrant(gaps: GapTable, offers: OfferTable, rows: Ints, cols: Ints) -> Floats:
    """Compare depth and direction; each counts for half, or wholly when the other is unknown."""
    sides = []
    for mine, theirs in ((gaps.depth, offers.depth), (gaps.direction, offers.direction)):
        a, b = mine[rows], theirs[cols]
        sides.append(np.where((a > 0) & (b > 0), (a == b).astype(np.float64), np.nan))
    known = (~np.isnan(sides[0])).astype(np.float64) + ~np.isnan(sides[1])
    total: Floats = np.nan_to_num(sides[0]) + np.nan_to_num(sides[1])
    mean: Floats = np.divide(total, known, out=np.full(len(rows), np.nan), where=known > 0)
    return mean


def _covered(spoken: frozenset[str], taught: frozenset[str]) -> float:
    """Return the share of the learners' languages in which it is taught."""
    return len(spoken & taught) / len(spoken)


def _mode(wanted: frozenset[str], given: frozenset[str]) -> float:
    if wanted & given:
        return 1.0
    blends = "blended" in given and wanted & {"classroom", "online"}
    blended = "blended" in wanted and given & {"classroom", "online"}
    return PART_MODE if blends or blended else 0.0


def _place(reach_km: float) -> Callable[[frozenset[str], frozenset[str]], float | None]:
    def rule(here: frozenset[str], there: frozenset[str]) -> float | None:
        """Fall evenly from 1 in the same region to 0 at the edge of reach."""
        km = nearest_km(here, there)
        if km is None:
            return None
        return max(0.0, 1.0 - km / reach_km) if reach_km > 0 else float(km == 0)

    return rule


def _timing(horizon: Floats, starts: Floats) -> Floats:
    """Give 1 to a start within the horizon, falling evenly to 0 at twice the horizon."""
    return np.clip(2.0 - starts / horizon, 0.0, 1.0)


def _size(learners: Floats, seats: Floats) -> Floats:
    """Give the share of the learners for whom the roomiest edition has a seat."""
    wanted = np.where(learners > 0, learners, np.nan)
    return np.clip(seats / wanted, 0.0, 1.0)


def _price(budget: Floats, price: Floats) -> Floats:
    """Give 1 within the budget, falling evenly to 0 at twice that; in a budget of zero only free ones fit."""
    positive = np.where(budget > 0, budget, np.nan)
    spread = np.clip(2.0 - price / positive, 0.0, 1.0)
    nothing = np.where(np.isnan(price), np.nan, (price <= 0).astype(np.float64))
    return np.where(budget <= 0, nothing, spread)
