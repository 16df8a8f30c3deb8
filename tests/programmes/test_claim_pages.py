"""Budgets, claims, audits, outcomes and contingents through the pages and the API."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from programmes.models import AuditCase, AuditSample, Claim, Contingent, LedgerCorrection, Outcome, Recovery
from programmes.services.audit import drawn
from programmes.services.contingents import progress_of
from programmes.services.ledger import declare_de_minimis, undertaking_position
from programmes.services.outcomes import remind_outcomes
from skillnet.current import SESSION_KEY
from skillnet.kernel.models import OutboxMessage
from skillnet.kernel.roles import Role
from tests.programmes.claims_world import TO_PAID, deliver, drawn_up, evidence, move_claim
from tests.programmes.world import World, build_world

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12


@pytest.fixture
def world() -> World:
    return build_world(budget=Decimal(10_000))


def people(world: World) -> tuple[Client, Client, Client]:
    """The manager, who checks the content and who pays, each signed in."""
    return signed_in(world.manager), signed_in(world.coordinator), signed_in(world.second)


def signed_in(actor) -> Client:
    client = Client()
    client.force_login(actor.user)
    session = client.session
    session[SESSION_KEY] = actor.organisation_id
    session.save()
    return client


def test_a_claim_is_drawn_up_checked_and_paid_on_the_pages(world, client_for, django_assert_max_num_queries):
    programme = deliver(world)
    manager, first, second = people(world)
    here = reverse("programmes:claim", args=[programme.public_id])
    action = reverse("programmes:claim_action", args=[programme.public_id])
    assert "Afrekening opmaken" in manager.get(here).text
    assert manager.post(reverse("programmes:claim_open", args=[programme.public_id])).status_code == 302
    proof = evidence(programme, name="factuur-vonk.pdf")
    refused = manager.post(action, {"action": "submit"})
    assert refused.status_code == 409
    assert "factuurnummer en bewijsstuk" in refused.text

    edit = reverse("programmes:claim_edit", args=[programme.public_id])
    form = manager.get(edit).context["forms"]
    data: dict[str, Any] = {"form-TOTAL_FORMS": "5", "form-INITIAL_FORMS": "3", "overrun_note": ""}
    for number, row in enumerate(form.initial):
        data |= {f"form-{number}-{k}": v for k, v in row.items() if k not in ("evidence", "legend")}
        data |= {f"form-{number}-invoice": f"F-{number}", f"form-{number}-evidence": [str(proof.public_id)]}
    # Two rows below stay as a browser sends what nobody filled in.
    data |= {f"form-{n}-{k}": "" for n in (3, 4) for k in ("company", "category", "description", "amount")}
    bad = manager.post(edit, data | {"form-0-amount": "-5"})
    assert bad.status_code == 200
    assert "errorlist" in bad.text or "Fout" in bad.text
    assert manager.post(edit, data).status_code == 302
    assert manager.post(action, {"action": "submit"}).status_code == 302
    # 7: session, person, memberships, notices; own interests, other funding, recalculations
    with django_assert_max_num_queries(MOST_QUERIES + 7):
        page = first.get(here).text
    assert "factuur-vonk.pdf" in page
    assert "niet in orde" not in page
    company = client_for(Role.COMPANY_CONTACT, organisation=world.companies[0]).get(here).text
    assert world.companies[0].name in company
    assert world.companies[1].name not in company
    assert client_for(Role.COMPANY_CONTACT).get(here).status_code == 404

    assert first.post(action, {"action": "approve_content"}).status_code == 302
    assert first.post(action, {"action": "approve_payment"}).status_code == 409
    assert second.post(action, {"action": "approve_payment"}).status_code == 302
    order = second.get(reverse("programmes:payment_request", args=[programme.public_id]) + "?format=json")
    assert order.json()["amount"] == "4500.00"
    assert sum(Decimal(b["amount"]) for b in order.json()["beneficiaries"]) == Decimal(4500)
    assert order.json()["reference"] in second.get(here).text
    today = timezone.localdate().isoformat()
    paid = second.post(action, {"action": "pay", "paid_on": today, "payment_reference": "KBC-1"})
    assert paid.status_code == 302
    programme.refresh_from_db()
    assert programme.state == "paid"
    assert programme.title in first.get(reverse("programmes:claims")).text

    dossier = first.get(reverse("programmes:programme_print", args=[programme.public_id]) + "?format=json")
    claim = dossier.json()["claim"]
    assert claim["settled"] == "4500.00"
    assert claim["lines"][0]["evidence"] == ["factuur-vonk.pdf"]


def test_budgets_say_what_is_left_and_every_figure_opens_its_programmes(
    world, client_for, django_assert_max_num_queries
):
    world.programme("submit")
    manager, first, _second = people(world)
    with django_assert_max_num_queries(MOST_QUERIES + 4):
        page = first.get(reverse("programmes:budgets"))
    (network,) = page.context["page"]
    assert (network.reserved, network.granted, network.left) == (Decimal(4500), Decimal(0), Decimal(5500))
    counted = first.get(f"/programmas/?network={world.network.pk}&money=reserved")
    assert counted.context["count"] == 1
    assert first.get(f"/programmas/?network={world.network.pk}&money=paid").context["count"] == 0
    assert manager.get(reverse("programmes:budgets")).context["page"].paginator.count == 1
    outside = client_for(Role.NETWORK_MANAGER).get(reverse("programmes:budgets"))
    assert world.network.name not in outside.text
    assert "5500" in b"".join(first.get("/budgetten/?export=csv")).decode()


def test_what_is_late_and_who_nears_a_ceiling_stands_on_the_budget_page(world, client_for):
    programme = world.programme("submit")
    programme.decide_by = timezone.localdate() - timedelta(days=3)
    programme.save()
    declare_de_minimis(
        organisation=world.companies[0],
        granted_on=timezone.localdate() - timedelta(days=100),
        amount=Decimal(270_000),
        basis="de_minimis",
        granter="Elders",
        user=None,
    )
    _manager, first, _second = people(world)
    page = first.get(reverse("programmes:budgets"))
    assert [item.label for item in page.context["late"]] == [programme.title]
    assert programme.title in page.text
    (near,) = page.context["near"]
    assert (near.organisation, near.left) == (world.companies[0], Decimal(30_000))


def test_an_audit_by_lot_ends_in_a_recovery_and_the_ledger_counts_less(client_for):
    world = build_world(mandatory=True)  # mandatory training: de minimis
    claim = move_claim(world, drawn_up(world), *TO_PAID)
    manager, first, second = people(world)
    company = world.companies[0]
    used = undertaking_position(organisation=company).used
    today = timezone.localdate()
    period = {"call": world.network.call_id, "starts_on": today, "ends_on": today, "seed": "7"}
    assert first.post(reverse("programmes:audit_draw"), period).status_code == 302
    assert "al" in first.post(reverse("programmes:audit_draw"), period).text  # a period is drawn once
    sample = AuditSample.objects.get()
    assert (sample.seed, drawn(sample)) == ("7", [str(claim.public_id)])
    assert (
        "Opnieuw getrokken: hetzelfde"
        in first.get(reverse("programmes:audit_sample", args=[sample.public_id])).text
    )

    case = AuditCase.objects.get()
    here = reverse("programmes:audit_case", args=[case.public_id])
    step = reverse("programmes:audit_action", args=[case.public_id])
    assert manager.get(here).status_code == 404  # nothing is asked of the network yet
    early = first.post(step, {"action": "hear", "reason": "Een factuur ontbreekt."})
    assert early.status_code == 409
    verdicts = {f"verdict-{i.pk}": "ok" for i in case.items.all()}
    bad = case.items.get(line__participation__organisation=company)
    verdicts |= {f"verdict-{bad.pk}": "non_conform", f"note-{bad.pk}": "De datum klopt niet."}
    assert (
        first.post(reverse("programmes:audit_findings", args=[case.public_id]), verdicts).status_code == 302
    )
    assert first.post(step, {"action": "accept", "reason": "Toch maar."}).status_code == 409
    assert first.post(step, {"action": "hear", "reason": "De datum klopt niet."}).status_code == 302
    assert first.post(step, {"action": "refuse", "reason": "Te vroeg."}).status_code == 409
    assert "De datum klopt niet." in manager.get(here).text
    assert manager.post(step, {"action": "answer", "reason": ""}).status_code == 409
    assert manager.post(step, {"action": "answer", "reason": "We vinden ze niet meer."}).status_code == 302
    assert first.post(step, {"action": "refuse", "reason": "Zonder factuur geen kost."}).status_code == 302

    share = claim.shares.get(participation__organisation=company)
    field = f"amount-{share.participation_id}"
    address = reverse("programmes:recovery_new", args=[case.public_id])
    too_much = first.post(address, {field: str(share.payable + 1), "reason": "x"})
    assert too_much.status_code == 409
    assert first.post(address, {field: "400.00", "reason": "Geen factuur."}).status_code == 302
    recovery = Recovery.objects.get()
    assert undertaking_position(organisation=company).used == used - 400
    assert LedgerCorrection.objects.get().aid.amount == share.payable  # the entry itself stays
    repay = reverse("programmes:recovery_repay", args=[recovery.public_id])
    assert second.post(repay, {"repaid_on": today.isoformat()}).status_code == 302
    recovery.refresh_from_db()
    assert (recovery.state, recovery.repaid_on) == ("repaid", today)


def test_a_company_says_what_it_brought_and_the_gap_leaves_the_demand(world, client_for):
    programme = deliver(world)
    company = client_for(Role.COMPANY_CONTACT, organisation=world.companies[0])
    gap = world.gaps[0]
    assert [remind_outcomes(), remind_outcomes()] == [4, 4]
    asked = OutboxMessage.objects.filter(template="claim_step", kind="notice", context__action="outcome")
    assert asked.count() == 4  # three that confirmed and this one; asking again tells nobody twice
    address = reverse("programmes:outcome", args=[programme.public_id])
    assert gap.title in company.get(address).text
    silent = company.post(address, {f"gap-{gap.pk}-answer": "no"})
    assert "Zeg waarom" in silent.text
    assert company.post(address, {f"gap-{gap.pk}-answer": "yes"}).status_code == 302
    gap.refresh_from_db()
    assert gap.state == "closed"
    assert Outcome.objects.get().moment == "after"
    page = reverse("programmes:programme_detail", args=[programme.public_id])
    manager = client_for(Role.NETWORK_MANAGER, network=world.network)
    assert "1 van 3 kloven gesloten" in manager.get(page).text
    assert "kloven gesloten" not in company.get(page).text, (
        "of one or two answers everybody knows whose they are"
    )
    for other, its_gap in zip(world.companies[1:3], world.gaps[1:3], strict=True):
        client = client_for(Role.COMPANY_CONTACT, organisation=other)
        assert client.post(address, {f"gap-{its_gap.pk}-answer": "yes"}).status_code == 302
    assert "3 van 3 kloven gesloten" in company.get(page).text
    assert client_for(Role.COMPANY_CONTACT).get(address).status_code == 404


def test_contingents_count_the_people_of_programmes_that_teach_the_profile(world, client_for):
    skill = "http://data.europa.eu/esco/skill/plc"
    world.offer.skills = [skill]
    world.offer.save()
    world.programme("submit")
    _manager, first, _second = people(world)
    data = {"title": "PLC-techniekers", "needed": 40, "due_on": "2028-06-30", "skills": skill, "source": ""}
    assert first.post(reverse("programmes:contingent_new"), data).status_code == 302
    row = Contingent.objects.get()
    page = first.get(reverse("programmes:contingents"))
    ((progress, may_edit, named),) = page.context["rows"]
    assert named == [skill]
    assert (progress.planned, progress.funded, progress.completed, progress.open) == (9, 0, 0, 31)
    assert may_edit
    edit = reverse("programmes:contingent_edit", args=[row.public_id])
    assert client_for(Role.COORDINATOR).get(edit).status_code == 404
    assert first.post(edit, {"archive": "1"}).status_code == 302
    assert not first.get(reverse("programmes:contingents")).context["rows"]


def test_a_contingent_completes_who_came_and_counts_no_seat_that_is_not_given(world):
    skill = "http://data.europa.eu/esco/skill/plc"
    world.offer.skills = [skill]
    world.offer.save()
    wanted = Contingent(title="PLC-techniekers", needed=40, skills=[skill])
    programme = deliver(world, absent=2)
    (progress,) = progress_of([wanted])
    assert (progress.funded, progress.completed, progress.open) == (0, (programme.learners or 0) - 2, 33)
    programme.enrolments.all().update(state="cancelled")  # nobody was named: the seats stand for them
    assert progress_of([wanted])[0].completed == programme.learners
    world.edition.state = "cancelled"
    world.edition.save()
    assert progress_of([wanted])[0].open == 40


def test_a_claim_nobody_drew_up_says_what_to_do(world, client_for):
    programme = world.programme("submit", "approve")
    manager, first, _second = people(world)
    here = reverse("programmes:claim", args=[programme.public_id])
    assert "zodra het programma als gegeven gemeld is" in manager.get(here).text
    assert "Zodra het netwerk" in first.get(here).text
    assert not Claim.objects.exists()
