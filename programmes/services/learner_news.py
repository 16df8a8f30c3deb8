"""What a learner who was asked hears of the seat afterwards: it came free, or it is theirs no more."""

from django.utils import timezone

from programmes.models import Enrolment, EnrolmentInvitation
from programmes.services.learners import identity_of, mail_key
from skillnet.kernel.outbox import queue_sealed_mail

PLACED, CLOSED = "placed", "closed"


def tell_learner(enrolment: Enrolment, what: str) -> bool:
    """Mail `what` (PLACED, CLOSED) to a learner whom the site asked and who did not refuse; returns whether.

    Whom the company enrolled without asking hears it from the company. Call it in the transaction of the step.
    """
    asked = EnrolmentInvitation.objects.filter(enrolment=enrolment.pk).first()
    who = identity_of(enrolment.learner)
    if asked is None or asked.answer == EnrolmentInvitation.Answer.REFUSED or not who.email:
        return False
    edition, keeper = enrolment.edition, enrolment.learner.organisation
    stamp = timezone.now().isoformat(timespec="seconds")
    queue_sealed_mail(
        key=mail_key(enrolment.pk, f"{what}:{stamp}"),
        template="learner_place",
        sealed={"address": who.email, "name": who.name},
        context={
            "what": what,
            "offer": edition.offer.title,
            "organisation": keeper.name,
            "starts_on": edition.starts_on.isoformat() if edition.starts_on else "",
            "location": edition.location,
        },
        language=keeper.language or "nl",
    )
    return True


__all__ = ["CLOSED", "PLACED", "tell_learner"]
