"""A day in the past on which services think they live: the demo has a history in the order of a real programme."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from skillnet.kernel.models import Decision

MORNING = 9  # UTC: people take decisions by day
APPS = ("programmes", "networks", "kernel")

# Days between a moment and the last lesson of a programme that was given.
MOMENTS = {
    "take": -75,
    "submit": -72,
    "approve": -62,
    "commit": -55,
    "start": -45,
    "enrol": -38,
    "lessons": 0,
    "deliver": 1,
    "bill": 5,
    "settle": 8,
    "claim": 9,
    "approve_content": 16,
    "approve_payment": 20,
    "pay": 25,
    "after": 32,
    "evaluate": 34,
}
LONGEST_COURSE = 28  # days from first to last lesson, so that people enrolled before
NEEDS_DAYS = 145  # so long ago steering groups saw the gaps


@dataclass(frozen=True, slots=True)
class Calendar:
    """When things happened to one programme; without `given` (days since the last lesson) all happens today."""

    given: int | None = None

    def on(self, moment: str) -> AbstractContextManager[Any]:
        return nullcontext() if self.given is None else on_day(self.given - MOMENTS[moment])

    @property
    def last_lesson(self) -> date:
        return _weekday(timezone.now() - timedelta(days=self.given or 0)).date()


@contextmanager
def on_day(days_ago: int) -> Iterator[None]:
    """Within the block it is so many days ago; rows that the database itself dates follow at the end of it.

    Instants go on at each reading, so that what came after stays after. A Saturday or Sunday is the Friday before.
    """
    began, real = timezone.now(), timezone.now
    there = _weekday(began - timedelta(days=days_ago)).replace(hour=MORNING, minute=0, second=0)
    readings = iter(range(10**9))
    timezone.now = lambda: there + timedelta(milliseconds=50 * next(readings))
    try:
        yield
    finally:
        timezone.now = real
    _date_rows(began, there)


def _weekday(instant: datetime) -> datetime:
    return instant.astimezone(UTC) - timedelta(days=max(0, instant.weekday() - 4))


def _date_rows(since: datetime, there: datetime) -> None:
    """Rows that the database dated `since` get the day of the block; decisions carry it already."""
    for model in apps.get_models():
        if model._meta.app_label not in APPS or model is Decision or hasattr(model, "pgh_tracked_model"):
            continue
        for name in _dated_by_database(model):
            model._default_manager.filter(**{f"{name}__gte": since}).update(**{name: there})


def _dated_by_database(model: type[models.Model]) -> list[str]:
    fields: Any = model._meta.concrete_fields
    return [field.name for field in fields if isinstance(field.db_default, Now)]


__all__ = ["LONGEST_COURSE", "MOMENTS", "NEEDS_DAYS", "Calendar", "on_day"]
