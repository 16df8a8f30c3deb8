"""A claim as its pages show it: figures, companies with their reasoning, cost lines, what happened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.links import address
from networks.models import Organisation
from programmes.models import AuditCase, Claim, EvidenceFile, Recovery
from programmes.reasons import AidSentence, assessment_sentences
from programmes.rules import Sight
from programmes.services.claim_checks import Facts
from programmes.services.claim_shares import settlements_of
from programmes.services.jobseeker_claims import own_costs_payee
from programmes.services.jobseekers import JobseekerSeats, OwnCosts
from skillnet.kernel.transitions import decisions_on
from skillnet.templatetags.ui import euro
from skillnet.ui import Event, Fact, Step

C = Claim.State
# How a state looks (skillnet.templatetags.ui.STATE_TONES), where its own name does not say it.
LOOKS = {
    C.CHANGES_STAFF: "returned",
    C.CHANGES_FINANCE: "returned",
    C.RESUBMITTED: "submitted",
    C.APPROVED_STAFF: "pending",
    C.APPROVED_FINANCE: "pending",
    C.PAYMENT_FAILED: "failed",
    C.DECLINED: "rejected",
    AuditCase.State.OPEN: "under_review",
    AuditCase.State.ADVERSARIAL: "waiting",
    AuditCase.State.ANSWERED: "under_review",
    Recovery.State.CLAIMED: "pending",
    Recovery.State.REPAID: "settled",
}
ZERO = Decimal("0.00")
EVENT_LABELS: dict[str, Any] = {
    "submit": gettext_lazy("Afrekening ingediend"),
    "resubmit": gettext_lazy("Opnieuw ingediend"),
    "approve_content": gettext_lazy("Inhoudelijk goedgekeurd"),
    "ask_changes": gettext_lazy("Aanvulling gevraagd"),
    "approve_payment": gettext_lazy("Goedgekeurd voor betaling"),
    "ask_changes_finance": gettext_lazy("Aanvulling gevraagd voor de betaling"),
    "decline": gettext_lazy("Afgewezen"),
    "pay": gettext_lazy("Betaald"),
    "fail": gettext_lazy("Betaling mislukt"),
    "hear": gettext_lazy("Voorgelegd aan het netwerk"),
    "answer": gettext_lazy("Antwoord van het netwerk"),
    "accept": gettext_lazy("Controle aanvaard"),
    "refuse": gettext_lazy("Controle niet aanvaard"),
    "recover": gettext_lazy("Teruggevorderd"),
    "repay": gettext_lazy("Terugbetaald"),
}
TONES = {
    "approve_content": "good", "approve_payment": "good", "pay": "good", "accept": "good", "repay": "good",
    "ask_changes": "care", "ask_changes_finance": "care", "hear": "care",
    "decline": "stop", "fail": "stop", "refuse": "stop", "recover": "stop",
}  # fmt: skip


def look_of(row: Claim | AuditCase | Recovery) -> str:
    """The state as the tags colour it."""
    return LOOKS.get(row.state, row.state)  # type: ignore[call-overload, no-any-return]


@dataclass(frozen=True, slots=True)
class CompanyShare:
    """What one company's part comes to, with the sentences behind it; euro."""

    company: str
    planned: Decimal
    actual: Decimal
    granted: Decimal
    payable: Decimal
    attended: str
    sentences: Sequence[AidSentence]
    lines: Sequence[Mapping[str, Any]]
    other_url: str


