"""A programme that was delivered: learners enrolled, hours known, invoices there; ready to be settled."""

from dataclasses import replace
from decimal import Decimal
from hashlib import sha256
from itertools import count
from typing import Any

from django.utils import timezone

from programmes.models import Attendance, Claim, Enrolment, EvidenceFile, Learner, Participation, Programme
from programmes.services.claims import Line, open_claim, save_lines, take_claim_step
from tests.kept import kept_step
from tests.programmes.world import REASON, World

_serial = count(1)


@kept_step
def deliver(world: World, *, absent: int = 0, **options: Any) -> Programme:
    """A delivered programme of the world's pool; `absent` learners of the first company did not come."""
    programme = world.programme("submit", "approve", "start", **options)
    attend(programme, absent=absent)
    return world.move(programme, "deliver")


@kept_step
def attend(programme: Programme, *, absent: int = 0) -> None:
    for company in programme.participations.order_by("organisation__name"):
        for place in range(company.learners):
            enrol(company, came=place >= absent)
        absent = 0


def enrol(company: Participation, *, came: bool = True) -> Enrolment:
    number = next(_serial)
    seat = company.programme.programme_editions.get()
    enrolment = Enrolment.objects.create(
        reference=f"T{number:06d}",
        programme=company.programme,
        edition=seat.edition,
        participation=company,
        learner=Learner.objects.create(organisation=company.organisation),
        state=Enrolment.State.ATTENDED if came else Enrolment.State.NO_SHOW,
    )
    Attendance.objects.create(enrolment=enrolment, hours=Decimal(40) if came else Decimal(0))
    return enrolment


def evidence(programme: Programme, *, name: str = "") -> EvidenceFile:
    number = next(_serial)
    return EvidenceFile.objects.create(
        programme=programme,
        kind=EvidenceFile.Kind.INVOICE,
        filename=name or f"factuur-{number}.pdf",
        content_type="application/pdf",
        size=1200,
        sha256=sha256(str(number).encode()).hexdigest(),
    )


def complete_lines(claim: Claim, **changes: Any) -> list[Line]:
    """The lines of the claim, each with invoice and evidence; `changes` go on every line."""
    proof = str(evidence(claim.programme).public_id)
    return [
        replace(
            Line(
                company=row.participation_id,
                category=row.category,
                description=row.description,
                amount=row.amount,
                invoice="F-2026-014",
                evidence=(proof,),
                id=str(row.public_id),
            ),
            **changes,
        )
        for row in claim.lines.all()
    ]


@kept_step
def drawn_up(world: World, programme: Programme | None = None, **changes: Any) -> Claim:
    """A claim in draft that passes its checks."""
    programme = programme or deliver(world)
    claim = open_claim(programme_id=programme.pk, actor=world.manager)
    return save_lines(claim_id=claim.pk, actor=world.manager, lines=complete_lines(claim, **changes))


@kept_step
def move_claim(world: World, claim: Claim, *actions: str) -> Claim:
    """The steps by whom they belong to: content by the coordinator, money by the second one."""
    for action in actions:
        claim = _take(world, claim, action)
    return claim


@kept_step
def _take(world: World, claim: Claim, action: str) -> Claim:
    first = action in ("approve_content", "ask_changes")
    actor = world.manager if action in ("submit", "resubmit") else world.coordinator
    if not first and action not in ("submit", "resubmit"):
        actor = world.second
    payment: dict[str, Any] = {}
    if action == "pay":
        payment = {"paid_on": timezone.localdate(claim.created_at), "payment_reference": "KBC-0001"}
    return take_claim_step(claim_id=claim.pk, action=action, actor=actor, reason=REASON, **payment)


TO_PAID = ("submit", "approve_content", "approve_payment", "pay")
