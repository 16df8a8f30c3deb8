"""What else is like a gap: own gaps by name, the demand of others as pools of at least k undertakings."""

from collections.abc import Sequence

from django.conf import settings
from django.db import connection

from matching.models import Pool
from matching.services.skill_linking import AlikeGap, alike_gaps, likeness
from matching.services.vectors import active_revision
from networks.models import Gap
from skillnet.kernel.actor import Actor

NEAR = 0.35
"""From this likeness on, two gaps are about the same subject."""
MOST_POOLS = 5

NEAREST_POOLS = """
SELECT pg.pool_id, max(1 - (other.vector <=> mine.vector)) AS cosine
FROM matching_embedding mine
JOIN matching_embedding other ON other.revision_id = mine.revision_id AND other.owner_kind = 'gap'
JOIN matching_poolgap pg ON pg.gap_id = other.owner_id
JOIN matching_pool p ON p.id = pg.pool_id AND p.state <> 'dissolved' AND p.undertakings >= %(k)s
WHERE mine.revision_id = %(revision)s AND mine.owner_kind = 'gap' AND mine.owner_id = %(gap)s
  AND other.owner_id <> mine.owner_id
GROUP BY pg.pool_id ORDER BY cosine DESC, pg.pool_id LIMIT %(limit)s
"""


def similar_to(*, gap: Gap, actor: Actor) -> tuple[list[AlikeGap], Sequence[Pool]]:
    """Gaps of the actor's own company like this one, and k-anonymous pools about the same subject."""
    own = alike_gaps(text=gap.text, actor=actor, leave_out=gap.public_id, limit=10)
    revision = active_revision()
    if revision is None:
        return own, []
    with connection.cursor() as cursor:
        cursor.execute(
            NEAREST_POOLS,
            {"k": settings.K_ANONYMITY, "revision": revision.pk, "gap": gap.pk, "limit": MOST_POOLS},
        )
        rows = cursor.fetchall()
    near = [pk for pk, cosine in rows if likeness(cosine) >= NEAR]
    pools = Pool.objects.with_told(actor).select_related("network").in_bulk(near)
    return own, [pools[pk] for pk in near if pk in pools]  # one may be dissolved meanwhile
