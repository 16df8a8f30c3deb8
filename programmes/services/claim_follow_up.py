"""What each step of a claim or an audit sets in motion: figures written, the programme moved, people told."""

from decimal import Decimal

from django.utils.translation import gettext as _

from networks.services.telling import coordinators_of, managers_of
from programmes.models import AuditCase, Claim, DeMinimisAid, Participation, Programme
from programmes.services.claim_shares import write_shares
from programmes.services.jobseeker_claims import pay_jobseekers, write_jobseeker_shares
from programmes.services.ledger import correct_ledger
from programmes.services.step_notices import contacts_of_companies, send
from programmes.transitions import PROGRAMME_TRANSITIONS
from skillnet.accounts.models import User
from skillnet.kernel.actor import Actor
from skillnet.kernel.transitions import run_transition
from skillnet.templatetags.ui import date_long

TO_COORDINATOR = ("submit", "resubmit", "approve_content", "answer")
TO_COMPANIES = ("pay", "decline")


def after_claim_step(*, claim: Claim, action: str, actor: Actor) -> None:
    """Submitted: the programme is claimed. Paid: it is paid. In the transaction of the step."""
    if action in ("submit", "resubmit", "approve_content"):
        write_shares(claim)
        write_jobseeker_shares(claim)
    programme = claim.programme
    if action == "submit" and programme.state == Programme.State.DELIVERED:
        run_transition(table=PROGRAMME_TRANSITIONS, pk=programme.pk, action="claim", actor=actor)
    if action == "pay":
        reason = _("Betaald op %(day)s, kenmerk %(reference)s.") % {
            "day": date_long(claim.paid_on),
            "reference": claim.payment_reference,
        }
        run_transition(
            table=PROGRAMME_TRANSITIONS,
            pk=programme.pk,
            action="pay",
            actor=actor,
            reason=reason,
            evidence={
                "settled": str(claim.settled),
                "jobseekers_settled": str(claim.jobseekers_settled),
                "reference": claim.reference,
            },
        )
        pay_jobseekers(claim)
        settle_ledger(claim=claim, actor=actor)
    if action == "decline":
        run_transition(
            table=PROGRAMME_TRANSITIONS,
            pk=programme.pk,
            action="close_unpaid",
            actor=actor,
            reason=_("De afrekening is afgewezen: er wordt niets betaald."),
        )
        settle_ledger(claim=claim, actor=actor)
    tell(programme, f"claim_{action}", actor, path=f"/programmas/{programme.public_id}/afrekening/")


def settle_ledger(*, claim: Claim, actor: Actor) -> None:
    """Less was paid than was granted as de minimis: the entry stays, a correction lowers what counts. Nothing
    is paid of a claim that was declined."""
    declined = claim.state == Claim.State.DECLINED
    paid: dict[int | None, Decimal] = (
        {} if declined else {share.participation_id: share.payable for share in claim.shares.all()}
    )
    reason = (
        _("Afrekening afgewezen: er is niets betaald.")
        if declined
        else _("Afgerekend: er is minder betaald dan toegekend.")
    )
    aid_of = DeMinimisAid.objects.filter(participation__programme=claim.programme_id)
    for aid in aid_of.prefetch_related("corrections").order_by("pk"):
        # A company may have several entries, one for each decision: what was paid fills the oldest first.
        left = paid.get(aid.participation_id, Decimal("0.00"))
        less = aid.counted - min(aid.counted, left)
        paid[aid.participation_id] = left - min(aid.counted, left)
        if less > 0:
            correct_ledger(aid_id=aid.pk, amount=less, reason=reason, actor=actor)


def after_audit_step(*, case: AuditCase, action: str, actor: Actor) -> None:
    tell(case.claim.programme, f"audit_{action}", actor, path=f"/controles/dossier/{case.public_id}/")


def tell(programme: Programme, action: str, actor: Actor, *, path: str) -> None:
    """Tell who waits for this step; once for each person and step."""
    context = {
        "programme": programme.title,
        "network": programme.network.name,
        "path": path,
        "action": action,
        "who": actor.label,
    }
    send(
        [user for user in _readers(programme, action.partition("_")[2]) if user != actor.user],
        key=f"{action}:{programme.pk}",
        context=context,
        template="claim_step",
    )


def _readers(programme: Programme, step: str) -> list[User]:
    if step in TO_COORDINATOR:
        return coordinators_of(programme.network)
    if step not in TO_COMPANIES:
        return managers_of(programme.network)
    paid = programme.participations.filter(state=Participation.State.COMMITTED)
    return [*managers_of(programme.network), *contacts_of_companies(paid)]


__all__ = ["after_audit_step", "after_claim_step", "settle_ledger", "tell"]
