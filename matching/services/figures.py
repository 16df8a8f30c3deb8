"""What outsiders read of a pool: kept with the pool, and changed only when enough undertakings changed."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction

from matching.anonymity import AnonymousDemand, Wish, anonymous, differing, publish, voices
from matching.models import Pool
from matching.services.fits import PoolOffer, pool_offers
from networks.models import Gap

FIT_STEPS = 20
"""A fit is told to outsiders in twentieths: finer steps would weigh one company's gap."""

SAVED_AT_ONCE = 500


def set_figures(pool: Pool, gaps: Iterable[Gap]) -> None:
    """Bring what outsiders read of the pool up to date as far as that tells nobody; the caller saves."""
    kept: dict[str, Any] = pool.shown or {}
    shown = _read(kept.get("figures", {}))
    figures, said = publish(shown, kept.get("said", {}), [_wish(gap) for gap in gaps], settings.K_ANONYMITY)
    if figures:
        pool.shown = {**kept, "figures": _written(figures), "said": said}


def title_to_show(pool: Pool, gaps: Sequence[Gap], fresh: str) -> str:
    """The title for outsiders: a new one only when at least k undertakings changed their words.

    The words that enough undertakings share change with one of them; the caller saves.
    """
    if pool.shown is None:  # fewer than k: no outsider reads it
        return fresh
    said = ((gap.organisation.undertaking_key, repr((gap.text, gap.language, gap.skills))) for gap in gaps)
    now, earlier = voices(said), pool.shown.get("title_said", [])
    if pool.public_title and any(differing(now, before) < _k() for before in earlier):
        return pool.public_title
    pool.shown = {**pool.shown, "title_said": [*earlier, now]}
    return fresh


def shown_figures(pools: Sequence[Pool]) -> dict[int, AnonymousDemand]:
    """What may be said of each pool; pools that hold fewer than k undertakings by now are left out.

    One query, and one more for pools that were never shown before: what is read first is kept.
    """
    gaps = _gaps_of(pools)
    found = {}
    for pool in pools:
        if anonymous([_wish(gap) for gap in gaps[pool.pk]], settings.K_ANONYMITY) is None:
            continue
        if pool.shown is None:
            _show_first(pool, gaps[pool.pk])
        if pool.shown:
            found[pool.pk] = AnonymousDemand(**_read(pool.shown["figures"]))
    return found


def tell_fits(pools: Sequence[Pool]) -> None:
    """How well offers fit each pool and how urgent it is, as outsiders read it; saved, frozen like the figures.

    A fit is an average over the gaps, so it may follow the offers freely while the gaps are as they were, and
    is told anew only when at least k undertakings changed theirs: else two readings, or an offer that is
    copied, would weigh what one company changed. Two queries, and one for what changed.
    """
    changed = []
    fits = pool_offers([pool.pk for pool in pools])
    gaps = _gaps_of(pools)
    for pool in pools:
        if pool.shown is None or len({g.organisation.undertaking_key for g in gaps[pool.pk]}) < _k():
            continue
        now = voices((g.organisation.undertaking_key, everything_said(g)) for g in gaps[pool.pk])
        earlier = pool.shown.get("fits_said", [])
        is_same = bool(earlier) and earlier[-1] == now
        if not is_same and any(differing(now, before) < _k() for before in earlier):
            continue
        shown = {**pool.shown, "fits": {str(row.offer_id): _told(row) for row in fits[pool.pk]}}
        shown["fits_said"] = earlier if is_same else [*earlier, now]
        parts = (pool.priority_parts or {}).get("parts", {})
        shown["priority"] = told_fit(pool.priority)
        shown["priority_parts"] = {name: told_fit(value) for name, value in parts.items()}
        if shown != pool.shown:
            pool.shown = shown
            changed.append(pool)
    Pool.objects.bulk_update(changed, ["shown"], batch_size=SAVED_AT_ONCE)


def fits_told(pool: Pool) -> dict[int, tuple[float, str]]:
    """Of each offer that fits at least half of the gaps: its fit in twentieths, and "4/4" where that may be said."""
    fits = (pool.shown or {}).get("fits", {})
    return {int(pk): (float(fit), str(cover)) for pk, (fit, cover) in fits.items()}


def _told(row: PoolOffer) -> tuple[float, str]:
    cover = f"{row.covered}/{row.gaps}" if told_cover(row.covered, row.gaps) else ""
    return told_fit(row.fit) or 0.0, cover


def everything_said(gap: Gap) -> str:
    """All of a gap that a score or a priority can depend on."""
    facts = (gap.text, gap.language, gap.learners, gap.regions, gap.skills, gap.horizon, gap.depth)
    more = (gap.direction, gap.eqf_level, gap.modes, gap.learner_languages, gap.budget, gap.mandatory)
    wanted = (gap.urgency, gap.impact, gap.target_groups, gap.transition, gap.occupation)
    return repr((gap.pk, *facts, *more, *wanted))


def _k() -> int:
    return int(settings.K_ANONYMITY)


def _gaps_of(pools: Sequence[Pool]) -> dict[int, list[Gap]]:
    gaps: dict[int, list[Gap]] = defaultdict(list)
    for gap in Gap.objects.filter(pool_gap__pool__in=pools).select_related("organisation", "pool_gap"):
        gaps[gap.pool_gap.pool_id].append(gap)
    return gaps


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
    tell_fits([pool])


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
