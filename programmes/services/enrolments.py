"""Enrolling learners, replacing and striking them off; each change moves the waiting list and the plan."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from catalogue.models import Edition
from networks.models import Organisation
from programmes.enrolment_transitions import ENROLMENT_TRANSITIONS, OPEN_FOR_ENROLMENT
from programmes.models import Enrolment, Learner, Participation, Programme
from programmes.rules import manages, may_commit
from programmes.services.learner_invitations import invite_learner
from programmes.services.learner_news import CLOSED, tell_learner
from programmes.services.learners import LineProblem, NewLearner, checked, known_learner, new_reference
from programmes.services.places import free_places, lock_places, move_up
from programmes.services.recalculate import recalculate
from skillnet.kernel.actor import SYSTEM, Actor
from skillnet.kernel.transitions import TransitionRefused, record_decision, run_transition

E = Enrolment.State


@dataclass(slots=True)
class Enrolled:
    """What came of a list of people: who has a place, who waits, and the lines that did not go in."""

    confirmed: list[Enrolment] = field(default_factory=list)
    waiting: list[Enrolment] = field(default_factory=list)
    problems: list[LineProblem] = field(default_factory=list)

    @property
    def all(self) -> list[Enrolment]:
        return [*self.confirmed, *self.waiting]


@dataclass(frozen=True, slots=True)
class _Where:
    """For whom and in what somebody is enrolled."""

    programme: Programme
    edition: Edition
    participation: Participation | None
    keeper: Organisation

    @property
    def stream(self) -> str:
        return Enrolment.Stream.COMPANY if self.participation else Enrolment.Stream.JOBSEEKER


def enrol_learners(
    *,
    participation: Participation,
    edition_id: int,
    people: Sequence[tuple[int, NewLearner]],
    actor: Actor,
    invite: bool = False,
) -> Enrolled:
    """Enrol people of a company; beyond its seats they wait. Bad lines are reported, the good ones go in.

    `people` carry their line number. `invite` asks them first: they hold a seat while they have not answered.
    Raises TransitionRefused when this company cannot enrol here now.
    """
    with transaction.atomic():
        programme = lock_places(participation.programme_id)
        row = Participation.objects.select_related("organisation").get(pk=participation.pk)
        if not may_commit(actor, row):
            raise TransitionRefused(_("U mag deze stap niet zetten."))
        if row.state != Participation.State.COMMITTED:
            raise TransitionRefused(_("Bevestig eerst de deelname van uw bedrijf."))
        where = _Where(programme, _bought(programme, edition_id), row, row.organisation)
        return _enrol_all(where, people, actor, invite)


def enrol_jobseekers(
    *, programme: Programme, edition_id: int, people: Sequence[tuple[int, NewLearner]], actor: Actor
) -> Enrolled:
    """Enrol jobseekers in the seats bought for them; the network's manager does, for no company speaks."""
    with transaction.atomic():
        locked = lock_places(programme.pk)
        if not manages(actor, locked) or actor.organisation_id is None:
            raise TransitionRefused(_("U mag deze stap niet zetten."))
        keeper = Organisation.objects.get(pk=actor.organisation_id)
        return _enrol_all(_Where(locked, _bought(locked, edition_id), None, keeper), people, actor, False)


def _bought(programme: Programme, edition_id: int) -> Edition:
    if programme.state not in OPEN_FOR_ENROLMENT:
        raise TransitionRefused(
            _("Deelnemers inschrijven kan zodra het programma is goedgekeurd en tot het gegeven is.")
        )
    edition = (
        Edition.objects.select_related("offer__provider")
        .filter(pk=edition_id, programme_editions__programme=programme)
        .first()
    )
    if edition is None:
        raise TransitionRefused(_("Kies een editie die in dit programma staat."))
    return edition


def _enrol_all(
    where: _Where, people: Sequence[tuple[int, NewLearner]], actor: Actor, invite: bool
) -> Enrolled:
    done = Enrolled()
    for line, person in people:
        try:
            enrolment = _enrol_one(where, checked(person), actor, invite)
        except ValidationError as error:
            done.problems.append(LineProblem(line, person.name, " ".join(error.messages)))
        else:
            waits = enrolment.state == E.WAITLISTED
            (done.waiting if waits else done.confirmed).append(enrolment)
    if done.all:
        recalculate(programme=where.programme, actor=actor, cause="enrol")
    return done


def _enrol_one(where: _Where, person: NewLearner, actor: Actor, invite: bool) -> Enrolment:
    if invite and not person.email:
        raise ValidationError(_("Om iemand uit te nodigen is een e-mailadres nodig."))
    place = free_places(programme=where.programme, edition=where.edition, participation=where.participation)
    enrolment = _create(where, person, actor, replaces=None)
    if not place:
        run_transition(table=ENROLMENT_TRANSITIONS, pk=enrolment.pk, action="wait", actor=SYSTEM)
    elif not invite:
        run_transition(table=ENROLMENT_TRANSITIONS, pk=enrolment.pk, action="confirm", actor=actor)
    if invite:
        invite_learner(enrolment=enrolment, actor=actor)
    enrolment.refresh_from_db()
    return enrolment


