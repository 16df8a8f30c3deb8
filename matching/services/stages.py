"""What each stage of a run does with one batch. `programmes` registers the last one."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.utils import timezone

from catalogue.models import Offer
from catalogue.services.facts import refresh_offer_facts
from matching.models import MatchRun, ModelRevision, Pool, RunBatch
from matching.services.describing import recount_pools, refresh_standing
from matching.services.facts import FACTS_OF_GAPS
from matching.services.figures import tell_fits
from matching.services.match import match_gaps
from matching.services.pools import pool_network
from matching.services.vectors import Text, activate_revision, current_revision, store_vectors
from matching.services.words import counted_offers, refresh_word_counts
from networks.models import Gap

# Gaps that one changed offer may reach: the nearest by meaning, and those that it matched before.
REACHED_GAPS = 200


class RunError(Exception):
    """The run cannot go on; the sentence says why and what to do."""


@dataclass(slots=True)
class Work:
    """One batch at work: measures its steps and gathers what it brought."""

    run: MatchRun
    batch: RunBatch
    revision: ModelRevision
    seconds: dict[str, float] = field(default_factory=dict)
    counts: dict[str, Any] = field(default_factory=dict)

    def add(self, counts: Mapping[str, int]) -> None:
        for key, value in counts.items():
            self.counts[key] = self.counts.get(key, 0) + value

    @contextmanager
    def timed(self, step: str) -> Iterator[None]:
        start = time.monotonic()
        try:
            yield
        finally:
            self.seconds[step] = self.seconds.get(step, 0.0) + time.monotonic() - start


Handler = Callable[[Work], None]


def embed(work: Work) -> None:
    with work.timed("embed"):
        kind, ids = work.batch.plan["kind"], work.batch.plan["ids"]
        if kind == "offer":
            refresh_offer_facts(today=timezone.localdate(), offer_ids=ids)
        work.counts["embedded"] = store_vectors(revision=work.revision, kind=kind, texts=texts_of(kind, ids))
        if kind == "offer" and _words_are_stale(work.counts["embedded"]):
            refresh_word_counts()


def match(work: Work) -> None:
    plan = work.batch.plan
    ids = gaps_near(work.revision, plan["near_offers"]) if "near_offers" in plan else plan["gaps"]
    gaps = list(Gap.objects.live().filter(pk__in=ids).with_parties().only(*FACTS_OF_GAPS).order_by("pk"))
    new, gone = match_gaps(
        run_id=work.run.pk,
        revision=work.revision,
        gaps=gaps,
        today=timezone.localdate(),
        clock=work.timed,
    )
    if "near_offers" in plan:  # nothing is pooled after it, but providers read how their offers fit
        tell_fits(list(Pool.objects.live().filter(pool_gaps__gap__in=[g.pk for g in gaps]).distinct()))
    work.counts.update(gaps=len(gaps), new=new, gone=gone)


def pool(work: Work) -> None:
    with work.timed("pool"):
        for network_id in work.batch.plan["networks"]:
            pooled = pool_network(network_id=network_id, run=work.run, revision=work.revision)
            work.add({"pools": len(pooled.pool_ids), "unpooled": pooled.unpooled})
            work.counts["pool_ids"] = [*work.counts.get("pool_ids", []), *pooled.pool_ids]
            recount_pools(pool_ids=pooled.left)
            pools = Pool.objects.live().filter(network=network_id)
            refresh_standing(pool_ids=list(pools.values_list("pk", flat=True)))


HANDLERS: dict[str, Handler] = {
    RunBatch.Stage.EMBED: embed,
    RunBatch.Stage.MATCH: match,
    RunBatch.Stage.POOL: pool,
}


def register_stage(stage: str, handler: Handler) -> None:
    """How `programmes` says what assembling means, without matching knowing any law."""
    HANDLERS[stage] = handler


def revision_for(run: MatchRun) -> ModelRevision:
    """The revision that this run uses: the configured model's, filled before it serves.

    A run that was begun with another model does not go on with this one.
    """
    revision = current_revision()
    if run.revision_id and run.revision_id != revision.pk:
        raise RunError(
            f"Deze run begon met model {run.revision}, deze worker heeft {revision.revision}. Start een nieuwe run."
        )
    if not revision.is_active:
        _fill(revision)
        activate_revision(revision_id=revision.pk)
    return revision


def texts_of(kind: str, ids: Sequence[int] | None = None) -> list[Text]:
    """Texts of gaps or active offers (None: of all)."""
    rows: Any
    if kind == "gap":
        rows = Gap.objects.live().only("title", "description")
    else:
        rows = Offer.objects.active().only("title", "description", "outcomes")
    return [Text(row.pk, row.text) for row in (rows if ids is None else rows.filter(pk__in=ids))]


def gaps_near(revision: ModelRevision, offer_ids: Sequence[int]) -> list[int]:
    """Gaps whose matches a change of these offers can alter."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT gap_id FROM matching_match WHERE offer_id = ANY(%(offers)s)"
            " UNION SELECT near.owner_id FROM matching_embedding o CROSS JOIN LATERAL ("
            "   SELECT g.owner_id FROM matching_embedding g"
            "   WHERE g.revision_id = %(revision)s AND g.owner_kind = 'gap'"
            "   ORDER BY g.vector <=> o.vector, g.owner_id LIMIT %(limit)s) near"
            " WHERE o.revision_id = %(revision)s AND o.owner_kind = 'offer' AND o.owner_id = ANY(%(offers)s)",
            {"offers": list(offer_ids), "revision": revision.pk, "limit": REACHED_GAPS},
        )
        return sorted(row[0] for row in cursor.fetchall())


def _fill(revision: ModelRevision) -> None:
    """Embed everything there is with a new model before it takes over."""
    for kind in ("offer", "gap"):
        store_vectors(revision=revision, kind=kind, texts=texts_of(kind))


def _words_are_stale(embedded: int) -> bool:
    """Counting costs a scan: always worth it in a small catalogue, in a large one when a tenth changed."""
    counted = counted_offers()
    return embedded > 0 and (counted < 20_000 or embedded > counted / 10)
