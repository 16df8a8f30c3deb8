"""Overviews by mail: what waited since the last one, in one mail a person and a period.

A period ends in the morning, local time: every day at `settings.DIGEST_HOUR`, or on Monday at that hour. A
beat that was down makes up for it later that day; a period that already has its mail never gets a second.
"""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from skillnet.kernel.models import NoticePreference, OutboxMessage
from skillnet.kernel.outbox import render_message, ring

DAILY, WEEKLY = NoticePreference.Delivery.DAILY, NoticePreference.Delivery.WEEKLY
MOST = 60  # lines in one mail; what is over is counted, and stands in the site


def period_end(cadence: str, now: datetime) -> datetime:
    """The last moment at or before `now` at which an overview of this cadence closed (local morning)."""
    local = now.astimezone(ZoneInfo(settings.TIME_ZONE))
    end = local.replace(hour=settings.DIGEST_HOUR, minute=0, second=0, microsecond=0)
    if cadence == WEEKLY:
        end -= timedelta(days=local.weekday())
    if end > local:
        end -= timedelta(days=7 if cadence == WEEKLY else 1)
    return end


def compose_digests(*, now: datetime | None = None) -> int:
    """Write the overviews whose period is over; how many mails. Safe for several workers at once."""
    moment = now or timezone.now()
    written = sum(
        _compose(user_id, cadence, period_end(cadence, moment))
        for cadence in (DAILY, WEEKLY)
        for user_id in _waiting(cadence, period_end(cadence, moment)).values_list("recipient", flat=True)
    )
    if written:
        ring()
    return written


def _waiting(cadence: str, end: datetime) -> Any:
    """Persons for whom something waits; distinct, in a fixed order."""
    lines = OutboxMessage.objects.filter(kind=OutboxMessage.Kind.DIGEST, cadence=cadence, sent_at=None)
    return lines.filter(created_at__lte=end).order_by("recipient_id").distinct("recipient_id")


@transaction.atomic
def _compose(user_id: int, cadence: str, end: datetime) -> int:
    """One person's overview. The person's row is the lock: two workers never share a period's lines."""
    people = get_user_model().objects.select_for_update(skip_locked=True, no_key=True)
    user = people.filter(pk=user_id).first()
    if user is None:
        return 0
    lines = list(
        OutboxMessage.objects.filter(
            recipient=user_id, kind=OutboxMessage.Kind.DIGEST, cadence=cadence, sent_at=None
        )
        .filter(created_at__lte=end)
        .order_by("id")
    )
    key = f"mail:digest:{cadence}:{end:%Y-%m-%d}:{user_id}"
    if not lines or OutboxMessage.objects.filter(key=key).exists():
        return 0
    OutboxMessage.objects.create(
        kind=OutboxMessage.Kind.MAIL,
        key=key,
        recipient=user,
        address=user.email,
        template="digest",
        context={"cadence": cadence, "items": [_item(line) for line in lines[:MOST]], "count": len(lines),
                 "more": max(0, len(lines) - MOST)},
        language=user.language,
    )  # fmt: skip
    OutboxMessage.objects.filter(pk__in=[line.pk for line in lines]).update(sent_at=timezone.now())
    return 1


def _item(line: OutboxMessage) -> dict[str, str]:
    subject, body = render_message(line)
    return {"subject": subject, "body": "\n".join(f"  {part}".rstrip() for part in body.splitlines())}
