"""Settled programmes beside the one that still is to be decided, so that pages of claims have something on them."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from networks.models import Organisation
from programmes.models import (
    AuditCase,
    AuditItem,
    AuditSample,
    Claim,
    ClaimLine,
    ClaimShare,
    Contingent,
    Participation,
    Programme,
)
from programmes.services.claims import open_claim
from skillnet.kernel.actor import Actor


def settled_objects(programme: Programme, manager: Actor) -> dict[str, Any]:
    """Addresses of `programmes` that ask for a delivered or settled programme, with what fills them in."""
    given = copied_programme(programme, Programme.State.DELIVERED, "Gegeven programma")
    open_claim(programme_id=given.pk, actor=manager)
    paid = copied_programme(programme, Programme.State.PAID, "Betaald programma")
    claim = _paid_claim(paid)
    case = _audit(claim)
    call = programme.network.call
    assert call is not None
    return {
        "programmes:claim": paid.public_id,
        "programmes:claim_edit": given.public_id,
        "programmes:payment_request": paid.public_id,
        "programmes:outcome": given.public_id,
        "programmes:evaluation": given.public_id,
        "programmes:audit_sample": case.sample.public_id,
        "programmes:audit_case": case.public_id,
        "programmes:contingent_edit": _contingent(call.coordinator).public_id,
    }


def copied_programme(programme: Programme, state: str, title: str) -> Programme:
    now = timezone.now()
    copied = Programme.objects.create(
        network=programme.network,
        title=title,
        state=state,
        learners=programme.learners,
        cost=programme.cost,
        grant=programme.grant,
        starts_on=timezone.localdate() - timedelta(days=60),
        submitted_at=now,
        decided_at=now,
    )
    for part in programme.participations.all():
        Participation.objects.create(
            programme=copied,
            organisation=part.organisation,
            learners=part.learners,
            cost=part.cost,
            grant=part.grant,
            own_share=part.own_share,
            route=part.route,
            assessment=part.assessment,
            state=Participation.State.COMMITTED,
            applied_at=now - timedelta(days=90),
        )
    return copied


def _paid_claim(programme: Programme) -> Claim:
    claim = Claim.objects.create(
        programme=programme,
        state=Claim.State.PAID,
        submitted_at=timezone.now(),
        payable=programme.grant,
        settled=programme.grant,
        reference="+++100/0000/00148+++",
        paid_on=timezone.localdate(),
        payment_reference="KBC-1",
    )
    for part in programme.participations.all():
        ClaimLine.objects.create(
            claim=claim, participation=part, category="trainer", description="Lesgeld", amount=part.cost
        )
        record = {
            "actual": str(part.cost),
            "eligible": str(part.cost),
            "payable": str(part.grant),
            "reasons": [],
        }
        ClaimShare.objects.create(
            claim=claim,
            participation=part,
            actual=part.cost,
            eligible=part.cost,
            payable=part.grant,
            record=record,
        )
    return claim


def _audit(claim: Claim) -> AuditCase:
    call = claim.programme.network.call
    assert call is not None
    today = timezone.localdate()
    sample = AuditSample.objects.create(
        call=call,
        starts_on=today,
        ends_on=today,
        seed="7",
        method="sha256-rank-1",
        share=Decimal(20),
        least=2,
        most=20,
        population=[str(claim.public_id)],
    )
    case = AuditCase.objects.create(
        sample=sample,
        claim=claim,
        state=AuditCase.State.ANSWERED,
        findings="Een factuur ontbreekt.",
        answer="Ze zit hierbij.",
        answer_by=today,
    )
    AuditItem.objects.bulk_create(AuditItem(case=case, line=line) for line in claim.lines.all())
    return case


def _contingent(coordinator: Organisation) -> Contingent:
    return Contingent.objects.create(
        coordinator=coordinator,
        title="Lassers",
        needed=40,
        due_on=timezone.localdate() + timedelta(days=400),
        skills=["http://data.europa.eu/esco/skill/lassen"],
    )
