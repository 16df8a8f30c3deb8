"""Runs that people ask for, and what a run changed compared with the one before it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from matching.models import Match, MatchRun, Pool
from matching.rules import may_start_run_of_all
from matching.services.runs import queue_run
from networks.models import Network
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
    """The last finished run of the same scope before this one."""
    same = MatchRun.objects.filter(scope=run.scope, network=run.network_id, state=MatchRun.State.DONE)
    return same.filter(pk__lt=run.pk).order_by("-pk").first()


def differences(run: MatchRun, before: MatchRun | None) -> list[Difference]:
    """What the run counted, beside what the run before it counted."""
    return [Difference(key, _figure(run, key), _figure(before, key) if before else None) for key in FIGURES]


def new_matches(run: MatchRun, actor: Actor) -> Sequence[Match]:
    """Matches that this run was the first to find, as far as the actor may see them."""
    if run.started_at is None:
        return []
    found = Match.objects.visible_to(actor).filter(run=run, created_at__gte=run.started_at)
    return list(found.select_related("gap", "offer").order_by("-score", "pk")[:10])


def pools_of_run(run: MatchRun, actor: Actor) -> Sequence[Pool]:
    pools = Pool.objects.visible_to(actor).live().filter(run=run)
    return list(pools.select_related("network__call")[:20])


def _figure(run: MatchRun, key: str) -> int | None:
    if key in ("gaps", "offers"):
        return int(getattr(run, key))
    value = run.summary.get(key)
    return int(value) if isinstance(value, int) else None


def _may_run(actor: Actor, network: Network) -> bool:
    return may_start_run_of_all(actor) or manages(actor, network.pk) or coordinates(actor, network)