def company_shares(claim: Claim, facts: Facts, sight: Sight) -> list[CompanyShare]:
    """Each company that the reader may know; figures as they were written, or as they are now in a draft."""
    stored = {share.participation_id: share for share in claim.shares.all()}
    live = {} if stored and claim.state != C.DRAFT else {c.pk: r for c, r in settlements_of(claim, facts)}
    found = []
    for company in facts.companies:
        if not sight.sees_money_of(company.organisation_id):
            continue
        share = stored.get(company.pk)
        record: Mapping[str, Any] = share.record if share and not live else live[company.pk].as_record()
        attended = facts.attended[company.pk]
        found.append(
            CompanyShare(
                company=company.organisation.name,
                planned=company.cost + company.wage_cost,
                actual=Decimal(record["actual"]),
                granted=company.grant,
                payable=Decimal(record["payable"]),
                attended=_("%(came)s van %(seats)s") % {"came": attended.learners, "seats": company.learners},
                sentences=assessment_sentences(record, {}),
                lines=[_line(line) for line in facts.of(company)],
                other_url=address("programmes:other_funding", company.public_id),
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class JobseekerRow:
    """The jobseekers in one edition, or the network's own costs for them, as the claim pays them; euro.
    `attended` in words, `provider` who is paid."""

    offer: str
    provider: str
    attended: str
    planned: Decimal
    invoice: str
    invoiced: Decimal
    payable: Decimal
    url: str


def jobseeker_rows(claim: Claim, facts: Facts, sight: Sight) -> list[JobseekerRow]:
    """What the ring-fenced line pays, as it was written, or as it is now in a draft."""
    if not sight.money or not (facts.jobseekers or facts.own):
        return []
    stored = {} if claim.state == C.DRAFT else {s.edition_id: s for s in claim.jobseeker_shares.all()}
    rows = [_jobseekers(group, stored.get(group.edition.pk)) for group in facts.jobseekers]
    return rows + ([_own_costs(claim, facts.own, stored.get(None))] if facts.own else [])


def _own_costs(claim: Claim, own: OwnCosts, share: Any) -> JobseekerRow:
    paid = share or own.settle()
    payee = share.payee if share else own_costs_payee(claim.programme)
    return JobseekerRow(
        offer=_("Eigen kosten van het netwerk"),
        provider=payee.name if payee else "",
        attended=_came(paid, known=share is not None or own.used is not None),
        planned=paid.planned,
        invoice=_("zie de kostenlijnen"),
        invoiced=paid.invoiced,
        payable=paid.payable,
        url="",
    )


def _came(paid: Any, *, known: bool) -> str:
    return (
        _("%(came)s van %(seats)s") % {"came": paid.used, "seats": paid.seats}
        if known
        else _("nog niet bekend")
    )


def _jobseekers(group: JobseekerSeats, share: Any) -> JobseekerRow:
    paid = share or group.settle()
    return JobseekerRow(
        offer=group.edition.offer.title,
        provider=str(group.edition.offer.provider),
        attended=_came(paid, known=share is not None or group.used is not None),
        planned=paid.planned,
        invoice=group.line.invoice_number if group.line is not None else "",
        invoiced=paid.invoiced,
        payable=paid.payable,
        url=address("programmes:invoice", group.line.public_id) if group.line is not None else "",
    )


def cost_lines(
    shares: Sequence[CompanyShare], facts: Facts, sight: Sight
) -> list[tuple[str, Mapping[str, Any]]]:
    """Every actual cost that the reader may know, with whose it is: of the companies, then of the jobseekers."""
    rows = [(share.company, line) for share in shares for line in share.lines]
    return rows + ([(line.for_whom, _line(line)) for line in facts.of_jobseekers] if sight.money else [])


def _line(line: Any) -> Mapping[str, Any]:
    return {
        "id": str(line.public_id),
        "category": line.get_category_display(),
        "description": line.description,
        "amount": line.amount,
        "vat": line.vat,
        "invoice": line.invoice,
        "evidence": [evidence_link(f) for f in line.evidence.all()],
    }


def evidence_link(file: EvidenceFile) -> tuple[str, str]:
    """The name of a file, and where it is read ("" where the reader has no page for it)."""
    return file.filename, address("programmes:evidence_file", file.public_id)


def claim_facts(
    claim: Claim, shares: Sequence[CompanyShare], sight: Sight, jobseekers: Sequence[JobseekerRow] = ()
) -> list[Fact]:
    """The figures that sum the claim up; what jobseekers cost stands apart, for another line pays it."""
    payable = claim.payable if sight.money and claim.payable is not None else _total(shares, "payable")
    facts = [
        Fact(_("Gepland"), euro(_total(shares, "planned"), 2)),
        Fact(_("Werkelijke kost"), euro(_total(shares, "actual"), 2)),
        Fact(_("Toegekend"), euro(_total(shares, "granted"), 2)),
        Fact(payable_label(claim), euro(payable, 2)),
    ]
    if jobseekers:
        apart = sum((row.payable for row in jobseekers), ZERO)
        facts.append(Fact(_("Voor werkzoekenden"), euro(apart, 2), hint=_("afgeschermde lijn")))
    if claim.paid_on:
        facts.append(Fact(_("Betaald op"), claim.paid_on.strftime("%d/%m/%Y")))
    return facts


def _total(shares: Sequence[CompanyShare], name: str) -> Decimal:
    return sum((getattr(share, name) for share in shares), ZERO)


STEP_LABELS: list[tuple[tuple[str, ...], Any]] = [
    ((C.DRAFT, C.CHANGES_STAFF, C.CHANGES_FINANCE), gettext_lazy("Opmaken")),
    ((C.SUBMITTED, C.RESUBMITTED), gettext_lazy("Nazicht van de inhoud")),
    ((C.APPROVED_STAFF, C.DECLINED), gettext_lazy("Nazicht voor de betaling")),
    ((C.APPROVED_FINANCE, C.PAYMENT_FAILED), gettext_lazy("Betalen")),
    ((C.PAID,), gettext_lazy("Betaald")),
]


def claim_steps(claim: Claim) -> list[Step]:
    """Where the claim stands in its procedure."""
    here = next(n for n, (states, _label) in enumerate(STEP_LABELS) if claim.state in states)
    stopped = claim.state == C.DECLINED
    back = claim.state in (C.CHANGES_STAFF, C.CHANGES_FINANCE, C.PAYMENT_FAILED, C.DECLINED)
    return [
        Step(
            str(label),
            "done"
            if number < here or claim.state == C.PAID
            else ""
            if number > here
            else "stop"
            if stopped
            else "current",
            note=str(claim.get_state_display()) if number == here and back else "",
        )
        for number, (_states, label) in enumerate(STEP_LABELS)
    ]


def events_about(subject: Any) -> list[Event]:
    """The decisions on a claim, an audit or a recovery."""
    return [
        Event(
            label=str(EVENT_LABELS.get(d.action, d.action)),
            who=d.actor_label,
            when=d.decided_at,
            reason=d.reason,
            tone=TONES.get(d.action, ""),  # type: ignore[arg-type]
        )
        for d in decisions_on(subject)
    ]


def payment_request_json(claim: Claim) -> dict[str, Any]:
    """What the payment software needs: who gets how much, and the words that must go with it. Euro."""
    programme = claim.programme
    call = programme.network.call
    return {
        "reference": claim.reference,
        "claim": str(claim.public_id),
        "programme": {"id": str(programme.public_id), "title": programme.title},
        "network": programme.network.name,
        "payer": call.coordinator.name if call else None,
        "amount": str(claim.payable),
        "state": claim.state,
        "paid_on": claim.paid_on.isoformat() if claim.paid_on else None,
        "payment_reference": claim.payment_reference or None,
        "beneficiaries": [
            {
                "name": share.participation.organisation.name,
                "enterprise_number": share.participation.organisation.enterprise_number,
                **_account(share.participation.organisation),
                "amount": str(share.payable),
                "route": share.participation.route,
            }
            for share in claim.shares.select_related("participation__organisation")
        ],
        "jobseekers": _jobseekers_order(claim),
    }


def payable_label(claim: Claim) -> str:
    """What was paid is not to be paid any more."""
    return _("Betaald") if claim.paid_on else _("Te betalen")


def _account(organisation: Organisation) -> dict[str, Any]:
    """Where the money goes, and since when, so that a number of last week is looked at twice."""
    return {"account": organisation.iban or None, "account_since": organisation.iban_since}


def without_account(order: dict[str, Any]) -> list[str]:
    """The names of who gets money in this order and gave no account number."""
    apart = order["jobseekers"]["beneficiaries"] if order["jobseekers"] else []
    rows = [*order["beneficiaries"], *apart]
    return list(dict.fromkeys(r["name"] for r in rows if not r["account"] and Decimal(r["amount"])))


def _jobseekers_order(claim: Claim) -> dict[str, Any] | None:
    """The second amount of the order: from the ring-fenced line to who taught the jobseekers, and to who made
    other costs for them; None without any."""
    rows = list(
        claim.jobseeker_shares.filter(payable__gt=0).select_related(
            "budget_line", "invoice_line", "payee", "edition__offer__provider__organisation"
        )
    )
    if not rows:
        return None
    line = rows[0].budget_line
    return {
        "amount": str(claim.jobseekers_payable),
        "budget_line": {"id": str(line.public_id), "legal_basis": line.legal_basis},
        "beneficiaries": [
            {
                "name": row.paid_to.name,
                "enterprise_number": row.paid_to.enterprise_number,
                **_account(row.paid_to),
                "invoice": row.invoice_line.invoice_number if row.invoice_line else None,
                "offer": row.edition.offer.title if row.edition else None,
                "what": row.about,
                "amount": str(row.payable),
            }
            for row in rows
        ],
    }
