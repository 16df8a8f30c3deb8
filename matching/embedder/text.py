"""How a text becomes words, and a word becomes rows of the model's table.

Shared by the runtime, the sentence-transformers module and the training, so that all three see the same.
Offsets are those of the text as given: a word is cut first and normalised after.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

_WORD = re.compile(r"[\w\u0300-\u036f]+[+#]*")
# "(m/v/x)", "(m/w/d)", "(h/f)", "m/f": a promise to everyone, which says nothing about the work.
_GENDER_MARK = re.compile(r"(?<!\w)\(?\s*[mvfwhdx](?:\s*[/|]\s*[mvfwhdx])+\s*\)?(?!\w)", re.IGNORECASE)
# "monteur / monteuse", "Leiter/Leiterin": one job, which would weigh twice as much as what it is about.
_TWO_FORMS = re.compile(r"(\w{3,})\s*/\s*(\w{3,})")
_FEMININE = re.compile(r"(?:e|in|ine|ster|s?se|n?ne|use|euse|t?rice|ere|lle|ve|te|frau|r?esse)")
_STEM, _MASCULINE, _SHARED = 3, 4, 3  # letters: of a stem at least; of endings at most; both may begin alike
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "_": " "})


@lru_cache(maxsize=65_536)
def fold(word: str) -> str:
    """Lower case, without accents: "Électricien" and "electricien" are one word to a reader."""
    decomposed = unicodedata.normalize("NFKD", word.casefold().translate(_LIGATURES))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def word_spans(text: str) -> Iterator[tuple[int, int]]:
    """The offsets of each word of a text that counts.

    Gender marks such as "(m/v/x)" do not, nor does the second of two forms of one word ("medewerker/medewerkster").
    """
    silent = _silent(text)
    for match in _WORD.finditer(text):
        if not any(start <= match.start() < end for start, end in silent):
            yield match.span()


def words(text: str) -> list[str]:
    """The folded words of a text that count, in order."""
    if _silent(text):
        return [fold(text[start:end]) for start, end in word_spans(text)]
    return list(map(fold, _WORD.findall(text)))


def words_to_learn(text: str) -> list[str]:
    """The same with both forms of a word: what says nothing new in a text must still be learned."""
    marks = _marks(text)
    return [
        fold(match[0])
        for match in _WORD.finditer(text)
        if not any(start <= match.start() < end for start, end in marks)
    ]


def _silent(text: str) -> list[tuple[int, int]]:
    """The offsets of what says nothing that was not said."""
    forms = _TWO_FORMS.finditer(text) if "/" in text else ()
    return _marks(text) + [form.span(2) for form in forms if is_feminine_of(fold(form[2]), fold(form[1]))]


def _marks(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in _GENDER_MARK.finditer(text)] if "/" in text or "|" in text else []


def is_feminine_of(form: str, other: str) -> bool:
    """Whether two folded words share a stem and the first has a woman's ending, in any of four languages."""
    same = 0
    while same < min(len(form), len(other)) and form[same] == other[same]:
        same += 1
    if same < _STEM or len(other) - same > _MASCULINE:
        return False
    if same == len(form):  # "Angestellter/Angestellte"
        return len(other) - same < _STEM
    return any(_FEMININE.fullmatch(form, at) for at in range(max(_STEM, same - _SHARED), same + 1))


def ngram_rows(word: str, *, shortest: int, longest: int, buckets: int) -> list[int]:
    """The buckets of a folded word's character n-grams, its ends marked; the same on every machine."""
    marked = f"<{word}>"
    return [
        zlib.crc32(marked[at : at + size].encode()) % buckets
        for size in range(shortest, longest + 1)
        for at in range(len(marked) - size + 1)
    ]


def ngram_rows_of_each(
    names: Sequence[str], *, shortest: int, longest: int, buckets: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """`ngram_rows` of many words at once: the buckets of all, word after word, and how many each word has.

    An n-gram of bytes is one of letters where every letter is one byte; other words are done one by one.
    """
    plain = [name if name.isascii() else "" for name in names]
    marked = "".join(f"<{name}>" for name in plain).encode()
    sizes = np.array([len(name) + 2 for name in plain], dtype=np.int64)
    owner = np.repeat(np.arange(len(names)), sizes)
    left = np.repeat(np.cumsum(sizes), sizes) - np.arange(len(marked))  # letters from here to the word's end
    letters = np.frombuffer(marked + bytes(longest), dtype=np.uint8)
    state = np.full(len(marked), 0xFFFFFFFF, dtype=np.uint32)
    found, owners = [], []
    for size in range(1, longest + 1):
        step = letters[size - 1 : size - 1 + len(marked)]
        state = _CRC_TABLE[(state ^ step) & 0xFF] ^ (state >> 8)
        if size >= shortest:
            fits = left >= size
            found.append((state[fits] ^ 0xFFFFFFFF).astype(np.int64) % buckets)
            owners.append(owner[fits])
    for number, name in enumerate(names):
        if not name.isascii():
            rows = ngram_rows(name, shortest=shortest, longest=longest, buckets=buckets)
            found.append(np.array(rows, dtype=np.int64))
            owners.append(np.full(len(rows), number))
    of_word = np.concatenate(owners)
    order = np.argsort(of_word, kind="stable")
    return np.concatenate(found)[order], np.bincount(of_word, minlength=len(names))


def _crc_table() -> NDArray[np.uint32]:
    """The table of CRC-32 (ISO 3309, reflected polynomial 0xEDB88320), the one that zlib uses."""
    table = np.arange(256, dtype=np.uint32)
    for _bit in range(8):
        table = np.where(table & 1, (table >> 1) ^ np.uint32(0xEDB88320), table >> 1)
    return table


_CRC_TABLE = _crc_table()
