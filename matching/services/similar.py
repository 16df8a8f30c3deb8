"""What else is like a gap: own gaps by name, the demand of others as pools of at least k undertakings."""

from collections.abc import Sequence

from django.conf import settings
from django.db import connection

from matching.models import Pool
from matching.services.skill_linking import AlikeGap, alike_gaps, likeness
from matching.services.vectors import active_revision
from networks.models import Gap, Organisation
from skillnet.kernel.actor import Actor
from skillnet.kernel.asking import ask_seldom

NEAR = 0.35
"""From this likeness on, two gaps are about the same subject."""
MOST_POOLS = 5

MOST_PER_HOUR = 60  # questions of one organisation, its people and keys together

NEAREST_POOLS = """
WITH near AS (
  SELECT pg.pool_id, coalesce(o.undertaking_id, o.id) AS undertaking,
         max(1 - (other.vector <=> mine.vector)) AS cosine, bool_or(pg.gap_id = mine.owner_id) AS holds
  FROM matching_embedding mine
  JOIN matching_embedding other ON other.revision_id = mine.revision_id AND other.owner_kind = 'gap'
  JOIN matching_poolgap pg ON pg.gap_id = other.owner_id
  JOIN matching_pool p ON p.id = pg.pool_id AND p.state <> 'dissolved' AND p.undertakings >= %(k)s
  JOIN networks_gap g ON g.id = other.owner_id
  JOIN networks_organisation o ON o.id = g.organisation_id
  WHERE mine.revision_id = %(revision)s AND mine.owner_kind = 'gap' AND mine.owner_id = %(gap)s
  GROUP BY 1, 2
), placed AS (
  SELECT pool_id, cosine, bool_or(holds) OVER (PARTITION BY pool_id) AS holds,
         row_number() OVER (PARTITION BY pool_id, undertaking <> ALL(%(own)s) ORDER BY cosine DESC) AS place,
         undertaking <> ALL(%(own)s) AS of_others
  FROM near
)
SELECT pool_id, CASE WHEN holds THEN 1 ELSE cosine END AS cosine
FROM placed WHERE of_others AND (place = %(k)s OR (holds AND place = 1))
ORDER BY cosine DESC, pool_id LIMIT %(limit)s
"""
"""Pools by how near the k-th nearest of their undertakings is, the asker's own apart: how near the nearest one is
would tell of one company, by asking with one text after the other. A pool that holds the gap itself comes first."""


def similar_to(*, gap: Gap, actor: Actor) -> tuple[list[AlikeGap], Sequence[Pool]]:
    """Gaps of the actor's own company like this one, and k-anonymous pools about the same subject.

    Raises AskedTooOften: who asks often learns more than one answer says.
    """
    ask_seldom(f"similar:{actor.organisation_id}", most=MOST_PER_HOUR)
    own = alike_gaps(text=gap.text, actor=actor, leave_out=gap.public_id, limit=10)
    revision = active_revision()
    if revision is None:
        return own, []
    with connection.cursor() as cursor:
        cursor.execute(
            NEAREST_POOLS,
            {
                "k": settings.K_ANONYMITY,
                "revision": revision.pk,
                "gap": gap.pk,
                "own": _own_undertakings(gap, actor),
                "limit": MOST_POOLS,
            },
        )
        rows = cursor.fetchall()
    near = list(dict.fromkeys(pk for pk, cosine in rows if likeness(cosine) >= NEAR))
    pools = Pool.objects.with_told(actor).select_related("network").in_bulk(near)
    return own, [pools[pk] for pk in near if pk in pools]  # one may be dissolved meanwhile


def _own_undertakings(gap: Gap, actor: Actor) -> list[int]:
    """Whose words the asker knows or may choose: those of the gap, and of the asker's organisation."""
    asking = Organisation.objects.filter(pk=actor.organisation_id or 0).first()
    return sorted({gap.organisation.undertaking_key, *([asking.undertaking_key] if asking else [])})
