"""Reminders of what the law or the procedure counts in days: decisions, confirmations, the register."""

from collections.abc import Collection

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from networks.services.telling import contacts_of, coordinators_of, managers_of
from programmes.models import AuditCase, Enrolment, Participation, Programme
from programmes.services.edition_changes import follow_missed
from programmes.services.ledger import due_for_register
from programmes.services.outcomes import remind_outcomes
from programmes.services.publications import due_for_publication, to_publish
from programmes.services.settling_reminders import remind_settling
from programmes.services.supplement_reminders import remind_supplements
from programmes.services.terms import (
    COMMITMENT_REMINDER_DAYS,
    HEARING_REMINDER_DAYS,
    PUBLICATION_REMINDER_DAYS,
    REGISTER_REMINDER_DAYS,
    days,
)
from programmes.services.weekly import remind
from skillnet.accounts.models import User
from skillnet.kernel.actor import SYSTEM


def remind_deadlines() -> int:
    """Tell who has to act; each deadline is said once a week at most. Returns how many were told."""
    follow_missed()
    with transaction.atomic():
        return (
            _late_decisions()
            + _open_commitments()
            + _register()
            + _publish()
            + _hearings()
            + _silent_learners()
            + remind_outcomes()
            + remind_settling()
            + remind_supplements()
        )


def _late_decisions() -> int:
    told = 0
    for programme in Programme.objects.late(timezone.localdate()).with_parties():
        told += _tell(coordinators_of(programme.network), programme, "late")
    return told


def _open_commitments() -> int:
    told = 0
    today = timezone.localdate()
    rows = Participation.objects.filter(
        state=Participation.State.PROPOSED,
        programme__state=Programme.State.APPROVED,
        programme__starts_on__gt=today,
        programme__starts_on__lte=today + days(COMMITMENT_REMINDER_DAYS, today),
    ).select_related("programme__network")
    for row in rows:
        told += _tell(contacts_of(row.organisation_id), row.programme, "commit_reminder")
    return told


def _register() -> int:
    told = 0
    today = timezone.localdate()
    for aid, _deadline in due_for_register(within=days(REGISTER_REMINDER_DAYS, today)):
        programme = aid.participation.programme  # type: ignore[union-attr]  # grants of ours only
        told += _tell(coordinators_of(programme.network), programme, "register")
    return told


def _publish() -> int:
    """An award whose publication is due soon."""
    told = 0
    today = timezone.localdate()
    horizon = today + days(PUBLICATION_REMINDER_DAYS, today)
    for due in due_for_publication(to_publish(SYSTEM)):
        if due.deadline <= horizon:
            programme = due.participation.programme
            told += _tell(coordinators_of(programme.network), programme, "publish")
    return told


def _hearings() -> int:
    """The network's term to answer an audit runs out soon, and it did not answer."""
    told = 0
    today = timezone.localdate()
    soon = today + days(HEARING_REMINDER_DAYS, today)
    cases = AuditCase.objects.filter(state=AuditCase.State.ADVERSARIAL, answer_by__lte=soon)
    for case in cases.select_related("claim__programme__network"):
        programme = case.claim.programme
        page = f"/controles/dossier/{case.public_id}/"
        told += _tell(managers_of(programme.network), programme, "hearing", page)
    return told


def _silent_learners() -> int:
    """People were asked whether they come and did not answer; their company fills the seat or asks them."""
    told = 0
    today = timezone.localdate()
    soon = today + days(COMMITMENT_REMINDER_DAYS, today)
    silent = Enrolment.objects.silent(timezone.now(), soon).filter(participation__isnull=False)
    rows = Participation.objects.filter(pk__in=silent.values("participation"))
    for row in rows.select_related("programme__network").order_by("pk"):
        page = reverse("programmes:enrolments", args=[row.programme.public_id])
        people = contacts_of(row.organisation_id)
        told += remind(people, row.programme, "silent", template="participant_silent", path=page)
    return told


def _tell(people: Collection[User], programme: Programme, action: str, path: str = "") -> int:
    return remind(people, programme, action, template="programme_step", path=path)
