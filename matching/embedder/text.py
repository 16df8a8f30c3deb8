"""How a text becomes words, and a word becomes rows of the model's table.

Shared by the runtime, the sentence-transformers module and the training, so that all three see the same.
Offsets are those of the text as given: a word is cut first and normalised after.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Iterator
from functools import lru_cache

_WORD = re.compile(r"[\w\u0300-\u036f]+[+#]*")
# "(m/v/x)", "(m/w/d)", "(h/f)", "m/f": a promise to everyone, which says nothing about the work.
_GENDER_MARK = re.compile(r"(?<!\w)\(?\s*[mvfwhdx](?:\s*[/|]\s*[mvfwhdx])+\s*\)?(?!\w)", re.IGNORECASE)
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "_": " "})


@lru_cache(maxsize=65_536)
def fold(word: str) -> str:
    """Lower case, without accents: "Électricien" and "electricien" are one word to a reader."""
    decomposed = unicodedata.normalize("NFKD", word.casefold().translate(_LIGATURES))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def word_spans(text: str) -> Iterator[tuple[int, int]]:
    """The offsets of each word of a text, gender marks such as "(m/v/x)" left out."""
    marks = [match.span() for match in _GENDER_MARK.finditer(text)] if "/" in text or "|" in text else []
    for match in _WORD.finditer(text):
        if not any(start <= match.start() < end for start, end in marks):
            yield match.span()


def words(text: str) -> list[str]:
    """The folded words of a text, in order."""
    return [fold(text[start:end]) for start, end in word_spans(text)]


def ngram_rows(word: str, *, shortest: int, longest: int, buckets: int) -> list[int]:
    """The buckets of a folded word's character n-grams, its ends marked; the same on every machine."""
    marked = f"<{word}>"
    return [
        zlib.crc32(marked[at : at + size].encode()) % buckets
        for size in range(shortest, longest + 1)
        for at in range(len(marked) - size + 1)
    ]
