"""How telling a word is: counts of the lexemes that PostgreSQL made of the offers, per language.

The score of words is the share, weighted by rarity, of a gap's telling words that an offer has. SQL (one
gap) and the index in memory (all gaps) compute the same number from the same lexemes and the same counts.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

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


class Postings:
    """Where words stand in the active offers of one language, looked up as gaps ask for them and kept.

    A catalogue says far more than its gaps ask for: the words of ten thousand gaps stand in the index of
    PostgreSQL, and reading those is a fraction of reading every word of a hundred thousand offers.
    """

    def __init__(self, language: str, offer_ids: NDArray[np.int64]) -> None:
        """`offer_ids` ascend; rows are places among them."""
        self._language = language
        self._offer_ids = offer_ids
        self._rows: dict[str, NDArray[np.int64]] = {}

    def index_of(self, gaps: Sequence[Sequence[Word]]) -> WordIndex:
        """An index of just the words of these gaps."""
        idf = {word.lexeme: word.idf for words in gaps for word in words}
        self._look_up([word for word in idf if word not in self._rows])
        return WordIndex.of_postings(idf, [self._rows[word] for word in idf], total=len(self._offer_ids))

    def _look_up(self, words: Sequence[str]) -> None:
        nowhere = np.zeros(0, dtype=np.int64)
        self._rows.update(dict.fromkeys(words, nowhere))
        for number, sent in _copy_postings(self._language, words):
            known = np.frombuffer(sent, dtype=">i8").astype(np.int64)
            place = np.minimum(np.searchsorted(self._offer_ids, known), len(self._offer_ids) - 1)
            there = self._offer_ids[place] == known  # an offer that came meanwhile waits for the next run
            self._rows[words[number - 1]] = np.sort(place[there])


# The offers of one word are one value: a row for each pair would cost more to receive than to find.
POSTINGS = """
COPY (
    SELECT w.number::int4, found.ids FROM unnest(%s::text[]) WITH ORDINALITY AS w (word, number)
    CROSS JOIN LATERAL (
        SELECT string_agg(int8send(id), ''::bytea) AS ids FROM catalogue_offer
        WHERE search @@ w.word::tsquery AND language = %s AND state = 'active'
    ) found
    WHERE found.ids IS NOT NULL
) TO STDOUT (FORMAT BINARY)
"""


def _copy_postings(language: str, words: Sequence[str]) -> list[tuple[int, bytes]]:
    """A word's number, from 1, and the big-endian keys of the offers that have it."""
    if not words:
        return []
    asked = [[quoted(word) for word in words], language]
    with connection.cursor() as cursor, cursor.cursor.copy(POSTINGS, asked) as copy:
        copy.set_types(["int4", "bytea"])
        return list(copy.rows())


def quoted(lexeme: str) -> str:
    """A lexeme as tsquery reads it literally."""
    escaped = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"
