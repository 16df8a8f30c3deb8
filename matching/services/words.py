"""How telling a word is: counts of the lexemes that PostgreSQL made of the offers, per language.

The score of words is the share, weighted by rarity, of a gap's telling words that an offer has. SQL (one
gap) and the index in memory (all gaps) compute the same number from the same lexemes.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, transaction

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
    """Pure part of `telling_words`: the same choice as `WordIndex.query` makes."""
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


def build_index(language: str, offer_ids: Sequence[int], languages: Sequence[str]) -> WordIndex:
    """Index of the offers of one language; row numbers are places in `offer_ids`."""
    rows = [row for row, spoken in enumerate(languages) if spoken == language]
    words = lexemes_of("catalogue_offer", [offer_ids[row] for row in rows])
    documents = [words.get(offer_ids[row], []) for row in rows]
    return WordIndex.build(documents, rows=rows, total=len(offer_ids), k1=0)
