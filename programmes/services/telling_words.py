"""The words that gaps of several undertakings share: what a person sees at once that they have in common."""

import re
from collections.abc import Iterable

from django.conf import settings

from matching.spoken import is_small_word

SHORTEST = 4
MOST = 5
# Verbs and nouns that stand in any question: they say nothing of what is asked.
COMMON = """
    willen wilt kunnen moeten zullen hebben worden maken krijgen gaan doen leren werken werk nodig nieuwe
    mensen medewerkers collega's ploeg bedrijf
    voulons devons pouvons apprendre travailler travail personnes collaborateurs équipe entreprise besoin
    want need learn work working people team staff company able
    wollen können müssen lernen arbeiten arbeit leute mitarbeiter team firma
"""
SAYS_NOTHING = frozenset(COMMON.split())
WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")


def shared_words(texts: Iterable[tuple[int, str]], *, at_least: int | None = None) -> list[str]:
    """Words that so many undertakings use (default k), the most shared first, longer ones before shorter.

    `texts` are of undertakings. Small words and words of fewer than four letters say nothing.
    """
    needed = settings.K_ANONYMITY if at_least is None else at_least
    who: dict[str, set[int]] = {}
    for undertaking, text in texts:
        for word in {found.casefold() for found in WORD.findall(text)}:
            if len(word) >= SHORTEST and word not in SAYS_NOTHING and not is_small_word(word):
                who.setdefault(word, set()).add(undertaking)
    shared = [word for word, undertakings in who.items() if len(undertakings) >= needed]
    return sorted(shared, key=lambda word: (-len(who[word]), -len(word), word))[:MOST]
