"""Finding phrases in a text by whole words: accents and capitals do not matter. Pure."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence

from matching.embedder.text import fold, word_spans, words

NEGATIONS = frozenset({"niet", "geen", "zonder", "pas", "sans", "non", "not", "no", "without"})
NEGATIONS |= {"kein", "keine", "keinen", "nicht", "ohne"}


class _Words:
    """The words of a text and where each stands: a long text is gone through once, not once for each phrase."""

    def __init__(self, there: Sequence[str]) -> None:
        self.there = there
        self.places: dict[str, list[int]] = {}
        for place, word in enumerate(there):
            self.places.setdefault(word, []).append(place)
        self.known = sorted(self.places)

    def first(self, phrase: str) -> tuple[int, int] | None:
        """From which word up to which (that one not included) the phrase stands there first."""
        wanted = [fold(word) for word in phrase.split()]
        for start in self._starts(wanted[0]) if wanted else [0]:
            end = start + len(wanted)
            if end <= len(self.there) and all(map(_matches, wanted, self.there[start:end])):
                return start, end
        return None

    def _starts(self, wanted: str) -> Sequence[int]:
        if not wanted.endswith("*"):
            return self.places.get(wanted, ())
        found: list[int] = []
        begin = wanted[:-1]
        for word in self.known[bisect_left(self.known, begin) :]:
            if not word.startswith(begin):
                break
            found += self.places[word]
        return sorted(found)


def found_phrases(text: str, phrases: Iterable[str]) -> list[str]:
    """The phrases that a text uses, in their own order; not those that a word just before denies.

    `*` at the end of a word of a phrase stands for any ending.
    """
    spoken = _Words(words(text))
    return [phrase for phrase in phrases if _says(spoken, phrase)]


def _says(spoken: _Words, phrase: str) -> bool:
    found = spoken.first(phrase)
    return found is not None and NEGATIONS.isdisjoint(spoken.there[max(0, found[0] - 2) : found[0]])


def _matches(wanted: str, word: str) -> bool:
    return word.startswith(wanted[:-1]) if wanted.endswith("*") else word == wanted


def phrase_spans(text: str, phrases: Iterable[str]) -> list[tuple[int, int]]:
    """The offsets of the first place where the text uses each of these phrases, in the order of the text."""
    places = list(word_spans(text))
    spoken = _Words([fold(text[start:end]) for start, end in places])
    found = {spoken.first(phrase) for phrase in phrases if phrase.split()}
    return sorted((places[span[0]][0], places[span[1] - 1][1]) for span in found if span is not None)