def _create(where: _Where, person: NewLearner, actor: Actor, replaces: Enrolment | None) -> Enrolment:
    learner = known_learner(organisation=where.keeper, person=person)
    enrolment = Enrolment(
        reference=new_reference(),
        programme=where.programme,
        edition=where.edition,
        participation=where.participation,
        learner=learner,
        learner_key=learner.fingerprint,
        stream=where.stream,
        disadvantaged=person.disadvantaged,
        evidence_reference=person.evidence_reference,
        replaces=replaces,
        created_by=actor.user,
    )
    _save_once(enrolment, learner)
    record_decision(
        subject=enrolment,
        action="request",
        from_state="",
        to_state=E.REQUESTED,
        actor=actor,
        evidence={"edition": str(where.edition.public_id), "stream": where.stream},
    )
    return enrolment


def _save_once(enrolment: Enrolment, learner: Learner) -> None:
    """The database knows whether this person sits in this edition already, in whatever programme."""
    twice = Enrolment._meta.constraints[0].violation_error_message
    try:
        with transaction.atomic():
            enrolment.save(force_insert=True)
    except IntegrityError as error:
        if "learner_once_in_an_edition" in str(error):
            raise ValidationError(str(twice)) from error
        raise


def take_enrolment_action(*, enrolment_id: int, action: str, actor: Actor, reason: str = "") -> Enrolment:
    """Confirm, strike off or refuse; the waiting list and the plan follow. Raises TransitionRefused."""
    with transaction.atomic():
        programme, edition = _locked(enrolment_id)
        taken: Enrolment = run_transition(
            table=ENROLMENT_TRANSITIONS, pk=enrolment_id, action=action, actor=actor, reason=reason
        )
        if action == "withdraw":
            tell_learner(taken, CLOSED)
        if taken.state == E.CANCELLED:
            move_up(programme=programme, edition=edition)
        recalculate(programme=programme, actor=actor, cause=action)
    return taken


def replace_learner(*, enrolment_id: int, person: NewLearner, actor: Actor, reason: str = "") -> Enrolment:
    """Somebody else takes the seat; the promise of the company stays as it was.

    Raises TransitionRefused, or ValidationError for a person who cannot be enrolled.
    """
    person = checked(person)
    with transaction.atomic():
        programme, edition = _locked(enrolment_id)
        old: Enrolment = run_transition(
            table=ENROLMENT_TRANSITIONS, pk=enrolment_id, action="replace", actor=actor, reason=reason
        )
        tell_learner(old, CLOSED)
        where = _Where(programme, edition, old.participation, old.learner.organisation)
        new = _create(where, person, actor, replaces=old)
        run_transition(table=ENROLMENT_TRANSITIONS, pk=new.pk, action="confirm", actor=actor)
        recalculate(programme=programme, actor=actor, cause="replace")
    new.refresh_from_db()
    return new


def change_flag(
    *, enrolment_id: int, disadvantaged: bool, evidence_reference: str, actor: Actor
) -> Enrolment:
    """Say whether a learner counts as disadvantaged (article 2(4) GBER): yes or no, and where the proof is."""
    with transaction.atomic():
        programme, _edition = _locked(enrolment_id)
        enrolment = Enrolment.objects.select_related("participation", "programme").get(pk=enrolment_id)
        if enrolment.participation is None or not may_commit(actor, enrolment.participation):
            raise TransitionRefused(_("U mag deze stap niet zetten."))
        reference = " ".join(evidence_reference.split()) if disadvantaged else ""
        if (enrolment.disadvantaged, enrolment.evidence_reference) == (disadvantaged, reference):
            return enrolment
        enrolment.disadvantaged, enrolment.evidence_reference = disadvantaged, reference
        enrolment.full_clean(exclude=["learner", "edition", "programme", "participation", "public_id"])
        enrolment.save()
        record_decision(
            subject=enrolment,
            action="flag",
            from_state=enrolment.state,
            to_state=enrolment.state,
            actor=actor,
            evidence={"disadvantaged": disadvantaged, "evidence": reference},
        )
        recalculate(programme=programme, actor=actor, cause="flag")
    return enrolment


def _locked(enrolment_id: int) -> tuple[Programme, Edition]:
    programme_id, edition_id = Enrolment.objects.values_list("programme_id", "edition_id").get(
        pk=enrolment_id
    )
    programme = lock_places(programme_id)
    return programme, Edition.objects.select_related("offer__provider").get(pk=edition_id)
