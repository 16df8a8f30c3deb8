"""The words that gaps of several undertakings share: what a person sees at once that they have in common."""

import re
from collections.abc import Iterable

from django.conf import settings

from matching.spoken import is_small_word

SHORTEST = 4
MOST = 5
WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")


def shared_words(texts: Iterable[tuple[int, str]], *, at_least: int | None = None) -> list[str]:
    """Words that so many undertakings use (default k), the most shared first, longer ones before shorter.

    `texts` are of undertakings. Small words and words of fewer than four letters say nothing.
    """
    needed = settings.K_ANONYMITY if at_least is None else at_least
    who: dict[str, set[int]] = {}
    for undertaking, text in texts:
        for word in {found.casefold() for found in WORD.findall(text)}:
            if len(word) >= SHORTEST and not is_small_word(word):
                who.setdefault(word, set()).add(undertaking)
    shared = [word for word, undertakings in who.items() if len(undertakings) >= needed]
    return sorted(shared, key=lambda word: (-len(who[word]), -len(word), word))[:MOST]
