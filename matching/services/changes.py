"""What a changed gap or offer sets in motion."""

from collections.abc import Sequence

from matching.models import MatchRun
from matching.services.runs import queue_run
from skillnet.kernel.actor import Actor

# Above so many changed rows one run over everything is cheaper than their own.
SMALL = 500


def match_changed_gaps(ids: Sequence[int], actor: Actor | None, reason: str) -> None:
    scope = MatchRun.Scope.GAPS if len(ids) <= SMALL else MatchRun.Scope.ALL
    queue_run(scope=scope, actor=actor, owner_ids=ids if scope == MatchRun.Scope.GAPS else (), reason=reason)


def match_changed_offers(ids: Sequence[int], actor: Actor | None, reason: str) -> None:
    scope = MatchRun.Scope.OFFERS if len(ids) <= SMALL else MatchRun.Scope.ALL
    queue_run(
        scope=scope, actor=actor, owner_ids=ids if scope == MatchRun.Scope.OFFERS else (), reason=reason
    )
