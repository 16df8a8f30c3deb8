"""What was delivered, settled, paid and audited, as part of a programme's file; learners by pseudonym only."""

from decimal import Decimal
from typing import Any

from programmes.models import AuditCase, Claim, Programme
from programmes.presenting_claims import EVENT_LABELS
from programmes.reasons import assessment_sentences
from programmes.services.audit import items_of
from programmes.services.claim_checks import checks_of
from programmes.services.outcomes import tallies
from programmes.states import GIVEN
from skillnet.kernel.transitions import decisions_on

Json = dict[str, Any]


def delivery_of(programme: Programme) -> Json:
    """Who had a seat and how many hours they came, and the files that prove it. Money plays no part here."""
    rows: list[Any] = list(
        programme.enrolments.select_related("participation__organisation", "edition__offer")
        .with_hours()
        .order_by("pk")
    )
    return {
        "enrolments": [
            {
                "reference": row.reference,
                "company": row.participation.organisation.name if row.participation else None,
                "offer": row.edition.offer.title,
                "stream": row.stream,
                "state": row.state,
                "state_label": str(row.get_state_display()),
                "disadvantaged": row.disadvantaged,
                "hours": None if row.hours_attended is None else str(row.hours_attended),
            }
            for row in rows
        ],
        "counted": counts_of(programme),
        "evidence": [
            {
                "filename": file.filename,
                "kind": file.kind,
                "kind_label": str(file.get_kind_display()),
                "sha256": file.sha256,
                "bytes": file.size,
                "at": file.created_at.isoformat(),
            }
            for file in programme.evidence_files.order_by("pk")
        ],
    }


def claim_of(programme: Programme) -> Json | None:
    """The settlement with its checks, calculation, payment and decisions; None while there is none."""
    claim = (
        Claim.objects.filter(programme=programme)
        .exclude(state=Claim.State.DRAFT)
        .select_related("programme__network__call", "staff_approved_by", "finance_approved_by", "audit_case")
        .first()
    )
    if claim is None:
        return None
    return {
        "id": str(claim.public_id),
        "state": claim.state,
        "state_label": str(claim.get_state_display()),
        "submitted_at": claim.submitted_at.isoformat() if claim.submitted_at else None,
        "overrun_note": claim.overrun_note or None,
        "checks": [
            {"key": c.key, "label": c.label, "outcome": c.outcome, "outcome_label": c.outcome_label,
             "sentence": c.sentence}
            for c in checks_of(claim)
        ],
        "lines": [_line(line) for line in _lines(claim)],
        "shares": [_share(share) for share in claim.shares.select_related("participation__organisation")],
        "jobseekers": jobseekers_of_claim(claim),
        "payable": None if claim.payable is None else str(claim.payable),
        "settled": None if claim.settled is None else str(claim.settled),
        "reference": claim.reference,
        "paid_on": claim.paid_on.isoformat() if claim.paid_on else None,
        "payment_reference": claim.payment_reference or None,
        "content_approved_by": str(claim.staff_approved_by) if claim.staff_approved_by else None,
        "payment_approved_by": str(claim.finance_approved_by) if claim.finance_approved_by else None,
        "decisions": decided(claim),
        "audit": audit_of(getattr(claim, "audit_case", None)),
    }  # fmt: skip


def jobseekers_of_claim(claim: Claim) -> Json | None:
    """What the ring-fenced line pays for jobseekers, and what that stands on; None where it pays for nobody."""
    shares = list(claim.jobseeker_shares.select_related("budget_line", "payee"))
    if not shares:
        return None
    return {
        "legal_basis": shares[0].budget_line.legal_basis,
        "payable": _text(claim.jobseekers_payable),
        "settled": _text(claim.jobseekers_settled),
        "editions": [share.record for share in shares if share.edition_id is not None],
        "own_costs": next((share.record for share in shares if share.edition_id is None), None),
    }


