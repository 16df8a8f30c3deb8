"""Jobseekers' seats from count to payment: billed to the coordinator, paid from the ring-fenced line, once."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connections, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from catalogue.models import Edition
from networks.models import Call
from programmes.aid.jobseekers import attended_part, pay_seats
from programmes.models import BudgetLine, Claim, InvoiceLine, JobseekerAttendance, JobseekerShare, Programme
from programmes.services.claim_checks import checks_of
from programmes.services.claims import take_claim_step
from programmes.services.invoices import mark_invoiced, mark_paid, sync_invoice_lines, undo_step, waive_line
from programmes.services.jobseeker_counts import Count, count_jobseekers
from programmes.services.ring_fence import line_positions
from programmes.services.versions import ChangedMeanwhile
from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import TransitionRefused, decisions_on
from tests.factories import make_membership
from tests.kept import kept_step
from tests.programmes.claims_world import attend, drawn_up, move_claim
from tests.programmes.test_cost_plan import fund, with_jobseekers
from tests.programmes.world import REASON, World, build_world

EURO = st.decimals(min_value=0, max_value=10**6, places=2)


def call_of(programme: Programme) -> Call:
    call = programme.network.call
    assert call is not None
    return call


@pytest.fixture
def world() -> World:
    return build_world()


@kept_step
def running(world: World, *, seats: int = 2) -> Programme:
    """A programme with jobseekers' seats of which the lessons have begun."""
    fund(world)
    programme = with_jobseekers(world, world.programme(), seats)
    world.move(programme, "submit", "approve", "start")
    Edition.objects.filter(pk=world.edition.pk).update(starts_on=timezone.localdate())
    programme.refresh_from_db()
    return programme


def pdf(name: str = "lijst.pdf") -> Any:
    return SimpleUploadedFile(name, b"%PDF-1.7 list of " + name.encode() + b"\n%%EOF")


def counted(world: World, programme: Programme, people: int, hours: int = 0, **options: Any) -> Any:
    count = Count(people, Decimal(hours or people * 16), "VDAB Gent")
    values: dict[str, Any] = {"actor": world.manager, "upload": pdf()} | options
    return count_jobseekers(programme=programme, edition_id=world.edition.pk, count=count, **values)


def teacher(world: World) -> Actor:
    return Actor(organisation_id=world.offer.provider.organisation_id, roles=frozenset({Role.PROVIDER}))


def line_of(programme: Programme) -> InvoiceLine:
    return InvoiceLine.objects.with_parties().get(programme=programme, stream="jobseeker")


def bill(world: World, programme: Programme) -> InvoiceLine:
    today = timezone.localdate()
    return mark_invoiced(line=line_of(programme), actor=teacher(world), number="W-7", invoiced_on=today)


@kept_step
def delivered(world: World, *, came: int = 2, billed: bool = True) -> Programme:
    programme = running(world)
    counted(world, programme, came)
    attend(programme)
    world.move(programme, "deliver")
    if billed:
        bill(world, programme)
    programme.refresh_from_db()
    return programme


def blocking(claim: Claim) -> list[str]:
    return [check.sentence for check in checks_of(claim) if check.key == "jobseekers" and check.blocks]


@given(planned=EURO, seats=st.integers(1, 40), used=st.integers(0, 60), invoiced=EURO)
def test_never_more_than_attended_planned_or_invoiced(planned, seats, used, invoiced):
    paid = pay_seats(planned=planned, seats=seats, used=used, invoiced=invoiced)
    assert 0 <= paid.payable <= min(paid.due, invoiced) <= planned
    assert paid.due <= attended_part(planned, seats=seats, used=used + 1)
    assert attended_part(planned, seats=seats, used=seats) == planned


