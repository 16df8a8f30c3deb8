"""Auditing paid claims: a reproducible draw, findings per cost line, hearing the network."""

import secrets
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from networks.models import Call
from networks.rules import owns_call
from programmes import claim_rules
from programmes.aid.claims import METHOD, draw_sample
from programmes.claim_transitions import AUDIT_TRANSITIONS
from programmes.models import (
    AuditCase,
    AuditItem,
    AuditSample,
    Claim,
    Enrolment,
    EvidenceFile,
    JobseekerAttendance,
)
from programmes.services.law import database_rates
from programmes.services.versions import check_version, version_of
from skillnet.kernel.actor import Actor
from skillnet.kernel.transitions import TransitionRefused, run_transition

SHARE, LEAST, MOST, TERM = "audit_share", "audit_least", "audit_most", "audit_answer_days"


def draw(*, call_id: int, actor: Actor, starts_on: date, ends_on: date, seed: str = "") -> AuditSample:
    """Draw a sample of the claims of a call that were paid in a period and never audited.

    Seed, method, share and population are stored, so that anybody can draw again and find the same. A period
    is drawn once. Raises TransitionRefused or ValidationError.
    """
    with transaction.atomic():
        call = Call.objects.select_for_update().get(pk=call_id)
        if actor.is_system or not owns_call(actor, call):
            raise TransitionRefused(_("U mag deze stap niet zetten."))
        claims = _population(call, starts_on, ends_on)
        if not claims:
            raise ValidationError(_("In deze periode is niets betaald dat nog niet gecontroleerd is."))
        rates, today = database_rates(), timezone.localdate()
        sample = AuditSample(
            call=call,
            starts_on=starts_on,
            ends_on=ends_on,
            seed=seed.strip() or secrets.token_hex(16),
            method=METHOD,
            share=rates.value(SHARE, today),
            least=int(rates.value(LEAST, today)),
            most=int(rates.value(MOST, today)),
            population=sorted(claims),
            drawn_by=actor.user,
        )
        sample.full_clean(exclude=["call", "drawn_by"])
        sample.save()
        for reference in drawn(sample):
            _open_case(sample, claims[reference])
    return sample


def drawn(sample: AuditSample) -> list[str]:
    """The references that the stored seed draws from the stored population."""
    return list(
        draw_sample(
            sample.population,
            seed=sample.seed,
            share=Decimal(sample.share),
            least=sample.least,
            most=sample.most,
        )
    )


def _population(call: Call, starts_on: date, ends_on: date) -> dict[str, Claim]:
    rows = Claim.objects.filter(
        programme__network__call=call,
        state=Claim.State.PAID,
        paid_on__range=(starts_on, ends_on),
        audit_case=None,
    )
    return {str(claim.public_id): claim for claim in rows.order_by("pk")}


def _open_case(sample: AuditSample, claim: Claim) -> None:
    case = AuditCase.objects.create(sample=sample, claim=claim)
    items = [AuditItem(case=case, line=line) for line in claim.lines.order_by("pk")]
    paid = claim.jobseeker_shares.filter(payable__gt=0).exclude(edition=None).order_by("pk")
    items += [AuditItem(case=case, jobseeker_share=share) for share in paid]
    AuditItem.objects.bulk_create(items)


def save_findings(
    *, case_id: int, actor: Actor, verdicts: Mapping[int, tuple[str, str]], version: str | None = None
) -> AuditCase:
    """Note what was found of each proof (`verdicts`: verdict and note by item). Raises TransitionRefused,
    ChangedMeanwhile where another auditor saved since `version` (`findings_version`) was read."""
    with transaction.atomic():
        case = _lock(case_id)
        if not claim_rules.notes_findings(actor, case):
            raise TransitionRefused(_("U mag deze stap niet zetten."))
        if case.state not in (AuditCase.State.OPEN, AuditCase.State.ANSWERED):
            raise TransitionRefused(_("Bevindingen wijzigen kan alleen voor en na het antwoord."))
        items = list(case.items.all())
        stands = {item.pk: (item.verdict, item.note) for item in items}
        wanted = {pk: (verdict, note.strip()) for pk, (verdict, note) in verdicts.items() if pk in stands}
        if wanted.items() <= stands.items():
            return case  # sent twice: it stands as it was sent, whatever version was read
        check_version(version, findings_version(case))
        for item in items:
            if item.pk in wanted:
                item.verdict, item.note = wanted[item.pk]
                item.full_clean(exclude=["case", "line"])
                item.save()
    return case


def items_of(case: AuditCase) -> list[AuditItem]:
    """What is looked at in a case, in its order, with what each stands for."""
    rows = case.items.select_related(
        "line__participation__organisation",
        "jobseeker_share__invoice_line",
        "jobseeker_share__edition__offer__provider__organisation",
    )
    return list(rows.prefetch_related("line__evidence").order_by("pk"))


def seat_proofs(case: AuditCase) -> dict[int, list[EvidenceFile]]:
    """{edition: files} that prove how many jobseekers came: the list with a count, and papers of those by name."""
    found: dict[int, list[EvidenceFile]] = {}
    programme = case.claim.programme_id
    for row in JobseekerAttendance.objects.filter(programme=programme).select_related("evidence"):
        found.setdefault(row.edition_id, []).append(row.evidence)
    named = EvidenceFile.objects.filter(
        programme=programme, enrolment__stream=Enrolment.Stream.JOBSEEKER
    ).select_related("enrolment")
    for file in named.order_by("pk"):
        found.setdefault(file.enrolment.edition_id, []).append(file)  # type: ignore[union-attr]  # filtered on it
    return found


def findings_version(case: AuditCase) -> str:
    """The token of the findings as they stand, for `save_findings`."""
    rows = sorted(case.items.all(), key=lambda item: item.pk)
    return version_of((item.pk, item.verdict, item.note) for item in rows)


def take_audit_step(
    *, case_id: int, action: str, actor: Actor, reason: str = "", answer: str = ""
) -> AuditCase:
    """Take one step of the audit's table. Putting it to the network starts the term for its answer."""
    with transaction.atomic():
        case = _lock(case_id)
        if action == "hear" and case.state == AuditCase.State.OPEN:
            days = int(database_rates().value(TERM, timezone.localdate()))
            values = {"findings": reason.strip(), "answer_by": timezone.localdate() + timedelta(days=days)}
        else:
            values = {}
        if action == "answer" and case.state == AuditCase.State.ADVERSARIAL:
            if not claim_rules.answers(actor, case):
                raise TransitionRefused(_("U mag deze stap niet zetten."))
            case.answer = answer.strip()
            case.save(update_fields=["answer", "updated_at"])
        taken: AuditCase = run_transition(
            table=AUDIT_TRANSITIONS,
            pk=case_id,
            action=action,
            actor=actor,
            reason=reason or answer,
            values=values,
            evidence=_evidence(case),
        )
    return taken


def _evidence(case: AuditCase) -> dict[str, object]:
    return {
        "sample": str(case.sample.public_id),
        "items": [
            {"line": item.about, "verdict": item.verdict, "note": item.note} for item in items_of(case)
        ],
    }


def _lock(case_id: int) -> AuditCase:
    rows = AuditCase.objects.select_for_update(of=("self",))
    return rows.select_related("sample", "claim__programme__network__call").get(pk=case_id)
