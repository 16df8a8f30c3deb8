"""Finding phrases in a text by whole words: accents and capitals do not matter. Pure."""

from collections.abc import Iterable, Sequence

from matching.embedder.text import fold, word_spans, words

NEGATIONS = frozenset({"niet", "geen", "zonder", "pas", "sans", "non", "not", "no", "without"})
NEGATIONS |= {"kein", "keine", "keinen", "nicht", "ohne"}


def found_phrases(text: str, phrases: Iterable[str]) -> list[str]:
    """The phrases that a text uses, in their own order; not those that a word just before denies.

    `*` at the end of a word of a phrase stands for any ending.
    """
    there = words(text)
    return [phrase for phrase in phrases if _occurs(phrase.split(), there)]


def _occurs(phrase: Sequence[str], there: Sequence[str]) -> bool:
    wanted = [fold(word) for word in phrase]
    for start in range(len(there) - len(wanted) + 1):
        if all(_matches(w, there[start + step]) for step, w in enumerate(wanted)):
            return NEGATIONS.isdisjoint(there[max(0, start - 2) : start])
    return False


def _matches(wanted: str, word: str) -> bool:
    return word.startswith(wanted[:-1]) if wanted.endswith("*") else word == wanted


def phrase_spans(text: str, phrases: Iterable[str]) -> list[tuple[int, int]]:
    """The offsets of the first place where the text uses each of these phrases, in the order of the text."""
    places = list(word_spans(text))
    there = [fold(text[start:end]) for start, end in places]
    spans = set()
    for phrase in phrases:
        wanted = [fold(word) for word in phrase.split()]
        for start in range(len(there) - len(wanted) + 1):
            if all(_matches(w, there[start + step]) for step, w in enumerate(wanted)):
                spans.add((places[start][0], places[start + len(wanted) - 1][1]))
                break
    return sorted(spans)
