"""What a network spends on jobseekers itself, and what an audit takes back of their money: claimed, once."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from networks.models import Organisation
from programmes.home import sections
from programmes.models import (
    AuditCase,
    AuditItem,
    Claim,
    ClaimLine,
    JobseekerShare,
    LedgerCorrection,
    Programme,
    Recovery,
)
from programmes.services.audit import draw, save_findings, take_audit_step
from programmes.services.claim_checks import checks_of
from programmes.services.claims import Line, save_lines
from programmes.services.cost_lines import add_cost_line
from programmes.services.dossier import dossier_of
from programmes.services.jobseekers import jobseeker_line
from programmes.services.ledger import undertaking_position
from programmes.services.recovery import record_repayment, recover
from programmes.services.ring_fence import line_positions, ring_fence_reasons
from programmes.services.settling_reminders import remind_settling
from skillnet.kernel.actor import Actor
from skillnet.kernel.models import OutboxMessage
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import TransitionRefused
from tests.api.keys import client_of
from tests.factories import make_membership, make_organisation
from tests.kept import kept, kept_step
from tests.programmes.claims_world import TO_PAID, attend, drawn_up, move_claim
from tests.programmes.test_cost_plan import fund, line, with_jobseekers
from tests.programmes.test_jobseekers import bill, call_of, counted
from tests.programmes.world import REASON, World, build_world

pytestmark = pytest.mark.django_db
OWN = Decimal("300.00")


@pytest.fixture
def world() -> World:
    return _world()


@kept
def _world() -> World:
    made = build_world(mandatory=True)  # de minimis: the ledger has to stay as it is
    made.network.contracting_organisation = make_organisation(name="Sectorhuis Hout")
    made.network.save()
    return made


@kept_step
def planned(world: World, **values: Any) -> Programme:
    """A draft with two jobseekers, and costs that no seat holds: VAT that nobody gives back counts."""
    fund(world)
    programme = with_jobseekers(world, world.programme(), 2)
    own = {"description": "Vervoer", "amount": Decimal("260.00"), "vat": Decimal("40.00")}
    own |= {"vat_is_refundable": False, "group": "jobseekers"} | values
    add_cost_line(actor=world.manager, programme_id=programme.pk, values=line(**own))
    programme.refresh_from_db()
    return programme


@kept_step
def delivered(world: World, *, came: int = 2) -> Programme:
    programme = planned(world)
    world.move(programme, "submit", "approve", "start")
    world.edition.starts_on = timezone.localdate()
    world.edition.save(update_fields=["starts_on"])
    counted(world, programme, came)
    attend(programme)
    world.move(programme, "deliver")
    bill(world, programme)
    programme.refresh_from_db()
    return programme


@kept_step
def paid(world: World) -> Claim:
    return move_claim(world, drawn_up(world, delivered(world)), *TO_PAID)


def refused_case(world: World, claim: Claim) -> AuditCase:
    """Drawn, not in order, heard and not accepted."""
    assert claim.paid_on is not None
    draw(
        call_id=call_of(claim.programme).pk,
        actor=world.coordinator,
        starts_on=claim.paid_on,
        ends_on=claim.paid_on,
    )
    case = AuditCase.objects.get()
    verdicts = {item.pk: ("non_conform", "Niet leesbaar.") for item in case.items.all()}
    save_findings(case_id=case.pk, actor=world.coordinator, verdicts=verdicts)
    take_audit_step(case_id=case.pk, action="hear", actor=world.coordinator, reason=REASON)
    take_audit_step(case_id=case.pk, action="answer", actor=world.manager, answer="Dat klopt.")
    take_audit_step(case_id=case.pk, action="refuse", actor=world.coordinator, reason=REASON)
    case.refresh_from_db()
    return case


def test_own_costs_are_claimed_checked_and_paid_from_their_line(world, client_for):
    programme = delivered(world, came=1)
    seat = (programme.jobseeker_cost - OWN) / 2
    claim = drawn_up(world, programme)
    own = claim.lines.get(participation=None)
    assert (own.category, own.description, own.amount) == ("operating", "Vervoer", OWN)

    # Without its proof it is not submitted, as any cost; above its plan it is explained first.
    lines = [
        Line(
            company=row.participation_id,
            category=row.category,
            description=row.description,
            amount=row.amount if row.participation_id else Decimal("350.00"),
            invoice=row.invoice if row.participation_id else "",
            evidence=tuple(str(f.public_id) for f in row.evidence.all()),
            id=str(row.public_id),
        )
        for row in claim.lines.all()
    ]
    save_lines(claim_id=claim.pk, actor=world.manager, lines=lines)
    blocked = {check.key: check.remedy for check in checks_of(claim) if check.blocks}
    assert "werkzoekenden (Vervoer)" in blocked["evidence"]
    assert "plan" in blocked
    manager = client_for(Role.NETWORK_MANAGER, network=world.network)
    page = reverse("programmes:claim_edit", args=[programme.public_id])
    assert "Werkzoekenden (afgeschermde lijn)" in manager.get(page).text
    proof = lines[0].evidence[0]
    sent: dict[str, Any] = {"overrun_note": "De bus was duurder.", "form-INITIAL_FORMS": len(lines)}
    sent["form-TOTAL_FORMS"] = len(lines)
    for number, row in enumerate(lines):
        sent |= {f"form-{number}-{name}": value for name, value in {
            "line": row.id, "company": row.company or 0, "category": row.category, "amount": row.amount,
            "description": row.description, "invoice": row.invoice or "B-1", "evidence": [proof],
        }.items()}  # fmt: skip
    assert manager.post(page, sent).status_code == 302
    claim.refresh_from_db()

    # One of two came: half of the plan is due, and no more than that is paid, whatever it cost.
    claim = move_claim(world, claim, "submit", "approve_content", "approve_payment")
    share = JobseekerShare.objects.get(claim=claim, edition=None)
    payee = world.network.contracting_organisation
    assert (share.planned, share.invoiced, share.payable, share.payee) == (OWN, 350, 150, payee)
    assert claim.jobseekers_payable == seat + 150
    assert claim.payable == programme.grant, "no company pays for it, nor gets it"
    shown = manager.get(reverse("programmes:claim", args=[programme.public_id])).text
    assert "Eigen kosten van het netwerk" in shown
    assert "B-1" in shown
    company = client_for(Role.COMPANY_CONTACT, organisation=world.companies[0])
    assert "Vervoer" not in company.get(reverse("programmes:claim", args=[programme.public_id])).text
    order = reverse("programmes:payment_request", args=[programme.public_id])
    rows = manager.get(order, {"format": "json"}).json()["jobseekers"]["beneficiaries"]
    assert [(r["name"], r["amount"]) for r in rows][-1] == (payee.name, "150.00")
    claim = move_claim(world, claim, "pay")
    assert claim.jobseekers_settled == seat + 150
    assert line_positions(call_of(programme))[0].paid == seat + 150
    programme.refresh_from_db()
    own_part = dossier_of(programme=programme)["claim"]["jobseekers"]["own_costs"]
    assert (own_part["payable"], own_part["payee"]) == ("150.00", payee.name)
    file = manager.get(reverse("programmes:programme_print", args=[programme.public_id]), {"format": "pdf"})
    assert file.content.startswith(b"%PDF")


def test_what_is_no_cost_of_jobseekers_is_refused(world):
    fund(world)
    programme = world.programme()
    wage = line(group="jobseekers", category="trainee")
    with pytest.raises(ValidationError, match="loonkost"):
        add_cost_line(actor=world.manager, programme_id=programme.pk, values=wage)
    add_cost_line(actor=world.manager, programme_id=programme.pk, values=line(group="jobseekers"))
    programme.refresh_from_db()
    assert "geen plaatsen voor hen" in " ".join(ring_fence_reasons(programme))
    claim = Claim.objects.create(programme=programme)
    with pytest.raises(IntegrityError), transaction.atomic():
        ClaimLine.objects.create(claim=claim, category="trainee", description="Loon", amount=1)


def test_a_claim_without_such_costs_in_its_plan_takes_none(world):
    claim = drawn_up(world)
    with pytest.raises(ValidationError, match="geen eigen kosten"):
        save_lines(claim_id=claim.pk, actor=world.manager, lines=[Line(None, "operating", "Bus", Decimal(1))])


def test_who_made_the_costs_must_be_known(world):
    programme = delivered(world)
    network = programme.network
    network.promoter = network.contracting_organisation = None
    network.save()
    claim = drawn_up(world, Programme.objects.get(pk=programme.pk))
    with pytest.raises(TransitionRefused, match="contracterende organisatie"):
        move_claim(world, claim, "submit")


def test_software_claims_them_and_notes_what_it_saw(world):
    programme = delivered(world)
    claim = drawn_up(world, programme)
    manager = client_of(Role.NETWORK_MANAGER, network=world.network)
    address = f"/api/v1/claims/{programme.public_id}/"
    read = manager.get(address).json()
    (own,) = (row for row in read["lines"] if row["for_jobseekers"])
    assert (own["company"], own["amount"]) == (None, "300.00")
    body = {"lines": [{**row, "amount": "200.00"} if row is own else row for row in read["lines"]]}
    done = manager.put(address, body, format="json")
    assert done.status_code == 200, done.content
    both = {"lines": [{**own, "company": "0412345678"}]}
    assert manager.put(address, both, format="json").status_code == 400
    move_claim(world, claim, *TO_PAID)
    shares = manager.get(address).json()["jobseekers"]
    assert [(s["edition"] is None, s["payable"]) for s in shares] == [(False, "2000.00"), (True, "200.00")]

    draw(
        call_id=call_of(programme).pk,
        actor=world.coordinator,
        starts_on=timezone.localdate() - timedelta(days=1),
        ends_on=timezone.localdate() + timedelta(days=1),
    )
    case = AuditCase.objects.get()
    coordinator = client_of(Role.COORDINATOR, organisation=world.administration)
    address = f"/api/v1/audits/{case.public_id}/"
    (seats,) = (row for row in coordinator.get(address).json()["items"] if row["jobseekers"])
    assert (seats["line"], seats["jobseekers"]) == (None, str(world.edition.public_id))
    found = {"items": [{"jobseekers": seats["jobseekers"], "verdict": "ok"}]}
    assert coordinator.put(f"{address}findings/", found, format="json").status_code == 200
    assert AuditItem.objects.get(line=None).verdict == "ok"
    neither = {"items": [{"verdict": "ok"}]}
    assert coordinator.put(f"{address}findings/", neither, format="json").status_code == 400


def test_an_audit_looks_at_them_and_what_comes_back_is_free_once(world, client_for):
    claim = paid(world)
    programme = claim.programme
    call = call_of(programme)
    used = line_positions(call)[0].used
    position = {c.pk: undertaking_position(organisation=c).used for c in world.companies}
    case = refused_case(world, claim)
    assert {item.for_whom for item in case.items.all()} >= {"werkzoekenden"}
    auditor = client_for(Role.COORDINATOR, organisation=world.administration)
    here = reverse("programmes:audit_case", args=[case.public_id])
    page = auditor.get(here).text
    assert "Plaatsen van werkzoekenden" in page
    assert "lijst.pdf" in page, "the list that proves who came"
    assert "W-7" in page, "and the bill"

    seats = claim.jobseeker_shares.exclude(edition=None).get()
    own = claim.jobseeker_shares.get(edition=None)
    new = reverse("programmes:recovery_new", args=[case.public_id])
    too_much = {f"jobseekers-{seats.pk}": seats.payable + 1, "reason": "Niemand kwam."}
    assert auditor.post(new, too_much).status_code == 409
    with pytest.raises(ValidationError, match="hoogstens"):
        recover(
            case_id=case.pk, actor=world.coordinator, amounts={}, jobseekers={own.pk: OWN + 1}, reason=REASON
        )
    wanted = {
        f"jobseekers-{seats.pk}": "500.00",
        f"jobseekers-{own.pk}": "100.00",
        "reason": "Niet leesbaar.",
    }
    for _twice in range(2):
        auditor.post(new, wanted)
    first, second = Recovery.objects.order_by("pk")
    provider, payee = seats.paid_to, own.paid_to
    assert [r.payer for r in (first, second)] == [provider, payee]
    assert first.reference != second.reference
    # What is asked back is not there yet; the companies' ledger has no part in it.
    assert line_positions(call)[0].used == used
    assert not LedgerCorrection.objects.exists()
    assert {c.pk: undertaking_position(organisation=c).used for c in world.companies} == position

    _who_pays_back_is_told(world, first, provider)
    teacher = client_for(Role.PROVIDER, organisation=provider)
    assert (
        first.reference
        in teacher.get(reverse("programmes:invoice", args=[seats.invoice_line.public_id])).text
    )
    assert client_for(Role.PROVIDER).get("/").status_code == 200
    repay = reverse("programmes:recovery_repay", args=[first.public_id])
    assert teacher.post(repay, {"repaid_on": timezone.localdate()}).status_code == 403
    for _twice in range(2):
        auditor.post(repay, {"repaid_on": timezone.localdate().isoformat()})
        with pytest.raises(TransitionRefused, match="voor"):
            record_repayment(recovery_id=first.pk, actor=world.second, repaid_on=timezone.localdate())
    position_now = line_positions(call)[0]
    assert (position_now.used, position_now.paid) == (used - 500, used - 500), "once"
    claim.refresh_from_db()
    assert claim.jobseekers_settled == used, "what was paid stays written"
    with pytest.raises(IntegrityError), transaction.atomic():
        Recovery.objects.create(case=case, amount=1, reason="x", reference="1")
    assert auditor.get(here).text.count("voor werkzoekenden") >= 2


def _who_pays_back_is_told(world: World, recovery: Recovery, provider: Organisation) -> None:
    member = make_membership(organisation=provider, role=Role.PROVIDER)
    actor = Actor(user=member.user, organisation_id=provider.pk, roles=frozenset({Role.PROVIDER}))
    Recovery.objects.update(due_on=timezone.localdate())
    (todo,) = next(s for s in sections(actor) if s.title == "Terug te betalen").todos
    assert recovery.reference in str(todo.text)
    remind_settling()
    said = OutboxMessage.objects.filter(recipient=member.user, key__contains="deadline:repay:")
    assert said.filter(kind="notice").count() == 1
    stranger = Actor(organisation_id=world.companies[0].pk, roles=frozenset({Role.PROVIDER}))
    assert not any(s.title == "Terug te betalen" for s in sections(stranger))


def test_the_decision_holds_the_line_wherever_the_lessons_move():
    """Free seats are billed by nobody, and lessons may move out of the line's period: the line still pays."""
    world = build_world()
    world.network.contracting_organisation = make_organisation()
    world.network.save()
    programme = world.move(planned(world), "submit", "approve")
    programme.invoice_lines.filter(stream="jobseeker").delete()
    Programme.objects.filter(pk=programme.pk).update(starts_on=timezone.localdate() - timedelta(days=400))
    programme.refresh_from_db()
    held = call_of(programme).budget_lines.get()
    assert jobseeker_line(programme) == programme.jobseeker_line == held
    assert line_positions(call_of(programme))[0].used == programme.jobseeker_cost