@pytest.mark.django_db
def test_from_count_to_payment(world):
    programme = running(world)
    line = line_of(programme)
    call = call_of(programme)
    assert (line.amount, line.learners) == (programme.jobseeker_cost, 2)
    assert (line.organisation, line.budget_line.purpose) == (call.coordinator, "jobseekers")
    assert sync_invoice_lines(programme=programme) == 0
    # One of two came: after the lessons the provider bills one seat.
    counted(world, programme, 1)
    assert line_of(programme).amount == programme.jobseeker_cost
    attend(programme)
    world.move(programme, "deliver")
    half = programme.jobseeker_cost / 2
    assert (line_of(programme).amount, line_of(programme).learners) == (half, 1)
    claim = drawn_up(world, programme)
    assert "Nog geen factuur" in blocking(claim)[0]
    with pytest.raises(TransitionRefused, match="factuur"):
        move_claim(world, claim, "submit")
    bill(world, programme)
    claim = move_claim(world, claim, "submit", "approve_content", "approve_payment")
    grant = claim.payable
    assert (claim.jobseekers_payable, grant) == (half, programme.grant)
    share = JobseekerShare.objects.get(claim=claim)
    assert (share.seats, share.used, share.payable, share.record["invoice"]) == (2, 1, half, "W-7")
    # What a claim was approved on stays; and nobody but the claim pays it.
    with pytest.raises(TransitionRefused, match="goedgekeurd"):
        undo_step(line=line_of(programme), actor=world.manager)
    with pytest.raises(TransitionRefused):
        mark_paid(line=line_of(programme), actor=world.manager, paid_on=timezone.localdate())
    position = line_positions(call)[0]
    assert (position.used, position.paid) == (programme.jobseeker_cost, 0)
    claim = move_claim(world, claim, "pay")
    assert (claim.settled, claim.jobseekers_settled) == (grant, half)
    assert line_of(programme).state == "paid"
    position = line_positions(call)[0]
    assert (position.used, position.paid, position.left) == (half, half, position.line.amount - half)
    # The companies pay theirs themselves, as before.
    assert set(programme.invoice_lines.filter(stream="company").values_list("state", flat=True)) == {"due"}


@pytest.mark.django_db
def test_a_count_needs_its_list_fits_the_seats_and_is_kept_once(world):
    programme = running(world)
    with pytest.raises(ValidationError, match="getekende lijst"):
        counted(world, programme, 1, upload=None)
    with pytest.raises(ValidationError, match="hoogstens 2"):
        counted(world, programme, 3)
    with pytest.raises(ValidationError, match="tweemaal 0"):
        count_jobseekers(
            programme=programme,
            edition_id=world.edition.pk,
            actor=world.manager,
            count=Count(1, Decimal(0), "VDAB"),
            upload=pdf(),
        )
    assert not JobseekerAttendance.objects.exists()
    first = counted(world, programme, 2, actor=teacher(world))
    again = counted(world, programme, 2, actor=teacher(world), upload=None)
    assert (again.pk, again.updated_at) == (first.pk, first.updated_at)
    with pytest.raises(ChangedMeanwhile):
        counted(world, programme, 1, upload=None, version="other")
    stranger = Actor(organisation_id=world.companies[0].pk, roles=frozenset({Role.COMPANY_CONTACT}))
    with pytest.raises(TransitionRefused):
        counted(world, programme, 1, actor=stranger)


@pytest.mark.django_db
def test_too_high_a_bill_is_taken_back_and_none_at_all_is_said(world):
    programme = running(world)
    bill(world, programme)  # both seats, before the lessons
    counted(world, programme, 1)
    attend(programme)
    world.move(programme, "deliver")
    claim = drawn_up(world, programme)
    assert "Meer gefactureerd" in blocking(claim)[0]
    undo_step(line=line_of(programme), actor=world.manager)
    assert line_of(programme).amount == programme.jobseeker_cost / 2
    with pytest.raises(TransitionRefused, match="motivering"):
        waive_line(line=line_of(programme), actor=world.manager, reason="")
    waive_line(line=line_of(programme), actor=world.manager, reason="De verstrekker schenkt de plaats.")
    assert sync_invoice_lines(programme=programme) == 0
    claim = move_claim(world, claim, "submit", "approve_content", "approve_payment", "pay")
    assert (claim.jobseekers_payable, claim.jobseekers_settled) == (0, 0)
    assert line_of(programme).state == "cancelled"


