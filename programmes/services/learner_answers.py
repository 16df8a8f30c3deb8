"""What a learner without an account answers through a link: without consequences, with a record to keep."""

import hashlib
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue.models import Edition
from networks.services.telling import contacts_of, notify
from programmes.enrolment_transitions import WAITING_OR_SEATED, has_begun, learner_scope
from programmes.models import Enrolment, EnrolmentInvitation
from programmes.services.enrolments import take_enrolment_action
from programmes.services.learner_invitations import digest_of
from programmes.services.places import free_places
from programmes.services.terms import LEARNER_RECORD_DAYS, days
from skillnet.kernel.actor import Actor
from skillnet.kernel.asking import asked, count_asking

MISSES_PER_HOUR = 20
Answer = EnrolmentInvitation.Answer


def find_invitation(*, token: str) -> EnrolmentInvitation | None:
    """The question behind a link, while the link holds.

    Once somebody answered, or the lessons began and nobody is asked any more, it holds on for the record.
    """
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
    return row if timezone.now() < _holds_until(row) else None


def _holds_until(row: EnrolmentInvitation) -> datetime:
    """An open question ends with its term; what is answered or over is kept as long as the record of it."""
    enrolment = row.enrolment
    if row.answer == Answer.OPEN and not has_record(enrolment) and not is_over(enrolment):
        return row.expires_at
    return row.sent_at + days(LEARNER_RECORD_DAYS, timezone.localdate(row.sent_at))


def is_over(enrolment: Enrolment) -> bool:
    """Whether asking makes no sense any more: the first day came for somebody who was still to answer or come."""
    given = enrolment.edition.state != Edition.State.CANCELLED
    return given and enrolment.state in WAITING_OR_SEATED and has_begun(enrolment)


def has_record(enrolment: Enrolment) -> bool:
    """Whether there is something to take along: they came, with or without having answered."""
    return enrolment.state in (Enrolment.State.ATTENDED, Enrolment.State.CERTIFIED)


def answer_invitation(*, token: str, accepted: bool) -> EnrolmentInvitation:
    """Note the learner's answer; refusing has no consequence but that somebody else may come.

    The same answer twice is one answer. Raises ValidationError where there is nothing to answer any more, and
    TransitionRefused where the programme moved on.
    """
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
        if is_over(enrolment):
            raise ValidationError(
                _("De opleiding is begonnen: antwoorden kan niet meer. Zeg het zelf aan uw werkgever.")
            )
        actor = _learner(enrolment)
        if not accepted:
            take_enrolment_action(enrolment_id=enrolment.pk, action="refuse", actor=actor)
            _tell_company(enrolment)
        elif enrolment.state == Enrolment.State.REQUESTED:
            take_enrolment_action(enrolment_id=enrolment.pk, action="confirm", actor=actor)
        locked = EnrolmentInvitation.objects.select_for_update().get(pk=row.pk)
        locked.answer, locked.answered_at = wanted, timezone.now()
        locked.save()
        row.answer, row.answered_at = locked.answer, locked.answered_at
    return row


def _tell_company(enrolment: Enrolment) -> None:
    """The company hears by pseudonym who does not come, and whether the seat is still to be filled."""
    left = free_places(
        programme=enrolment.programme, edition=enrolment.edition, participation=enrolment.participation
    )
    notify(
        contacts_of(enrolment.learner.organisation_id),
        key=f"refused:{enrolment.pk}",
        template="participant_refused",
        context={
            "reference": enrolment.reference,
            "offer": enrolment.edition.offer.title,
            "taken": not left,
            "path": reverse("programmes:enrolments", args=[enrolment.programme.public_id]),
        },
    )


def may_try(*, address: str) -> bool:
    """Whether this address may look again: guessing links costs time, opening one's own does not."""
    return asked(_misses(address)) < MISSES_PER_HOUR


def note_miss(*, address: str) -> None:
    """A link that opens nothing was tried from this address."""
    count_asking(_misses(address))


def _misses(address: str) -> str:
    return f"learner-link:{hashlib.sha256(address.encode()).hexdigest()[:16]}"


def _learner(enrolment: Enrolment) -> Actor:
    """Who holds the link speaks for this enrolment, by pseudonym."""
    return Actor(
        organisation_name=_("Deelnemer %(reference)s") % {"reference": enrolment.reference},
        scopes=frozenset({learner_scope(enrolment)}),
    )
