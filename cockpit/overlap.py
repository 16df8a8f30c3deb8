"""Overlap: the same supply, publicly paid, twice. The pure rule; reads are in `cockpit.overlap_reads`.

Two offers overlap when both are subsidised as supply, two providers teach them, they teach the same (near in
meaning, or the same ISCED-F field with mostly the same skills), in one district or province, and their
editions stay half empty. What is unknown excludes nothing: an unknown fill is said, not assumed.

Texts of courses all sound alike ("you learn", "for operators", …), so raw cosines of two offers say little.
They are compared after taking away what all offers share, and are near in meaning when they are much nearer
than any two offers usually are: a measure that each model and catalogue gives of itself.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

# As many standard deviations above the usual cosine of two offers is the same meaning.
SIGMAS = 3.0
# Fewer offers than this do not show what all offers share.
LEAST_BACKGROUND = 100
BLOCK = 1024  # rows of vectors that are compared with all others at once
DISTRICT, PROVINCE, ONLINE = "district", "province", "online"
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class OverlapRule:
    """From when on offers are alike (cosine, share of skills) and editions too empty (seats taken)."""

    cosine: float
    jaccard: float = 0.5
    low_fill: float = 0.6


@dataclass(frozen=True, slots=True)
class SubsidisedOffer:
    """An offer that is paid as supply. `seats` and `enrolled` of editions around now, `editions` to come.

    `subsidy` is the public money in one edition, euro, None where price or share do not tell.
    """

    id: int
    provider: int
    isced: str = ""
    skills: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    online: bool = False
    languages: frozenset[str] = frozenset()
    seats: int = 0
    enrolled: int = 0
    editions: int = 0
    edition_seats: float = 0.0
    subsidy: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two offers that overlap, by position, how alike, and how near: `district`, `province` or `online`."""

    first: int
    second: int
    cosine: float
    jaccard: float | None
    place: str


@dataclass(frozen=True, slots=True)
class Merge:
    """What teaching together would save: editions, and euro where the subsidy of an edition is known."""

    editions: int
    saved_editions: int
    saved_euro: Decimal | None


@dataclass(frozen=True, slots=True)
class Group:
    """Offers that overlap one with another, by position; `fill` is the share of seats taken, None unknown."""

    offers: tuple[int, ...]
    pairs: tuple[Pair, ...]
    fill: float | None
    merge: Merge


