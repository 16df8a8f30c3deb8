"""Taking back what an import wrote to the gaps of a company; what somebody changed since stays."""

from collections.abc import Callable, Sequence
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from networks.models import Gap, Organisation
from networks.services.gap_history import FIELDS
from networks.services.gaps import save_gap, take_gap_action
from skillnet.kernel.actor import Actor
from skillnet.kernel.history import BatchChange, Restored, changes_under
from skillnet.kernel.transitions import TransitionRefused


def take_back_gaps(
    *,
    actor: Actor,
    organisation: Organisation,
    contexts: Sequence[UUID],
    tell: Callable[[Restored], None],
) -> Restored:
    """New gaps are archived, changed ones get their old values back; safe to do again after a stop."""
    done = Restored()
    for changes in changes_under(Gap, contexts, FIELDS, organisation=organisation):
        for change in changes:
            if _take_back(change, actor):
                done.restored += 1
            else:
                done.kept += 1
        tell(done)
    return done


def _take_back(change: BatchChange, actor: Actor) -> bool:
    try:
        with transaction.atomic():
            gap = Gap.objects.select_for_update(of=("self",)).get(pk=change.row_id)
            if change.before is not None and all(getattr(gap, n) == v for n, v in change.before.items()):
                return True
            if not change.is_untouched(gap):
                return False
            if change.before is not None:
                save_gap(actor=actor, organisation=gap.organisation, values=change.before, gap=gap)
            elif gap.state != Gap.State.ARCHIVED:
                take_gap_action(gap=gap, action="archive", actor=actor)
    except (TransitionRefused, ValidationError):
        return False
    return True
