"""What the pages of `networks` share."""

from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError

from skillnet.kernel.transitions import Transition, TransitionTable, decisions_on
from skillnet.ui import Action, Event


def explain(form: forms.BaseForm, error: ValidationError, **renamed: str) -> None:
    """Show what a service refused beside its fields; `renamed` maps the service's names to the form's."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, messages in error.message_dict.items():
        field = renamed.get(name, name)
        form.add_error(field if field in form.fields and name != NON_FIELD_ERRORS else None, messages)


def panel_actions(steps: dict[str, Transition], *, without_reason: bool = False) -> list[Action]:
    """The buttons of a decision panel; `without_reason`: those that need none pass over an empty reason."""
    return [
        Action(
            str(step.label),
            value=action,
            tone=step.style,  # type: ignore[arg-type]
            confirm=str(step.confirm),
            novalidate=without_reason and not step.needs_reason,
        )
        for action, step in steps.items()
    ]


def events_of(subject: Any, table: TransitionTable, labels: dict[str, Any] | None = None) -> list[Event]:
    """The decisions on `subject` as a timeline; `labels` names what is no transition of `table`."""
    names = {action: step.label for action, step in table.transitions.items()} | (labels or {})
    return [
        Event(
            label=str(names.get(decision.action, decision.action)),
            who=decision.actor_label,
            when=decision.decided_at,
            reason=decision.reason,
        )
        for decision in decisions_on(subject)
    ]
