"""Courses that were given and settled, for the demo: lessons in the past, people who came, invoices, a payment."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from django.db.models import F
from django.utils import timezone

from catalogue.models import Edition
from programmes.models import (
    Claim,
    Contingent,
    EvidenceFile,
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
from programmes.services.learners import NewLearner
from programmes.services.outcomes import gaps_of, record_outcome
from skillnet.demo.papers import one_page
from skillnet.kernel.actor import Actor

GIVEN_SINCE = timedelta(days=25)
NAMES = (
    "Amina Bakkali", "Bart Cools", "Chloé Dubois", "Dries Eeckhout", "Elif Güneş", "Femke Hendrickx",
    "Gaëtan Iserbyt", "Hanne Janssens", "Ivo Kestens", "Jamila Loukili", "Koen Maes", "Lien Neyt",
)  # fmt: skip


def hold_course(programme: Programme, company_actors: dict[int, Actor], manager: Actor) -> bool:
    """The lessons lie behind: people were enrolled and came, all but one. False where another programme
    sits in the same edition, for that one still has to begin."""
    editions = [row.edition_id for row in programme.programme_editions.all()]
    if ProgrammeEdition.objects.filter(edition__in=editions).exclude(programme=programme).exists():
        return False
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
    _move_back(programme, editions)
    _write_hours(programme, manager)
    return True


def _name(number: int) -> str:
    first = NAMES[number % len(NAMES)].split()[0]
    return f"{first} {NAMES[(number * 7 + 3) % len(NAMES)].split()[1]} {number}"


def _move_back(programme: Programme, editions: list[int]) -> None:
    """As if it all happened in autumn: lessons, and the applications before them."""
    today = timezone.localdate()
    for edition in Edition.objects.filter(pk__in=editions):
        length = (
            (edition.ends_on - edition.starts_on) if edition.ends_on and edition.starts_on else timedelta(1)
        )
        last = today - GIVEN_SINCE
        edition.starts_on, edition.ends_on = last - length, last
        edition.save(update_fields=["starts_on", "ends_on", "updated_at"])
        programme.starts_on = edition.starts_on
    programme.save(update_fields=["starts_on", "updated_at"])
    back = timedelta(days=150)
    programme.participations.exclude(applied_at=None).update(applied_at=F("applied_at") - back)


def _write_hours(programme: Programme, manager: Actor) -> None:
    rows = []
    for place, enrolment in enumerate(programme.enrolments.live().select_related("edition__offer")):
        hours = enrolment.edition.offer.hours or Decimal(16)
        rows.append(Hours(enrolment.reference, Decimal(0) if place == 2 else hours))
    record_hours(programme=programme, rows=rows, actor=manager)


def draw_up_claim(programme: Programme, manager: Actor) -> None:
    """Costs as invoiced, each with its invoice, submitted to the coordinator."""
    claim = open_claim(programme_id=programme.pk, actor=manager)
    lines = []
    for number, row in enumerate(claim.lines.select_related("participation__organisation"), start=1):
        invoice = f"F-2026-{programme.pk:03d}{number:02d}"
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
        draw(call_id=call_id, actor=coordinator, starts_on=today, ends_on=today, seed="demo-2026")
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
