"""Four eyes: above the threshold of the call two coordinators sign before a programme is approved."""

from decimal import Decimal

from django.utils import timezone

from programmes.models import Programme, Signature
from skillnet.kernel.actor import Actor
from skillnet.kernel.rates import DatedRate, rate_on
from skillnet.kernel.transitions import record_decision

ZERO = Decimal("0.00")
THRESHOLD = "second_signature_from"


def second_signature_rate() -> DatedRate:
    """The dated threshold, euro of public money; raises NoRate."""
    return rate_on(THRESHOLD, timezone.localdate())


def needs_second_signature(programme: Programme) -> bool:
    """Whether so much public money is at stake that one coordinator does not decide alone."""
    return public_money(programme) >= second_signature_rate().value


def public_money(programme: Programme) -> Decimal:
    """What the decision promises in all, euro: the companies' grants and the seats of jobseekers, in full."""
    total: Decimal = (programme.grant or ZERO) + programme.jobseeker_cost
    return total


def signatures_of(programme: Programme) -> list[Signature]:
    """Signatures on the submission that waits now; those on an earlier one no longer count."""
    if programme.submitted_at is None:
        return []
    rows = programme.signatures.filter(submission=programme.submitted_at).select_related("user")
    return list(rows.order_by("at", "id"))


def sign_programme(*, programme: Programme, actor: Actor, reason: str) -> bool:
    """Put the actor's signature and say whether another coordinator signed as well.

    Call it inside the transaction that holds the programme's row, after the step was checked. Signing twice
    is one signature.
    """
    if programme.submitted_at is None:  # a submitted programme has its instant (constraint)
        raise ValueError(programme.pk)
    mine, made = Signature.objects.get_or_create(
        programme=programme,
        user=actor.user,
        submission=programme.submitted_at,
        defaults={"reason": reason.strip()},
    )
    complete = any(signature.user_id != mine.user_id for signature in signatures_of(programme))
    if made and not complete:
        record_decision(
            subject=programme,
            action="sign",
            from_state=programme.state,
            to_state=programme.state,
            actor=actor,
            reason=reason,
            evidence={
                "grant": str(programme.grant),
                "public_money": str(public_money(programme)),
                "threshold": str(second_signature_rate().value),
            },
        )
    return complete
