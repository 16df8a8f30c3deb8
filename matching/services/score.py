"""Candidates to ranked matches: the same arithmetic for one gap and for all of them."""

from dataclasses import dataclass

import numpy as np
from django.db import connection, transaction
from numpy.typing import NDArray

from matching.embedder import CosineScale
from matching.engine.scoring import DEFAULT_PROFILE, WeightsProfile, score_batch
from matching.engine.skills import SkillTable
from matching.engine.tables import GapTable, OfferTable
from matching.models import WeightsProfile as StoredProfile

NONE = -1


@dataclass(frozen=True, slots=True)
class Ranked:
    """Matches of several gaps, best first within each gap. All arrays have one entry a match."""

    gap_rows: NDArray[np.int64]
    offer_rows: NDArray[np.int64]
    ranks: NDArray[np.int64]
    scores: NDArray[np.float64]
    certainty: NDArray[np.float64]
    components: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.ranks)


def active_profile() -> WeightsProfile:
    """The weights that a coordinator made active, else the ones that the product ships."""
    stored = StoredProfile.objects.filter(is_active=True).first()
    return profile_of(stored) if stored else DEFAULT_PROFILE


def profile_of(stored: StoredProfile) -> WeightsProfile:
    """A stored version as the engine takes it."""
    return WeightsProfile(str(stored.version), stored.weights)


def stored_profile() -> StoredProfile:
    """The active version as a row, to be named by a run; the ones that the product ships become version 1."""
    found = StoredProfile.objects.filter(is_active=True).first()
    if found is not None:
        return found
    with transaction.atomic():
        hold_profiles()
        found = StoredProfile.objects.filter(is_active=True).first()
        return found or StoredProfile.objects.create(
            version=int(DEFAULT_PROFILE.version), weights=dict(DEFAULT_PROFILE.weights), is_active=True
        )


def hold_profiles() -> None:
    """Who makes a version waits for who is making one: until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE matching_weightsprofile IN SHARE ROW EXCLUSIVE MODE")


def unit(cosines: NDArray[np.float64], scale: CosineScale) -> NDArray[np.float64]:
    """Cosines as the component `meaning`, comparable between models; NaN stays NaN."""
    return np.clip((cosines - scale.low) / (scale.high - scale.low), 0.0, 1.0)


def rank_candidates(
    *,
    gaps: GapTable,
    offers: OfferTable,
    candidates: NDArray[np.int64],
    cosines: NDArray[np.float64],
    words: NDArray[np.float64],
    profile: WeightsProfile,
    skills: SkillTable,
    scale: CosineScale,
    keep: int,
) -> Ranked:
    """Score candidates, shape (gaps, candidates) of offer rows padded with -1, and keep the best of each gap.

    Equal scores go to the offer with the lower identifier, so that a run can be repeated.
    """
    rows, places = np.nonzero(candidates != NONE)
    cols = candidates[rows, places]
    scored = score_batch(
        gaps,
        offers,
        rows,
        cols,
        unit(cosines[rows, places], scale),
        words[rows, places],
        profile,
        skills=skills,
    )
    good = _worth_ranking(rows, scored.score, keep)
    order = good[np.lexsort((offers.ids[cols[good]], -np.round(scored.score[good], 6), rows[good]))]
    rows, cols = rows[order], cols[order]
    first = np.searchsorted(rows, rows, side="left")
    ranks = np.arange(len(rows)) - first + 1
    best = ranks <= keep
    return Ranked(
        gap_rows=rows[best],
        offer_rows=cols[best],
        ranks=ranks[best],
        scores=scored.score[order][best],
        certainty=scored.certainty[order][best],
        components=scored.components[order][best],
    )


def _worth_ranking(rows: NDArray[np.int64], scores: NDArray[np.float64], keep: int) -> NDArray[np.int64]:
    """The pairs that can be among the best of their gap, ties included; `rows` ascend.

    Ten times more pairs are scored than kept, and sorting all of them would cost more than scoring them.
    """
    if not len(rows):
        return np.zeros(0, dtype=np.int64)
    gaps, first, count = np.unique(rows, return_index=True, return_counts=True)
    width = int(count.max())
    if width <= keep:
        return np.arange(len(rows))
    owner = np.repeat(np.arange(len(gaps)), count)
    rounded = np.round(scores, 6)
    table = np.full((len(gaps), width), -np.inf)
    table[owner, np.arange(len(rows)) - first[owner]] = rounded
    floor = np.partition(table, width - keep, axis=1)[:, width - keep]
    found: NDArray[np.int64] = np.flatnonzero(rounded >= floor[owner])
    return found
