"""Calls: drawn up, opened, closed and decided by their coordinator."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from networks.models import Call
from networks.rules import owns_call
from networks.transitions import CALL_TRANSITIONS
from skillnet.kernel.actor import Actor
from skillnet.kernel.importing import changes_of
from skillnet.kernel.transitions import record_decision, run_transition


def save_call(*, actor: Actor, values: Mapping[str, Any], call: Call | None = None) -> Call:
    """A new draft of the actor's organisation, or a change. Once open, only text and closing day may change.

    Raises ValidationError.
    """
    with transaction.atomic():
        if call is None:
            if actor.organisation_id is None:
                raise ValidationError(_("Kies eerst de organisatie waarvoor u werkt."))
            call = Call(coordinator_id=actor.organisation_id)
        else:
            call = Call.objects.select_for_update(of=("self",)).get(pk=call.pk)
        if not owns_call(actor, call):
            raise ValidationError(_("Alleen de coördinerende overheid past haar oproep aan."))
        changed = changes_of(call, dict(values))
        if call.state != Call.State.DRAFT and {"title", "budget", "opens_on"} & set(changed):
            raise ValidationError(
                _("De oproep is bekendgemaakt: titel, budget en openingsdatum liggen vast.")
            )
        is_new = call.pk is None
        call.full_clean(exclude=["public_id", "coordinator"])
        call.save()
        if is_new:
            record_decision(subject=call, action="create", from_state="", to_state=call.state, actor=actor)
    return call


def take_call_action(*, call: Call, action: str, actor: Actor, reason: str = "") -> Call:
    changed: Call = run_transition(
        table=CALL_TRANSITIONS, pk=call.pk, action=action, actor=actor, reason=reason
    )
    return changed
