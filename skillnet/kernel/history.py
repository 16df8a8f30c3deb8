"""What last changed on a row, from the history that the database keeps, and putting it back.

What a whole batch wrote is taken back by `skillnet.kernel.taking_back`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import models, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from skillnet.kernel.actor import Actor
from skillnet.kernel.transitions import TransitionRefused, record_decision

Save = Callable[[Any, dict[str, Any], Actor], Any]
Words = Mapping[str, Callable[[Any], str]]


@dataclass(frozen=True, slots=True)
class Undoable:
    """What a person fills in on rows of `model`, and the service that saves it.

    `words` say a value of a version where its column alone does not; `usable` leaves out old values that no
    longer hold, and `nothing_left` is the sentence for when none remains.
    """

    model: type[models.Model]
    fields: Sequence[str]
    save: Save
    words: Words = field(default_factory=dict)
    usable: Callable[[Any, dict[str, Any]], dict[str, Any]] = lambda _row, values: values
    nothing_left: Any = ""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field by its name on the page, as it was and as it is."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class LastChange:
    """The version before the last change of what a person fills in; `version` identifies it."""

    version: int
    latest: int
    changed_at: datetime
    fields: Sequence[FieldChange]


def last_change(row: Any, kind: Undoable) -> LastChange | None:
    """What last changed, or None when nothing ever did. Changes of state alone are no such change."""
    versions = row.events.order_by("-pgh_id")
    latest = versions.first()
    if latest is None:
        return None
    after = latest
    for version in versions[1:]:
        changed = [name for name in kind.fields if getattr(version, name) != getattr(latest, name)]
        if changed:
            shown = [_shown(kind, name, version, latest) for name in changed]
            return LastChange(version.pgh_id, latest.pgh_id, after.pgh_created_at, shown)
        after = version
    return None


def undo_last_change(*, row: Any, kind: Undoable, actor: Actor, seen: LastChange) -> Any:
    """Put the row back as it was before the change that the person saw; undoing twice brings the change back.

    Raises TransitionRefused when it changed meanwhile, ValidationError when the old values no longer hold.
    """
    with transaction.atomic():
        locked: Any = kind.model._base_manager.select_for_update(of=("self",)).get(pk=row.pk)
        now = last_change(locked, kind)
        if now is None or (now.version, now.latest) != (seen.version, seen.latest):
            raise TransitionRefused(_("Dit is intussen weer veranderd. Kijk opnieuw wat er verandert."))
        old = locked.events.get(pgh_id=seen.version)
        values = kind.usable(locked, {name: getattr(old, name) for name in kind.fields})
        if all(getattr(locked, name) == value for name, value in values.items()):
            raise TransitionRefused(str(kind.nothing_left or _("Er is niets om terug te zetten.")))
        saved = kind.save(locked, values, actor)
        state = str(getattr(saved, "state", ""))
        record_decision(
            subject=saved,
            action="undo",
            from_state=state,
            to_state=state,
            actor=actor,
            evidence={"fields": [change.label for change in seen.fields]},
        )
    return saved


def _shown(kind: Undoable, name: str, before: Any, after: Any) -> FieldChange:
    column: Any = kind.model._meta.get_field(name)
    label = str(column.verbose_name)
    return FieldChange(label, _words(kind, column, name, before), _words(kind, column, name, after))


def _words(kind: Undoable, column: Any, name: str, version: Any) -> str:
    value = getattr(version, name)
    if value in (None, "", []):
        return _("niet ingevuld")
    if name in kind.words:
        return kind.words[name](version)
    if isinstance(value, bool):
        return _("ja") if value else _("nee")
    names = dict(column.flatchoices or getattr(getattr(column, "base_field", None), "flatchoices", ()))
    if isinstance(value, list):
        return ", ".join(str(names.get(item, item)) for item in value)
    if isinstance(value, date):
        return date_format(value, "j F Y")
    return str(names.get(value, value))
