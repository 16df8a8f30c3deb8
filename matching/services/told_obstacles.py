"""Whether a pool is unmet and what stands in its way, as outsiders read it.

Both change only when enough undertakings changed: that no offer is good enough any more, how many seats are
lacking, how late an offer comes and which one is named may follow from what one company said in between.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db import transaction

from matching.anonymity import differing, voices
from matching.models import Pool
from matching.obstacles import obstacle_sentence
from matching.services.figures import everything_said, set_figures
from networks.models import Gap

TOLD = ("reason", "amount", "offer")


def tell_obstacles(
    records: Mapping[int, Mapping[str, Any] | None], gaps: Mapping[int, Sequence[Gap]]
) -> dict[int, bool]:
    """Keep for each pool whether it may be told that it is unmet, and by what (None: it is not); two queries.

    Returns for each pool whether outsiders read now that it is unmet. Who is left out is never told. While the
    gaps are as they were, it follows the supply freely (matching.services.figures.tell_fits).
    """
    with transaction.atomic():
        pools = list(Pool.objects.select_for_update(of=("self",)).filter(pk__in=records).order_by("pk"))
        changed = [pool for pool in pools if _tell(pool, records[pool.pk], gaps.get(pool.pk, []))]
        Pool.objects.bulk_update(changed, ["shown"], batch_size=500)
    return {pool.pk: told_unmet(pool, records[pool.pk] is not None) for pool in pools}


def told_unmet(pool: Pool, now: bool) -> bool:
    """Whether outsiders read that the pool is unmet; `now` where nothing was kept yet."""
    return bool((pool.shown or {}).get("unmet", now))


def told_obstacle(pool: Pool, now: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """The obstacle that outsiders read; `now` where none was kept yet."""
    kept = pool.shown or {}
    if "unmet" in kept or (now and kept.get("obstacle") is not None):
        obstacle: Mapping[str, Any] | None = kept.get("obstacle")
        return obstacle
    return now


def _tell(pool: Pool, record: Mapping[str, Any] | None, gaps: Sequence[Gap]) -> bool:
    if pool.shown is None:
        set_figures(pool, gaps)
    if pool.shown is None:  # fewer than k undertakings: no outsider reads it
        return False
    said = voices((gap.organisation.undertaking_key, everything_said(gap)) for gap in gaps)
    earlier = pool.shown.get("obstacle_said", [])
    is_same = bool(earlier) and earlier[-1] == said
    if not is_same and any(differing(said, before) < settings.K_ANONYMITY for before in earlier):
        return False
    told = {name: record.get(name) for name in TOLD} if record is not None else None
    shown = {**pool.shown, "unmet": record is not None, "obstacle": told}
    shown["obstacle_said"] = earlier if is_same else [*earlier, said]
    is_new = bool(shown != pool.shown)
    pool.shown = shown
    return is_new


def why_unmet(pool: Pool, *, named: bool) -> str:
    """Why the pool is unmet, in a sentence: in full for who may read whose gaps it holds."""
    record = pool.unmet_reason if named else told_obstacle(pool, pool.unmet_reason)
    return obstacle_sentence(record, public=not named)
