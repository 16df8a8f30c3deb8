"""Reminders after delivery: audits that wait, money that has to come back, claims that nobody moves."""

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils import timezone

from networks.services.telling import contacts_of, coordinators_of, managers_of, teachers_of
from programmes.models import AuditCase, Claim, Programme, Recovery
from programmes.services.terms import (
    AUDIT_REMINDER_DAYS,
    CLAIM_CHECK_DAYS,
    CLAIM_LATE_DAYS,
    REPAYMENT_REMINDER_DAYS,
    days,
)
from programmes.services.weekly import remind
from skillnet.accounts.models import User

Matter = tuple[Collection[User], Programme, str, str]
"""Who has to act, on what, the word for it in the message, and the page where it is done."""


def stale_programmes(rows: Any, today: date) -> Any:
    """Programmes that were given long ago and of which nobody submitted a claim."""
    unsent = Q(claim=None) | Q(claim__state="draft")
    long_ago = today - days(CLAIM_LATE_DAYS, today)
    return rows.filter(unsent, state=Programme.State.DELIVERED, updated_at__date__lt=long_ago).order_by(
        "updated_at", "pk"
    )


def waiting_claims(rows: Any, today: date) -> Any:
    """Claims that have lain too long with the coordinator."""
    waiting = rows.to_check() | rows.to_pay()
    return waiting.filter(submitted_at__date__lt=today - days(CLAIM_CHECK_DAYS, today)).order_by(
        "submitted_at", "pk"
    )


def remind_settling() -> int:
    """Tell who has to act, once a week for each matter. Returns how many were told."""
    today = timezone.localdate()
    matters = (*_audits(today), *_recoveries(today), *_claims(today))
    return sum(
        remind(people, programme, action, template="claim_reminder", path=path)
        for people, programme, action, path in matters
    )


def _audits(today: date) -> Iterator[Matter]:
    """Open or answered too long, or a term to answer that is over: the auditor is waited for."""
    old = Q(
        state__in=[AuditCase.State.OPEN, AuditCase.State.ANSWERED],
        updated_at__date__lt=today - days(AUDIT_REMINDER_DAYS, today),
    )
    over = Q(state=AuditCase.State.ADVERSARIAL, answer_by__lt=today)
    for case in AuditCase.objects.filter(old | over).select_related("claim__programme__network__call"):
        programme = case.claim.programme
        page = f"/controles/dossier/{case.public_id}/"
        yield coordinators_of(programme.network), programme, "audit_waits", page


def _recoveries(today: date) -> Iterator[Matter]:
    """Due soon or late: who was paid pays back, the coordinator watches."""
    horizon = today + days(REPAYMENT_REMINDER_DAYS, today)
    rows = Recovery.objects.filter(state=Recovery.State.CLAIMED, due_on__lte=horizon)
    for row in rows.with_payer():
        programme = row.programme
        yield who_repays(row), programme, "repay", repayment_page(row)
        if row.due_on and row.due_on < today:
            page = f"/controles/dossier/{row.case.public_id}/"
            yield coordinators_of(programme.network), programme, "repay_late", page


def who_repays(row: Recovery) -> Collection[User]:
    """The people of the payer who can pay back."""
    share = row.jobseeker_share
    if share is None:
        return contacts_of(row.payer.pk)
    return teachers_of(row.payer.pk) if share.edition is not None else managers_of(row.programme.network)


def repayment_page(row: Recovery) -> str:
    """Where the amount and its words stand for who pays back."""
    line = row.jobseeker_share.invoice_line if row.jobseeker_share else None
    return f"/facturatie/{line.public_id}/" if line is not None else _claim_page(row.programme)


def _claims(today: date) -> Iterator[Matter]:
    for programme in stale_programmes(Programme.objects.select_related("network"), today):
        yield managers_of(programme.network), programme, "claim_missing", _claim_page(programme)
    for claim in waiting_claims(Claim.objects.with_parties(), today):
        programme = claim.programme
        yield coordinators_of(programme.network), programme, "claim_waits", _claim_page(programme)


def _claim_page(programme: Programme) -> str:
    return f"/programmas/{programme.public_id}/afrekening/"


__all__ = ["remind_settling", "repayment_page", "stale_programmes", "waiting_claims", "who_repays"]
