"""Worlds that many tests begin with: made once in a process, after that only their rows are put back.

Making a world through services costs hundreds of statements; putting its rows back costs one `COPY` a table.

    @kept
    def build_world(*, companies: int = 3) -> World: ...

    class World:
        @kept_step
        def programme(self, *steps: str) -> Programme: ...

The first test of a process that asks for it makes the world within a savepoint, keeps what that wrote and what it
returned, and goes back to the savepoint. Then this test, as every later one, gets that put back: whichever test
comes first, all of them begin with the same rows, and objects of their own. Each test still rolls back everything.

Only what is sure to be the same is put back. A world: as the first thing that a test writes. A step: on a world
that was just put back, when nothing was written since, no object of the world has another value, and every row
among the arguments came from the world or an earlier step. A test that commits, patches something, changes settings
or listens for commits does everything anew, as does one whose database does not let us pass its triggers. Keys
cannot meet those of other rows: sequences are not rolled back, so what a kept world took is never given out again.
The arguments, the day and the language tell worlds apart.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, fields, is_dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import pytest
from django.core import mail
from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.translation import get_language

from tests.kept_rows import Rows, count_writes, put_back, rows_of, writes_by_table

P = ParamSpec("P")
R = TypeVar("R")


@dataclass
class _Scene:
    """What this test was given so far, and how that looked then."""

    chain: bytes  # what was asked, from the first world on
    given: tuple[Any, ...]
    writes: int = 0
    values: list[Any] | None = None

    def settle(self) -> None:
        """From here on, what changes is the test's own."""
        self.writes, self.values = count_writes(), _values(_objects(self.given))

    def is_untouched(self) -> bool:
        return self.writes == count_writes() and self.values == _values(_objects(self.given))


@dataclass(frozen=True)
class _Kept:
    rows: list[Rows]
    pickled: bytes  # the answer, and the attributes of all objects that had been given before

    def put_back(self, scene: _Scene) -> Any:
        put_back(self.rows)
        return self.take_over(_objects(scene.given))

    def take_over(self, objects: list[Any]) -> Any:
        answer, attributes = _Unpickler(self.pickled, objects).load()
        for instance, values in zip(objects, attributes, strict=True):
            instance.__dict__.clear()
            instance.__dict__.update(values)
        return answer


_kept: dict[bytes, _Kept | None] = {}
_scene: _Scene | None = None
_test: pytest.FixtureRequest | None = None


def begin_test(request: pytest.FixtureRequest) -> None:
    """Nothing of the test before counts in this one."""
    global _scene, _test
    _scene, _test = None, request


def kept(build: Callable[P, R]) -> Callable[P, R]:
    """A function that makes a world out of nothing."""

    @wraps(build)
    def again(*args: P.args, **kwargs: P.kwargs) -> R:
        if not (_is_plain_test() and _has_written_nothing()):
            return build(*args, **kwargs)
        return _answer(_Scene(b"", ()), build, args, kwargs)

    return again


def kept_step(step: Callable[P, R]) -> Callable[P, R]:
    """A function that does something in a world that was kept."""

    @wraps(step)
    def again(*args: P.args, **kwargs: P.kwargs) -> R:
        if _scene is None or not _is_plain_test() or not _scene.is_untouched():
            return step(*args, **kwargs)
        return _answer(_scene, step, args, kwargs)

    return again


def _answer(scene: _Scene, function: Callable[..., R], args: tuple[Any, ...], kwargs: dict[str, Any]) -> R:
    global _scene
    place = f"{function.__module__}.{function.__qualname__}"
    asked = (scene.chain, place, args, sorted(kwargs.items()), timezone.localdate(), get_language())
    try:
        key = _pickled(asked, _objects(scene.given))
    except (_Stranger, pickle.PicklingError, AttributeError, TypeError):  # a function among them, say
        return function(*args, **kwargs)
    if key not in _kept:
        _scene = None  # whatever this calls begins anew
        _kept[key] = _make(scene, lambda: function(*args, **kwargs))
    made = _kept[key]
    if made is None:
        return function(*args, **kwargs)
    answer: R = made.put_back(scene)
    _scene = _Scene(key, (*scene.given, answer))
    _scene.settle()
    return answer


