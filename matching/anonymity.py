"""What may be said of a group's demand to outsiders: only what at least k undertakings say. Pure.

A sum is shown when at least k undertakings put something into it, a value when at least k name it. Regions
roll up (district, province, region) until enough name them. Money is rounded, so that it is nobody's figure.

Who reads a figure twice must not learn what one undertaking did in between: `publish` lets a figure change only
when at least k undertakings changed what they put into it, counted against each time that it was shown.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from statistics import median
from typing import Any

BUDGET_STEP = Decimal(50)
"""Euro to which a budget for one participant is rounded."""
LEAST_CODE = 3
"""A NUTS code of level 1 has three characters; nothing larger is a region."""


@dataclass(frozen=True, slots=True)
class Wish:
    """One gap without words. `undertaking` is the same for linked companies; empty is unknown."""

    undertaking: int
    learners: int | None = None
    regions: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    horizon: str = ""
    depth: str = ""
    languages: tuple[str, ...] = ()
    budget: Decimal | None = None  # euro for one participant


@dataclass(frozen=True, slots=True)
class AnonymousDemand:
    """What may be shown; None or empty where too few undertakings say it."""

    undertakings: int
    learners: int | None
    regions: tuple[str, ...]
    skills: tuple[str, ...]
    horizons: tuple[str, ...]
    depths: tuple[str, ...]
    languages: tuple[str, ...]
    budget: Decimal | None


def anonymous(wishes: Sequence[Wish], k: int) -> AnonymousDemand | None:
    """The demand of at least k undertakings, or None when there are fewer."""
    undertakings = {wish.undertaking for wish in wishes}
    if len(undertakings) < k:
        return None
    return AnonymousDemand(
        undertakings=len(undertakings),
        learners=_sum(wishes, k),
        regions=_regions(wishes, k),
        skills=_shared(wishes, k, lambda wish: wish.skills),
        horizons=_shared(wishes, k, lambda wish: [wish.horizon]),
        depths=_shared(wishes, k, lambda wish: [wish.depth]),
        languages=_shared(wishes, k, lambda wish: wish.languages),
        budget=_budget(wishes, k),
    )


Said = dict[str, list[dict[str, str]]]
"""For each figure, for each time that it was shown: a digest of what each undertaking put into it."""

CONTRIBUTIONS: dict[str, Callable[[Wish], Any]] = {
    "undertakings": lambda wish: "there",
    "learners": lambda wish: wish.learners,
    "regions": lambda wish: wish.regions,
    "skills": lambda wish: wish.skills,
    "horizons": lambda wish: wish.horizon,
    "depths": lambda wish: wish.depth,
    "languages": lambda wish: wish.languages,
    "budget": lambda wish: wish.budget,
}


def publish(
    shown: Mapping[str, Any], said: Said, wishes: Sequence[Wish], k: int
) -> tuple[dict[str, Any], Said]:
    """The figures to show from now on, by name, and who put what into each; both as handed in when nothing may
    change. A figure that never spoke may begin to at any time; one that fell silent speaks again only when at
    least k undertakings differ from each time that it spoke. With fewer than k all stay as is."""
    fresh = anonymous(wishes, k)
    if fresh is None:
        return dict(shown), dict(said)
    figures, told = dict(shown), dict(said)
    for field in fields(AnonymousDemand):
        name = field.name
        now, earlier = _contributions(wishes, CONTRIBUTIONS[name]), told.get(name, [])
        if any(differing(now, before) < k for before in earlier):
            continue
        figures[name] = getattr(fresh, name)
        if figures[name]:
            told[name] = [*earlier, now]
    return figures, told


def _contributions(wishes: Sequence[Wish], value: Callable[[Wish], Any]) -> dict[str, str]:
    """What each undertaking says of a figure; who says nothing is not in it."""
    return voices(
        (wish.undertaking, repr(said)) for wish in wishes if (said := value(wish)) not in (None, "", ())
    )


def voices(said: Iterable[tuple[int, str]]) -> dict[str, str]:
    """By undertaking a digest of everything that it says, in whatever order."""
    by_undertaking: dict[str, list[str]] = {}
    for undertaking, text in said:
        by_undertaking.setdefault(str(undertaking), []).append(text)
    return {
        key: hashlib.sha256("|".join(sorted(texts)).encode()).hexdigest()[:16]
        for key, texts in sorted(by_undertaking.items())
    }


def differing(one: Mapping[str, str], other: Mapping[str, str]) -> int:
    """How many undertakings say something else."""
    return sum(1 for key in one.keys() | other.keys() if one.get(key) != other.get(key))


def _sum(wishes: Sequence[Wish], k: int) -> int | None:
    known = [wish for wish in wishes if wish.learners is not None]
    enough = len({wish.undertaking for wish in known}) >= k
    return sum(wish.learners or 0 for wish in known) if enough else None


def _shared(wishes: Sequence[Wish], k: int, values: Callable[[Wish], Iterable[str]]) -> tuple[str, ...]:
    who: dict[str, set[int]] = {}
    for wish in wishes:
        for value in values(wish):
            if value:
                who.setdefault(value, set()).add(wish.undertaking)
    ranked = sorted(who, key=lambda value: (-len(who[value]), value))
    return tuple(value for value in ranked if len(who[value]) >= k)


def _regions(wishes: Sequence[Wish], k: int) -> tuple[str, ...]:
    """The smallest regions that at least k undertakings lie in; a larger one only beside none inside it."""

    def above(wish: Wish) -> set[str]:
        return {code[:end] for code in wish.regions for end in range(LEAST_CODE, len(code) + 1)}

    shared = _shared(wishes, k, above)
    return tuple(c for c in shared if not any(other != c and other.startswith(c) for other in shared))


def _budget(wishes: Sequence[Wish], k: int) -> Decimal | None:
    """The median of what undertakings would pay for one participant, rounded."""
    best: dict[int, Decimal] = {}
    for wish in wishes:
        if wish.budget is not None:
            best[wish.undertaking] = max(wish.budget, best.get(wish.undertaking, wish.budget))
    if len(best) < k:
        return None
    return (Decimal(median(best.values())) / BUDGET_STEP).to_integral_value() * BUDGET_STEP
