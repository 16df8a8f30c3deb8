"""Runs that people ask for, and what a run changed compared with the one before it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from matching.models import Match, MatchChange, MatchRun, Pool, RunBatch
from matching.rules import may_start_run_of_all
from matching.services.pool_reads import readable_pools
from matching.services.runs import queue_run
from networks.models import Gap, Network
from networks.rules import coordinates, manages
from skillnet.kernel.actor import Actor


def networks_to_run(actor: Actor) -> Sequence[Network]:
    """The networks that this person may match again."""
    networks = Network.objects.visible_to(actor).select_related("call").order_by("name")
    return [network for network in networks if _may_run(actor, network)]


def start_run(*, actor: Actor, network: Network | None) -> MatchRun:
    """Start a run of one network, or of everything; one that already waits or works is returned instead.

    Raises ValidationError when the person may not start it.
    """
    allowed = may_start_run_of_all(actor) if network is None else _may_run(actor, network)
    if not allowed:
        raise ValidationError(_("Deze run kunt u niet starten. Kies een netwerk dat u beheert."))
    scope = MatchRun.Scope.ALL if network is None else MatchRun.Scope.NETWORK
    with transaction.atomic():
        if network is not None:
            Network.objects.select_for_update().get(pk=network.pk)
        going = MatchRun.objects.unfinished().filter(scope=scope, network=network).first()
        return going or queue_run(scope=scope, actor=actor, network=network, reason="asked")


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure of a run beside the same figure of the run before; None where it is not known."""

    key: str
    now: int | float | None
    before: int | float | None


FIGURES = ("gaps", "offers", "new", "gone", "pools", "unpooled")


def previous_run(run: MatchRun) -> MatchRun | None:
    """The last finished run before this one of the same scope: the same network, the same gaps or offers."""
    same = MatchRun.objects.filter(
        scope=run.scope, network=run.network_id, owner_ids=run.owner_ids, state=MatchRun.State.DONE
    )
    return same.filter(pk__lt=run.pk).order_by("-pk").first()


def differences(run: MatchRun, before: MatchRun | None) -> list[Difference]:
    """What the run counted, beside what the run before it counted."""
    return [Difference(key, _figure(run, key), _figure(before, key) if before else None) for key in FIGURES]


def new_matches(run: MatchRun, actor: Actor) -> Sequence[Match]:
    """Matches that this run was the first to find and that are there still, as far as the actor may see them.

    A later run that finds them again is named by them; the moment at which they came stays.
    """
    if run.started_at is None:
        return []
    until = run.finished_at or timezone.now()
    came = Match.objects.visible_to(actor).filter(created_at__range=(run.started_at, until))
    found = came.filter(Q(run=run) | Q(gap__in=_matched_gaps(run)))
    return list(found.select_related("gap", "offer").order_by("-score", "pk")[:10])


def _matched_gaps(run: MatchRun) -> Any:
    """The gaps over which a run went; which ones a run of offers reached, its own matches say."""
    if run.scope == MatchRun.Scope.GAPS:
        return run.owner_ids
    gaps = Gap.objects.all()
    if run.scope == MatchRun.Scope.OFFERS:
        gaps = gaps.filter(matches__offer__in=run.owner_ids)
    return (gaps.filter(network=run.network_id) if run.network_id else gaps).values("pk")


def reasons_of(run: MatchRun, actor: Actor) -> list[tuple[str, str, int]]:
    """How many matches of gaps that the actor may see came and went, by reason: kind, reason, count."""
    changes = MatchChange.objects.visible_to(actor).filter(run=run).order_by()
    counted = changes.values_list("kind", "reason").annotate(count=Count("pk"))
    return sorted(counted, key=lambda row: (row[0] != MatchChange.Kind.NEW, -row[2], row[1]))


def pools_of_run(run: MatchRun, actor: Actor) -> Sequence[Pool]:
    """The pools that this run made or brought up to date and that are there still, as they are now."""
    results = run.batches.filter(stage=RunBatch.Stage.POOL).values_list("result", flat=True)
    ids = [pk for result in results for pk in result.get("pool_ids", [])]
    return list(readable_pools(actor).filter(Q(run=run) | Q(pk__in=ids))[:20])


def _figure(run: MatchRun, key: str) -> int | None:
    if key == "gaps" and run.scope == MatchRun.Scope.OFFERS:  # only those that the offers reach
        return _counted(run, key)
    if key in ("gaps", "offers"):
        return int(getattr(run, key))
    return _counted(run, key)


def _counted(run: MatchRun, key: str) -> int | None:
    value = run.summary.get(key)
    return int(value) if isinstance(value, int) else None


def _may_run(actor: Actor, network: Network) -> bool:
    return may_start_run_of_all(actor) or manages(actor, network.pk) or coordinates(actor, network)
