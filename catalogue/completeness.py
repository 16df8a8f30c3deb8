"""How complete an offer is, and what each missing piece costs its provider. No Django here.

Weights add up to 100. They follow what the matcher does with a field: without price and seats an offer
matches but cannot enter a programme; without text it is hardly found. Microcredential elements count only
where the offer says that it ends in one.
"""

from collections.abc import Callable
from dataclasses import dataclass

from catalogue.records import OfferRecord

SHORT_TEXT = 80  # characters: below it a description says no more than the title does


@dataclass(frozen=True, slots=True)
class Missing:
    """A piece that is not there: its code (catalogue.wording has the sentences), weight, and form field."""

    code: str
    weight: int
    field: str


@dataclass(frozen=True, slots=True)
class Completeness:
    """`score` 0 to 100; `missing` by weight, heaviest first."""

    score: int
    missing: tuple[Missing, ...]


Present = Callable[[OfferRecord], bool]


def has_dates(offer: OfferRecord) -> bool:
    """Whether an edition that can still take people has a start."""
    return any(e.starts_on and e.state in ("planned", "open", "confirmed") for e in offer.editions)


def _has_price(offer: OfferRecord) -> bool:
    return offer.price is not None or any(e.price is not None for e in offer.editions)


def _has_volume(offer: OfferRecord) -> bool:
    return any(value is not None for value in (offer.hours, offer.workplace_hours, offer.ects))


def _has_seats(offer: OfferRecord) -> bool:
    return offer.seats is not None or any(e.seats is not None for e in offer.editions)


PIECES: tuple[tuple[Missing, Present], ...] = (
    (Missing("description", 16, "description"), lambda o: len(o.description) >= SHORT_TEXT),
    (Missing("price", 16, "price"), _has_price),
    (Missing("dates", 14, ""), has_dates),
    (Missing("seats", 12, "seats"), _has_seats),
    (Missing("outcomes", 10, "outcomes"), lambda o: bool(o.outcomes)),
    (Missing("hours", 6, "hours"), _has_volume),
    (Missing("mode", 6, "mode"), lambda o: bool(o.mode)),
    (Missing("regions", 5, "regions"), lambda o: bool(o.regions) or o.mode == "online"),
    (Missing("teaching_languages", 4, "teaching_languages"), lambda o: bool(o.teaching_languages)),
    (Missing("quadrant", 3, "depth"), lambda o: bool(o.depth and o.direction)),
    (Missing("credential", 3, "credential"), lambda o: bool(o.credential)),
    (Missing("dayparts", 2, "dayparts"), lambda o: bool(o.dayparts)),
    (Missing("eqf_level", 1, "eqf_level"), lambda o: o.eqf_level is not None or o.vks_level is not None),
    (Missing("isced_f", 1, "isced_f"), lambda o: bool(o.isced_f)),
    (Missing("skills", 1, "skills"), lambda o: bool(o.skills)),
)
MICROCREDENTIAL = Missing("microcredential", 10, "")
FUNDER = Missing("funder", 2, "funder")
KMO_THEME = Missing("kmo_theme", 2, "kmo_theme")
ASSESSMENT = Missing("assessment", 2, "assessment")
PROVING = ("certificate", "qualification")
"""What one earns by showing that one can do it; a microcredential says in its own description how."""


def completeness(offer: OfferRecord) -> Completeness:
    """The score of an offer; a promised microcredential that is not described costs ten points more."""
    missing = [piece for piece, present in PIECES if not present(offer)]
    if offer.credential == "microcredential" and offer.microcredential is None:
        missing.append(MICROCREDENTIAL)
    if offer.supply_subsidy_pct and not offer.funder:
        missing.append(FUNDER)
    if offer.kmo_registered and not offer.kmo_theme:
        missing.append(KMO_THEME)
    if offer.credential in PROVING and not offer.assessment:
        missing.append(ASSESSMENT)
    missing.sort(key=lambda piece: -piece.weight)
    return Completeness(max(0, 100 - sum(piece.weight for piece in missing)), tuple(missing))
