"""How telling a word is: counts of the lexemes that PostgreSQL made of the offers, per language.

The score of words is the share, weighted by rarity, of a gap's telling words that an offer has. SQL (one
gap) and the index in memory (all gaps) compute the same number from the same lexemes and the same counts.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice, repeat

import numpy as np
from django.db import connection, transaction
from numpy.typing import NDArray

from catalogue.models import Offer
from matching.engine.words import COMMON_FLOOR, COMMON_SHARE, WordIndex
from matching.models import WordCount
from matching.services.vectors import array_of

QUERY_WORDS = 16
"""A gap speaks through so many of its rarest words: more would only cost."""

SEPARATOR = "\x1f"  # in no lexeme: the parser makes words of letters, digits and signs

REFRESH = """
INSERT INTO matching_wordcount (language, word, documents)
SELECT %(language)s, left(word, 255), ndoc
FROM ts_stat(format(
    'SELECT search FROM catalogue_offer WHERE state = ''active'' AND language = %%L', %(language)s
))
ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Word:
    lexeme: str
    idf: float


def refresh_word_counts() -> None:
    """Count the words of all active offers again; a reader sees the old counts or the new ones."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE matching_wordcount IN SHARE ROW EXCLUSIVE MODE")
        WordCount.objects.all().delete()
        for language in (
            Offer.objects.active().values_list("language", flat=True).distinct().order_by("language")
        ):
            cursor.execute(REFRESH, {"language": language})
            total = Offer.objects.active().filter(language=language).count()
            WordCount.objects.create(language=language, word="", documents=total)


def counted_offers() -> int:
    return sum(WordCount.objects.filter(word="").values_list("documents", flat=True))


def telling_words(language: str, lexemes: Sequence[str]) -> list[Word]:
    """The gap's rarest words that offers of this language have, with their weight."""
    return telling_words_of_each(language, [lexemes])[0]


def telling_words_of_each(language: str, lexemes: Sequence[Sequence[str]]) -> list[list[Word]]:
    """`telling_words` of many gaps of one language in one query."""
    wanted = sorted({word for gap in lexemes for word in gap} | {""})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT word, documents FROM matching_wordcount WHERE language = %s AND word = ANY(%s)",
            [language, wanted],
        )
        counts: dict[str, int] = dict(cursor.fetchall())
    total = counts.pop("", 0)
    return [choose_words({word: counts[word] for word in gap if word in counts}, total) for gap in lexemes]


def choose_words(counts: dict[str, int], total: int) -> list[Word]:
    """Pure part of `telling_words`: what is looked up, by the SQL of one gap and by `Postings` for many."""
    common = max(COMMON_FLOOR, COMMON_SHARE * total)
    rare = sorted((n, word) for word, n in counts.items() if n <= common)[:QUERY_WORDS]
    return [Word(word, math.log1p((total - n + 0.5) / (n + 0.5))) for n, word in rare]


def lexemes_of(table: str, ids: Sequence[int]) -> dict[int, list[str]]:
    """The lexemes of rows of `networks_gap` or `catalogue_offer`."""
    assert table in ("networks_gap", "catalogue_offer")  # noqa: S101  a name, never input
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, array_to_string(tsvector_to_array(search), %s) FROM {table}"  # noqa: S608
            " WHERE id = ANY(%s::bigint[])",
            [SEPARATOR, array_of(ids)],
        )
        return {pk: words.split(SEPARATOR) if words else [] for pk, words in cursor.fetchall()}


@dataclass(frozen=True)
class Postings:
    """Where words stand in the active offers of one language.

    `words` ascend; the offers that have word n are `rows[start[n]:start[n + 1]]`, places among all offers.
    Every word that may tell something is read, in one pass over the offers. Asking the index of PostgreSQL
    for each word costs as much processor, but of the server, which all workers of a run share.
    """

    words: list[str]
    start: NDArray[np.int64]
    rows: NDArray[np.int32]

    def index_of(self, gaps: Sequence[Sequence[Word]], total: int) -> WordIndex:
        """An index of just the words of these gaps; `total` offers in all."""
        idf = {word.lexeme: word.idf for words in gaps for word in words}
        return WordIndex.of_postings(idf, [self._rows_of(lexeme) for lexeme in idf], total=total)

    def _rows_of(self, lexeme: str) -> NDArray[np.int64]:
        number = self._numbers.get(lexeme)
        if number is None:  # counted since this run began
            return np.zeros(0, dtype=np.int64)
        return self.rows[self.start[number] : self.start[number + 1]].astype(np.int64)

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {word: number for number, word in enumerate(self.words)}


def read_postings(language: str, offer_ids: NDArray[np.int64]) -> Postings:
    """The words of one language in these offers, whose keys ascend."""
    words, total = _telling(language), len(offer_ids)
    numbers = {word.encode(): number for number, word in enumerate(words)}
    found = [np.zeros(0, dtype=np.int64)]  # word × offers + offer: sorted, the offers of a word are one piece
    for ids, sizes, said in _read_words(language, numbers):
        place = np.minimum(np.searchsorted(offer_ids, ids), total - 1)
        # An offer that came meanwhile waits for the next run.
        known = np.where(offer_ids[place] == ids, place, NOWHERE)
        rows = np.repeat(known, sizes)
        found.append((said * total + rows)[(said != NOWHERE) & (rows != NOWHERE)])
    pairs = np.sort(np.concatenate(found))
    start = np.searchsorted(pairs, np.arange(len(words) + 1) * total)
    return Postings(words, start, (pairs % max(1, total)).astype(np.int32))


NOWHERE = -1
READ_AT_ONCE = 2_000  # offers; their words are objects of Python for as long as that
BETWEEN = b"\0\0\0"
"""In a stripped `tsvector` as it is sent: the end of a lexeme, and that it has no positions."""
OFFER_WORDS = """
COPY (SELECT id, strip(search) FROM catalogue_offer WHERE language = %s AND state = 'active')
TO STDOUT (FORMAT BINARY)
"""


def _telling(language: str) -> list[str]:
    """The words of this language that are not too common to be looked up (`choose_words`)."""
    counts = WordCount.objects.filter(language=language)
    total = counts.filter(word="").values_list("documents", flat=True).first() or 0
    rare = counts.exclude(word="").filter(documents__lte=max(COMMON_FLOOR, COMMON_SHARE * total))
    return list(rare.order_by("word").values_list("word", flat=True))


def _read_words(
    language: str, numbers: dict[bytes, int]
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]]:
    """By piece: keys of offers, how many words each has, and the numbers of those words one after another."""
    with connection.cursor() as cursor, cursor.cursor.copy(OFFER_WORDS, [language]) as copy:
        copy.set_types(["int8", "tsvector"])
        rows = copy.rows()
        while part := list(islice(rows, READ_AT_ONCE)):
            said = [bytes(sent[4:]).split(BETWEEN)[:-1] for _, sent in part]
            sizes = np.array([len(words) for words in said], dtype=np.int64)
            words = map(numbers.get, chain.from_iterable(said), repeat(NOWHERE))
            yield (
                np.array([pk for pk, _ in part], dtype=np.int64),
                sizes,
                np.fromiter(words, dtype=np.int64, count=int(sizes.sum())),
            )


def quoted(lexeme: str) -> str:
    """A lexeme as tsquery reads it literally."""
    escaped = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"
