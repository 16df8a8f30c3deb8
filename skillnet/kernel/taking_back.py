"""Taking back what a whole batch wrote, from the history that the database keeps.

A chunk of rows at a time, each chunk in one transaction and in a handful of statements. Where the database
refuses a chunk, its rows are taken one by one, so that one bad row keeps nobody else out.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, transaction

from skillnet.kernel.actor import Actor
from skillnet.kernel.transitions import TransitionRefused

CHUNK = 500
REFUSALS = (TransitionRefused, ValidationError, IntegrityError, DataError)
Values = dict[str, Any]
Save = Callable[[Any, Values, Actor], Any]
SaveMany = Callable[[Sequence[tuple[Any, Values]], Actor], set[int]]
RemoveMany = Callable[[Sequence[Any], Actor], set[int]]


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
    """How what a batch wrote to rows of `model` is taken back. Rows are never deleted.

    `save` puts old values of `fields` back; what the batch made is taken away by `remove` (False: it has to
    stay), unless `is_gone` says that it was before. `save_many` and `remove_many` do the same with locked rows
    (read with `related`) in few statements and answer which of them stay as they are; without them a row is
    taken by itself.
    """

    model: type[Any]
    fields: Sequence[str]
    save: Save
    is_gone: Callable[[Any], bool]
    remove: Callable[[Any, Actor], bool]
    save_many: SaveMany | None = None
    remove_many: RemoveMany | None = None
    related: Sequence[str] = ()


@dataclass(slots=True)
class Restored:
    """How many rows of a batch were put back, and how many stay because they changed since."""

    restored: int = 0
    kept: int = 0
    touched: list[int] = field(default_factory=list)  # primary keys that were put back or removed just now


def take_back(
    kind: Returnable,
    contexts: Sequence[UUID],
    *,
    actor: Actor,
    done: Restored,
    tell: Callable[[Restored], None],
    **scope: Any,
) -> None:
    """Take back what was written under these contexts to rows in `scope`; counted in `done`.

    What somebody changed since, and what its service refuses, stays. Safe to do again after a stop; `tell`
    hears after each chunk how far it is, and stops the rest by raising.
    """
    for changes in _changes_under(kind.model, contexts, kind.fields, **scope):
        try:
            with transaction.atomic():
                _take_together(kind, changes, actor, done)
        except REFUSALS:
            for change in changes:
                _take_alone(kind, change, actor, done)
        tell(done)


def _take_alone(kind: Returnable, change: BatchChange, actor: Actor, done: Restored) -> None:
    try:
        with transaction.atomic():
            _take_together(replace(kind, save_many=None, remove_many=None), [change], actor, done)
    except REFUSALS:
        done.kept += 1


def _take_together(kind: Returnable, changes: Sequence[BatchChange], actor: Actor, done: Restored) -> None:
    """The rows of a chunk; `done` counts only once all of them are written."""
    rows = (
        kind.model._base_manager.select_related(*kind.related).select_for_update(of=("self",)).order_by("pk")
    )
    known = {row.pk: row for row in rows.filter(pk__in=[change.row_id for change in changes])}
    to_save: list[tuple[Any, Values]] = []
    to_remove: list[Any] = []
    restored, kept = 0, 0
    for change in changes:
        row = known[change.row_id]
        if change.is_as_before(row) or (change.before is None and kind.is_gone(row)):
            restored += 1
        elif not change.is_untouched(row):
            kept += 1
        elif change.before is None:
            to_remove.append(row)
        else:
            to_save.append((row, dict(change.before)))
    stay = _save(kind, to_save, actor) | _remove(kind, to_remove, actor)
    tried = [row.pk for row, _values in to_save] + [row.pk for row in to_remove]
    done.restored += restored + len(tried) - len(stay)
    done.kept += kept + len(stay)
    done.touched += [pk for pk in tried if pk not in stay]


def _save(kind: Returnable, pairs: Sequence[tuple[Any, Values]], actor: Actor) -> set[int]:
    if kind.save_many is not None:
        return kind.save_many(pairs, actor) if pairs else set()
    return {row.pk for row, values in pairs if not _goes(lambda: kind.save(row, values, actor))}  # noqa: B023


def _remove(kind: Returnable, rows: Sequence[Any], actor: Actor) -> set[int]:
    if kind.remove_many is not None:
        return kind.remove_many(rows, actor) if rows else set()
    return {row.pk for row in rows if not _goes(lambda: kind.remove(row, actor))}  # noqa: B023


def _goes(do: Callable[[], Any]) -> bool:
    """Whether a service did it; what it refuses is undone alone."""
    try:
        with transaction.atomic():
            return do() is not False
    except (TransitionRefused, ValidationError):
        return False


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
