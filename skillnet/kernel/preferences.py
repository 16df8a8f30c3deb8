"""How a person hears of what: reading and saving the choice, and ending mails with one click (RFC 8058)."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth import get_user_model
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from skillnet.kernel.addresses import absolute
from skillnet.kernel.models import NoticePreference, OutboxMessage
from skillnet.kernel.notice_kinds import BY_CODE, KINDS, NoticeKind, kind_of

Delivery = NoticePreference.Delivery
CADENCES = (Delivery.DAILY, Delivery.WEEKLY)
MAILED = (Delivery.AT_ONCE, *CADENCES)
SALT = "skillnet.notices.unsubscribe"


def deliveries_of(user: Any) -> dict[str, str]:
    """Kind → delivery, every kind; what was never chosen follows the person's `wants_mail`."""
    default = Delivery.AT_ONCE if user.wants_mail else Delivery.PAGE
    chosen = dict(NoticePreference.objects.filter(user=user).values_list("kind", "delivery"))
    return {kind.code: chosen.get(kind.code, default) for kind in KINDS}


def choices_for(kind: NoticeKind) -> list[tuple[str, Any]]:
    """What may be chosen for a kind: one on which legal terms hang always stands in the site."""
    return [pair for pair in Delivery.choices if not (kind.formal and pair[0] == Delivery.NEVER)]


def save_preferences(*, user: Any, chosen: Mapping[str, str]) -> None:
    """Keep the choice; lines that wait for an overview follow it. Raises ValueError for an unknown choice."""
    for code, delivery in chosen.items():
        if delivery not in dict(choices_for(BY_CODE[code])):
            raise ValueError(f"{code}: {delivery}")
    with transaction.atomic():
        user = get_user_model().objects.select_for_update(no_key=True).get(pk=user.pk)
        for code, delivery in chosen.items():
            NoticePreference.objects.update_or_create(
                user=user, kind=code, defaults={"delivery": delivery, "before": ""}
            )
            _move_waiting(user, code, delivery)
        user.wants_mail = any(delivery in MAILED for delivery in deliveries_of(user).values())
        user.save(update_fields=["wants_mail"])


def unsubscribe_url(user: Any, *, subject: str) -> str:
    """The address that ends mails for `subject` (a kind, or `daily` or `weekly` for that overview).

    It names its person by a signature, works without signing in and does not expire: a mail may be old.
    """
    token = signing.dumps([str(user.public_id), subject], salt=SALT, compress=False)
    return absolute(reverse("unsubscribe", args=[token]))


def read_token(token: str) -> tuple[Any, str] | None:
    """The person and the subject of a link; None for one that we did not write or whose person is gone."""
    try:
        public_id, subject = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError):
        return None
    if subject not in BY_CODE and subject not in CADENCES:
        return None
    user = get_user_model().objects.filter(public_id=public_id, is_active=True).first()
    return (user, subject) if user is not None else None


def unsubscribe(*, user: Any, subject: str) -> None:
    """No more mails about `subject`; its notices stay in the site. Doing it twice changes nothing."""
    with transaction.atomic():
        user = get_user_model().objects.select_for_update(no_key=True).get(pk=user.pk)
        for code, delivery in deliveries_of(user).items():
            if delivery in MAILED and subject in (code, delivery):
                NoticePreference.objects.update_or_create(
                    user=user, kind=code, defaults={"delivery": Delivery.PAGE, "before": delivery}
                )
                _move_waiting(user, code, Delivery.PAGE)


def resubscribe(*, user: Any, subject: str) -> None:
    """Undo `unsubscribe`: every kind that this link silenced is delivered as before."""
    with transaction.atomic():
        silenced = NoticePreference.objects.select_for_update().filter(user=user).exclude(before="")
        for row in silenced:
            if subject in (row.kind, row.before):
                row.delivery, row.before = row.before, ""
                row.save(update_fields=["delivery", "before", "updated_at"])


def is_subscribed(user: Any, subject: str) -> bool:
    """Whether mails about `subject` still go out."""
    found = deliveries_of(user)
    return found[subject] in MAILED if subject in BY_CODE else subject in found.values()


def _move_waiting(user: Any, code: str, delivery: str) -> None:
    """Lines that wait for an overview go with the new choice: another overview, or none."""
    waiting = OutboxMessage.objects.filter(recipient=user, kind=OutboxMessage.Kind.DIGEST, sent_at=None)
    mine = [row.pk for row in waiting if kind_of(row.template).code == code]
    if not mine:
        return
    rows = OutboxMessage.objects.filter(pk__in=mine)
    if delivery in CADENCES:
        rows.update(cadence=delivery)
    elif delivery == Delivery.AT_ONCE:
        rows.update(cadence=Delivery.DAILY)  # the next overview still tells what waited
    else:
        rows.update(sent_at=timezone.now())
