"""Reminders after delivery: audits that wait, money that has to come back, claims that nobody moves."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from networks.models import Membership
from programmes.models import AuditCase, Claim, Programme, Recovery
from programmes.services.follow_up import message_context
from skillnet.accounts.models import User
from skillnet.kernel.outbox import queue_notice
from skillnet.kernel.roles import Role

# Ours, no rule of law: long enough to do the work, short enough that nobody waits for a quarter.
AUDIT_AFTER = timedelta(days=14)
CHECK_AFTER = timedelta(days=20)
CLAIM_AFTER = timedelta(days=60)
REPAY_BEFORE = timedelta(days=7)
WAITING = ("submitted", "resubmitted", "approved_by_staff", "approved_by_finance", "payment_failed")


def stale_programmes(rows: Any, today: date) -> Any:
    """Programmes that were given two months ago and of which nobody submitted a claim."""
    unsent = Q(claim=None) | Q(claim__state="draft")
    return rows.filter(
        unsent, state=Programme.State.DELIVERED, updated_at__date__lt=today - CLAIM_AFTER
    ).order_by("updated_at", "pk")


def waiting_claims(rows: Any, today: date) -> Any:
    """Claims that have lain with the coordinator for twenty days."""
    return rows.filter(state__in=WAITING, submitted_at__date__lt=today - CHECK_AFTER).order_by(
        "submitted_at", "pk"
    )


def remind_settling() -> int:
    """Tell who has to act, once a week for each matter. Returns how many were told."""
    today = timezone.localdate()
    return sum(_tell(*matter) for matter in (*_audits(today), *_recoveries(today), *_claims(today)))


def _audits(today: date) -> Iterator[tuple[Any, Programme, str, str]]:
    """Open or answered for two weeks, or a term to answer that is over: the auditor is waited for."""
    old = Q(
        state__in=[AuditCase.State.OPEN, AuditCase.State.ANSWERED], updated_at__date__lt=today - AUDIT_AFTER
    )
    over = Q(state=AuditCase.State.ADVERSARIAL, answer_by__lt=today)
    for case in AuditCase.objects.filter(old | over).select_related("claim__programme__network__call"):
        programme = case.claim.programme
        yield _coordinators(programme), programme, "audit_waits", f"/controles/dossier/{case.public_id}/"


def _recoveries(today: date) -> Iterator[tuple[Any, Programme, str, str]]:
    """Due within a week or late: the company pays, the coordinator watches."""
    rows = Recovery.objects.filter(state=Recovery.State.CLAIMED, due_on__lte=today + REPAY_BEFORE)
    for row in rows.select_related("case", "participation__programme__network__call"):
        programme = row.participation.programme
        contacts = Membership.objects.filter(
            role=Role.COMPANY_CONTACT, organisation=row.participation.organisation_id
        )
        yield contacts, programme, "repay", f"/programmas/{programme.public_id}/afrekening/"
        if row.due_on and row.due_on < today:
            page = f"/controles/dossier/{row.case.public_id}/"
            yield _coordinators(programme), programme, "repay_late", page


def _claims(today: date) -> Iterator[tuple[Any, Programme, str, str]]:
    for programme in stale_programmes(Programme.objects.select_related("network"), today):
        managers = Membership.objects.filter(role=Role.NETWORK_MANAGER, network=programme.network)
        yield managers, programme, "claim_missing", _claim_page(programme)
    for claim in waiting_claims(Claim.objects.with_parties(), today):
        yield _coordinators(claim.programme), claim.programme, "claim_waits", _claim_page(claim.programme)


def _claim_page(programme: Programme) -> str:
    return f"/programmas/{programme.public_id}/afrekening/"


def _coordinators(programme: Programme) -> Any:
    call = programme.network.call
    return Membership.objects.filter(
        role=Role.COORDINATOR, organisation=call.coordinator_id if call else None
    )


def _tell(memberships: Any, programme: Programme, action: str, path: str) -> int:
    year, week, _day = timezone.localdate().isocalendar()
    users: set[User] = {m.user for m in memberships.filter(ended_at=None).select_related("user")}
    for user in users:
        queue_notice(
            user=user,
            key=f"deadline:{action}:{programme.pk}:{year}-{week}",
            template="claim_reminder",
            context=message_context(programme, action, "") | {"path": path},
            mail=user.wants_mail,
        )
    return len(users)


__all__ = ["remind_settling", "stale_programmes", "waiting_claims"]