@dataclass(frozen=True, slots=True)
class Background:
    """What all offers share (`mean`) and from which cosine on two offers are near once it is taken away."""

    mean: NDArray[np.float32]
    cosine: float

    def apart(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """The vectors without what all share, at length one; zeros (no vector) stay near to nothing."""
        rest = (vectors - self.mean) * vectors.any(axis=1, keepdims=True)
        length = np.linalg.norm(rest, axis=1, keepdims=True)
        out: NDArray[np.float32] = np.divide(rest, length, out=np.zeros_like(rest), where=length > 0)
        return out


def background_of(vectors: NDArray[np.float32], *, raw_cosine: float) -> Background:
    """Measure a sample of the catalogue; too small a one gives raw cosines and the threshold `raw_cosine`."""
    vectors = vectors[vectors.any(axis=1)]
    if len(vectors) < LEAST_BACKGROUND:
        return Background(np.zeros(vectors.shape[1], dtype=np.float32), raw_cosine)
    plain = Background(vectors.mean(axis=0), raw_cosine)
    apart = plain.apart(vectors)
    cosines = (apart @ apart.T)[np.triu_indices(len(apart), 1)]
    return Background(plain.mean, float(cosines.mean() + SIGMAS * cosines.std()))


def find_overlaps(
    offers: Sequence[SubsidisedOffer], vectors: NDArray[np.float32], rule: OverlapRule
) -> list[Group]:
    """Groups of offers that overlap, the largest saving first.

    `vectors` has a row an offer, of length one, or zeros where there is none.
    """
    pairs = find_pairs(offers, vectors, rule)
    groups = [_group(offers, members, pairs) for members in _cliques(pairs)]
    return sorted(
        groups,
        key=lambda g: (-(g.merge.saved_euro or 0), -g.merge.saved_editions, -len(g.offers), g.offers),
    )


def find_pairs(
    offers: Sequence[SubsidisedOffer], vectors: NDArray[np.float32], rule: OverlapRule
) -> list[Pair]:
    """All pairs that overlap, by position."""
    alike = dict(_near(vectors, rule.cosine))
    for first, second in _same_field(offers):
        if (first, second) not in alike and jaccard(offers[first], offers[second]) >= rule.jaccard:
            alike[first, second] = float(vectors[first] @ vectors[second])
    found = []
    for (first, second), cosine in sorted(alike.items()):
        one, other = offers[first], offers[second]
        place = same_place(one, other)
        if one.provider == other.provider or place is None or not _stays_empty([one, other], rule):
            continue
        share = jaccard(one, other) if one.skills and other.skills else None
        if share == 0 or _in_other_languages(one, other):
            continue  # both say which skills they teach, and have none in common
        found.append(Pair(first, second, cosine, share, place))
    return found


def jaccard(one: SubsidisedOffer, other: SubsidisedOffer) -> float:
    """Shared skills as a share of all skills of the two; 0 where one names none."""
    union = one.skills | other.skills
    return len(one.skills & other.skills) / len(union) if union else 0.0


def same_place(one: SubsidisedOffer, other: SubsidisedOffer) -> str | None:
    """How near: one district (NUTS 3), one province (NUTS 2), both online; None when apart or unknown."""
    if one.online and other.online:
        return ONLINE
    if {c for c in one.regions if len(c) >= 5} & {c for c in other.regions if len(c) >= 5}:
        return DISTRICT
    if {c[:4] for c in one.regions if len(c) >= 4} & {c[:4] for c in other.regions if len(c) >= 4}:
        return PROVINCE
    return None


def fill_of(offers: Iterable[SubsidisedOffer]) -> float | None:
    """The share of their seats that is taken; None where no edition has a number of seats."""
    offers = list(offers)
    seats = sum(offer.seats for offer in offers)
    return sum(offer.enrolled for offer in offers) / seats if seats else None


def merge_of(offers: Sequence[SubsidisedOffer]) -> Merge:
    """As many editions as their learners fill, at today's fill and the usual size; the rest is saved.

    An edition saved is worth the mean subsidy of an edition. Without a known fill nothing is claimed.
    """
    editions = sum(offer.editions for offer in offers)
    fill = fill_of(offers)
    places = sum(offer.edition_seats * offer.editions for offer in offers)
    if fill is None or not editions or not places:
        return Merge(editions, 0, None)
    size = places / editions
    needed = max(1, math.ceil(round(fill * places / size, 9)))
    saved = max(0, editions - needed)
    known = [
        (offer.subsidy, offer.editions) for offer in offers if offer.subsidy is not None and offer.editions
    ]
    if not known:
        return Merge(editions, saved, None)
    total = sum((subsidy * count for subsidy, count in known), Decimal(0))
    mean = total / sum(count for _subsidy, count in known)
    return Merge(editions, saved, (mean * saved).quantize(CENT, rounding=ROUND_HALF_UP))


def public_part(*, price: Decimal | None, per_seat: bool, percent: Decimal, seats: float) -> Decimal | None:
    """Public money in one edition, euro: `price` is what is left to pay after `percent` was paid as supply.

    None where the price is unknown, or nothing is left to pay, which does not tell what it cost.
    """
    if price is None or price <= 0 or percent >= 100:
        return None
    public = price * percent / (100 - percent)
    return public * Decimal(str(seats)) if per_seat else public


def _near(vectors: NDArray[np.float32], threshold: float) -> Iterator[tuple[tuple[int, int], float]]:
    """Pairs whose cosine reaches the threshold, block by block, so that memory stays small."""
    for start in range(0, len(vectors), BLOCK):
        cosines = vectors[start : start + BLOCK] @ vectors[start:].T
        rows, columns = np.nonzero(cosines >= threshold)
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
            if column > row:
                yield (start + row, start + column), float(cosines[row, column])


def _same_field(offers: Sequence[SubsidisedOffer]) -> set[tuple[int, int]]:
    """Pairs of one detailed ISCED-F field that share a skill."""
    holders: dict[tuple[str, str], list[int]] = {}
    for place, offer in enumerate(offers):
        if len(offer.isced) == 4:
            for skill in offer.skills:
                holders.setdefault((offer.isced, skill), []).append(place)
    return {pair for places in holders.values() for pair in combinations(places, 2)}


def _in_other_languages(one: SubsidisedOffer, other: SubsidisedOffer) -> bool:
    """Whether both say in which languages they teach, and have none in common."""
    return bool(one.languages and other.languages and one.languages.isdisjoint(other.languages))


def _stays_empty(offers: Sequence[SubsidisedOffer], rule: OverlapRule) -> bool:
    fill = fill_of(offers)
    return fill is None or fill < rule.low_fill


def _cliques(pairs: Sequence[Pair]) -> list[tuple[int, ...]]:
    """Groups in which every offer overlaps every other, the nearest first; an offer is in one group.

    Chains (a like b, b like c) make no group: those at their ends teach something else.
    """
    partners: dict[int, set[int]] = {}
    for pair in pairs:
        partners.setdefault(pair.first, set()).add(pair.second)
        partners.setdefault(pair.second, set()).add(pair.first)
    taken: set[int] = set()
    groups = []
    for pair in sorted(pairs, key=lambda pair: (-pair.cosine, pair.first, pair.second)):
        if pair.first in taken or pair.second in taken:
            continue
        members = {pair.first, pair.second}
        for other in sorted((partners[pair.first] & partners[pair.second]) - taken):
            if members <= partners[other]:
                members.add(other)
        taken |= members
        groups.append(tuple(sorted(members)))
    return groups


def _group(offers: Sequence[SubsidisedOffer], members: tuple[int, ...], pairs: Sequence[Pair]) -> Group:
    inside = frozenset(members)
    mine = [offers[place] for place in members]
    return Group(
        offers=members,
        pairs=tuple(pair for pair in pairs if pair.first in inside and pair.second in inside),
        fill=fill_of(mine),
        merge=merge_of(mine),
    )


__all__ = ["Group", "Merge", "OverlapRule", "Pair", "SubsidisedOffer", "find_overlaps", "find_pairs"]
