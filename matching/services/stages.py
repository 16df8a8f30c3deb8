"""What each stage of a run does with one batch. `programmes` registers the last one."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Max
from django.utils import timezone

from catalogue.models import Offer
from catalogue.services.facts import refresh_offer_facts
from matching.engine.scoring import WeightsProfile
from matching.models import Match, MatchRun, ModelRevision, Pool, RunBatch
from matching.services.describing import recount_pools, refresh_standing
from matching.services.facts import FACTS_OF_GAPS
from matching.services.failures import RunError
from matching.services.match import match_gaps
from matching.services.plan import assembly_steps
from matching.services.pools import pool_network
from matching.services.vectors import Text, activate_revision, current_revision, store_vectors
from matching.services.words import (
    counted_offers,
    lexemes_of,
    refresh_word_counts,
    telling_words_of_each,
)
from networks.models import Gap

# Gaps that one changed offer may reach: the nearest by meaning, and those that it matched before.
REACHED_GAPS = 200
SMALL_CATALOGUE = 20_000


@dataclass(slots=True)
class Work:
    """One batch at work: measures its steps and gathers what it brought."""

    run: MatchRun
    batch: RunBatch
    revision: ModelRevision
    profile: WeightsProfile
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


def words(work: Work) -> None:
    """Once a run, when all that changed is read, and only where that can have changed the counts."""
    with work.timed("words"):
        if _words_are_stale(work.run):
            refresh_word_counts()


def match(work: Work) -> None:
    if "near_offers" in work.batch.plan:
        match_near(work)
    else:
        _match(work, work.batch.plan["gaps"])


def match_near(work: Work) -> None:
    """The gaps that changed offers reach; keeps which of them had or have a match with one."""
    offers = work.batch.plan["near_offers"]
    had = _matched(offers)
    with work.timed("retrieve"):
        near = {*had, *gaps_near(work.revision, offers), *gaps_sharing_words(offers)}
    _match(work, sorted(near))
    work.counts["touched"] = sorted(had | _matched(offers))


def _matched(offer_ids: Sequence[int]) -> set[int]:
    return set(Match.objects.filter(offer__in=offer_ids).values_list("gap_id", flat=True))


def _match(work: Work, ids: Sequence[int]) -> None:
    gaps = list(Gap.objects.live().filter(pk__in=ids).with_parties().only(*FACTS_OF_GAPS).order_by("pk"))
    new, gone = match_gaps(
        run_id=work.run.pk,
        revision=work.revision,
        gaps=gaps,
        today=timezone.localdate(),
        profile=work.profile,
        clock=work.timed,
    )
    work.counts.update(gaps=len(gaps), new=new, gone=gone)


def pool(work: Work) -> None:
    if "networks" not in work.batch.plan:
        follow_offers(work)
        return
    with work.timed("pool"):
        for network_id in work.batch.plan["networks"]:
            pooled = pool_network(network_id=network_id, run=work.run, revision=work.revision)
            work.add({"pools": len(pooled.pool_ids), "unpooled": pooled.unpooled})
            work.counts["pool_ids"] = [*work.counts.get("pool_ids", []), *pooled.pool_ids]
            recount_pools(pool_ids=pooled.left)
            pools = Pool.objects.live().filter(network=network_id)
            refresh_standing(pool_ids=list(pools.values_list("pk", flat=True)))


def follow_offers(work: Work) -> None:
    """After changed offers gaps are together as they were; what their pools say of offers is not, and what
    was proposed or found missing in their networks may be no longer so."""
    results = work.run.batches.filter(stage=RunBatch.Stage.MATCH).values_list("result", flat=True)
    touched = {pk for result in results for pk in result.get("touched", [])}
    with work.timed("pool"):
        pools = Pool.objects.live().filter(pool_gaps__gap__in=touched).distinct()
        refresh_standing(pool_ids=sorted(pools.values_list("pk", flat=True)))
        networks = sorted(set(pools.order_by().values_list("network", flat=True)))
    last = work.run.batches.aggregate(last=Max("position"))["last"]
    RunBatch.objects.bulk_create(
        RunBatch(run=work.run, stage=stage, position=position, plan=plan)
        for position, (stage, plan) in enumerate(assembly_steps(networks), start=last + 1)
    )


HANDLERS: dict[str, Handler] = {
    RunBatch.Stage.EMBED: embed,
    RunBatch.Stage.WORDS: words,
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
        raise RunError("other_model", begun=str(run.revision), here=revision.revision)
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
    """Gaps that are near in meaning to these offers, so that one of them may come up or move."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT near.owner_id FROM matching_embedding o CROSS JOIN LATERAL ("
            "   SELECT g.owner_id FROM matching_embedding g"
            "   WHERE g.revision_id = %(revision)s AND g.owner_kind = 'gap'"
            "   ORDER BY g.vector <=> o.vector, g.owner_id LIMIT %(limit)s) near"
            " WHERE o.revision_id = %(revision)s AND o.owner_kind = 'offer' AND o.owner_id = ANY(%(offers)s)",
            {"offers": list(offer_ids), "revision": revision.pk, "limit": REACHED_GAPS},
        )
        return sorted(row[0] for row in cursor.fetchall())


def gaps_sharing_words(offer_ids: Sequence[int]) -> list[int]:
    """Gaps that say the telling words of these offers, those that share the rarest first."""
    spoken = dict(Offer.objects.active().filter(pk__in=offer_ids).values_list("pk", "language"))
    lexemes = lexemes_of("catalogue_offer", list(spoken))
    found: set[int] = set()
    with connection.cursor() as cursor:
        for language in sorted(set(spoken.values())):
            said = [lexemes[pk] for pk in sorted(spoken) if spoken[pk] == language]
            for telling in telling_words_of_each(language, said):
                cursor.execute(
                    SHARING,
                    {
                        "language": language,
                        "words": [word.lexeme for word in telling],
                        "weights": [word.idf for word in telling],
                        "limit": REACHED_GAPS,
                    },
                )
                found.update(row[0] for row in cursor.fetchall())
    return sorted(found)


SHARING = """
SELECT g.id FROM unnest(%(words)s::text[], %(weights)s::float8[]) AS w (word, weight)
JOIN networks_gap g ON g.search @@ array_to_tsvector(ARRAY[w.word])::text::tsquery
WHERE g.language = %(language)s AND g.state IN ('open', 'to_confirm')
GROUP BY g.id ORDER BY sum(w.weight) DESC, g.id LIMIT %(limit)s
"""


def _fill(revision: ModelRevision) -> None:
    """Embed everything there is with a new model before it takes over."""
    for kind in ("offer", "gap"):
        store_vectors(revision=revision, kind=kind, texts=texts_of(kind))


def _words_are_stale(run: MatchRun) -> bool:
    """Counting costs a scan: a run over everything pays it for any change, one of a few changed offers in a
    small catalogue only (or when a tenth changed)."""
    read = run.batches.filter(stage=RunBatch.Stage.EMBED, plan__kind="offer")
    changed = sum(int(result.get("embedded", 0)) for result in read.values_list("result", flat=True))
    counted = counted_offers()
    if run.scope == MatchRun.Scope.OFFERS:
        return changed > 0 and (counted < SMALL_CATALOGUE or changed > counted / 10)
    return changed > 0 or counted != Offer.objects.active().count()
