"""Gaps of whose text the model understands nothing: signs, emoji, a script that it does not know."""

from collections.abc import Sequence

from matching.models import Embedding, MatchRun
from matching.services.vectors import active_revision
from networks.models import Gap


def unreadable_gaps(gaps: Sequence[Gap]) -> set[int]:
    """The gaps that a run has read since they last changed, and that have no vector all the same.

    One query when every gap has a vector, as nearly always.
    """
    if not gaps:
        return set()
    stored = Embedding.objects.filter(revision__is_active=True, owner_kind=Embedding.Owner.GAP)
    known = set(stored.filter(owner_id__in=[gap.pk for gap in gaps]).values_list("owner_id", flat=True))
    silent = [gap for gap in gaps if gap.pk not in known]
    if not silent or active_revision() is None:
        return set()
    since = min(gap.updated_at for gap in silent)
    runs = list(
        MatchRun.objects.filter(state=MatchRun.State.DONE, started_at__gte=since).only(
            "scope", "network_id", "owner_ids", "started_at"
        )
    )
    return {gap.pk for gap in silent if any(_read(run, gap) for run in runs)}


def _read(run: MatchRun, gap: Gap) -> bool:
    if run.started_at is None or run.started_at < gap.updated_at:
        return False
    if run.scope == MatchRun.Scope.NETWORK:
        return run.network_id == gap.network_id
    return run.scope == MatchRun.Scope.ALL or (run.scope == MatchRun.Scope.GAPS and gap.pk in run.owner_ids)
