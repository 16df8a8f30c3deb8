"""The rarity of skills and what lies above them, for the component `skills`."""

from functools import lru_cache

from django.db import connection

from matching.engine.skills import SkillTable
from matching.models import Skill

MANY = 20_000
"""Offers: fewer are counted each time."""


def skill_table() -> SkillTable:
    """Rarity counted over the gaps and offers that there are; broader skills from ESCO. Cached a process."""
    return _table(_stamp())


def _stamp() -> tuple[int, int, int]:
    """Changes when it is worth counting again: ESCO came in, gaps grew by a hundred or offers by a thousand.

    Of many offers PostgreSQL's own last count does: counting a hundred thousand took a fifteenth of the time in which
    one gap is matched.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM matching_skill), (SELECT count(*) / 100 FROM networks_gap),"
            " CASE WHEN reltuples > %s THEN reltuples::bigint ELSE (SELECT count(*) FROM catalogue_offer) END / 1000"
            " FROM pg_class WHERE oid = 'catalogue_offer'::regclass",
            [MANY],
        )
        row = cursor.fetchone()
    return int(row[0]), int(row[1]), int(row[2])


@lru_cache(maxsize=1)
def _table(stamp: tuple[int, int, int]) -> SkillTable:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT skill, count(*) FROM (SELECT unnest(skills) AS skill FROM catalogue_offer"
            " UNION ALL SELECT unnest(skills) FROM networks_gap) used GROUP BY skill"
        )
        counts = {skill: int(n) for skill, n in cursor.fetchall()}
        cursor.execute("SELECT count(*) FROM catalogue_offer WHERE skills <> '{}'")
        documents = int(cursor.fetchone()[0])
    broader = {
        uri: frozenset(above)
        for uri, above in Skill.objects.exclude(broader=[]).values_list("uri", "broader")
    }
    return SkillTable.from_counts(counts, documents, broader)
