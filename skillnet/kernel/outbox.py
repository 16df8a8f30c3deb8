"""Telling people: written in the transaction, sent after it, swept by beat when the doorbell was lost."""

import logging
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from skillnet.kernel.addresses import absolute
from skillnet.kernel.models import OutboxMessage
from skillnet.kernel.notice_kinds import kind_of
from skillnet.kernel.preferences import CADENCES, Delivery, deliveries_of, unsubscribe_url
from skillnet.kernel.sealing import CannotOpen, seal, unseal

logger = logging.getLogger(__name__)
BATCH = 50
MAX_ATTEMPTS = 8
SEALED = "sealed"
FORGET = "forget"


def queue_notice(*, user: Any, key: str, template: str, context: dict[str, Any], mail: bool = True) -> None:
    """Tell `user` once per `key`, in the way that the person chose for this kind of notice.

    A notice in the site, and a mail at once or a line in the next overview; `mail` False: in the site only.
    `template` names `templates/messages/<template>.txt`; its first line is the subject. `context` must be
    JSON: it is rendered later, in the language of the person.
    """
    delivery = deliveries_of(user)[kind_of(template).code]
    rows = [
        OutboxMessage(
            kind=kind,
            cadence=delivery if kind == OutboxMessage.Kind.DIGEST else "",
            key=f"{kind}:{key}:{user.pk}"[:200],
            recipient=user,
            address=user.email,
            template=template,
            context=context,
            language=user.language,
            sent_at=timezone.now() if kind == OutboxMessage.Kind.NOTICE else None,
        )
        for kind in _kinds(delivery, mail=mail)
    ]
    OutboxMessage.objects.bulk_create(rows, ignore_conflicts=True)
    if any(row.kind == OutboxMessage.Kind.MAIL for row in rows):
        ring()


def _kinds(delivery: str, *, mail: bool) -> list[OutboxMessage.Kind]:
    """Which rows a delivery asks for."""
    if delivery == Delivery.NEVER:
        return []
    if not mail or delivery == Delivery.PAGE:
        return [OutboxMessage.Kind.NOTICE]
    later = OutboxMessage.Kind.DIGEST if delivery in CADENCES else OutboxMessage.Kind.MAIL
    return [OutboxMessage.Kind.NOTICE, later]


def queue_mail(
    *,
    address: str,
    key: str,
    template: str,
    context: dict[str, Any],
    language: str = "nl",
    forget: Sequence[str] = (),
) -> None:
    """Mail to somebody who need not have an account (an invitation).

    What `forget` names of the context, such as a link that is a permission, is gone once the mail went out.
    """
    OutboxMessage.objects.get_or_create(
        key=f"mail:{key}"[:200],
        defaults={
            "kind": OutboxMessage.Kind.MAIL,
            "address": address,
            "template": template,
            "context": {**context, FORGET: list(forget)} if forget else context,
            "language": language,
        },
    )
    ring()


def queue_sealed_mail(
    *, key: str, template: str, sealed: dict[str, str], context: dict[str, Any], language: str = "nl"
) -> None:
    """Mail to a person whose identity may not lie open in the database.

    `sealed` holds the "address" and whatever else is personal; the message reads both. It is opened to send
    the mail, and forgotten once it went out.
    """
    queue_mail(
        address="", key=key, template=template, context={**context, SEALED: seal(sealed)}, language=language
    )


def ring() -> None:
    from skillnet.kernel.tasks import send_outbox

    send_outbox.delay_on_commit()


def render_message(message: OutboxMessage) -> tuple[str, str]:
    """Subject and body in the language of the reader."""
    with translation.override(message.language):
        context = {**message.context, **_opened(message), "site_url": settings.SITE_URL}
        text = render_to_string(f"messages/{message.template}.txt", context).strip()
    subject, _, body = text.partition("\n")
    return subject.strip(), body.strip()


def _opened(message: OutboxMessage) -> dict[str, str]:
    text = message.context.get(SEALED, "")
    return unseal(text) if text else {}


def send_pending() -> int:
    """Send what waits, one transaction a message, and return how many went out."""
    sent = 0
    for _ in range(BATCH):
        with transaction.atomic():
            message = (
                OutboxMessage.objects.select_for_update(skip_locked=True, of=("self",))
                .select_related("recipient")
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
        body, headers = _with_way_out(message, body)
        sender = settings.DEFAULT_FROM_EMAIL
        address = message.address or _opened(message).get("address", "")
        EmailMultiAlternatives(subject, body, sender, [address], headers=headers).send()
        message.sent_at = timezone.now()
        message.last_error = ""
        gone = {SEALED, FORGET, *message.context.get(FORGET, ())}
        message.context = {name: value for name, value in message.context.items() if name not in gone}
    except (OSError, ConnectionError, CannotOpen) as error:
        # The address is a person's data: the log names the row only.
        logger.warning("Mail %s could not be sent: %s", message.pk, type(error).__name__)
        message.last_error = type(error).__name__
    message.save(update_fields=["attempts", "sent_at", "last_error", "context"])
    return int(message.sent_at is not None)


def _with_way_out(message: OutboxMessage, body: str) -> tuple[str, dict[str, str]]:
    """The body with how to get fewer mails, and the headers of RFC 8058; nothing for an invitation."""
    if message.recipient is None:
        return body, {}
    subject = (
        message.context.get("cadence", "") if message.template == "digest" else kind_of(message.template).code
    )
    url = unsubscribe_url(message.recipient, subject=subject)
    context = {"unsubscribe_url": url, "preferences_url": absolute(reverse("notice_preferences"))}
    with translation.override(message.language):
        footer = render_to_string("messages/_footer.txt", context).strip()
    headers = {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return f"{body}\n\n-- \n{footer}\n", headers
