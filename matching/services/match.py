"""Matching of one gap (seconds after it was saved) and of many (a whole run), with the same results."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import date

import numpy as np
from django.conf import settings
from django.db import transaction

from matching.engine.candidates import LanguageWords, find_candidates
from matching.engine.facts import GapFacts
from matching.engine.scoring import WeightsProfile
from matching.engine.tables import compatibility, gap_table
from matching.models import ModelRevision
from matching.services.facts import gap_facts
from matching.services.retrieve import CANDIDATES, Candidates, candidates_of
from matching.services.run_supply import Supply, supply_of
from matching.services.score import Ranked, active_profile, rank_candidates
from matching.services.skills import skill_table
from matching.services.store import store_matches
from matching.services.supply import read_offers
from matching.services.vectors import embedder, read_vectors
from matching.services.words import lexemes_of, telling_words, telling_words_of_each
from networks.models import Gap

Clock = Callable[[str], AbstractContextManager[None]]
# Below so many gaps the SQL path is quicker than reading the vectors of all offers.
FEW_GAPS = 8


def no_clock(_step: str) -> AbstractContextManager[None]:
    """For who does not ask how long a step took."""
    return nullcontext()


def match_gaps(
    *,
    run_id: int,
    revision: ModelRevision,
    gaps: Sequence[Gap],
    today: date,
    profile: WeightsProfile | None = None,
    clock: Clock = no_clock,
) -> tuple[int, int]:
    """Match these gaps (read `with_parties()`) against all active offers and store the result.

    One transaction. Returns how many matches are new and how many are gone. `profile`: the weights of the run
    (None: the active ones). `clock` times the steps
    `retrieve` and `score`; storing counts with the latter.
    """
    if not gaps:
        return 0, 0
    profile = profile or active_profile()
    with transaction.atomic():
        if len(gaps) <= FEW_GAPS:
            new, gone = 0, 0
            for gap in gaps:
                ids, ranked = rank_one(gap=gap, revision=revision, today=today, profile=profile, clock=clock)
                with clock("score"):
                    added, left = store_matches(
                        run_id=run_id, gap_ids=[gap.pk], offer_ids=ids, ranked=ranked, today=today
                    )
                new, gone = new + added, gone + left
            return new, gone
        with clock("retrieve"):
            supply = supply_of(run_id, revision, today)
        ranked = rank_many(
            gaps=gaps, supply=supply, revision=revision, today=today, profile=profile, clock=clock
        )
        with clock("score"):
            return store_matches(
                run_id=run_id,
                gap_ids=[gap.pk for gap in gaps],
                offer_ids=supply.ids,
                ranked=ranked,
                today=today,
            )


def rank_one(
    *,
    gap: Gap,
    revision: ModelRevision,
    today: date,
    profile: WeightsProfile | None = None,
    clock: Clock = no_clock,
) -> tuple[list[int], Ranked]:
    """Ranked matches of one gap through SQL; also returns the offers that its row numbers mean."""
    facts = gap_facts([gap])
    with clock("retrieve"):
        vector = read_vectors(revision=revision, kind="gap", ids=[gap.pk])[0]
        words = telling_words(gap.language, lexemes_of("networks_gap", [gap.pk])[gap.pk])
        found = candidates_of(gap=facts[0], vector=vector, words=words, revision=revision, today=today)
    with clock("score"):
        return _score_one(facts, found, today, profile or active_profile())


def _score_one(
    facts: Sequence[GapFacts], found: Candidates, today: date, profile: WeightsProfile
) -> tuple[list[int], Ranked]:
    ids = sorted(found.offer_ids)
    place = {pk: row for row, pk in enumerate(ids)}
    rows = np.array([[place[pk] for pk in found.offer_ids]], dtype=np.int64).reshape(1, -1)
    return ids, rank_candidates(
        gaps=gap_table(facts),
        offers=read_offers(today=today, ids=ids)[0],
        candidates=rows,
        cosines=found.cosines.reshape(1, -1),
        words=found.words.reshape(1, -1),
        profile=profile,
        skills=skill_table(),
        scale=embedder().cosine_scale,
        keep=settings.MATCHES_PER_GAP,
    )


def rank_many(
    *,
    gaps: Sequence[Gap],
    supply: Supply,
    revision: ModelRevision,
    today: date,
    profile: WeightsProfile | None = None,
    clock: Clock = no_clock,
) -> Ranked:
    """Ranked matches of many gaps through arrays."""
    table = gap_table(gap_facts(gaps))
    with clock("retrieve"):
        found = find_candidates(
            read_vectors(revision=revision, kind="gap", ids=[gap.pk for gap in gaps]),
            supply.vectors,
            _words(gaps, supply),
            CANDIDATES,
            allowed=compatibility(table, supply.table),
        )
    with clock("score"):
        return rank_candidates(
            gaps=table,
            offers=supply.table,
            candidates=found.rows,
            cosines=found.meaning,
            words=found.words,
            profile=profile or active_profile(),
            skills=skill_table(),
            scale=embedder().cosine_scale,
            keep=settings.MATCHES_PER_GAP,
        )


def _words(gaps: Sequence[Gap], supply: Supply) -> list[LanguageWords]:
    """What the gaps of each language say, and where the offers in that language say it."""
    lexemes = lexemes_of("networks_gap", [gap.pk for gap in gaps])
    spoken = np.array([gap.language for gap in gaps])
    found = []
    for language, postings in supply.postings.items():
        mine = np.flatnonzero(spoken == language)
        telling = telling_words_of_each(language, [lexemes[gaps[int(row)].pk] for row in mine])
        tokens = [[word.lexeme for word in words] for words in telling]
        index = postings.index_of(telling, len(supply.ids))
        found.append(LanguageWords(index, np.flatnonzero(supply.languages == language), mine, tokens))
    return found
