"""Asking a learner who has no account: a link by mail, an answer without consequences, a record to keep."""

import hashlib
import secrets

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from programmes.enrolment_transitions import learner_scope
from programmes.models import Enrolment, EnrolmentInvitation
from programmes.services.learners import identity_of, mail_key
from programmes.services.terms import LEARNER_INVITATION_DAYS, LEARNER_RECORD_DAYS, days
from skillnet.kernel.actor import Actor
from skillnet.kernel.outbox import queue_sealed_mail
from skillnet.kernel.transitions import record_decision

MOST_MAILS = 3
MISSES_PER_HOUR = 20
Answer = EnrolmentInvitation.Answer


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
            "until": timezone.localdate(row.expires_at).isoformat(),
        },
        language=keeper.language or translation.get_language() or "nl",
    )


def find_invitation(*, token: str) -> EnrolmentInvitation | None:
    """The question behind a link, while the link holds; after an answer it holds on for the record."""
    row = (
        EnrolmentInvitation.objects.select_related(
            "enrolment__edition__offer__provider__organisation",
            "enrolment__learner__organisation",
            "enrolment__programme",
            "enrolment__participation",
        )
        .filter(digest=digest_of(token))
        .first()
    )
    if row is None or row.enrolment.learner.erased_at:
        return None
    until = (
        row.expires_at
        if row.answer == Answer.OPEN
        else row.sent_at + days(LEARNER_RECORD_DAYS, timezone.localdate(row.sent_at))
    )
    return row if timezone.now() < until else None


def answer_invitation(*, token: str, accepted: bool) -> EnrolmentInvitation:
    """Note the learner's answer; refusing has no consequence but that somebody else may come.

    The same answer twice is one answer. Raises ValidationError where there is nothing to answer any more, and
    TransitionRefused where the programme moved on.
    """
    from programmes.services.enrolments import take_enrolment_action

    with transaction.atomic():
        row = find_invitation(token=token)
        if row is None:
            raise ValidationError(_("Deze link is niet meer geldig. Vraag uw werkgever om een nieuwe."))
        enrolment = row.enrolment
        wanted = Answer.ACCEPTED if accepted else Answer.REFUSED
        if row.answer == wanted:
            return row
        if row.answer == Answer.REFUSED or enrolment.state == Enrolment.State.CANCELLED:
            raise ValidationError(_("U staat niet meer op de lijst van deze opleiding."))
        actor = _learner(enrolment)
        if not accepted:
            take_enrolment_action(enrolment_id=enrolment.pk, action="refuse", actor=actor)
        elif enrolment.state == Enrolment.State.REQUESTED:
            take_enrolment_action(enrolment_id=enrolment.pk, action="confirm", actor=actor)
        locked = EnrolmentInvitation.objects.select_for_update().get(pk=row.pk)
        locked.answer, locked.answered_at = wanted, timezone.now()
        locked.save()
        row.answer, row.answered_at = locked.answer, locked.answered_at
    return row


def may_try(*, address: str) -> bool:
    """Whether this address may look again: guessing links costs time, opening one's own does not."""
    return int(cache.get(_misses(address)) or 0) < MISSES_PER_HOUR


def note_miss(*, address: str) -> None:
    """A link that opens nothing was tried from this address."""
    key = _misses(address)
    cache.add(key, 0, timeout=3600)
    try:
        cache.incr(key)
    except ValueError:  # it expired between the two
        return


def _misses(address: str) -> str:
    return f"learner-link:{hashlib.sha256(address.encode()).hexdigest()[:16]}"


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _learner(enrolment: Enrolment) -> Actor:
    """Who holds the link speaks for this enrolment, by pseudonym."""
    return Actor(
        organisation_name=_("Deelnemer %(reference)s") % {"reference": enrolment.reference},
        scopes=frozenset({learner_scope(enrolment)}),
    )
