"""Courses that were given and settled, for the demo: lessons in the past, people who came, invoices, a payment."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from catalogue.models import Edition
from catalogue.services.facts import refresh_offer_facts
from programmes.models import (
    Claim,
    Contingent,
    EvidenceFile,
    InvoiceLine,
    Outcome,
    Participation,
    Programme,
    ProgrammeEdition,
)
from programmes.services.attendance import Hours, record_hours
from programmes.services.audit import draw
from programmes.services.claims import Line, open_claim, save_lines, take_claim_step
from programmes.services.contingents import LIVE, save_contingent
from programmes.services.enrolments import enrol_learners
from programmes.services.evidence_files import add_evidence
from programmes.services.invoices import mark_invoiced, mark_paid
from programmes.services.learners import NewLearner
from programmes.services.outcomes import gaps_of, record_outcome
from programmes.services.plans import seats_of_programme, write_plan
from skillnet.demo.clock import LONGEST_COURSE, MOMENTS, Calendar
from skillnet.demo.papers import one_page
from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role

NAMES = (
    "Amina Bakkali", "Bart Cools", "Chloé Dubois", "Dries Eeckhout", "Elif Güneş", "Femke Hendrickx",
    "Gaëtan Iserbyt", "Hanne Janssens", "Ivo Kestens", "Jamila Loukili", "Koen Maes", "Lien Neyt",
)  # fmt: skip


def teach_alone(programme: Programme) -> bool:
    """Whether nobody else sits in its editions, for another programme still has to begin there."""
    editions = programme.programme_editions.values("edition")
    return not ProgrammeEdition.objects.filter(edition__in=editions).exclude(programme=programme).exists()


def enrol_people(programme: Programme, company_actors: dict[int, Actor]) -> None:
    """The companies name who comes."""
    for row in programme.programme_editions.select_related("edition"):
        for seat in row.company_seats.all():
            company = programme.participations.filter(organisation=seat.organisation_id).first()
            if company is None or company.state != Participation.State.COMMITTED:
                continue
            people = [(n, NewLearner(_name(seat.pk + n))) for n in range(1, seat.learners + 1)]
            enrol_learners(
                participation=company,
                edition_id=row.edition_id,
                people=people,
                actor=company_actors[company.organisation_id],
            )


def _name(number: int) -> str:
    first = NAMES[number % len(NAMES)].split()[0]
    return f"{first} {NAMES[(number * 7 + 3) % len(NAMES)].split()[1]} {number}"


def plan_in_autumn(programme: Programme, calendar: Calendar) -> None:
    """Its editions end on the last day of `calendar`, and the matcher proposed them before that."""
    last = calendar.last_lesson
    editions = Edition.objects.filter(programme_editions__programme=programme).select_related("offer")
    for edition in editions:
        whole = timedelta(0)
        if edition.starts_on and edition.ends_on:
            whole = edition.ends_on - edition.starts_on
        first = last - min(whole, timedelta(days=LONGEST_COURSE))
        edition.starts_on, edition.ends_on = first - timedelta(days=max(0, first.weekday() - 4)), last
        edition.save(update_fields=["starts_on", "ends_on", "updated_at"])
    programme.starts_on = min(e.starts_on for e in editions if e.starts_on)
    proposed = timezone.now() - timedelta(days=(calendar.given or 0) - MOMENTS["take"] + 3)
    programme.reasons = [_told_then(r, programme.starts_on.isoformat(), proposed) for r in programme.reasons]
    programme.created_at = proposed
    programme.save(update_fields=["starts_on", "reasons", "created_at", "updated_at"])
    refresh_offer_facts(today=timezone.localdate(), offer_ids=[e.offer_id for e in editions])


def plan_anew(programme: Programme) -> None:
    """Plan and assessment on the days of the lessons as they were moved."""
    with transaction.atomic():
        locked = Programme.objects.select_for_update(of=("self",)).get(pk=programme.pk)
        write_plan(programme=locked, seats=seats_of_programme(locked))
    programme.refresh_from_db()


def _told_then(reason: dict[str, Any], starts_on: str, proposed: datetime) -> dict[str, Any]:
    """A reason of the proposal with the days of that time."""
    days = {"starts_on": starts_on, "at": proposed.isoformat()}
    return reason | {name: day for name, day in days.items() if reason.get(name)}


def write_hours(programme: Programme, manager: Actor) -> None:
    rows = []
    for place, enrolment in enumerate(programme.enrolments.live().select_related("edition__offer")):
        hours = enrolment.edition.offer.hours or Decimal(16)
        rows.append(Hours(enrolment.reference, Decimal(0) if place == 2 else hours))
    record_hours(programme=programme, rows=rows, actor=manager)


def draw_up_claim(programme: Programme, manager: Actor) -> None:
    """Costs as invoiced, each with its invoice, submitted to the coordinator."""
    bills = _numbers(programme)
    claim = open_claim(programme_id=programme.pk, actor=manager)
    lines = []
    for number, row in enumerate(claim.lines.select_related("participation__organisation"), start=1):
        organisation = row.participation.organisation_id if row.participation else None
        invoice = bills.get(organisation) or f"N-{programme.pk:03d}{number:02d}"
        proof = _invoice(programme, row.participation, invoice, row.amount, manager)
        lines.append(
            Line(
                company=row.participation_id,
                category=row.category,
                description=row.description,
                amount=row.amount,
                invoice=invoice,
                evidence=(str(proof.public_id),),
                id=str(row.public_id),
            )
        )
    save_lines(claim_id=claim.pk, actor=manager, lines=[replace(line) for line in lines])
    take_claim_step(claim_id=claim.pk, action="submit", actor=manager)


def bill_companies(programme: Programme) -> None:
    """Each provider bills each company once."""
    day = timezone.localdate()
    for line in _company_lines(programme):
        teacher = line.edition.offer.provider.organisation
        actor = Actor(
            organisation_id=teacher.pk,
            organisation_name=teacher.name,
            roles=frozenset({Role.PROVIDER}),
        )
        number = f"F-{day.year}-{programme.pk:03d}{line.organisation_id:03d}{teacher.pk:03d}"
        mark_invoiced(line=line, actor=actor, number=number, invoiced_on=day)


def pay_bills(programme: Programme, manager: Actor) -> None:
    """The companies paid; the manager notes it."""
    for line in _company_lines(programme):
        mark_paid(line=line, actor=manager, paid_on=timezone.localdate())


def _company_lines(programme: Programme) -> list[InvoiceLine]:
    lines = InvoiceLine.objects.with_parties().filter(programme=programme)
    return list(
        lines.exclude(stream=InvoiceLine.Stream.JOBSEEKER)
        .exclude(state=InvoiceLine.State.CANCELLED)
        .order_by("pk")
    )


def _numbers(programme: Programme) -> dict[int | None, str]:
    """{company: the numbers of its invoices}"""
    found: dict[int | None, list[str]] = {}
    for line in _company_lines(programme):
        found.setdefault(line.organisation_id, []).append(line.invoice_number)
    return {pk: ", ".join(dict.fromkeys(numbers))[:80] for pk, numbers in found.items()}


def check_claim(programme: Programme, action: str, actor: Actor, reason: str) -> None:
    """One decision of a coordinator on the claim."""
    claim = Claim.objects.get(programme=programme)
    today = timezone.localdate()
    take_claim_step(
        claim_id=claim.pk,
        action=action,
        actor=actor,
        reason=reason,
        paid_on=today if action == "pay" else None,
        payment_reference=f"OVERSCHRIJVING-{claim.pk:05d}" if action == "pay" else "",
    )


def after_payment(programme: Programme, company_actors: dict[int, Actor], coordinator: Actor) -> None:
    """What comes after: a company says what it brought, a sample is drawn, people are wanted by a day."""
    today = timezone.localdate()
    paid = Claim.objects.get(programme=programme).paid_on or today
    first = programme.participations.filter(state=Participation.State.COMMITTED).order_by("pk").first()
    gaps = gaps_of(first) if first is not None else []
    if first is not None and gaps:
        record_outcome(
            participation_id=first.pk,
            gap_id=gaps[0].pk,
            actor=company_actors[first.organisation_id],
            answer=Outcome.Answer.PARTLY,
            why="De basis zit goed; op een echte werf hebben onze mensen nog begeleiding nodig.",
        )
    call_id = programme.network.call_id
    if call_id is not None:
        draw(
            call_id=call_id, actor=coordinator, starts_on=paid.replace(day=1), ends_on=today, seed="demo-2026"
        )
    _want_people(coordinator)


def _want_people(coordinator: Actor) -> None:
    """A contingent of people with the skills that the first programme with known skills teaches."""
    bought = ProgrammeEdition.objects.filter(programme__state__in=LIVE).exclude(edition__offer__skills=[])
    row = bought.select_related("edition__offer", "programme").order_by("pk").first()
    if row is None or Contingent.objects.exists():
        return
    save_contingent(
        actor=coordinator,
        values={
            "title": row.edition.offer.title[:200],
            "needed": row.all_seats * 3,
            "due_on": timezone.localdate().replace(month=12, day=31) + timedelta(days=365),
            "skills": sorted(row.edition.offer.skills),
            "source": "Raming van de sector voor de demo",
        },
    )


def _invoice(
    programme: Programme, company: Participation | None, number: str, amount: Decimal, actor: Actor
) -> EvidenceFile:
    return add_evidence(
        upload=one_page(number, f"Factuur {number} (demo): {amount} euro excl. btw"),
        kind=EvidenceFile.Kind.INVOICE,
        actor=actor,
        programme=programme,
        participation=company,
    )
