"""Training leave: accounts of hours per worker and school year, proposals and their answers, claims in time.

A worker is known by the company's own reference only. An answer is logged once; refusing has no consequence,
so nothing but the answer itself is kept of it.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from networks.models import Organisation
from programmes.aid.instruments import LeaveEstimate, LeaveRequest, Proposal, estimate_leave
from programmes.aid.rates import Rates
from programmes.aid.texts import render
from programmes.models import LeaveEntry, LeaveProposal, LeaveWorker
from programmes.reasons import aid_language
from programmes.services.law import database_rates

FIRST_MONTH = 9  # a school year starts in September
P = LeaveProposal.State
ANSWERS = {
    P.OPEN: Proposal.OPEN,
    P.ACCEPTED: Proposal.ACCEPTED,
    P.REFUSED: Proposal.REFUSED,
    P.WITHDRAWN: Proposal.NONE,
}


@dataclass(frozen=True, slots=True)
class Account:
    """The two accounts of a worker in one school year, hours."""

    worker: LeaveWorker
    school_year: int
    own_right: Decimal
    own_used: Decimal
    joint_right: Decimal
    joint_used: Decimal

    @property
    def own_left(self) -> Decimal:
        return max(Decimal(0), self.own_right - self.own_used)

    @property
    def joint_left(self) -> Decimal:
        return max(Decimal(0), self.joint_right - self.joint_used)


def school_year_of(day: date) -> int:
    """The year in which the school year of `day` began."""
    return day.year if day.month >= FIRST_MONTH else day.year - 1


def account_of(*, worker: LeaveWorker, school_year: int, rates: Rates | None = None) -> Account:
    """Rights pro rata the employment, and what the entries of that school year took."""
    law = rates or database_rates()
    day = date(school_year, FIRST_MONTH, 1)
    part = min(worker.employment, Decimal(100)) / 100
    used = worker.entries.filter(school_year=school_year, given_back_at=None).aggregate(
        own=Sum("own_hours", default=Decimal(0)), joint=Sum("joint_hours", default=Decimal(0))
    )
    return Account(
        worker,
        school_year,
        law.value("vov_year_hours", day) * part,
        used["own"],
        law.value("vov_joint_right_hours", day) * part,
        used["joint"],
    )


def save_worker(*, organisation: Organisation, values: Mapping[str, Any]) -> LeaveWorker:
    """Open the account of a worker; raises ValidationError."""
    worker = LeaveWorker(organisation=organisation, **values)
    if "@" in worker.reference or " " in worker.reference.strip():
        raise ValidationError(
            {"reference": _("Gebruik een code zonder naam of e-mailadres, bijvoorbeeld W-017.")}
        )
    worker.full_clean(exclude=["organisation"])
    worker.save()
    return worker


def propose_course(*, worker: LeaveWorker, values: Mapping[str, Any]) -> LeaveProposal:
    """The employer proposes a course under the joint right; the worker answers by `answer_id`."""
    proposal = LeaveProposal(worker=worker, **values)
    proposal.full_clean(exclude=["worker"])
    proposal.save()
    proposal.refresh_from_db()
    return proposal


def proposal_to_answer(answer_id: uuid.UUID) -> LeaveProposal | None:
    """The proposal behind a worker's link; whoever holds the link may read and answer it."""
    found: LeaveProposal | None = (
        LeaveProposal.objects.filter(answer_id=answer_id).select_related("worker__organisation").first()
    )
    return found


def answer_proposal(*, answer_id: uuid.UUID, accept: bool) -> LeaveProposal:
    """Log the worker's answer; it is given once and then stands. Raises ValidationError."""
    with transaction.atomic():
        proposal: LeaveProposal = LeaveProposal.objects.select_for_update(of=("self",)).get(
            answer_id=answer_id
        )
        wanted = P.ACCEPTED if accept else P.REFUSED
        if proposal.state == wanted:
            return proposal
        if proposal.state != P.OPEN:
            raise ValidationError(_("Op dit voorstel is al geantwoord, of het is ingetrokken."))
        proposal.state, proposal.answered_at = wanted, timezone.now()
        proposal.save(update_fields=["state", "answered_at", "updated_at"])
    return proposal


