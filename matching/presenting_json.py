"""What leaves the matcher as JSON: the same shapes for the API and for `manage.py match --format json`.

Ids are public ids; scores and components are 0..1; what is unknown is None.
"""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db.models import Case, F, Prefetch, Q, QuerySet, When

from matching.models import Match, MatchRun, Pool, PoolGap
from matching.querysets import PoolQuerySet
from matching.rules import sees_companies
from matching.services.figures import shown_figures
from matching.services.pool_reads import named_to
from matching.services.told_obstacles import why_unmet
from networks.models import Gap
from skillnet.kernel.actor import Actor

Json = dict[str, Any]
# The steps of a run that are timed, in the order in which they happen.
STEPS = ("embed", "retrieve", "score", "pool", "assemble")
AT_ONCE = 2_000


def run_json(run: MatchRun) -> Json:
    """A run, read with its revision and weights; seconds of each step, 0 where there was nothing to do."""
    return {
        "id": str(run.public_id),
        "model": run.revision.revision if run.revision else None,
        "weights": run.profile.version if run.profile else None,
        "gaps": run.gaps,
        "offers": run.offers,
        "seconds": {step: round(float(run.seconds.get(step, 0)), 3) for step in STEPS},
    }


def match_json(match: Match) -> Json:
    """One gap and one offer, read with both."""
    return {
        "gap": reference_json(match.gap),
        "offer": reference_json(match.offer),
        "rank": match.rank,
        "score": match.score,
        "certainty": match.certainty,
        "components": match.components,
    }


def reference_json(row: Any) -> Json:
    """A gap or an offer: its public id, and its owner's own reference."""
    return {"id": str(row.public_id), "external_id": row.external_id}


def matches_json(gaps: QuerySet[Gap]) -> Iterator[Json]:
    """All matches of these gaps, by gap and rank, without holding them in memory."""
    found = Match.objects.filter(gap__in=gaps.order_by().values("pk")).select_related("gap", "offer")
    narrow = found.only(
        "rank",
        "score",
        "certainty",
        "components",
        "gap__public_id",
        "gap__external_id",
        "offer__public_id",
        "offer__external_id",
    )
    return map(match_json, narrow.order_by("gap_id", "rank").iterator(chunk_size=AT_ONCE))


def pools_for(actor: Actor) -> QuerySet[Pool]:
    """Live pools that the actor may see by name or as counts, with the gaps that it may see of each."""
    by_name = Pool.objects.visible_to(actor).values("pk")
    by_count = Pool.objects.anonymous_to(actor).values("pk")
    return with_told_gaps(Pool.objects.live().filter(Q(pk__in=by_name) | Q(pk__in=by_count)), actor)


def with_told_gaps(pools: PoolQuerySet, actor: Actor) -> QuerySet[Pool]:
    """What `pool_json` reads of these pools: what outsiders are told, and the gaps that the actor may see."""
    seen = PoolGap.objects.filter(gap__in=Gap.objects.visible_to(actor)).select_related("gap")
    told = pools.with_told(actor).select_related("network__call")
    told = told.annotate(read_unmet=Case(When(named_to(actor), then=F("is_unmet")), default=F("told_unmet")))
    return told.prefetch_related(Prefetch("pool_gaps", queryset=seen.order_by("gap_id"), to_attr="seen_gaps"))


def pool_json(pool: Pool, actor: Actor) -> Json:
    """A pool, read by `pools_for`: in full for who may know whose gaps it holds, else what tells nobody.

    Then no company's words are in the title, gaps are the reader's own, figures show from k undertakings.
    """
    named = sees_companies(actor, pool)
    counts: Json = {"companies": pool.companies, "learners": pool.learners}
    if not named:
        counts = _told_counts(pool, actor)
    unmet: bool = pool.read_unmet  # type: ignore[attr-defined]
    gaps: list[PoolGap] = pool.seen_gaps  # type: ignore[attr-defined]
    return {
        "id": str(pool.public_id),
        "title": pool.title if named else pool.public_title,
        "gaps": [reference_json(row.gap) for row in gaps],
        **counts,
        "skills": pool.skills if named else [],
        "unmet": unmet,
        "reason": why_unmet(pool, named=named) or None if unmet else None,
    }


def _told_counts(pool: Any, actor: Actor) -> Json:
    """Counts for outsiders: those that were last shown (matching.services.figures), of k undertakings or more."""
    if pool.shown is None and pool.undertakings >= settings.K_ANONYMITY:
        shown_figures([pool])  # read for the first time: what is read now is kept
        pool = Pool.objects.with_told(actor).get(pk=pool.pk)
    return {"companies": pool.told_undertakings, "learners": pool.told_learners}
