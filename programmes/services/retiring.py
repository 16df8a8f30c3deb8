"""What happens to a proposal that something else replaces: gone, unless somebody said something of it."""

from programmes.models import Programme
from skillnet.kernel.actor import SYSTEM
from skillnet.kernel.transitions import record_decision


def retire_proposals(*, programme_ids: list[int]) -> int:
    """Delete bare proposals; those with remarks lapse and keep them. In the transaction that replaces them.

    Returns how many lapsed. What a person took over or declined is left alone.
    """
    bare = Programme.objects.filter(pk__in=programme_ids, state=Programme.State.PROPOSAL)
    spoken_of = list(bare.filter(comments__isnull=False).distinct().order_by("pk"))
    for programme in spoken_of:
        programme.state = Programme.State.LAPSED
        programme.save(update_fields=["state", "updated_at"])
        programme.programme_pools.update(is_live=False)
        record_decision(
            subject=programme,
            action="lapse",
            from_state=Programme.State.PROPOSAL,
            to_state=programme.state,
            actor=SYSTEM,
        )
    bare.exclude(pk__in=[programme.pk for programme in spoken_of]).delete()
    return len(spoken_of)
