"""Asking a learner who has no account: a link by mail. `learner_answers` reads what comes back."""

import hashlib
import secrets
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from programmes.models import Enrolment, EnrolmentInvitation
from programmes.services.learners import identity_of, mail_key
from programmes.services.terms import LEARNER_INVITATION_DAYS, days
from skillnet.kernel.actor import Actor
from skillnet.kernel.outbox import queue_sealed_mail
from skillnet.kernel.transitions import record_decision

MOST_MAILS = 3


def invite_learner(*, enrolment: Enrolment, actor: Actor) -> EnrolmentInvitation:
    """Send the question, or send it again with a new link; the old link stops working.

    Raises ValidationError without an address, or after the third mail.
    """
    who = identity_of(enrolment.learner)
    if not who.email:
        raise ValidationError(_("Om iemand uit te nodigen is een e-mailadres nodig."))
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        row = EnrolmentInvitation.objects.select_for_update().filter(enrolment=enrolment).first()
        if row is None:
            row = EnrolmentInvitation(enrolment=enrolment)
        elif row.sent_count >= MOST_MAILS:
            raise ValidationError(
                _("Deze persoon kreeg al drie keer een uitnodiging. Spreek ze zelf even aan.")
            )
        else:
            row.sent_count += 1
        row.digest, row.sent_at = digest_of(token), timezone.now()
        row.expires_at = row.sent_at + days(LEARNER_INVITATION_DAYS, timezone.localdate())
        row.save()
        _send(row, enrolment, who.email, who.name, token)
        record_decision(
            subject=enrolment,
            action="invite",
            from_state=enrolment.state,
            to_state=enrolment.state,
            actor=actor,
            evidence={"mail": row.sent_count},
        )
    return row


def _send(row: EnrolmentInvitation, enrolment: Enrolment, address: str, name: str, token: str) -> None:
    edition = enrolment.edition
    keeper = enrolment.learner.organisation
    queue_sealed_mail(
        key=mail_key(enrolment.pk, f"invite:{row.sent_count}"),
        template="learner_invitation",
        sealed={
            "address": address,
            "name": name,
            "path": reverse("programmes:learner_answer", args=[token]),
        },
        context={
            "offer": edition.offer.title,
            "organisation": keeper.name,
            "starts_on": edition.starts_on.isoformat() if edition.starts_on else "",
            "location": edition.location,
            "until": _answer_until(row).isoformat(),
        },
        language=keeper.language or translation.get_language() or "nl",
    )


def _answer_until(row: EnrolmentInvitation) -> date:
    """The last day of the term, or the first lesson where that comes sooner: then the question is over."""
    term, starts_on = timezone.localdate(row.expires_at), row.enrolment.edition.starts_on
    return min(term, starts_on) if starts_on else term


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
