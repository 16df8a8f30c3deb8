"""How much a gap or pool needs to be closed (need-to-have): a weighted mean of named parts, each shown.

The parts are those by which Flanders' public employment service weighs training: shortage occupation, STEM,
forecast shortage, digital or green transition, undertakings that ask, and supply that there is already. What
is unknown leaves the mean. The weights are a version of the talent strategy that decisions can cite.
"""

from collections.abc import Mapping
from dataclasses import dataclass

PARTS = ("shortage", "stem", "forecast", "transition", "undertakings", "supply")


@dataclass(frozen=True, slots=True)
class Strategy:
    """A version of the talent strategy. ``many`` undertakings asking give the full mark on that part."""

    version: str
    weights: Mapping[str, float]
    many: int = 10

    def __post_init__(self) -> None:
        """Refuse weights that no mean can be taken of.

        Raises:
            ValueError: an unknown part, a negative weight, no positive weight, or ``many`` below one.
        """
        unknown = sorted(set(self.weights) - set(PARTS))
        if unknown:
            raise ValueError(f"Unknown parts: {', '.join(unknown)}. Known are {', '.join(PARTS)}.")
        if any(w < 0 for w in self.weights.values()) or not any(self.weights.values()) or self.many < 1:
            raise ValueError(
                "Weights must not be negative, at least one must be positive, and many at least one."
            )


DEFAULT_STRATEGY = Strategy(
    "1",
    {"shortage": 0.25, "stem": 0.1, "forecast": 0.2, "transition": 0.15, "undertakings": 0.2, "supply": 0.1},
)


@dataclass(frozen=True, slots=True)
class Demand:
    """What is known of a gap or pool. ``forecast`` is 0..1; ``seats`` are those on offer in reach."""

    shortage: bool | None = None
    stem: bool | None = None
    forecast: float | None = None
    digital: bool | None = None
    green: bool | None = None
    undertakings: int | None = None
    learners: int | None = None
    seats: int | None = None


@dataclass(frozen=True, slots=True)
class Priority:
    """The score (0..1), how much of the weights is known, and each part with what it adds to the score."""

    score: float
    certainty: float
    parts: dict[str, float | None]
    shares: dict[str, float]
    version: str


def priority(demand: Demand, strategy: Strategy = DEFAULT_STRATEGY) -> Priority:
    """Score one gap or pool by a strategy. Nothing known gives 0 with certainty 0."""
    parts: dict[str, float | None] = {
        "shortage": _flag(demand.shortage),
        "stem": _flag(demand.stem),
        "forecast": None if demand.forecast is None else min(1.0, max(0.0, demand.forecast)),
        "transition": _transition(demand),
        "undertakings": None
        if demand.undertakings is None
        else min(1.0, demand.undertakings / strategy.many),
        "supply": _lack_of_supply(demand),
    }
    known = {n: strategy.weights.get(n, 0.0) for n, value in parts.items() if value is not None}
    total = sum(known.values())
    shares = {n: w * (parts[n] or 0.0) / total if total else 0.0 for n, w in known.items()}
    return Priority(
        min(1.0, sum(shares.values())),
        total / sum(strategy.weights.values()),
        parts,
        shares,
        strategy.version,
    )


def _flag(value: bool | None) -> float | None:
    return None if value is None else float(value)


def _transition(demand: Demand) -> float | None:
    """Either transition gives the full mark; "no" counts only once both are known to be no."""
    if demand.digital or demand.green:
        return 1.0
    return None if demand.digital is None or demand.green is None else 0.0


def _lack_of_supply(demand: Demand) -> float | None:
    """The share of the learners for whom there is no seat in reach: what exists already needs no priority."""
    if demand.seats is None or not demand.learners:
        return None
    return min(1.0, max(0.0, 1.0 - demand.seats / demand.learners))
