"""What changed on a row, from the history that the database keeps, and putting it back.

Two ways back on one reading of the history: a person undoes the last change of one row (`last_change`,
`undo_last_change`), and what a whole batch wrote is taken back (`take_back`).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from skillnet.kernel.actor import Actor
from skillnet.kernel.transitions import TransitionRefused, record_decision

CHUNK = 500
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


@dataclass(frozen=True, slots=True)
class BatchChange:
    """What a batch did to one row: the values before it (None: it made the row) and those that it left."""

    row_id: int
    before: Mapping[str, Any] | None
    after: Mapping[str, Any]

    def is_untouched(self, row: Any) -> bool:
        """Whether the row still says what the batch wrote: else somebody changed it since."""
        return all(getattr(row, name) == value for name, value in self.after.items())

    def is_as_before(self, row: Any) -> bool:
        """Whether the row says what it said before the batch: there is nothing to put back."""
        return self.before is not None and all(
            getattr(row, name) == value for name, value in self.before.items()
        )


@dataclass(frozen=True, slots=True)
class Returnable:
    """How what a batch wrote to rows of `model` is taken back.

    `save` puts old values of `fields` back; what the batch made is taken away by `remove` (False: it has to
    stay), unless `is_gone` says that it was before. Rows are never deleted.
    """

    model: type[models.Model]
    fields: Sequence[str]
    save: Save
    is_gone: Callable[[Any], bool]
    remove: Callable[[Any, Actor], bool]


@dataclass(slots=True)
class Restored:
    """How many rows of a batch were put back, and how many stay because they changed since."""

    restored: int = 0
    kept: int = 0


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


def take_back(
    kind: Returnable,
    contexts: Sequence[UUID],
    *,
    actor: Actor,
    done: Restored,
    tell: Callable[[Restored], None],
    **scope: Any,
) -> None:
    """Take back what was written under these contexts to rows in `scope`, each row by itself; counted in `done`.

    What somebody changed since, and what its service refuses, stays. Safe to do again after a stop; `tell`
    hears after each chunk how far it is.
    """
    for changes in _changes_under(kind.model, contexts, kind.fields, **scope):
        for change in changes:
            if _is_taken_back(kind, change, actor):
                done.restored += 1
            else:
                done.kept += 1
        tell(done)


def _is_taken_back(kind: Returnable, change: BatchChange, actor: Actor) -> bool:
    try:
        with transaction.atomic():
            row: Any = kind.model._base_manager.select_for_update(of=("self",)).get(pk=change.row_id)
            if change.is_as_before(row) or (change.before is None and kind.is_gone(row)):
                return True
            if not change.is_untouched(row):
                return False
            if change.before is None:
                return kind.remove(row, actor)
            kind.save(row, dict(change.before), actor)
    except (TransitionRefused, ValidationError):
        return False
    return True


def _changes_under(
    model: Any, contexts: Sequence[UUID], names: Sequence[str], **scope: Any
) -> Iterator[list[BatchChange]]:
    """What was written under these contexts of the history to rows in `scope`, a chunk of rows at a time.

    Only columns of `names` that the batch changed stand in `before` and `after`.
    """
    events = model.pgh_event_model.objects
    touched = events.filter(pgh_context_id__in=list(contexts)).values("pgh_obj_id")
    rows = list(
        model._base_manager.filter(pk__in=touched, **scope).order_by("pk").values_list("pk", flat=True)
    )
    for start in range(0, len(rows), CHUNK):
        found = events.filter(pgh_obj_id__in=rows[start : start + CHUNK]).order_by("pgh_obj_id", "pgh_id")
        by_row = groupby(found, key=lambda event: event.pgh_obj_id)
        yield [_batch_change(pk, list(versions), set(contexts), names) for pk, versions in by_row]


def _batch_change(pk: int, versions: list[Any], contexts: set[UUID], names: Sequence[str]) -> BatchChange:
    places = [place for place, event in enumerate(versions) if event.pgh_context_id in contexts]
    first, last = places[0], versions[places[-1]]
    if first == 0:
        return BatchChange(pk, None, {name: getattr(last, name) for name in names})
    before = versions[first - 1]
    changed = [name for name in names if getattr(before, name) != getattr(last, name)]
    return BatchChange(
        pk,
        {name: getattr(before, name) for name in changed},
        {name: getattr(last, name) for name in changed},
    )


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
