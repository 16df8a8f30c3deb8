"""Calls: drawn up, opened, closed and decided by their coordinator."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from networks.models import Call, CallCriterion
from networks.rules import owns_call
from networks.transitions import CALL_TRANSITIONS
from skillnet.kernel.actor import Actor
from skillnet.kernel.importing import changes_of
from skillnet.kernel.transitions import record_decision, run_transition

# What applicants rely on once a call is published.
FIXED_ONCE_OPEN = {"title", "budget", "opens_on", "conditions", "min_score", "min_reviewers"}
CRITERION_FIELDS = ("title", "description", "weight", "max_score")


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
        if call.state != Call.State.DRAFT and FIXED_ONCE_OPEN & set(changed):
            raise ValidationError(
                _(
                    "De oproep is bekendgemaakt: titel, budget, openingsdatum en hoe er gewogen wordt liggen vast."
                )
            )
        is_new = call.pk is None
        call.full_clean(exclude=["public_id", "coordinator"])
        call.save()
        if is_new:
            record_decision(subject=call, action="create", from_state="", to_state=call.state, actor=actor)
    return call


def save_criterion(
    *, actor: Actor, call: Call, values: Mapping[str, Any], criterion: CallCriterion | None = None
) -> CallCriterion:
    """A criterion of a draft call, new or changed; new ones come last. Raises ValidationError."""
    with transaction.atomic():
        locked = _draft(actor, call)
        if criterion is None:
            criterion = CallCriterion(call=locked, position=locked.criteria.count() + 1)
        changes_of(criterion, {name: values[name] for name in CRITERION_FIELDS if name in values})
        criterion.full_clean(exclude=["call"])
        criterion.save()
    return criterion


def remove_criterion(*, actor: Actor, criterion: CallCriterion) -> None:
    """Take a criterion out of a draft call; nobody has answered it yet. Raises ValidationError."""
    with transaction.atomic():
        _draft(actor, criterion.call)
        criterion.delete()


def _draft(actor: Actor, call: Call) -> Call:
    locked = Call.objects.select_for_update(of=("self",)).get(pk=call.pk)
    if not owns_call(actor, locked):
        raise ValidationError(_("Alleen de coördinerende overheid past haar oproep aan."))
    if locked.state != Call.State.DRAFT:
        raise ValidationError(_("De oproep is bekendgemaakt: de criteria liggen vast."))
    return locked


def take_call_action(*, call: Call, action: str, actor: Actor, reason: str = "") -> Call:
    changed: Call = run_transition(
        table=CALL_TRANSITIONS, pk=call.pk, action=action, actor=actor, reason=reason
    )
    return changed
