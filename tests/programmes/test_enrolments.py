"""Enrolling learners: seats, waiting list, pseudonyms, replacement and what it means for the aid."""

from decimal import Decimal
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection, connections

from programmes.models import Enrolment, Learner
from programmes.services.attendance import attended_hours, report_no_show
from programmes.services.commitments import withdraw_participation
from programmes.services.enrolments import (
    enrol_jobseekers,
    enrol_learners,
    replace_learner,
    take_enrolment_action,
)
from programmes.services.learners import NewLearner, erase_learner, identity_of, names_for, read_lines
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import TransitionRefused, decisions_on
from tests.factories import actor_for_role
from tests.programmes.delivery_world import approved, begun, enrol, part_of, people, states, teacher

E = Enrolment.State


@pytest.mark.django_db
def test_seats_are_filled_and_who_comes_after_waits_and_moves_up() -> None:
    world, programme = approved(learners=2)
    part = part_of(programme)
    done = enrol(world, part, "Ada Aerts", "Bo Bracke", "Cis Claes")
    assert [e.state for e in done.confirmed] == [E.CONFIRMED, E.CONFIRMED]
    assert [e.state for e in done.waiting] == [E.WAITLISTED]
    take_enrolment_action(
        enrolment_id=done.confirmed[0].pk, action="withdraw", actor=world.contact(part.organisation)
    )
    assert states(programme) == [E.CANCELLED, E.CONFIRMED, E.CONFIRMED]
    moved = decisions_on(done.waiting[0]).order_by("-id")[0]
    assert (moved.action, moved.actor_label) == ("promote", "Skillnet")


@pytest.mark.django_db
def test_one_person_never_sits_twice_in_an_edition_whoever_enrols() -> None:
    world, programme = approved(learners=3)
    enrol(world, part_of(programme, 0), "Ada Aerts")
    again = enrol(world, part_of(programme, 1), "Ada Aerts", "Bo Bracke")
    assert len(again.confirmed) == 1
    assert [(p.line, "niet twee keer betaald" in p.reason) for p in again.problems] == [(1, True)]


@pytest.mark.django_db
def test_a_company_that_did_not_confirm_or_a_stranger_enrols_nobody() -> None:
    world, programme = approved()
    part = part_of(programme)
    stranger = actor_for_role(Role.COMPANY_CONTACT)
    with pytest.raises(TransitionRefused):
        enrol(world, part, "Ada Aerts", actor=stranger)
    withdraw_participation(
        participation_id=part.pk, actor=world.contact(part.organisation), reason="Te druk."
    )
    with pytest.raises(TransitionRefused, match="Bevestig eerst"):
        enrol(world, part, "Ada Aerts")
    assert not Enrolment.objects.exists()


@pytest.mark.django_db
def test_leaving_takes_the_learners_along() -> None:
    world, programme = approved()
    part = part_of(programme)
    enrol(world, part, "Ada Aerts", "Bo Bracke", "Cis Claes")
    withdraw_participation(
        participation_id=part.pk, actor=world.contact(part.organisation), reason="Te druk."
    )
    assert set(states(programme)) == {E.CANCELLED}


@pytest.mark.django_db
def test_no_table_of_the_database_shows_a_name_or_an_address() -> None:
    world, programme = approved()
    part = part_of(programme)
    done = enrol(world, part, "Zoltan Zwaenepoel", invite=True)
    learner = done.confirmed[0].learner if done.confirmed else done.all[0].learner
    assert identity_of(learner).name == "Zoltan Zwaenepoel"
    found = _tables_that_say("zwaenepoel", "zoltan@werk")
    assert found == []


@pytest.mark.django_db
def test_erasing_leaves_the_pseudonym_and_the_hours() -> None:
    world, programme = approved()
    part = part_of(programme)
    contact = world.contact(part.organisation)
    enrolment = enrol(world, part, "Zoltan Zwaenepoel", invite=True).all[0]
    erase_learner(learner_id=enrolment.learner_id, actor=contact, reason="Vraag van de betrokkene.")
    learner = Learner.objects.get(pk=enrolment.learner_id)
    assert (learner.identity, learner.fingerprint, identity_of(learner).name) == ("", "", "")
    enrolment.refresh_from_db()
    assert (enrolment.learner_key, enrolment.reference[:2]) == ("", "D-")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM kernel_outboxmessage WHERE key LIKE 'mail:learner:%'")
        assert cursor.fetchone()[0] == 0


@pytest.mark.django_db
def test_who_reads_a_name() -> None:
    world, programme = approved()
    part = part_of(programme)
    rows = enrol(world, part, "Ada Aerts").all
    contact, other = world.contact(part.organisation), world.contact(part_of(programme, 1).organisation)
    readers = {
        "own": contact,
        "deliverer": teacher(world),
        "other company": other,
        "manager": world.manager,
        "coordinator": world.coordinator,
        "other provider": actor_for_role(Role.PROVIDER),
    }
    assert {who for who, actor in readers.items() if names_for(actor, rows)} == {"own", "deliverer"}
    seen = {who for who, actor in readers.items() if Enrolment.objects.visible_to(actor).exists()}
    assert seen == {"own", "deliverer", "manager", "coordinator"}


