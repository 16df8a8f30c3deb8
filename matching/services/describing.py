"""What a pool says of its gaps: title, counts, skills, regions, cohesion, and what follows from these."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.utils import timezone
from numpy.typing import NDArray

from matching.engine.retrieval import silent_rows
from matching.models import ModelRevision, Pool
from matching.services.figures import set_figures, tell_fits, title_to_show
from matching.services.priorities import set_priorities
from matching.services.titles import public_titles
from matching.services.vectors import active_revision, read_vectors
from networks.models import Gap
from networks.querysets import GapQuerySet


@dataclass(frozen=True, slots=True)
class Contents:
    """A pool with its gaps, read `with_parties()`, and their vectors in that order."""

    pool: Pool
    gaps: Sequence[Gap]
    vectors: NDArray[np.float16]


def describe_pools(filled: Sequence[Contents]) -> None:
    """Fill in what pools say of their gaps; the caller saves. A handful of queries for all of them."""
    for contents in filled:
        _describe(contents)
    to_title = [contents for contents in filled if not contents.pool.is_titled_by_hand]
    titles = public_titles([(contents.pool, contents.gaps) for contents in to_title])
    for contents, title in zip(to_title, titles, strict=True):
        contents.pool.public_title = title_to_show(contents.pool, contents.gaps, title[:300])


def refresh_standing(*, pool_ids: Sequence[int]) -> None:
    """Priority and fits of live pools that are saved: what their gaps, matches and seats make of them."""
    pools = Pool.objects.live().filter(pk__in=pool_ids)
    set_priorities(pool_ids=list(pools.values_list("pk", flat=True)))
    tell_fits(list(pools))


def recount_pools(*, pool_ids: Sequence[int]) -> None:
    """What pools say of their gaps, once more, after a gap came or went; an empty pool ends.

    Call it inside a transaction that holds the networks of these pools.
    """
    pools = Pool.objects.select_for_update(of=("self",)).select_related("network")
    revision = active_revision()
    for pool in pools.filter(pk__in=pool_ids).order_by("pk"):
        gaps = list(gaps_of(pool.pk))
        if not gaps:
            _end(pool)
        elif revision is not None:
            describe_pools([contents_of(pool, gaps, revision)])
        pool.save()
    refresh_standing(pool_ids=pool_ids)


def gaps_of(pool_id: int) -> GapQuerySet:
    return Gap.objects.filter(pool_gap__pool=pool_id).with_parties().order_by("pk")


def contents_of(pool: Pool, gaps: Sequence[Gap], revision: ModelRevision) -> Contents:
    return Contents(pool, gaps, read_vectors(revision=revision, kind="gap", ids=[gap.pk for gap in gaps]))


def _end(pool: Pool) -> None:
    pool.state = Pool.State.DISSOLVED
    pool.companies = pool.undertakings = 0
    pool.learners = None
    pool.history = [*pool.history, {"at": timezone.now().isoformat(), "what": "emptied"}]


def cohesion_of(vectors: NDArray[np.float16]) -> float | None:
    """The mean cosine of the pairs; 1 for a gap on its own, None when no two could be read."""
    if len(vectors) < 2:
        return 1.0
    known = vectors[~silent_rows(vectors)].astype(np.float64)
    pairs = len(known) * (len(known) - 1) / 2
    if not pairs:
        return None
    total = known.sum(axis=0)
    return float((total @ total - np.einsum("ij,ij->", known, known)) / 2 / pairs)


def _describe(contents: Contents) -> None:
    pool, gaps = contents.pool, contents.gaps
    vectors = contents.vectors.astype(np.float32)
    central = gaps[int(np.argmax(vectors @ vectors.mean(axis=0)))]
    known = [gap.learners for gap in gaps if gap.learners is not None]
    pool.title, pool.language = central.title, central.language
    pool.companies = len({gap.organisation_id for gap in gaps})
    pool.undertakings = len({gap.organisation.undertaking_key for gap in gaps})
    pool.learners = sum(known) if known else None
    pool.skills = _common(gaps, "skills")
    pool.regions = _common(gaps, "regions", at_least=1)
    pool.cohesion = cohesion_of(contents.vectors)
    set_figures(pool, gaps)


def _common(gaps: Sequence[Gap], name: str, at_least: int = 2) -> list[str]:
    """Values that at least so many undertakings name, the most frequent first."""
    who: dict[str, set[int]] = {}
    for gap in gaps:
        for value in getattr(gap, name):
            who.setdefault(value, set()).add(gap.organisation.undertaking_key)
    ranked = sorted(who.items(), key=lambda item: (-len(item[1]), item[0]))
    return [value for value, undertakings in ranked if len(undertakings) >= at_least]
