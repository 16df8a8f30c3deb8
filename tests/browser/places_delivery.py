"""A programme that runs, with people in its seats, so that the pages of delivery have something on them."""

from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.utils import timezone

from catalogue.models import Edition
from networks.models import Organisation
from programmes.models import (
    Attendance,
    CompanySeats,
    Enrolment,
    EnrolmentInvitation,
    Participation,
    Programme,
    ProgrammeEdition,
)
from programmes.services.learners import NewLearner, known_learner, new_reference
from tests.browser.places_claims import copied_programme
from tests.browser.places_exchange import invoice_of
from tests.factories import make_edition

ASKED, CAME = "gevraagd-aan-een-deelnemer", "deelnemer-die-er-was"


def delivery_objects(programme: Programme, edition: Edition, company: Organisation) -> dict[str, Any]:
    """Addresses of learners, attendance and evidence, with what fills them in."""
    running = copied_programme(programme, Programme.State.RUNNING, "Lopend programma")
    part = running.participations.get(organisation=company)
    bought = ProgrammeEdition.objects.create(
        programme=running, edition=edition, seats=part.learners, jobseeker_seats=2
    )
    running.jobseeker_learners = 2
    running.save(update_fields=["jobseeker_learners"])
    CompanySeats.objects.create(
        programme_edition=bought, organisation=company, learners=max(1, part.learners)
    )
    _enrol(part, edition, "Bo Bracke", Enrolment.State.CONFIRMED, ASKED)
    came = _enrol(part, edition, "Ada Aerts", Enrolment.State.ATTENDED, CAME)
    Attendance.objects.create(enrolment=came, hours=16)
    gone = make_edition(offer=edition.offer, state=Edition.State.CANCELLED, seats=20)
    ProgrammeEdition.objects.create(programme=running, edition=gone, seats=2)
    make_edition(offer=edition.offer, starts_on=timezone.localdate() + timedelta(days=70), seats=20)
    return {
        "programmes:other_edition": (running.public_id, gone.public_id),
        "programmes:invoice": invoice_of(running).public_id,
        "programmes:enrolments": running.public_id,
        "programmes:attendance": running.public_id,
        "programmes:jobseekers": running.public_id,
        "programmes:evidence": running.public_id,
        "programmes:sign_sheet": (running.public_id, edition.public_id),
        "programmes:enrolment_detail": came.public_id,
        "programmes:enrolment_record": came.public_id,
        "programmes:learner_answer": ASKED,
        "programmes:learner_record": CAME,
    }


def _enrol(part: Participation, edition: Edition, name: str, state: str, token: str) -> Enrolment:
    learner = known_learner(organisation=part.organisation, person=NewLearner(name))
    enrolment = Enrolment.objects.create(
        reference=new_reference(),
        programme=part.programme,
        edition=edition,
        participation=part,
        learner=learner,
        learner_key=learner.fingerprint,
        state=state,
    )
    EnrolmentInvitation.objects.create(
        enrolment=enrolment,
        digest=sha256(token.encode()).hexdigest(),
        expires_at=timezone.now() + timedelta(days=14),
    )
    return Enrolment.objects.get(pk=enrolment.pk)