@pytest.mark.django_db
def test_a_replacement_keeps_the_seat_and_the_aid() -> None:
    world, programme = approved()
    part = part_of(programme)
    contact = world.contact(part.organisation)
    old = enrol(world, part, "Ada Aerts", "Bo Bracke").confirmed[0]
    new = replace_learner(
        enrolment_id=old.pk, person=NewLearner("Cis Claes", "cis@werk.example"), actor=contact
    )
    old.refresh_from_db()
    assert (old.state, new.state, new.replaces_id) == (E.CANCELLED, E.CONFIRMED, old.pk)
    before, part_now = part.grant, part_of(programme)
    assert part_now.grant == before


@pytest.mark.django_db
def test_a_seat_that_nobody_used_gets_no_aid_and_only_more_than_was_decided_needs_a_decision() -> None:
    world, programme = approved()
    part = part_of(programme)
    contact = world.contact(part.organisation)
    first, _second = enrol(world, part, "Ada Aerts", "Bo Bracke").confirmed
    assert part.grant == Decimal("1000.00")  # half of two seats of 1 000
    programme = world.move(programme, "start")
    begun(programme)
    report_no_show(enrolment_id=first.pk, actor=contact)
    part = part_of(programme)
    programme.refresh_from_db()
    assert (part.grant, part.own_share) == (Decimal("500.00"), Decimal("1500.00"))
    assert programme.grant == Decimal("2500.00")
    lines = programme.funding_lines.filter(organisation=part.organisation).order_by("amount")
    assert [line.amount for line in lines] == [Decimal("500.00"), Decimal("1500.00")]
    said = decisions_on(part).filter(action="recalculate").get()
    assert (said.evidence["cause"], said.evidence["decided"]) == ("no_show", "1000.00")
    assert attended_hours(part).no_shows == 1
    replace_learner(enrolment_id=first.pk, person=NewLearner("Cis Claes"), actor=contact)
    assert part_of(programme).grant == Decimal("1000.00")  # back to what was decided, no new decision


def test_pasted_lines_are_read_one_by_one() -> None:
    good, bad = read_lines(
        "Ada Aerts; ada@werk.example\n\nBo Bracke <BO@werk.example>\n; x\nCis\tcis@\nDirk Devos"
    )
    assert [(line, p.name, p.email) for line, p in good] == [
        (1, "Ada Aerts", "ada@werk.example"),
        (3, "Bo Bracke", "bo@werk.example"),
        (6, "Dirk Devos", ""),
    ]
    assert [p.line for p in bad] == [4, 5]


@pytest.mark.django_db(transaction=True)
def test_two_people_of_one_company_at_one_instant_never_take_more_seats_than_promised() -> None:
    world, programme = approved(learners=2)
    part = part_of(programme)
    contact = world.contact(part.organisation)
    barrier = Barrier(4)

    def enter(number: int) -> None:
        try:
            barrier.wait()
            enrol_learners(
                participation=part,
                edition_id=world.edition.pk,
                people=people(f"P{number} Eerste", f"P{number}b Tweede"),
                actor=contact,
            )
        finally:
            connections.close_all()

    threads = [Thread(target=enter, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(states(programme)) == [E.CONFIRMED] * 2 + [E.WAITLISTED] * 6


def _tables_that_say(*words: str) -> list[tuple[str, str]]:
    """Every text in every table, by raw SQL."""
    found: list[Any] = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables"
            " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        )
        for (table,) in cursor.fetchall():
            for word in words:
                cursor.execute(f'SELECT 1 FROM "{table}" t WHERE t::text ILIKE %s LIMIT 1', [f"%{word}%"])  # noqa: S608  own tables
                if cursor.fetchone():
                    found.append((table, word))
    return found


@pytest.mark.django_db
def test_more_aid_than_was_decided_waits_for_a_decision() -> None:
    world, programme = approved()
    part = part_of(programme)
    # As if the decision had granted less than the rules give for these learners.
    case = dict(part.assessment["case"]) | {"requested": "1400.00"}
    part.assessment = dict(part.assessment) | {"case": case}
    part.save()
    enrol(world, part, "Ada Aerts", disadvantaged=True, evidence_reference="HR-12")
    part = part_of(programme)
    said = decisions_on(part).filter(action="recalculate").get()
    assert part.grant == Decimal("1000.00")
    assert (said.evidence["possible"], said.evidence["needs_decision"]) == ("1400.00", True)
    enrol(world, part, "Bo Bracke")
    assert decisions_on(part).filter(action="recalculate").count() == 1  # said once


@pytest.mark.django_db
def test_jobseekers_sit_on_seats_bought_for_them_and_cost_companies_nothing() -> None:
    world, programme = approved()
    programme.programme_editions.update(jobseeker_seats=1)
    two = people("Ada Aerts", "Bo Bracke")
    done = enrol_jobseekers(programme=programme, edition_id=world.edition.pk, people=two, actor=world.manager)
    assert (len(done.confirmed), len(done.waiting)) == (1, 1)
    enrolment = done.confirmed[0]
    assert (enrolment.stream, enrolment.participation_id) == ("jobseeker", None)
    assert set(names_for(world.manager, done.all)) == {e.learner_id for e in done.all}
    with pytest.raises(TransitionRefused):
        enrol_jobseekers(
            programme=programme, edition_id=world.edition.pk, people=two, actor=world.coordinator
        )
