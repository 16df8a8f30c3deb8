"""What outsiders read of a pool: kept with the pool, and changed only when enough undertakings changed."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction

from matching.anonymity import AnonymousDemand, Wish, anonymous, publish
from matching.models import Pool
from networks.models import Gap

FIT_STEPS = 20
"""A fit is told to outsiders in twentieths: finer steps would weigh one company's gap."""


def set_figures(pool: Pool, gaps: Iterable[Gap]) -> None:
    """Bring what outsiders read of the pool up to date as far as that tells nobody; the caller saves."""
    kept: dict[str, Any] = pool.shown or {}
    shown = _read(kept.get("figures", {}))
    figures, said = publish(shown, kept.get("said", {}), [_wish(gap) for gap in gaps], settings.K_ANONYMITY)
    if figures:
        pool.shown = {"figures": _written(figures), "said": said}


def shown_figures(pools: Sequence[Pool]) -> dict[int, AnonymousDemand]:
    """What may be said of each pool; pools that hold fewer than k undertakings by now are left out.

    One query, and one more for pools that were never shown before: what is read first is kept.
    """
    gaps: dict[int, list[Gap]] = defaultdict(list)
    for gap in Gap.objects.filter(pool_gap__pool__in=pools).select_related("organisation", "pool_gap"):
        gaps[gap.pool_gap.pool_id].append(gap)
    found = {}
    for pool in pools:
        if anonymous([_wish(gap) for gap in gaps[pool.pk]], settings.K_ANONYMITY) is None:
            continue
        if pool.shown is None:
            _show_first(pool, gaps[pool.pk])
        if pool.shown:
            found[pool.pk] = AnonymousDemand(**_read(pool.shown["figures"]))
    return found


def told_fit(fit: float | None) -> float | None:
    """A fit as outsiders read it."""
    return None if fit is None else round(float(fit) * FIT_STEPS) / FIT_STEPS


def told_cover(covered: int, gaps: int) -> bool:
    """Whether "fits so many of the gaps" singles nobody out: all of them, or at least k on either side."""
    k = settings.K_ANONYMITY
    return covered == gaps or (covered >= k and gaps - covered >= k)


def _show_first(pool: Pool, gaps: Sequence[Gap]) -> None:
    with transaction.atomic():
        locked = Pool.objects.select_for_update(of=("self",)).get(pk=pool.pk)
        if locked.shown is None:
            set_figures(locked, gaps)
            Pool.objects.filter(pk=pool.pk).update(shown=locked.shown)
    pool.shown = locked.shown


def _read(figures: dict[str, Any]) -> dict[str, Any]:
    """Figures from JSON: lists are tuples, the budget is money."""
    read = {name: tuple(value) if isinstance(value, list) else value for name, value in figures.items()}
    if read.get("budget") is not None:
        read["budget"] = Decimal(read["budget"])
    return read


def _written(figures: dict[str, Any]) -> dict[str, Any]:
    budget = figures.get("budget")
    return {**figures, "budget": None if budget is None else str(budget)}


def _wish(gap: Gap) -> Wish:
    budget = gap.budget / gap.learners if gap.budget is not None and gap.learners else None
    return Wish(
        undertaking=gap.organisation.undertaking_key,
        learners=gap.learners,
        regions=tuple(gap.regions),
        skills=tuple(gap.skills),
        horizon=gap.horizon,
        depth=gap.depth,
        languages=tuple(gap.learner_languages),
        budget=budget,
    )
