"""Create or replace a gap by its company's own reference, as the company's own software does."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from networks.models import Gap, Organisation
from networks.services.gaps import save_gap, take_gap_action
from skillnet.kernel.actor import Actor

# The company's own word on a gap that a manager entered for it, or that it had put away.
BACK_IN_PLAY = {Gap.State.TO_CONFIRM: "confirm", Gap.State.ARCHIVED: "reopen"}


def put_gap(
    *, actor: Actor, organisation: Organisation, external_id: str, values: Mapping[str, Any]
) -> tuple[Gap, bool]:
    """The company's gap with this reference has these values from now on; also whether it is new.

    Doing it twice changes nothing and queues nothing. Of two calls at once for a new reference, one creates
    and the other replaces. Raises ValidationError.
    """
    known = Gap.objects.filter(organisation=organisation, external_id=external_id)
    gap = known.first()
    if gap is None:
        try:
            with transaction.atomic():
                new = {**values, "external_id": external_id}
                return save_gap(actor=actor, organisation=organisation, values=new), True
        except IntegrityError:
            gap = known.first()
            if gap is None:
                raise
    with transaction.atomic():
        gap = save_gap(actor=actor, organisation=organisation, values=values, gap=gap)
        action = BACK_IN_PLAY.get(Gap.State(gap.state))
        if action:
            gap = take_gap_action(gap=gap, action=action, actor=actor)
    return gap, False