def _make(scene: _Scene, call: Callable[[], Any]) -> _Kept | None:
    """Call it, keep what came of it, and undo it; None where that fails, so that it is done in the open."""
    objects = _objects(scene.given)
    before = _pickled((None, [instance.__dict__ for instance in objects]), objects, strangers=True)
    mails, written = len(mail.outbox), writes_by_table()
    made = None
    with suppress(Exception):  # the test sees it when this is called again
        with transaction.atomic():
            answer = call()
            connection.check_constraints()  # those that wait for the end of a transaction
            now = writes_by_table()
            rows = [rows_of(table) for table in sorted(now) if now[table] != written.get(table)]
            pickled = _pickled((answer, [instance.__dict__ for instance in objects]), objects, strangers=True)
            transaction.set_rollback(True)
        if len(mail.outbox) == mails and now.keys() == written.keys():  # a table of its own cannot be kept
            made = _Kept([held for held in rows if held != rows_of(held.table)], pickled)
    _Kept([], before).take_over(objects)
    del mail.outbox[mails:]
    return made


# --- When -----------------------------------------------------------------------------------------------------
def _is_plain_test() -> bool:
    """Within a transaction that is undone, and with nothing in this process as it usually is not."""
    if _test is None or not connection.in_atomic_block:
        return False
    names, value = _test.fixturenames, _test.getfixturevalue
    if "django_capture_on_commit_callbacks" in names or (
        "settings" in names and value("settings")._to_restore
    ):
        return False
    patch = value("monkeypatch")
    return not (patch._setattr or patch._setitem)


def _has_written_nothing() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_current_xact_id_if_assigned() IS NULL, current_setting('is_superuser') = 'on'"
        )
        answer: tuple[bool, bool] = cursor.fetchone()
    return answer == (True, True)


# --- Objects --------------------------------------------------------------------------------------------------
def _objects(given: Any) -> list[Any]:
    """All rows and worlds in what was given, in an order that is always the same."""
    found: dict[int, Any] = {}
    for instance in _walk(given):
        found.setdefault(id(instance), instance)
    return list(found.values())


def _walk(value: Any) -> Iterator[Any]:
    if isinstance(value, models.Model):
        yield value
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _walk(part)
    elif isinstance(value, dict):
        for part in value.values():
            yield from _walk(part)
    elif is_dataclass(value) and not isinstance(value, type):
        if hasattr(value, "__dict__"):
            yield value
        for name in fields(value):
            yield from _walk(getattr(value, name.name))


def _values(objects: list[Any]) -> list[Any]:
    """What a test may have changed in them without saving it; not what Django remembers of related rows."""
    numbers = {id(instance): number for number, instance in enumerate(objects)}

    def of(value: Any) -> Any:
        if id(value) in numbers:
            return numbers[id(value)]
        if isinstance(value, list | tuple):
            return [of(part) for part in value]
        if isinstance(value, dict):
            return {name: of(part) for name, part in value.items()}
        return value

    return [
        {
            name: of(value)
            for name, value in instance.__dict__.items()
            if name not in ("_state", "_prefetched_objects_cache")
        }
        for instance in objects
    ]


class _Stranger(Exception):
    """A row that the test read or made itself."""


class _Pickler(pickle.Pickler):
    """Names what was given before by its number, so that it stays the same object."""

    def __init__(self, file: io.BytesIO, objects: list[Any], *, strangers: bool) -> None:
        super().__init__(file)
        self.numbers = {id(instance): number for number, instance in enumerate(objects)}
        self.strangers = strangers

    def persistent_id(self, value: Any) -> int | None:
        number = self.numbers.get(id(value))
        if number is None and not self.strangers and isinstance(value, models.Model):
            raise _Stranger
        return number


class _Unpickler(pickle.Unpickler):
    def __init__(self, pickled: bytes, objects: list[Any]) -> None:
        super().__init__(io.BytesIO(pickled))
        self.objects = objects

    def persistent_load(self, number: int) -> Any:
        return self.objects[number]


def _pickled(value: Any, objects: list[Any], *, strangers: bool = False) -> bytes:
    file = io.BytesIO()
    _Pickler(file, objects, strangers=strangers).dump(value)
    return file.getvalue()