@pytest.mark.django_db
def test_the_database_keeps_both_monies_apart(world):
    programme = running(world)
    line, other = line_of(programme), fund(world, "language")
    company = programme.invoice_lines.filter(stream="company").first()
    foreign = BudgetLine.objects.get(purpose="jobseekers")
    for row, values in (
        (line, {"budget_line": None}),  # jobseekers paid by nobody's line
        (line, {"stream": "company"}),  # or by the companies' money
        (line, {"budget_line": other}),  # or by the line of another purpose
        (company, {"budget_line": foreign}),  # a company paid by the jobseekers' line
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            InvoiceLine.objects.filter(pk=row.pk).update(**values)
    claim = Claim.objects.create(programme=programme)
    share = {
        "claim": claim, "edition": world.edition, "budget_line": foreign, "seats": 2, "used": 2,
        "planned": 100, "invoiced": 80,
    }  # fmt: skip
    for wrong in ({"payable": 90, "invoice_line": line}, {"payable": 80}):
        with pytest.raises(IntegrityError), transaction.atomic():
            JobseekerShare.objects.create(**share, **wrong)


@pytest.mark.django_db
def test_a_declined_claim_frees_the_line(world):
    programme = delivered(world)
    claim = move_claim(world, drawn_up(world, programme), "submit")
    take_claim_step(claim_id=claim.pk, action="decline", actor=world.coordinator, reason=REASON)
    claim.refresh_from_db()
    assert claim.jobseekers_settled == 0
    assert line_positions(call_of(programme))[0].used == 0


@pytest.mark.django_db
def test_the_pages_count_bill_claim_and_pay(world, client_for):
    programme = running(world)
    manager = client_for(Role.NETWORK_MANAGER, network=world.network, organisation=world.network.promoter)
    provider = client_for(Role.PROVIDER, organisation=world.offer.provider.organisation)
    company = client_for(Role.COMPANY_CONTACT, organisation=world.companies[0])
    here = reverse("programmes:jobseekers", args=[programme.public_id])
    assert company.get(here).status_code == 403
    make_membership(user=company.actor.user, organisation=world.companies[0], role=Role.NETWORK_MANAGER)
    assert company.get(here).status_code == 404, "who runs another network is here a company as any"
    assert client_for(Role.PROVIDER).get(here).status_code == 404
    link = reverse("programmes:enrolments", args=[programme.public_id])
    assert here in manager.get(link).text
    assert here in provider.get(link).text
    assert here not in company.get(link).text
    group = manager.get(here).context["groups"][0]
    sent = {"edition": str(group["edition"]), "version": group["version"], "people": 1, "hours": "16,5"}
    refused = manager.post(here, sent | {"service": "VDAB Gent"})
    assert refused.status_code == 409
    assert "getekende lijst" in refused.text
    done = provider.post(here, sent | {"service": "VDAB Gent", "file": pdf()})
    assert done.status_code == 302
    again = manager.post(here, sent | {"service": "VDAB Gent", "people": 2})
    assert again.status_code == 409  # somebody counted meanwhile
    assert JobseekerAttendance.objects.get().hours == Decimal("16.50")
    attend(programme)
    world.move(programme, "deliver")
    line = line_of(programme)
    bills = reverse("programmes:invoice", args=[line.public_id])
    assert company.get(bills).status_code == 404
    day = timezone.localdate().isoformat()
    provider.post(bills, {"action": "step", "invoice_number": "W-7", "invoiced_on": day})
    assert "met de afrekening betaald" in manager.get(bills).text
    claim = move_claim(world, drawn_up(world, programme), "submit", "approve_content", "approve_payment")
    page = manager.get(reverse("programmes:claim", args=[programme.public_id])).text
    assert "afgeschermde lijn voor werkzoekenden" in page
    assert "W-7" in page
    order = manager.get(
        reverse("programmes:payment_request", args=[programme.public_id]), {"format": "json"}
    ).json()
    (paid,) = order["jobseekers"]["beneficiaries"]
    assert (paid["amount"], paid["invoice"]) == (str(programme.jobseeker_cost / 2), "W-7")
    assert order["amount"] == str(claim.payable)
    shown = company.get(reverse("programmes:claim", args=[programme.public_id])).text
    assert "W-7" not in shown
    dossier = reverse("programmes:programme_print", args=[programme.public_id])
    assert "VDAB Gent" in manager.get(dossier).text


@pytest.mark.django_db(transaction=True)
def test_two_payments_at_once_pay_the_jobseekers_once(world):
    programme = delivered(world)
    claim = move_claim(world, drawn_up(world, programme), "submit", "approve_content", "approve_payment")

    def pay(number: int) -> str:
        try:
            take_claim_step(
                claim_id=claim.pk,
                action="pay",
                actor=world.second,
                paid_on=timezone.localdate(),
                payment_reference=f"KBC-{number}",
            )
        except TransitionRefused:
            return "refused"
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(pay, range(4)))
    claim.refresh_from_db()
    position = line_positions(call_of(programme))[0]
    assert position.paid == claim.jobseekers_settled == programme.jobseeker_cost
    line = line_of(programme)
    assert line.state == "paid"
    assert decisions_on(line).filter(action="pay").count() == 1
    assert decisions_on(claim).filter(action="pay").count() == 1
