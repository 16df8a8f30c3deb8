"""Meaning and words together, ready to be scored."""

from datetime import date

import numpy as np
import pytest

from matching.engine.candidates import LanguageWords, find_candidates
from matching.engine.facts import GapFacts, OfferFacts
from matching.engine.scoring import DEFAULT_PROFILE, score_batch
from matching.engine.tables import compatibility, gap_table, offer_table
from matching.engine.words import WordIndex

TODAY = date(2026, 3, 2)


def test_words_bring_in_what_meaning_missed_and_other_languages_stay_unknown() -> None:
    eye = np.eye(4, dtype=np.float32)
    gaps = gap_table([GapFacts(1, 1, 1), GapFacts(2, 2, 2)])
    offers = offer_table([OfferFacts(i, 1, seats_left=0 if i == 3 else None) for i in range(4)], TODAY)
    dutch = np.array([0, 2])
    index = WordIndex.build([["las"], ["robot"]], rows=dutch.tolist(), total=4)
    words = LanguageWords(index, dutch, np.array([0]), [["robot"]])
    found = find_candidates(eye[[1, 3]], eye, [words], 1, allowed=compatibility(gaps, offers))
    assert found.rows[0].tolist() == [1, 2]
    assert np.isnan(found.words[0, 0])
    wide = find_candidates(eye[[1, 3]], eye, [words], 3, allowed=compatibility(gaps, offers))
    place = wide.rows[0].tolist().index(2)
    assert wide.words[0, place] == pytest.approx(1.0)
    assert wide.meaning[0, wide.rows[0].tolist().index(1)] == pytest.approx(1.0)
    assert wide.words[0, wide.rows[0].tolist().index(0)] == 0.0
    assert 3 not in wide.rows
    rows, cols, meaning, heard = wide.pairs()
    batch = score_batch(gaps, offers, rows, cols, meaning, heard, DEFAULT_PROFILE)
    assert len(batch.score) == len(rows) == 6
