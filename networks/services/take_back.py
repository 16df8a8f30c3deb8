"""Taking back what an import wrote to the gaps of a company; what somebody changed since stays."""

from collections.abc import Callable, Sequence
from uuid import UUID

from networks.models import Gap, Organisation
from networks.services.gap_history import GAP_HISTORY
from networks.services.gaps import take_gap_action
from skillnet.kernel.actor import Actor
from skillnet.kernel.history import Restored, Returnable, take_back


def take_back_gaps(
    *,
    actor: Actor,
    organisation: Organisation,
    contexts: Sequence[UUID],
    tell: Callable[[Restored], None],
) -> Restored:
    """New gaps are archived, changed ones get their old values back; safe to do again after a stop."""
    done = Restored()
    take_back(GAPS, contexts, actor=actor, done=done, tell=tell, organisation=organisation)
    return done


def _archive(gap: Gap, actor: Actor) -> bool:
    take_gap_action(gap=gap, action="archive", actor=actor)
    return True


GAPS = Returnable(
    model=Gap,
    fields=GAP_HISTORY.fields,
    save=GAP_HISTORY.save,
    is_gone=lambda gap: gap.state == Gap.State.ARCHIVED,
    remove=_archive,
)
