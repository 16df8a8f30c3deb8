"""Telling people: written in the transaction, sent after it, swept by beat when the doorbell was lost."""

import logging
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation

from skillnet.kernel.models import OutboxMessage

logger = logging.getLogger(__name__)
BATCH = 50
MAX_ATTEMPTS = 8


def queue_notice(*, user: Any, key: str, template: str, context: dict[str, Any], mail: bool = True) -> None:
    """Tell `user` once per `key`: a notice in the site, and a mail unless `mail` is False.

    `template` names `templates/messages/<template>.txt`; its first line is the subject. `context` must be
    JSON: it is rendered later, in the language of the person.
    """
    kinds = [OutboxMessage.Kind.NOTICE] + ([OutboxMessage.Kind.MAIL] if mail else [])
    rows = [
        OutboxMessage(
            kind=kind,
            key=f"{kind}:{key}:{user.pk}"[:200],
            recipient=user,
            address=user.email,
            template=template,
            context=context,
            language=user.language,
            sent_at=timezone.now() if kind == OutboxMessage.Kind.NOTICE else None,
        )
        for kind in kinds
    ]
    OutboxMessage.objects.bulk_create(rows, ignore_conflicts=True)
    if mail:
        ring()


def queue_mail(
    *, address: str, key: str, template: str, context: dict[str, Any], language: str = "nl"
) -> None:
    """Mail to somebody who need not have an account (an invitation)."""
    OutboxMessage.objects.get_or_create(
        key=f"mail:{key}"[:200],
        defaults={
            "kind": OutboxMessage.Kind.MAIL,
            "address": address,
            "template": template,
            "context": context,
            "language": language,
        },
    )
    ring()


def ring() -> None:
    from skillnet.kernel.tasks import send_outbox

    send_outbox.delay_on_commit()


def render_message(message: OutboxMessage) -> tuple[str, str]:
    """Subject and body in the language of the reader."""
    with translation.override(message.language):
        context = {**message.context, "site_url": settings.SITE_URL}
        text = render_to_string(f"messages/{message.template}.txt", context).strip()
    subject, _, body = text.partition("\n")
    return subject.strip(), body.strip()


def send_pending() -> int:
    """Send what waits, one transaction a message, and return how many went out."""
    sent = 0
    for _ in range(BATCH):
        with transaction.atomic():
            message = (
                OutboxMessage.objects.select_for_update(skip_locked=True)
                .filter(sent_at=None, kind=OutboxMessage.Kind.MAIL, attempts__lt=MAX_ATTEMPTS)
                .order_by("attempts", "id")
                .first()
            )
            if message is None:
                return sent
            sent += _send(message)
    return sent


def _send(message: OutboxMessage) -> int:
    message.attempts += 1
    try:
        subject, body = render_message(message)
        EmailMultiAlternatives(subject, body, settings.DEFAULT_FROM_EMAIL, [message.address]).send()
        message.sent_at = timezone.now()
        message.last_error = ""
    except (OSError, ConnectionError) as error:
        # The address is a person's data: the log names the row only.
        logger.warning("Mail %s could not be sent: %s", message.pk, type(error).__name__)
        message.last_error = type(error).__name__
    message.save(update_fields=["attempts", "sent_at", "last_error"])
    return int(message.sent_at is not None)
