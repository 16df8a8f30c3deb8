"""What a pool is called for people who may not see whose gaps are in it."""

import re
from collections.abc import Iterable, Mapping, Sequence

from django.conf import settings
from django.db import connection

from matching.models import Pool, Skill
from networks.models import Gap
from skillnet.kernel.fields import TEXT_SEARCH_CONFIGS

# Parts of a word with a hyphen are words of their own: the whole is one company's, its parts are shared.
WORD = re.compile(r"[^\W\d_]\w{2,}")
MOST_WORDS = 6
MOST_READ = 200
"""So many words of one gap are looked at."""
# A word in more than this share of all gaps is common; in a small register a few gaps are no sign of that.
COMMON_SHARE, COMMON_FLOOR = 0.05, 5
NAMED_SKILLS = 3
LEAST_PART = 6
"""Letters that a word must have to be looked for within others: "waterstof" in "waterstofelektrolyser"."""

Stems = Mapping[tuple[str, str], str]
"""The stem of a word of a language; stop words have none."""


def public_titles(pools: Sequence[tuple[Pool, Sequence[Gap]]]) -> list[str]:
    """Skills that several undertakings name; else words that at least k of them use; else the network's sector.

    Never the words of one company: a title may not tell whose weakness it is. For as many pools as there are
    it takes a query for skills, one for each language, and one for all words.
    """
    uris = {uri for pool, _gaps in pools for uri in pool.skills[:NAMED_SKILLS]}
    skills = {skill.uri: skill for skill in Skill.objects.filter(uri__in=sorted(uris))}
    named = [
        ", ".join(skills[u].label(pool.language) for u in sorted(pool.skills[:NAMED_SKILLS]) if u in skills)
        for pool, _gaps in pools
    ]
    shared = iter(_shared_words([gaps for (_pool, gaps), name in zip(pools, named, strict=True) if not name]))
    return [
        name or ", ".join(next(shared)[:MOST_WORDS]) or pool.network.sector or pool.network.name
        for (pool, _gaps), name in zip(pools, named, strict=True)
    ]


def _shared_words(groups: Sequence[Sequence[Gap]]) -> list[list[str]]:
    """For each group the telling words that at least k undertakings use, in the shortest form written."""
    stems = _stems(gap for gaps in groups for gap in gaps)
    used = [_users(gaps, stems) for gaps in groups]
    telling = _telling(sorted({stem for users, _written in used for stem in users}))
    found = []
    for users, written in used:
        ranked = sorted(users.keys() & telling, key=lambda stem: (-users[stem], -len(stem), stem))
        found.append([written[stem] for stem in ranked])
    return found


def _users(gaps: Sequence[Gap], stems: Stems) -> tuple[dict[str, int], dict[str, str]]:
    """How many undertakings use each stem, of those that at least k use, and its shortest form.

    A stem that begins or ends a longer one is used in it too: Dutch and German write compounds as one word.
    """
    users: dict[str, set[int]] = {}
    written: dict[str, str] = {}
    for gap in gaps:
        for word in _words(gap):
            stem = stems.get((gap.language, word))
            if stem:
                users.setdefault(stem, set()).add(gap.organisation.undertaking_key)
                written[stem] = min(written.get(stem, word), word, key=len)
    said: dict[int, str] = {}
    for stem, who in users.items():
        for undertaking in who:
            said[undertaking] = f"{said.get(undertaking, ' ')}{stem} "
    counts = {stem: _heard(stem, who, said) for stem, who in users.items()}
    return {stem: n for stem, n in counts.items() if n >= settings.K_ANONYMITY}, written


def _heard(stem: str, who: set[int], said: Mapping[int, str]) -> int:
    """Undertakings that use the stem, alone or at either end of a compound; `said` has all stems of each."""
    if len(stem) < LEAST_PART:
        return len(who)
    within = (u for u, text in said.items() if f" {stem}" in text or f"{stem} " in text)
    return len(who.union(within))


def _telling(lexemes: Sequence[str]) -> set[str]:
    """Those that stand in few gaps: "moeten" and "leren" say nothing of what somebody must learn."""
    if not lexemes:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT w FROM unnest(%s::text[]) AS w WHERE (SELECT count(*) FROM networks_gap g"
            " WHERE g.search @@ quote_literal(w)::tsquery) <= %s * (SELECT count(*) FROM networks_gap) + %s",
            [list(lexemes), COMMON_SHARE, COMMON_FLOOR],
        )
        return {row[0] for row in cursor.fetchall()}


def _stems(gaps: Iterable[Gap]) -> Stems:
    """Each different word once, whoever wrote it: the same few thousand come back in every gap."""
    spoken: dict[str, set[str]] = {}
    for gap in gaps:
        spoken.setdefault(gap.language, set()).update(_words(gap))
    found: dict[tuple[str, str], str] = {}
    with connection.cursor() as cursor:
        for language, words in sorted(spoken.items()):
            cursor.execute(
                "SELECT w, (tsvector_to_array(to_tsvector(%s::regconfig, w)))[1] FROM unnest(%s::text[]) AS w",
                [TEXT_SEARCH_CONFIGS.get(language, "simple"), sorted(words)],
            )
            found.update({(language, word): stem for word, stem in cursor.fetchall() if stem})
    return found


def _words(gap: Gap) -> list[str]:
    return list(dict.fromkeys(WORD.findall(gap.text)))[:MOST_READ]