def counts_of(programme: Programme) -> list[Json]:
    """Jobseekers who were counted, for a service keeps their names."""
    rows = programme.jobseeker_attendance.select_related("edition__offer", "evidence", "recorded_by")
    return [
        {
            "offer": row.edition.offer.title,
            "people": row.people,
            "hours": str(row.hours),
            "service": row.service,
            "sha256": row.evidence.sha256,
            "by": str(row.recorded_by) if row.recorded_by else None,
            "at": row.updated_at.isoformat(),
        }
        for row in rows
    ]


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)


def outcomes_of(programme: Programme) -> list[Json]:
    """How the gaps stand at each moment, and what each company said and why: who reads a file may know both."""
    answers: dict[str, list[Json]] = {}
    for row in programme.outcomes.select_related("organisation", "gap") if programme.state in GIVEN else []:
        answers.setdefault(row.moment, []).append(
            {
                "company": row.organisation.name,
                "gap": row.gap.title,
                "answer": row.answer,
                "answer_label": str(row.get_answer_display()),
                "why": row.why or None,
                "at": row.updated_at.isoformat(),
            }
        )
    return [
        {"moment": t.moment, "label": t.label, "level": t.level, "yes": t.yes, "partly": t.partly,
         "no": t.no, "gaps": t.gaps, "answers": answers.get(t.moment, [])}
        for t in tallies(programme)
    ]  # fmt: skip


def _lines(claim: Claim) -> Any:
    return claim.lines.select_related("participation__organisation").prefetch_related("evidence")


def _line(line: Any) -> Json:
    return {
        "company": line.for_whom,
        "category": line.category,
        "category_label": str(line.get_category_display()),
        "description": line.description,
        "amount": str(line.amount),
        "vat": str(line.vat),
        "invoice": line.invoice or None,
        "evidence": [file.filename for file in line.evidence.all()],
    }


def _share(share: Any) -> Json:
    return {
        "company": share.participation.organisation.name,
        "actual": str(share.actual),
        "eligible": str(share.eligible),
        "payable": str(share.payable),
        "sentences": [
            {"text": s.text, "legal_basis": s.basis} for s in assessment_sentences(share.record, {})
        ],
    }


def audit_of(case: AuditCase | None) -> Json | None:
    """The audit of a claim: how it was drawn, what was found, and what was taken back."""
    if case is None:
        return None
    sample = case.sample
    return {
        "state": case.state,
        "state_label": str(case.get_state_display()),
        "sample": {
            "id": str(sample.public_id),
            "method": sample.method,
            "seed": sample.seed,
            "share": str(sample.share),
            "least": sample.least,
            "most": sample.most,
            "starts_on": sample.starts_on.isoformat(),
            "ends_on": sample.ends_on.isoformat(),
            "population": len(sample.population),
            "references": sample.population,  # with the seed enough to draw again
        },
        "findings": case.findings or None,
        "answer_by": case.answer_by.isoformat() if case.answer_by else None,
        "answer": case.answer or None,
        "items": [
            {"line": item.about, "for": item.for_whom, "amount": str(item.amount), "verdict": item.verdict or None,
             "verdict_label": str(item.get_verdict_display()), "note": item.note or None}
            for item in items_of(case)
        ],
        "recoveries": [
            {
                "company": r.payer.name,
                "amount": str(r.amount),
                "reason": r.reason,
                "reference": r.reference,
                "state": r.state,
                "state_label": str(r.get_state_display()),
                "repaid_on": r.repaid_on.isoformat() if r.repaid_on else None,
                "due_on": r.due_on.isoformat() if r.due_on else None,
                "account": r.account or None,
                "account_holder": r.account_holder or None,
                "left": str(r.left),
                "repayments": [
                    {"amount": str(p.amount), "paid_on": p.paid_on.isoformat()} for p in r.repayments.all()
                ],
            }
            for r in case.recoveries.with_payer().prefetch_related("repayments")
        ],
        "decisions": decided(case),
    }  # fmt: skip


def decided(subject: Any) -> list[Json]:
    """The decisions on a claim or an audit, oldest first."""
    return [
        {
            "action": d.action,
            "label": str(EVENT_LABELS.get(d.action, d.action)),
            "who": d.actor_label,
            "at": d.decided_at.isoformat(),
            "reason": d.reason,
        }
        for d in decisions_on(subject)
    ]
