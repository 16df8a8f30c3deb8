"""Create or replace a gap by its company's own reference, as the company's own software does."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from networks.models import Gap, Organisation, WorkTransfer
from networks.services.gaps import save_gap, take_gap_action
from networks.services.transfers import save_transfer
from skillnet.kernel.actor import Actor

# The company's own word on a gap that a manager entered for it, or that it had put away.
BACK_IN_PLAY = {
    Gap.State.TO_CONFIRM: "confirm",
    Gap.State.ARCHIVED: "reopen",
    Gap.State.DRAFT: "register",
}


def put_gap(
    *, actor: Actor, organisation: Organisation, external_id: str, values: Mapping[str, Any]
) -> tuple[Gap, bool]:
    """The company's gap with this reference has these values from now on; also whether it is new.

    `transfer`, the agreement of a work-to-work gap, may be among the values; without it that stays as it is.
    Doing it twice changes nothing and queues nothing. Of two calls at once for a new reference, one creates
    and the other replaces. Raises ValidationError.
    """
    agreed = values.get("transfer")
    values = {name: value for name, value in values.items() if name != "transfer"}
    with transaction.atomic():
        gap, is_new = _put(actor, organisation, external_id, values)
        if agreed is not None:
            save_transfer(actor=actor, transfer=WorkTransfer.objects.get(gap=gap), values=agreed)
    return gap, is_new


def _put(
    actor: Actor, organisation: Organisation, external_id: str, values: Mapping[str, Any]
) -> tuple[Gap, bool]:
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
