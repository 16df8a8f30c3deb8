"""The steps of a claim, of an audit and of a recovery: one table each, read by pages, services and tests."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programmes import claim_rules as rules
from programmes.models import AuditCase, AuditItem, Claim, Recovery
from programmes.services.claim_checks import checks_of
from programmes.services.claim_follow_up import after_audit_step, after_claim_step
from skillnet.kernel.actor import Actor
from skillnet.kernel.transitions import Transition, TransitionTable

C = Claim.State
A = AuditCase.State
R = Recovery.State
EDITABLE = frozenset({C.DRAFT, C.CHANGES_STAFF, C.CHANGES_FINANCE})
TO_CHECK = frozenset({C.SUBMITTED, C.RESUBMITTED})


def can_be_submitted(claim: Claim) -> list[str]:
    """What still has to be done before the coordinator gets it; each sentence says how."""
    return [check.remedy for check in checks_of(claim) if check.blocks]


def can_be_approved(claim: Claim) -> list[str]:
    """Everything that was true at submission must still be: attendance may have been corrected since."""
    return can_be_submitted(claim)


def everything_is_looked_at(case: AuditCase) -> list[str]:
    unseen = case.items.filter(verdict=AuditItem.Verdict.UNSEEN).count()
    if not unseen:
        return []
    return [_("Nog %(n)s stukken zijn niet bekeken: geef bij elk stuk een bevinding.") % {"n": unseen}]


def may_be_accepted(case: AuditCase) -> list[str]:
    """A case with findings is first put to the network; what is accepted then is a decision with a reason."""
    reasons = everything_is_looked_at(case)
    bad = case.items.exclude(verdict__in=[AuditItem.Verdict.OK, AuditItem.Verdict.UNSEEN]).exists()
    if bad and case.state == A.OPEN:
        reasons.append(_("Niet alles is in orde: leg de bevindingen eerst voor aan het netwerk."))
    return reasons


def was_heard(case: AuditCase) -> list[str]:
    """Nobody is refused before the answer came or the term for it passed."""
    reasons = everything_is_looked_at(case)
    waits = case.state == A.ADVERSARIAL and case.answer_by and case.answer_by >= timezone.localdate()
    if waits:
        reasons.append(_("Het netwerk heeft nog tijd om te antwoorden: wacht het antwoord of de termijn af."))
    return reasons


def has_an_answer(case: AuditCase) -> list[str]:
    return [] if case.answer.strip() else [_("Schrijf eerst uw antwoord.")]


def follow_up(claim: Claim, action: str, actor: Actor) -> None:
    """What a step sets in motion, in its own transaction."""
    after_claim_step(claim=claim, action=action, actor=actor)


def follow_audit(case: AuditCase, action: str, actor: Actor) -> None:
    after_audit_step(case=case, action=action, actor=actor)


def _step(label: Any, sources: frozenset[Any], target: str, allowed: Any, **options: Any) -> Transition:
    return Transition(label, frozenset(sources), target, allowed, **options)


CLAIM_TRANSITIONS = TransitionTable(
    model=Claim,
    transitions={
        "submit": _step(
            gettext_lazy("Afrekening indienen"),
            frozenset({C.DRAFT}),
            C.SUBMITTED,
            rules.draws_up,
            guard=can_be_submitted,
            stamp="submitted_at",
            style="main",
        ),
        "resubmit": _step(
            gettext_lazy("Opnieuw indienen"),
            frozenset({C.CHANGES_STAFF, C.CHANGES_FINANCE}),
            C.RESUBMITTED,
            rules.draws_up,
            guard=can_be_submitted,
            stamp="submitted_at",
            style="main",
        ),
        "approve_content": _step(
            gettext_lazy("Inhoudelijk goedkeuren"),
            TO_CHECK,
            C.APPROVED_STAFF,
            rules.checks,
            by_person=True,
            guard=can_be_approved,
            style="main",
        ),
        "ask_changes": _step(
            gettext_lazy("Aanvulling vragen"),
            TO_CHECK,
            C.CHANGES_STAFF,
            rules.checks,
            needs_reason=True,
            by_person=True,
        ),
        "approve_payment": _step(
            gettext_lazy("Goedkeuren voor betaling"),
            frozenset({C.APPROVED_STAFF}),
            C.APPROVED_FINANCE,
            rules.pays,
            by_person=True,
            guard=can_be_approved,
            style="main",
        ),
        "ask_changes_finance": _step(
            gettext_lazy("Aanvulling vragen voor de betaling"),
            frozenset({C.APPROVED_STAFF}),
            C.CHANGES_FINANCE,
            rules.pays,
            by_person=True,
            needs_reason=True,
        ),
        "decline": _step(
            gettext_lazy("Afwijzen"),
            frozenset({*TO_CHECK, C.APPROVED_STAFF}),
            C.DECLINED,
            rules.checks,
            by_person=True,
            needs_reason=True,
            style="stop",
        ),
        "pay": _step(
            gettext_lazy("Betaling vaststellen"),
            frozenset({C.APPROVED_FINANCE, C.PAYMENT_FAILED}),
            C.PAID,
            rules.pays,
            by_person=True,
            style="main",
        ),
        "fail": _step(
            gettext_lazy("Betaling mislukt"),
            frozenset({C.APPROVED_FINANCE}),
            C.PAYMENT_FAILED,
            rules.pays,
            by_person=True,
            needs_reason=True,
        ),
    },
    after=follow_up,
)

AUDIT_TRANSITIONS = TransitionTable(
    model=AuditCase,
    transitions={
        "hear": _step(
            gettext_lazy("Voorleggen aan het netwerk"),
            frozenset({A.OPEN}),
            A.ADVERSARIAL,
            rules.audits,
            by_person=True,
            guard=everything_is_looked_at,
            needs_reason=True,
            style="main",
        ),
        "answer": _step(
            gettext_lazy("Antwoorden"),
            frozenset({A.ADVERSARIAL}),
            A.ANSWERED,
            rules.answers,
            guard=has_an_answer,
            style="main",
        ),
        "accept": _step(
            gettext_lazy("Aanvaarden"),
            frozenset({A.OPEN, A.ADVERSARIAL, A.ANSWERED}),
            A.ACCEPTED,
            rules.audits,
            by_person=True,
            guard=may_be_accepted,
            needs_reason=True,
            stamp="closed_at",
        ),
        "refuse": _step(
            gettext_lazy("Niet aanvaarden"),
            frozenset({A.ADVERSARIAL, A.ANSWERED}),
            A.REFUSED,
            rules.audits,
            by_person=True,
            guard=was_heard,
            needs_reason=True,
            stamp="closed_at",
            style="stop",
        ),
    },
    after=follow_audit,
)

RECOVERY_TRANSITIONS = TransitionTable(
    model=Recovery,
    transitions={
        "repay": _step(
            gettext_lazy("Terugbetaling vaststellen"),
            frozenset({R.CLAIMED}),
            R.REPAID,
            rules.recovers,
            style="main",
        ),
    },
)
