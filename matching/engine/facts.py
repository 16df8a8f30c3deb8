"""What the engine knows of a gap and of an offer.

Unknown is ``None`` or empty. It is never a reason to exclude: it only widens the uncertainty of a score.
Money is in euro excluding VAT; regions are NUTS codes of level 1 to 3; languages are ISO 639-1 codes.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

Depth = Literal["short", "deep"]
Direction = Literal["upskilling", "reskilling"]
Horizon = Literal["now", "1y", "3y"]
Mode = Literal["classroom", "online", "blended", "workplace"]

HORIZON_DAYS: dict[str, int] = {"now": 183, "1y": 365, "3y": 1095}
"""Days from today within which a gap with this horizon should be closed."""


@dataclass(frozen=True, slots=True)
class GapFacts:
    """One competency gap. ``undertaking`` is the single undertaking (linked companies share one)."""

    id: int
    company: int
    undertaking: int
    network: int | None = None
    language: str | None = None
    learners: int | None = None
    learner_languages: frozenset[str] = frozenset()
    depth: Depth | None = None
    direction: Direction | None = None
    eqf_level: int | None = None
    modes: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    horizon: Horizon | None = None
    budget_per_learner: Decimal | None = None
    skills: frozenset[str] = frozenset()
    mandatory: bool | None = None
    locked_to: int | None = None
    """The pool in which a person put this gap (locked there or moved there); runs leave it there."""
    kept_out: bool = False
    """A person keeps this gap out of every pool."""
    apart_from: frozenset[int] = frozenset()
    """Gaps with which a person does not want this one in the same pool."""


@dataclass(frozen=True, slots=True)
class EditionFacts:
    """One dated run of an offer."""

    id: int
    starts_on: date | None = None
    ends_on: date | None = None
    seats_left: int | None = None
    region: str | None = None

    def is_past(self, today: date) -> bool:
        """Tell whether it is known to have started before today: nobody new can join it."""
        return self.starts_on is not None and self.starts_on < today

    def is_full(self) -> bool:
        """Tell whether it is known to have no seat left."""
        return self.seats_left is not None and self.seats_left <= 0


@dataclass(frozen=True, slots=True)
class OfferFacts:
    """One offer, with its editions. ``completeness`` (0..1) is the share of its record that is filled in."""

    id: int
    provider: int
    language: str | None = None
    teaching_languages: frozenset[str] = frozenset()
    mode: Mode | None = None
    depth: Depth | None = None
    direction: Direction | None = None
    eqf_level: int | None = None
    regions: frozenset[str] = frozenset()
    price_per_learner: Decimal | None = None
    seats_left: int | None = None
    editions: tuple[EditionFacts, ...] = ()
    skills: frozenset[str] = frozenset()
    recognised: bool | None = None
    quality_label: bool | None = None
    completeness: float | None = None
    mandatory: bool | None = None

    def open_editions(self, today: date) -> tuple[EditionFacts, ...]:
        """Return the editions that are not known to be past or full."""
        return tuple(e for e in self.editions if not e.is_past(today) and not e.is_full())

    def places(self, today: date) -> frozenset[str]:
        """Return where it can still be followed: the regions of open editions, else those of the offer."""
        dated = frozenset(e.region for e in self.open_editions(today) if e.region)
        return dated or self.regions

    def closed_because(self, today: date) -> Literal["past", "full"] | None:
        """Return why nobody can join any more, or ``None`` when somebody can or when it is unknown."""
        if not self.editions:
            return "full" if self.seats_left is not None and self.seats_left <= 0 else None
        if self.open_editions(today):
            return None
        return "past" if all(e.is_past(today) for e in self.editions) else "full"
