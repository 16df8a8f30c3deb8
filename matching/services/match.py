"""Matching of one gap (seconds after it was saved) and of many (a whole run), with the same results."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
from django.conf import settings
from django.db import transaction
from numpy.typing import NDArray

from catalogue.models import Offer
from matching.engine.facts import GapFacts
from matching.engine.fusion import fuse_many
from matching.engine.retrieval import similarities, top_k
from matching.engine.tables import OfferTable, compatibility, gap_table, offer_table
from matching.engine.words import WordIndex
from matching.models import ModelRevision
from matching.services.facts import gap_facts, offer_facts, offers_with_facts
from matching.services.retrieve import CANDIDATES, Candidates, candidates_of
from matching.services.score import Ranked, active_profile, rank_candidates
from matching.services.skills import skill_table
from matching.services.store import store_matches
from matching.services.vectors import embedder, read_vectors
from matching.services.words import build_index, lexemes_of, telling_words
from networks.models import Gap

Clock = Callable[[str], AbstractContextManager[None]]
NONE = -1
# Below so many gaps the SQL path is quicker than reading the vectors of all offers.
FEW_GAPS = 8


@dataclass(frozen=True, slots=True)
class Supply:
    """All active offers as arrays: read once, used for every batch of a run in this process."""

    ids: list[int]
    languages: list[str]
    table: OfferTable
    vectors: NDArray[np.float16]
    indexes: dict[str, WordIndex]


def no_clock(_step: str) -> AbstractContextManager[None]:
    """For who does not ask how long a step took."""
    return nullcontext()


def match_gaps(
    *, run_id: int, revision: ModelRevision, gaps: Sequence[Gap], today: date, clock: Clock = no_clock
) -> tuple[int, int]:
    """Match these gaps (read `with_parties()`) against all active offers and store the result.

    One transaction. Returns how many matches are new and how many are gone. `clock` times the steps
    `retrieve` and `score`; storing counts with the latter.
    """
    if not gaps:
        return 0, 0
    with transaction.atomic():
        if len(gaps) <= FEW_GAPS:
            new, gone = 0, 0
            for gap in gaps:
                ids, ranked = rank_one(gap=gap, revision=revision, today=today, clock=clock)
                with clock("score"):
                    added, left = store_matches(run_id=run_id, gap_ids=[gap.pk], offer_ids=ids, ranked=ranked)
                new, gone = new + added, gone + left
            return new, gone
        with clock("retrieve"):
            supply = supply_of(run_id, revision, today)
        ranked = rank_many(gaps=gaps, supply=supply, revision=revision, today=today, clock=clock)
        with clock("score"):
            return store_matches(
                run_id=run_id, gap_ids=[gap.pk for gap in gaps], offer_ids=supply.ids, ranked=ranked
            )


def rank_one(
    *, gap: Gap, revision: ModelRevision, today: date, clock: Clock = no_clock
) -> tuple[list[int], Ranked]:
    """Ranked matches of one gap through SQL; also returns the offers that its row numbers mean."""
    facts = gap_facts([gap])
    with clock("retrieve"):
        vector = read_vectors(revision=revision, kind="gap", ids=[gap.pk])[0]
        words = telling_words(gap.language, lexemes_of("networks_gap", [gap.pk])[gap.pk])
        found = candidates_of(gap=facts[0], vector=vector, words=words, revision_id=revision.pk, today=today)
    with clock("score"):
        return _score_one(facts, found, today)


def _score_one(facts: Sequence[GapFacts], found: Candidates, today: date) -> tuple[list[int], Ranked]:
    ids = sorted(found.offer_ids)
    place = {pk: row for row, pk in enumerate(ids)}
    offers = offers_with_facts(Offer.objects.filter(pk__in=ids))
    rows = np.array([[place[pk] for pk in found.offer_ids]], dtype=np.int64).reshape(1, -1)
    return ids, rank_candidates(
        gaps=gap_table(facts),
        offers=offer_table(offer_facts(offers), today),
        candidates=rows,
        cosines=found.cosines.reshape(1, -1),
        words=found.words.reshape(1, -1),
        profile=active_profile(),
        skills=skill_table(),
        scale=embedder().cosine_scale,
        keep=settings.MATCHES_PER_GAP,
    )


def rank_many(
    *, gaps: Sequence[Gap], supply: Supply, revision: ModelRevision, today: date, clock: Clock = no_clock
) -> Ranked:
    """Ranked matches of many gaps through arrays."""
    table = gap_table(gap_facts(gaps))
    with clock("retrieve"):
        allowed = compatibility(table, supply.table)
        vectors = read_vectors(revision=revision, kind="gap", ids=[gap.pk for gap in gaps])
        near = top_k(vectors, supply.vectors, CANDIDATES, allowed=allowed)
        worded = _word_ranks(gaps, supply, allowed, near.rows)
        fused = fuse_many([near.rows, worded.rows])
        cosines = similarities(vectors, supply.vectors, fused.ids)
        words = _pick(fused.ids, near.rows, worded)
    with clock("score"):
        return rank_candidates(
            gaps=table,
            offers=supply.table,
            candidates=fused.ids,
            cosines=cosines,
            words=words,
            profile=active_profile(),
            skills=skill_table(),
            scale=embedder().cosine_scale,
            keep=settings.MATCHES_PER_GAP,
        )


@lru_cache(maxsize=1)
def supply_of(run_id: int, revision: ModelRevision, today: date) -> Supply:
    """The supply side of one run; the run is part of the key, so a later run reads it anew."""
    offers = offers_with_facts(Offer.objects.active())
    ids = [offer.pk for offer in offers]
    languages = [offer.language for offer in offers]
    return Supply(
        ids=ids,
        languages=languages,
        table=offer_table(offer_facts(offers), today),
        vectors=read_vectors(revision=revision, kind="offer", ids=ids),
        indexes={language: build_index(language, ids, languages) for language in sorted(set(languages))},
    )


@dataclass(frozen=True, slots=True)
class _Worded:
    rows: NDArray[np.int64]
    scores: NDArray[np.float64]
    extra: NDArray[np.float64]


def _word_ranks(gaps: Sequence[Gap], supply: Supply, allowed: Any, near: NDArray[np.int64]) -> _Worded:
    """Ranks by words, each gap among the offers of its own language; `extra` scores the offers in `near`."""
    rows = np.full((len(gaps), CANDIDATES), NONE, dtype=np.int64)
    scores = np.zeros(rows.shape)
    extra = np.zeros(near.shape)
    lexemes = lexemes_of("networks_gap", [gap.pk for gap in gaps])
    for language in sorted({gap.language for gap in gaps} & set(supply.indexes)):
        which = [row for row, gap in enumerate(gaps) if gap.language == language]
        tokens = [[w.lexeme for w in telling_words(language, lexemes[gaps[row].pk])] for row in which]
        hits = supply.indexes[language].rank(
            tokens, CANDIDATES, allowed=allowed, gap_rows=which, extra=near[which]
        )
        rows[which], scores[which], extra[which] = hits.rows, hits.scores, hits.extra
    return _Worded(rows, scores, extra)


def _pick(ids: NDArray[np.int64], near: NDArray[np.int64], worded: _Worded) -> NDArray[np.float64]:
    """The word score of each fused candidate, from whichever list it came."""
    known = np.concatenate([near, worded.rows], axis=1)
    values = np.concatenate([worded.extra, worded.scores], axis=1)
    order = np.argsort(known, axis=1, kind="stable")
    known, values = np.take_along_axis(known, order, axis=1), np.take_along_axis(values, order, axis=1)
    out = np.zeros(ids.shape)
    for row in range(len(ids)):
        place = np.searchsorted(known[row], ids[row])
        out[row] = values[row][np.minimum(place, known.shape[1] - 1)]
    return np.where(ids == NONE, 0.0, out)