def estimate_course(
    *, worker: LeaveWorker, values: Mapping[str, Any], proposal: LeaveProposal | None = None
) -> LeaveEstimate:
    """What the course takes from the accounts and what it is worth, without writing anything."""
    starts_on: date = values["starts_on"]
    account = account_of(worker=worker, school_year=school_year_of(starts_on))
    request = LeaveRequest(
        employment=worker.employment,
        weekly_hours=worker.weekly_hours,
        hours=values["hours"],
        contact_hours=values.get("contact_hours") or values["hours"],
        ects=values.get("ects") or Decimal(0),
        start=starts_on,
        claimed_on=values.get("claimed_on") or timezone.localdate(),
        used_hours=account.own_used,
        used_joint_hours=account.joint_used,
        proposal=ANSWERS[P(proposal.state)] if proposal else Proposal.NONE,
    )
    return estimate_leave(request, database_rates())


def record_course(
    *, worker_id: int, values: Mapping[str, Any], proposal: LeaveProposal | None = None
) -> LeaveEntry:
    """Take the hours of a course from the accounts; the worker's row is the lock, so none goes below zero.

    Recording the same course twice takes its hours once. Raises ValidationError with the sentences of
    the rules where nothing can be taken.
    """
    with transaction.atomic():
        worker = LeaveWorker.objects.select_for_update(of=("self",)).get(pk=worker_id)
        known: LeaveEntry | None = worker.entries.filter(
            course=values["course"], starts_on=values["starts_on"], proposal=proposal, given_back_at=None
        ).first()
        if known is not None:
            return known
        estimate = estimate_course(worker=worker, values=values, proposal=proposal)
        if estimate.refused:
            raise ValidationError([render(item, aid_language()) for item in estimate.reasons])
        entry = LeaveEntry(
            worker=worker,
            proposal=proposal,
            course=values["course"],
            school_year=school_year_of(values["starts_on"]),
            starts_on=values["starts_on"],
            own_hours=estimate.own_hours,
            joint_hours=estimate.joint_hours,
            amount=estimate.amount,
            claim_by=estimate.deadline,
        )
        entry.full_clean(exclude=["worker"])
        entry.save()
    return entry


def give_back_course(*, entry_id: int) -> LeaveEntry:
    """The course did not go on: its hours are back on the accounts, and what was noted stays on record.

    Doing it twice changes nothing. Raises ValidationError for what was claimed already.
    """
    with transaction.atomic():
        worker_id = LeaveEntry.objects.values_list("worker_id", flat=True).get(pk=entry_id)
        LeaveWorker.objects.select_for_update(of=("self",)).get(pk=worker_id)
        entry: LeaveEntry = LeaveEntry.objects.select_for_update(of=("self",)).get(pk=entry_id)
        if entry.claimed_on is not None:
            raise ValidationError(_("Dit is al aangevraagd: trek eerst de aanvraag in bij de administratie."))
        if entry.given_back_at is None:
            entry.given_back_at = timezone.now()
            entry.save(update_fields=["given_back_at", "updated_at"])
            LeaveProposal.objects.filter(entry=entry).update(state=P.WITHDRAWN)
    return entry


def withdraw_proposal(*, proposal_id: int) -> LeaveProposal:
    """The employer takes a proposal back that was not answered or of which no hours were taken; twice is once.

    Raises ValidationError.
    """
    with transaction.atomic():
        proposal: LeaveProposal = LeaveProposal.objects.select_for_update(of=("self",)).get(pk=proposal_id)
        if proposal.state == P.WITHDRAWN:
            return proposal
        if proposal.state == P.REFUSED or LeaveEntry.objects.filter(proposal=proposal).exists():
            raise ValidationError(_("Op dit voorstel is al geantwoord, of de uren zijn al opgenomen."))
        proposal.state = P.WITHDRAWN
        proposal.save(update_fields=["state", "updated_at"])
    return proposal


def mark_claimed(*, entry_id: int, day: date | None = None) -> LeaveEntry:
    """Note that the claim was sent; noting it twice keeps the first day. Too late is refused."""
    with transaction.atomic():
        entry: LeaveEntry = LeaveEntry.objects.select_for_update(of=("self",)).get(pk=entry_id)
        today = day or timezone.localdate()
        if entry.given_back_at is not None:
            raise ValidationError(_("Deze opleiding ging niet door: er is niets aan te vragen."))
        if entry.claimed_on is None:
            if today > entry.claim_by:
                raise ValidationError(
                    _("De laatste dag om dit aan te vragen was %(day)s.") % {"day": entry.claim_by}
                )
            entry.claimed_on = today
            entry.save(update_fields=["claimed_on", "updated_at"])
    return entry


__all__ = [
    "Account",
    "account_of",
    "answer_proposal",
    "estimate_course",
    "give_back_course",
    "mark_claimed",
    "proposal_to_answer",
    "propose_course",
    "record_course",
    "save_worker",
    "school_year_of",
    "withdraw_proposal",
]
