"""Reminders of what the law or the procedure counts in days: decisions, confirmations, the register."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from networks.models import Membership
from programmes.models import AuditCase, Participation, Programme
from programmes.services.edition_changes import follow_missed
from programmes.services.follow_up import message_context
from programmes.services.ledger import due_for_register
from programmes.services.outcomes import remind_outcomes
from programmes.services.publications import due_for_publication, to_publish
from programmes.services.settling_reminders import remind_settling
from programmes.services.terms import COMMITMENT_REMINDER_DAYS, days
from skillnet.accounts.models import User
from skillnet.kernel.actor import SYSTEM
from skillnet.kernel.outbox import queue_notice
from skillnet.kernel.roles import Role

PUBLISH_BEFORE = timedelta(days=30)
ANSWER_BEFORE = timedelta(days=7)


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
            + remind_outcomes()
            + remind_settling()
        )


def _late_decisions() -> int:
    told = 0
    for programme in Programme.objects.late(timezone.localdate()).with_parties():
        call = programme.network.call
        people = Membership.objects.filter(
            role=Role.COORDINATOR, organisation=call.coordinator_id if call else None
        )
        told += _tell(people, programme, "late")
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
        people = Membership.objects.filter(role=Role.COMPANY_CONTACT, organisation=row.organisation_id)
        told += _tell(people, row.programme, "commit_reminder")
    return told


def _register() -> int:
    told = 0
    for aid, _deadline in due_for_register():
        programme = aid.participation.programme  # type: ignore[union-attr]  # grants of ours only
        call = programme.network.call
        people = Membership.objects.filter(
            role=Role.COORDINATOR, organisation=call.coordinator_id if call else None
        )
        told += _tell(people, programme, "register")
    return told


def _publish() -> int:
    """An award whose publication is due within a month."""
    told = 0
    horizon = timezone.localdate() + PUBLISH_BEFORE
    for due in due_for_publication(to_publish(SYSTEM)):
        if due.deadline <= horizon:
            programme = due.participation.programme
            call = programme.network.call
            people = Membership.objects.filter(
                role=Role.COORDINATOR, organisation=call.coordinator_id if call else None
            )
            told += _tell(people, programme, "publish")
    return told


def _hearings() -> int:
    """The network's term to answer an audit runs out within a week, and it did not answer."""
    told = 0
    soon = timezone.localdate() + ANSWER_BEFORE
    cases = AuditCase.objects.filter(state=AuditCase.State.ADVERSARIAL, answer_by__lte=soon)
    for case in cases.select_related("claim__programme__network"):
        programme = case.claim.programme
        people = Membership.objects.filter(role=Role.NETWORK_MANAGER, network=programme.network)
        told += _tell(people, programme, "hearing", path=f"/controles/dossier/{case.public_id}/")
    return told


def _tell(memberships: Any, programme: Programme, action: str, path: str = "") -> int:
    year, week, _day = timezone.localdate().isocalendar()
    users: set[User] = {m.user for m in memberships.filter(ended_at=None).select_related("user")}
    for user in users:
        queue_notice(
            user=user,
            key=f"deadline:{action}:{programme.pk}:{year}-{week}",
            template="programme_step",
            context=message_context(programme, action, "") | ({"path": path} if path else {}),
            mail=user.wants_mail,
        )
    return len(users)
