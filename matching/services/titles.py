"""What a pool is called for people who may not see whose gaps are in it."""

import re
from collections.abc import Sequence

from django.conf import settings
from django.db import connection

from matching.models import Pool, Skill
from networks.models import Gap
from skillnet.kernel.fields import TEXT_SEARCH_CONFIGS

WORD = re.compile(r"[^\W\d_][\w+/-]{2,}")
MOST_WORDS = 6
# A word in more than this share of all gaps is common; in a small register a few gaps are no sign of that.
COMMON_SHARE, COMMON_FLOOR = 0.05, 5


def public_title(pool: Pool, gaps: Sequence[Gap]) -> str:
    """Skills that several undertakings name; else words that at least k of them use; else the network's sector.

    Never the words of one company: a title may not tell whose weakness it is.
    """
    labels = [skill.label(pool.language) for skill in Skill.objects.filter(uri__in=pool.skills[:3])]
    if labels:
        return ", ".join(labels)
    words = shared_words(gaps, at_least=settings.K_ANONYMITY)
    if words:
        return ", ".join(words[:MOST_WORDS])
    return pool.network.sector or pool.network.name


def shared_words(gaps: Sequence[Gap], *, at_least: int) -> list[str]:
    """Words (as the first of them wrote it) that so many undertakings use, stop words left out."""
    users: dict[str, set[int]] = {}
    written: dict[str, str] = {}
    for gap in gaps:
        for word, lexeme in _lexemes(gap.text, gap.language):
            users.setdefault(lexeme, set()).add(gap.organisation.undertaking_key)
            written.setdefault(lexeme, word)
    shared = [lexeme for lexeme in users if len(users[lexeme]) >= at_least]
    telling = _telling(shared)
    ranked = sorted(telling, key=lambda lexeme: (-len(users[lexeme]), -len(lexeme), lexeme))
    return [written[lexeme] for lexeme in ranked]


def _telling(lexemes: Sequence[str]) -> list[str]:
    """Those that stand in few gaps: "moeten" and "leren" say nothing of what somebody must learn."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT w FROM unnest(%s::text[]) AS w WHERE (SELECT count(*) FROM networks_gap g"
            " WHERE g.search @@ quote_literal(w)::tsquery) <= %s * (SELECT count(*) FROM networks_gap) + %s",
            [list(lexemes), COMMON_SHARE, COMMON_FLOOR],
        )
        return [row[0] for row in cursor.fetchall()]


def _lexemes(text: str, language: str) -> list[tuple[str, str]]:
    """Each word with its stem; words that the language's configuration calls stop words have none."""
    words = list(dict.fromkeys(WORD.findall(text)))[:200]
    config = TEXT_SEARCH_CONFIGS.get(language, "simple")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT w, (tsvector_to_array(to_tsvector(%s::regconfig, w)))[1] FROM unnest(%s::text[]) AS w",
            [config, words],
        )
        return [(word, lexeme) for word, lexeme in cursor.fetchall() if lexeme]
