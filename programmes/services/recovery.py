"""Taking money back after an audit, and lowering what counts in the de minimis ledger. Nothing is deleted."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from networks.services.telling import notify
from programmes import claim_rules
from programmes.aid.claims import structured_communication
from programmes.claim_transitions import RECOVERY_TRANSITIONS
from programmes.models import (
    AuditCase,
    ClaimShare,
    DeMinimisAid,
    JobseekerShare,
    Recovery,
    Repayment,
)
from programmes.services.ledger import correct_ledger
from programmes.services.settling_reminders import repayment_page, who_repays
from programmes.services.step_notices import message_context
from programmes.services.terms import REPAYMENT_DAYS, days
from skillnet.kernel import iban
from skillnet.kernel.actor import Actor
from skillnet.kernel.transitions import TransitionRefused, record_decision, run_transition
from skillnet.templatetags.ui import date_long, euro

ZERO = Decimal("0.00")
# References of payments are drawn from one row of numbers, apart by their first digit (claims begin with 1).
RECOVERY_NUMBERS = 2_000_000_000
JOBSEEKER_NUMBERS = 3_000_000_000
Share = TypeVar("Share", ClaimShare, JobseekerShare)


NOTHING: Mapping[int, Decimal] = {}


def recover(
    *,
    case_id: int,
    actor: Actor,
    amounts: Mapping[int, Decimal],
    reason: str,
    jobseekers: Mapping[int, Decimal] = NOTHING,
    account: str = "",
) -> list[Recovery]:
    """Claim back from each company (`amounts`: euro by participation) what was paid and is not accepted, and
    what the ring-fenced line paid for jobseekers (`jobseekers`: euro by share of the claim).

    The money goes to the coordinator of the call, who paid it: to `account`, or else to the account number that
    its organisation gave.

    Never more than was paid; asking twice is asking once. What was de minimis aid counts no longer, and what
    comes back to the ring-fenced line is free there again. Raises TransitionRefused or ValidationError.
    """
    with transaction.atomic():
        case: AuditCase = (
            AuditCase.objects.select_for_update(of=("self",))
            .select_related("claim__programme__network__call__coordinator")
            .get(pk=case_id)
        )
        _check(case, actor, reason)
        account = account_of(case, account)
        made = [
            _recover_from(case, pk, amount, reason.strip(), actor, account)
            for pk, amount in sorted(amounts.items())
            if amount
        ]
        made += [
            _recover_share(case, pk, amount, reason.strip(), actor, account)
            for pk, amount in sorted(jobseekers.items())
            if amount
        ]
        if not made:
            raise ValidationError(_("Vul minstens één bedrag in dat terugbetaald wordt."))
        _tell_payers(made)
    return made


def _tell_payers(made: list[Recovery]) -> None:
    """Who has to pay back hears it at once, with the day; the reminder comes when that day is near."""
    for row in Recovery.objects.filter(pk__in=[r.pk for r in made]).with_payer():
        notify(
            who_repays(row),
            key=f"repay_asked:{row.pk}",
            template="claim_reminder",
            context=message_context(row.programme, "repay_asked", "")
            | {"path": repayment_page(row), "due_on": row.due_on.isoformat() if row.due_on else ""},
        )


def _check(case: AuditCase, actor: Actor, reason: str) -> None:
    if not claim_rules.audits(actor, case):
        raise TransitionRefused(_("U mag deze stap niet zetten."))
    if case.state != AuditCase.State.REFUSED:
        raise TransitionRefused(_("Terugvorderen kan pas als de controle niet aanvaard is."))
    if not reason.strip():
        raise TransitionRefused(_("Geef een motivering: wie dit leest moet begrijpen waarom."))


def account_of(case: AuditCase, wanted: str = "") -> str:
    """The account number that takes the money: the one that is given, or that of the call's coordinator.

    Raises ValidationError with what to do where there is none, or it is none.
    """
    call = case.claim.programme.network.call
    number = wanted.strip() or (call.coordinator.iban if call is not None else "")
    try:
        return iban.parse(number)
    except iban.InvalidIbanError as error:
        raise ValidationError(
            {
                "account": _(
                    "Geef het rekeningnummer (IBAN) waarop terugbetaald wordt, bijvoorbeeld BE71 0961 2345 6769."
                )
                if not number
                else _("Dit is geen rekeningnummer (IBAN): kijk de cijfers na op een rekeninguittreksel.")
            }
        ) from error


def _recover_from(
    case: AuditCase, participation_id: int, amount: Decimal, reason: str, actor: Actor, account: str
) -> Recovery:
    known = Recovery.objects.filter(case=case, participation=participation_id).first()
    if known is not None:
        return known
    share = ClaimShare.objects.filter(claim=case.claim, participation=participation_id).first()
    paid = _within(share, amount)
    recovery = _write(
        Recovery(case=case, participation_id=participation_id, amount=amount, reason=reason),
        number=RECOVERY_NUMBERS + paid.pk,
        paid=paid.payable,
        actor=actor,
        account=account,
    )
    left = amount
    entries = DeMinimisAid.objects.filter(participation=participation_id).prefetch_related("corrections")
    for aid in entries.order_by("-pk"):  # what came last goes first
        part = min(left, aid.counted)
        if part > 0:
            correct_ledger(
                aid_id=aid.pk,
                amount=part,
                reason=_("Teruggevorderd na controle."),
                actor=actor,
                recovery=recovery,
            )
            left -= part
    return recovery


def _recover_share(
    case: AuditCase, share_id: int, amount: Decimal, reason: str, actor: Actor, account: str
) -> Recovery:
    """From whom the ring-fenced line paid; the companies' money plays no part in it."""
    known = Recovery.objects.filter(case=case, jobseeker_share=share_id).first()
    if known is not None:
        return known
    paid = _within(JobseekerShare.objects.filter(claim=case.claim, pk=share_id).first(), amount)
    return _write(
        Recovery(case=case, jobseeker_share_id=share_id, amount=amount, reason=reason),
        number=JOBSEEKER_NUMBERS + share_id,
        paid=paid.payable,
        actor=actor,
        account=account,
    )


