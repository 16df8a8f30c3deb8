"""What holds between decision, application, delivery and settlement: awards, invoices, guards, cancelled editions."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from catalogue.models import Edition
from matching.models import Pool
from programmes.models import DeMinimisAid, InvoiceLine, Participation, Programme
from programmes.services.claim_shares import settlements_of
from programmes.services.claims import open_claim, take_claim_step
from programmes.services.commitments import commit_participation, remove_participation
from programmes.services.edition_changes import follow_editions
from programmes.services.invoices import sync_invoice_lines
from programmes.services.signatures import needs_second_signature
from programmes.services.steps import take_step
from skillnet.kernel.actor import SYSTEM
from skillnet.kernel.models import OutboxMessage
from skillnet.kernel.transitions import TransitionRefused, decisions_on
from tests.programmes.claims_world import complete_lines, drawn_up, enrol, move_claim
from tests.programmes.delivery_world import begun
from tests.programmes.world import REASON, World, build_world

pytestmark = pytest.mark.django_db


def of(programme: Programme, world: World, company: int = 0) -> Participation:
    return programme.participations.select_related("organisation").get(organisation=world.companies[company])


def test_no_award_and_no_bill_before_the_company_applied_and_the_reasoning_says_so():
    world = build_world(mandatory=True)
    programme = world.programme("submit", "approve")
    assert not DeMinimisAid.objects.exists()
    assert not InvoiceLine.objects.exists()
    row = of(programme, world)
    actor = world.contact(world.companies[0])
    commit_participation(participation_id=row.pk, actor=actor, declares_de_minimis=True)
    commit_participation(participation_id=row.pk, actor=actor, declares_de_minimis=True)
    (aid,) = DeMinimisAid.objects.all()
    assert (aid.organisation, aid.amount) == (world.companies[0], Decimal(1500))
    (line,) = InvoiceLine.objects.all()
    assert line.organisation == world.companies[0]


def test_a_decision_before_the_application_is_remarked_in_the_assessment():
    world = build_world()
    programme = world.programme("submit", "approve")
    Programme.objects.update(decided_at=timezone.now() - timedelta(days=3))
    row = of(programme, world)
    commit_participation(participation_id=row.pk, actor=world.contact(world.companies[0]))
    row.refresh_from_db()
    rules = [r["rule"] for r in row.assessment["reasons"]]
    assert "training_aid.decided_first" in rules
    assert row.assessment["case"]["application_date"] == timezone.localdate().isoformat()
    assert row.grant == Decimal(1500)
    other = build_world_row_before(world)
    assert "training_aid.decided_first" not in other


def build_world_row_before(world: World) -> list[str]:
    """The same company where the application came first."""
    from tests.programmes.world import add_pool

    world.pool = add_pool(world)
    programme = world.programme("commit", "submit", "approve")
    return [r["rule"] for r in of(programme, world).assessment["reasons"]]


def test_a_silent_company_is_taken_out_by_the_manager_and_the_others_go_on(client_for):
    world = build_world()
    programme = world.programme("submit", "approve")
    for company in (0, 1):
        commit_participation(
            participation_id=of(programme, world, company).pk, actor=world.contact(world.companies[company])
        )
    silent = of(programme, world, 2)
    with pytest.raises(TransitionRefused, match="bevestigde de deelname nog niet"):
        take_step(programme_id=programme.pk, action="start", actor=world.manager)
    for actor in (world.coordinator, world.contact(world.companies[0])):
        with pytest.raises(TransitionRefused, match="mag deze stap niet"):
            remove_participation(participation_id=silent.pk, actor=actor, reason=REASON)
    with pytest.raises(TransitionRefused, match="Dit kan niet meer"):  # who confirmed leaves by its own word
        remove_participation(participation_id=of(programme, world).pk, actor=world.manager, reason=REASON)
    client = client_for(None)
    client.force_login(world.manager.user)
    told = world.contact(world.companies[2])
    page = client.get(reverse("programmes:programme_detail", args=[programme.public_id])).content.decode()
    address = reverse("programmes:remove", args=[silent.public_id])
    assert address in page
    assert client.get(address).status_code == 200
    assert client.post(address, {"reason": ""}).status_code == 409
    assert client.post(address, {"reason": "Geen antwoord na drie herinneringen."}).status_code == 302
    silent.refresh_from_db()
    assert (silent.state, silent.grant) == ("withdrawn", 0)
    assert Edition.objects.get(pk=world.edition.pk).enrolled == 6
    assert decisions_on(silent).get(action="remove").reason.startswith("Geen antwoord")
    assert OutboxMessage.objects.filter(recipient=told.user, context__action="remove").exists()
    started = take_step(programme_id=programme.pk, action="start", actor=world.manager)
    assert started.state == "running"


def test_no_start_with_one_company_or_a_group_that_is_too_small():
    world = build_world(min_seats=9)
    programme = world.programme("submit", "approve", "commit")
    Edition.objects.filter(pk=world.edition.pk).update(min_seats=10, enrolled=9)
    with pytest.raises(TransitionRefused, match="vraagt er minstens 10"):
        take_step(programme_id=programme.pk, action="start", actor=world.manager)
    Edition.objects.filter(pk=world.edition.pk).update(min_seats=3)
    programme.participations.exclude(organisation=world.companies[0]).update(state="withdrawn")
    with pytest.raises(TransitionRefused, match="geen twee onafhankelijke"):
        take_step(programme_id=programme.pk, action="start", actor=world.manager)


def test_a_running_programme_can_be_cancelled_and_gives_everything_back():
    world = build_world(budget=Decimal(50_000))
    programme = world.programme("submit", "approve", "start")
    taken = take_step(programme_id=programme.pk, action="cancel", actor=world.manager, reason=REASON)
    assert taken.state == "cancelled"
    assert Edition.objects.get(pk=world.edition.pk).enrolled == 0
    assert not InvoiceLine.objects.exclude(state="cancelled").exists()


def test_delivered_means_begun_and_somebody_there_and_who_sent_nobody_is_paid_nothing():
    world = build_world()
    programme = world.programme("submit", "approve", "start")
    with pytest.raises(TransitionRefused) as refused:
        take_step(programme_id=programme.pk, action="deliver", actor=world.manager)
    assert "begint pas op" in str(refused.value)
    assert "niemand ingeschreven" in str(refused.value)
    begun(programme)
    for company in (0, 1):
        for _place in range(3):
            enrol(of(programme, world, company))
    take_step(programme_id=programme.pk, action="deliver", actor=world.manager)
    programme.refresh_from_db()
    claim = move_claim(world, drawn_up(world, programme), "submit", "approve_content", "approve_payment")
    paid = {s.participation.organisation: s.payable for s in claim.shares.all()}
    assert paid == {
        world.companies[0]: Decimal(1500),
        world.companies[1]: Decimal(1500),
        world.companies[2]: Decimal(0),
    }


def test_what_is_billed_is_what_was_promised_without_the_jobseekers_and_not_what_was_cancelled():
    world = build_world(price=9000, basis="edition")
    programme = world.programme("submit", "approve", "commit")
    row = world.edition
    programme.programme_editions.update(jobseeker_seats=3)
    Edition.objects.filter(pk=row.pk).update(price=Decimal("12000.00"))
    assert sync_invoice_lines(programme=programme) == 0
    assert {line.amount for line in InvoiceLine.objects.all()} == {Decimal(3000)}
    Edition.objects.filter(pk=row.pk).update(state=Edition.State.CANCELLED)
    sync_invoice_lines(programme=programme)
    assert {line.state for line in InvoiceLine.objects.all()} == {"cancelled"}


def test_a_cancelled_edition_takes_its_cost_along_and_comes_back_with_it():
    world = build_world()
    programme = world.programme("submit", "approve", "commit")
    Edition.objects.filter(pk=world.edition.pk).update(state=Edition.State.CANCELLED)
    follow_editions([world.edition.pk], SYSTEM, "cancel")
    row = of(programme, world)
    assert (row.cost, row.grant, row.own_share) == (0, 0, 0)
    programme.refresh_from_db()
    assert (programme.cost, programme.grant) == (0, 0)
    assert sum(line.amount for line in programme.funding_lines.all()) == 0
    assert sum(line.amount for line in programme.cost_lines.all()) == 0
    Edition.objects.filter(pk=world.edition.pk).update(state=Edition.State.PLANNED)
    follow_editions([world.edition.pk], SYSTEM, "reopen")
    row.refresh_from_db()
    assert (row.cost, row.grant, row.own_share) == (3000, 1500, 1500)
    assert sum(line.amount for line in programme.cost_lines.all()) == 9000


def test_a_course_moved_before_the_application_loses_the_aid():
    world = build_world()
    programme = world.programme("submit", "approve", "commit")
    before = timezone.localdate() - timedelta(days=2)
    Edition.objects.filter(pk=world.edition.pk).update(starts_on=before)
    follow_editions([world.edition.pk], SYSTEM, "moved")
    row = of(programme, world)
    assert (row.grant, row.own_share) == (0, 3000)


def test_a_draft_follows_a_moved_edition():
    world = build_world()
    programme = world.programme()
    later = timezone.localdate() + timedelta(days=80)
    Edition.objects.filter(pk=world.edition.pk).update(starts_on=later, price=Decimal("1200.00"))
    follow_editions([world.edition.pk], SYSTEM, "moved")
    row = of(programme, world)
    assert row.assessment["case"]["start_date"] == later.isoformat()
    assert row.cost == Decimal(3600)


def test_a_declined_claim_closes_the_programme_frees_its_pools_and_its_de_minimis_room():
    world = build_world(mandatory=True)
    programme = world.programme("submit", "approve", "start", "deliver")
    claim = move_claim(world, drawn_up(world, programme), "submit")
    assert {aid.counted for aid in DeMinimisAid.objects.all()} == {Decimal(1500)}
    take_claim_step(claim_id=claim.pk, action="decline", actor=world.coordinator, reason=REASON)
    programme.refresh_from_db()
    assert programme.state == "unpaid"
    assert {aid.counted for aid in DeMinimisAid.objects.all()} == {Decimal(0)}
    assert DeMinimisAid.objects.count() == 3  # nothing leaves the ledger
    assert Pool.objects.get(pk=world.pool.pk).state == Pool.State.OPEN
    assert decisions_on(programme).last().action == "close_unpaid"


def test_four_eyes_look_at_all_public_money():
    world = build_world()
    programme = world.programme()
    assert not needs_second_signature(programme)
    programme.grant, programme.jobseeker_cost = Decimal(0), Decimal(200_000)
    assert needs_second_signature(programme)


def test_lines_of_a_claim_leave_out_what_was_cancelled():
    world = build_world()
    programme = world.programme("submit", "approve", "start")
    second = Edition.objects.create(offer=world.offer, starts_on=world.edition.starts_on, seats=9)
    held = programme.programme_editions.create(edition=second, seats=9)
    for company in world.companies:
        held.company_seats.create(organisation=company, learners=3, cost=Decimal(3000))
        row = programme.participations.get(organisation=company)
        case = row.assessment["case"]
        case["costs"].append({"category": "trainer", "amount": "3000.00", "participants": []})
        row.save()
    Edition.objects.filter(pk=second.pk).update(state=Edition.State.CANCELLED)
    world.pool.refresh_from_db()
    begun(programme)
    for number in range(3):
        for _place in range(3):
            _enrol_in(programme, world, number)
    take_step(programme_id=programme.pk, action="deliver", actor=world.manager)
    claim = open_claim(programme_id=programme.pk, actor=world.manager)
    assert {line.amount for line in claim.lines.all()} == {Decimal(3000)}
    assert len(complete_lines(claim)) == 3
    assert {result.eligible for _c, result in settlements_of(claim)} == {Decimal(3000)}


def _enrol_in(programme: Programme, world: World, company: int) -> None:
    from programmes.models import Attendance, Enrolment, Learner

    row = of(programme, world, company)
    number = Enrolment.objects.count()
    enrolment = Enrolment.objects.create(
        reference=f"X{number:06d}",
        programme=programme,
        edition=world.edition,
        participation=row,
        learner=Learner.objects.create(organisation=row.organisation),
        state=Enrolment.State.ATTENDED,
    )
    Attendance.objects.create(enrolment=enrolment, hours=Decimal(40))
