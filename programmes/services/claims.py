"""Settling a programme: drawing up the claim, calculating what is paid, taking its steps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from programmes import claim_rules
from programmes.aid.claims import structured_communication
from programmes.claim_transitions import CLAIM_TRANSITIONS, EDITABLE
from programmes.models import Claim, ClaimLine, CostLine, EvidenceFile, Participation, Programme
from programmes.services.claim_checks import Facts, facts_of
from programmes.services.claim_shares import settlements_of, write_shares
from programmes.services.jobseeker_claims import write_jobseeker_shares
from programmes.services.jobseekers import jobseeker_seats, own_costs, planned_own_costs
from programmes.services.versions import check_version, version_of
from skillnet.kernel.actor import Actor
from skillnet.kernel.reading import has_read
from skillnet.kernel.transitions import TransitionRefused, run_transition

ZERO = Decimal("0.00")
TRAINER, TRAINEE = CostLine.Category.TRAINER, CostLine.Category.TRAINEE
# References of claims and of recoveries are drawn from one row of numbers, apart by their first digit.
CLAIM_NUMBERS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Line:
    """An actual cost as somebody writes it, euro; `id` names a line that stands already. `company` is the key of
    a participation; None: a cost made for jobseekers, which the ring-fenced line pays."""

    company: int | None
    category: str
    description: str
    amount: Decimal
    vat: Decimal = ZERO
    invoice: str = ""
    evidence: Sequence[str] = field(default_factory=tuple)
    id: str = ""


def open_claim(*, programme_id: int, actor: Actor) -> Claim:
    """The claim of a delivered programme, filled in from its plan; opening it again gives the same one.

    Raises TransitionRefused where the programme was not delivered or the actor does not run it.
    """
    with transaction.atomic():
        programme = _lock(programme_id)
        known = Claim.objects.filter(programme=programme).first()
        if known is not None:
            return known
        claim = Claim(programme=programme, created_by=actor.user)
        if not claim_rules.draws_up(actor, claim):
            raise TransitionRefused(_("U mag deze stap niet zetten."))
        if programme.state != Programme.State.DELIVERED:
            raise TransitionRefused(
                _("Het programma is nog niet als gegeven gemeld: doe dat eerst, dan kunt u afrekenen.")
            )
        claim.save()
        _fill_in(claim)
    return claim


def _fill_in(claim: Claim) -> None:
    """The plan as a first version, category by category, and wages for the hours that were attended."""
    facts = facts_of(claim)
    lines = [line for company in facts.companies for line in _planned_lines(claim, company, facts)]
    lines += [
        ClaimLine(claim=claim, category=line.category, description=line.description, amount=line.eligible)
        for line in planned_own_costs(claim.programme)
        if line.category != TRAINEE
    ]
    ClaimLine.objects.bulk_create(lines)


def _planned_lines(claim: Claim, company: Participation, facts: Facts) -> list[ClaimLine]:
    labels = dict(CostLine.Category.choices)
    lines = [
        ClaimLine(
            claim=claim,
            participation=company,
            category=category,
            description=str(_("Plaatsen volgens het plan") if category == TRAINER else labels[category]),
            amount=amount,
        )
        for category, amount in facts.planned_of(company).items()
        if category != TRAINEE
    ]
    hours = facts.attended[company.pk].hours
    if company.hourly_cost and hours:
        lines.append(
            ClaimLine(
                claim=claim,
                participation=company,
                category=TRAINEE,
                description=_("Loonkost van %(hours)s bijgewoonde uren") % {"hours": hours},
                amount=(company.hourly_cost * hours).quantize(Decimal("0.01")),
            )
        )
    return lines


def save_lines(
    *,
    claim_id: int,
    actor: Actor,
    lines: Sequence[Line],
    overrun_note: str | None = None,
    version: str | None = None,
) -> Claim:
    """Replace the cost lines of a claim that is not with the coordinator; the same lines change nothing.

    `version` is what `claim_version` said when the lines were read: ChangedMeanwhile where they changed since.

    Raises TransitionRefused when it may not be changed, ValidationError with sentences for a bad line.
    """
    with transaction.atomic():
        claim = editable_claim(claim_id, actor)
        if _stands_as(claim, lines, overrun_note):
            return claim  # sent twice: nothing of what anybody wrote changes, whatever version was read
        check_version(version, claim_version(claim))
        facts = facts_of(claim)
        companies = {c.pk: c for c in facts.companies}
        files = _files(claim, lines)
        known = {str(row.public_id): row for row in claim.lines.all()}
        for line in lines:
            row = known.pop(line.id, None) or ClaimLine(claim=claim)
            row.participation = _party(line, companies, facts)
            row.category, row.description = line.category, line.description.strip()
            row.amount, row.vat, row.invoice = line.amount, line.vat, line.invoice.strip()
            row.full_clean(exclude=["claim", "participation"])
            row.save()
            row.evidence.set([files[key] for key in line.evidence])
        for gone in known.values():
            gone.delete()
        if overrun_note is not None:
            claim.overrun_note = overrun_note.strip()
            claim.save(update_fields=["overrun_note", "updated_at"])
    return claim


def _party(line: Line, companies: Mapping[int, Participation], facts: Facts) -> Participation | None:
    """Whose cost it is; None for jobseekers. Raises ValidationError for who has no part in the claim."""
    if line.company is not None:
        if line.company not in companies:
            raise ValidationError(_("Kies een bedrijf dat in dit programma bevestigde."))
        return companies[line.company]
    if facts.own is None:
        raise ValidationError(
            _("Het plan kent geen eigen kosten voor werkzoekenden: alleen wat gepland was, wordt betaald.")
        )
    return None


def claim_version(claim: Claim) -> str:
    """The token of the lines as they stand, for `save_lines`."""
    lines = [(row.public_id, *_content(row)) for row in _lines_in_order(claim)]
    return version_of([(claim.overrun_note,), *lines])


def _lines_in_order(claim: Claim) -> list[ClaimLine]:
    rows = claim.lines.all()
    if not has_read(claim, "lines"):
        rows = rows.prefetch_related("evidence")
    return sorted(rows, key=lambda row: row.pk)


def _content(row: ClaimLine) -> tuple[Any, ...]:
    return (
        row.participation_id or 0,
        row.category,
        row.description,
        row.amount,
        row.vat,
        row.invoice,
        sorted(str(file.public_id) for file in row.evidence.all()),
    )


def _stands_as(claim: Claim, lines: Sequence[Line], overrun_note: str | None) -> bool:
    """Whether the lines stand as they are sent, in whatever order."""
    sent = [
        (
            line.company or 0,
            line.category,
            line.description.strip(),
            line.amount,
            line.vat,
            line.invoice.strip(),
            sorted(line.evidence),
        )
        for line in lines
    ]
    stored = [_content(row) for row in _lines_in_order(claim)]
    note = claim.overrun_note if overrun_note is None else overrun_note.strip()
    return note == claim.overrun_note and sorted(sent) == sorted(stored)


def editable_claim(claim_id: int, actor: Actor) -> Claim:
    """The claim, locked, if the actor may change it now; raises TransitionRefused."""
    _lock(Claim.objects.values_list("programme_id", flat=True).get(pk=claim_id))
    claim = Claim.objects.select_for_update(of=("self",)).with_parties().get(pk=claim_id)
    if not claim_rules.draws_up(actor, claim):
        raise TransitionRefused(_("U mag deze stap niet zetten."))
    if claim.state not in EDITABLE:
        raise TransitionRefused(
            _("Deze afrekening staat op “%(state)s”: ze kan niet gewijzigd worden tenzij ze terugkomt.")
            % {"state": claim.get_state_display()}
        )
    return claim


def _files(claim: Claim, lines: Sequence[Line]) -> dict[str, EvidenceFile]:
    wanted = {key for line in lines for key in line.evidence}
    rows = EvidenceFile.objects.filter(programme=claim.programme_id, public_id__in=wanted)
    found = {str(row.public_id): row for row in rows}
    if wanted - set(found):
        raise ValidationError(_("Een bewijsstuk hoort niet bij dit programma. Kies het uit de lijst."))
    return found


def take_claim_step(
    *,
    claim_id: int,
    action: str,
    actor: Actor,
    reason: str = "",
    paid_on: date | None = None,
    payment_reference: str = "",
) -> Claim:
    """Take one step of the claim's table; its programme moves with it, in the same transaction.

    `pay` needs the day and the bank's reference of the payment. Doing it twice is doing it once. Raises
    TransitionRefused with sentences.
    """
    with transaction.atomic():
        _lock(Claim.objects.values_list("programme_id", flat=True).get(pk=claim_id))
        claim = Claim.objects.select_for_update(of=("self",)).with_parties().get(pk=claim_id)
        taken: Claim = run_transition(
            table=CLAIM_TRANSITIONS,
            pk=claim_id,
            action=action,
            actor=actor,
            reason=reason,
            values=_values(claim, action, actor, paid_on, payment_reference),
            evidence=_evidence(claim),
        )
    return taken


def _values(
    claim: Claim, action: str, actor: Actor, paid_on: date | None, payment_reference: str
) -> Mapping[str, Any]:
    """What the step fills in beside the state."""
    if action == "approve_content":
        return {"staff_approved_by": actor.user}
    if action in ("ask_changes", "ask_changes_finance"):
        return {"staff_approved_by": None}
    if action == "approve_payment" and claim.state == Claim.State.APPROVED_STAFF:
        return {
            "finance_approved_by": actor.user,
            "payable": write_shares(claim),
            "jobseekers_payable": write_jobseeker_shares(claim),
            "reference": structured_communication(CLAIM_NUMBERS + claim.pk),
        }
    if action == "decline":
        return {"settled": ZERO, "jobseekers_settled": ZERO}
    if action == "pay" and claim.state != Claim.State.PAID:
        _check_payment(paid_on, payment_reference)
        return {
            "paid_on": paid_on,
            "payment_reference": payment_reference.strip(),
            "settled": claim.payable,
            "jobseekers_settled": claim.jobseekers_payable or ZERO,
        }
    return {}


def _check_payment(paid_on: date | None, payment_reference: str) -> None:
    reasons = []
    if paid_on is None or paid_on > timezone.localdate():
        reasons.append(_("Geef de dag van de betaling; ze ligt niet in de toekomst."))
    if not payment_reference.strip():
        reasons.append(_("Geef het kenmerk waarmee de bank de betaling terugvindt."))
    if reasons:
        raise TransitionRefused(*reasons)


def _evidence(claim: Claim) -> dict[str, Any]:
    """The figures as they are when the decision is taken."""
    return {
        "payable": None if claim.payable is None else str(claim.payable),
        "reference": claim.reference,
        "shares": [
            {"organisation": company.organisation.name, **result.as_record()}
            for company, result in settlements_of(claim)
        ],
        "jobseekers": _jobseekers_record(claim),
    }


def _jobseekers_record(claim: Claim) -> list[dict[str, Any]]:
    groups = jobseeker_seats(claim.programme)
    own = own_costs(claim.programme, list(claim.lines.all()), groups)
    found = [{"edition": str(group.edition.public_id), **group.settle().as_record()} for group in groups]
    return found + ([{"edition": None, **own.settle().as_record()}] if own else [])


def _lock(programme_id: int) -> Programme:
    return (
        Programme.objects.select_for_update(of=("self",)).select_related("network__call").get(pk=programme_id)
    )