def _within(share: Share | None, amount: Decimal) -> Share:
    """The share, where `amount` is something and no more than was paid; raises ValidationError."""
    if share is None or not ZERO < amount <= share.payable:
        raise ValidationError(too_much(share.payable if share else ZERO))
    return share


def too_much(paid: Decimal) -> str:
    """What to ask instead, in words; `paid` in euro."""
    return _("Vraag meer dan 0 en hoogstens wat betaald is: %(paid)s.") % {"paid": euro(paid, 2)}


def _write(recovery: Recovery, *, number: int, paid: Decimal, actor: Actor, account: str) -> Recovery:
    call = recovery.programme.network.call
    recovery.account, recovery.account_holder = account, call.coordinator.name if call is not None else ""
    recovery.due_on = _repay_by(timezone.localdate())
    recovery.reference = structured_communication(number)
    recovery.full_clean(exclude=["case", "participation", "jobseeker_share"])
    recovery.save()
    record_decision(
        subject=recovery,
        action="recover",
        from_state="",
        to_state=recovery.state,
        actor=actor,
        reason=recovery.reason,
        evidence={
            "amount": str(recovery.amount),
            "paid": str(paid),
            "case": str(recovery.case.public_id),
            "account": recovery.account,
        },
    )
    return recovery


def _repay_by(today: date) -> date:
    """A term of payment that the recovery itself states, no rule of law."""
    return today + days(REPAYMENT_DAYS, today)


def record_repayment(
    *, recovery_id: int, actor: Actor, repaid_on: date | None, amount: Decimal | None = None
) -> Recovery:
    """Note that money came back: `amount` euro, or all that is left. The recovery is over once all of it is back.

    The same payment noted twice is noted once, and noting it all twice keeps the first day. Raises
    TransitionRefused or ValidationError.
    """
    if repaid_on is None or repaid_on > timezone.localdate():
        raise TransitionRefused(_("Geef de dag van de terugbetaling; ze ligt niet in de toekomst."))
    with transaction.atomic():
        row = _lock(recovery_id)
        if not claim_rules.recovers(actor, row):
            raise TransitionRefused(_("U mag deze stap niet zetten."))
        left = row.left
        wanted = left if amount is None else amount
        known = row.repayments.filter(paid_on=repaid_on, amount=wanted).exists()
        if row.state == Recovery.State.REPAID:
            return _close(
                row, actor, repaid_on, {}
            )  # the same person again changes nothing, another one is told
        if known:
            return row
        _check_payment(row, wanted, repaid_on)
        Repayment.objects.create(recovery=row, amount=wanted, paid_on=repaid_on, recorded_by=actor.user)
        if wanted == left:
            return _close(row, actor, repaid_on, {"amount": str(wanted)})
        record_decision(
            subject=row,
            action="repay_part",
            from_state=row.state,
            to_state=row.state,
            actor=actor,
            evidence={
                "amount": str(wanted),
                "repaid_on": repaid_on.isoformat(),
                "left": str(left - wanted),
            },
        )
    return row


def _close(row: Recovery, actor: Actor, repaid_on: date, evidence: Mapping[str, object]) -> Recovery:
    """All of it came back. Raises TransitionRefused where somebody else noted that before."""
    taken: Recovery = run_transition(
        table=RECOVERY_TRANSITIONS,
        pk=row.pk,
        action="repay",
        actor=actor,
        values={"repaid_on": repaid_on},
        evidence=evidence,
    )
    return taken


def _lock(recovery_id: int) -> Recovery:
    rows = Recovery.objects.select_for_update(of=("self",)).with_payer()
    row: Recovery = rows.get(pk=recovery_id)
    return row


def _check_payment(row: Recovery, amount: Decimal, repaid_on: date) -> None:
    if not ZERO < amount <= row.left:
        raise ValidationError(
            {
                "amount": _("Noteer meer dan 0 en hoogstens wat nog terug moet komen: %(left)s.")
                % {"left": euro(row.left, 2)}
            }
        )
    asked = timezone.localdate(row.created_at)
    paid = row.case.claim.paid_on
    if repaid_on < (paid or asked):
        raise ValidationError(
            {
                "repaid_on": _("De subsidie is pas op %(day)s betaald: een terugbetaling komt daarna.")
                % {"day": date_long(paid or asked)}
            }
        )
