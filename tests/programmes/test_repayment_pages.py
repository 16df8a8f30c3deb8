"""What a company has to pay back after an audit: told at once, on its home and on the page that the mail opens."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from networks.models import Organisation
from programmes.aid.claims import draw_sample
from programmes.models import AuditCase, Claim, Participation, Recovery
from programmes.services.audit import draw
from programmes.services.dossier import dossier_of
from programmes.services.outcomes import gaps_of, record_outcome
from programmes.services.pdf import dossier_pdf
from skillnet.kernel.models import OutboxMessage
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import decisions_on
from tests.factories import actor_for_role
from tests.programmes.claims_world import TO_PAID, drawn_up, move_claim
from tests.programmes.test_dossier import written
from tests.programmes.world import build_world

pytestmark = pytest.mark.django_db


def test_who_pays_back_reads_how_much_by_when_with_which_words_and_why(client_for: Any) -> None:
    world = build_world()
    claim = move_claim(world, drawn_up(world), *TO_PAID)
    call, day = world.network.call, claim.paid_on
    assert call is not None
    assert day is not None
    draw(call_id=call.pk, actor=world.coordinator, starts_on=day, ends_on=day)
    case = AuditCase.objects.get()
    AuditCase.objects.filter(pk=case.pk).update(state="refused", findings="x", answer_by=day)
    own, other = Participation.objects.filter(programme=claim.programme).order_by("pk")[:2]
    company = client_for(Role.COMPANY_CONTACT, organisation=own.organisation)
    stranger = client_for(Role.COMPANY_CONTACT, organisation=other.organisation)
    auditor = client_for(Role.COORDINATOR, organisation=call.coordinator)
    paid = claim.shares.get(participation=own).payable
    ask = reverse("programmes:recovery_new", args=[case.public_id])
    too_much = auditor.post(ask, {f"amount-{own.pk}": str(paid + 1), "reason": "Geen juiste factuur."})
    assert too_much.status_code == 409
    assert f"{paid} euro" not in too_much.content.decode()  # money is written as money
    auditor.post(ask, {f"amount-{own.pk}": "12.50", "reason": "Geen juiste factuur."})
    recovery = Recovery.objects.get()
    told = OutboxMessage.objects.filter(template="claim_reminder", kind="mail")
    assert {m.context["action"] for m in told} == {"repay_asked"}
    home = company.get("/").content.decode()
    assert "Terug te betalen" in home
    page = company.get(told[0].context["path"]).content.decode()
    for said in ("12,50", recovery.reference, "Geen juiste factuur.", "Betaal ten laatste op"):
        assert said in page
    elsewhere = stranger.get(told[0].context["path"]).content.decode()
    assert recovery.reference not in elsewhere
    assert "Terug te betalen" not in stranger.get("/").content.decode()
    assert Decimal("12.50") == recovery.amount
    for here in (page, auditor.get(reverse("programmes:audit_case", args=[case.public_id])).text):
        assert "BE71 0961 2345 6769" in here  # whose account, and whose it is
        assert call.coordinator.name in here


def test_money_comes_back_in_parts_and_what_is_left_stays_due(client_for: Any) -> None:
    world = build_world()
    claim = move_claim(world, drawn_up(world), *TO_PAID)
    call, day = world.network.call, claim.paid_on
    assert call is not None
    assert day is not None
    draw(call_id=call.pk, actor=world.coordinator, starts_on=day, ends_on=day)
    case = AuditCase.objects.get()
    AuditCase.objects.filter(pk=case.pk).update(state="refused", findings="x", answer_by=day)
    own = Participation.objects.filter(programme=claim.programme).order_by("pk")[0]
    auditor = client_for(Role.COORDINATOR, organisation=call.coordinator)
    company = client_for(Role.COMPANY_CONTACT, organisation=own.organisation)
    Organisation.objects.filter(pk=call.coordinator_id).update(iban="")
    ask = reverse("programmes:recovery_new", args=[case.public_id])
    asked = {f"amount-{own.pk}": "100.00", "reason": "Geen juiste factuur."}
    for account, said in (("", "Geef het rekeningnummer"), ("BE71 0961 2345 6768", "kijk de cijfers na")):
        refused = auditor.post(ask, asked | {"account": account})
        assert (refused.status_code, said in refused.text) == (409, True)
        assert "Geen juiste factuur." in refused.text  # what was written stays
    assert not Recovery.objects.exists()
    assert auditor.post(ask, asked | {"account": "be71-0961 2345 6769"}).status_code == 302
    recovery = Recovery.objects.get()
    assert (recovery.account, recovery.account_holder) == ("BE71096123456769", call.coordinator.name)
    repay = reverse("programmes:recovery_repay", args=[recovery.public_id])
    long_ago = day - timedelta(days=3)
    for sent, said in (
        ({"repaid_on": day.isoformat(), "amount": "100.01"}, "hoogstens wat nog terug moet komen"),
        ({"repaid_on": "", "amount": "1"}, "Geef de dag van de terugbetaling"),
        ({"repaid_on": long_ago.isoformat(), "amount": "1"}, "een terugbetaling komt daarna"),
    ):
        refused = auditor.post(repay, sent)
        assert refused.status_code == 409
        assert said in refused.text, sent
        assert f'value="{sent["amount"]}"' in refused.text
    part = {"repaid_on": day.isoformat(), "amount": "60"}
    for _twice in range(2):
        assert auditor.post(repay, part).status_code == 302
    recovery.refresh_from_db()
    assert (recovery.state, recovery.left, recovery.came_back) == ("claimed", 40, 60)
    page = company.get(reverse("programmes:claim", args=[claim.programme.public_id])).text
    assert "40,00 terug aan" in page
    assert "40,00" in company.get("/").text
    assert auditor.post(repay, {"repaid_on": day.isoformat()}).status_code == 302  # the rest of it
    recovery = Recovery.objects.get()
    assert (recovery.state, recovery.left, recovery.repaid_on) == ("repaid", 0, day)
    assert [d.action for d in decisions_on(recovery)] == ["recover", "repay_part", "repay"]
    _from_the_file_alone(claim, own, auditor)


def _from_the_file_alone(claim: Claim, own: Participation, auditor: Any) -> None:
    """A stranger with the file draws again, checks the proof, and reads what came back and what it brought."""
    gap = gaps_of(own)[0]
    actor = actor_for_role(Role.COMPANY_CONTACT, organisation=own.organisation)
    record_outcome(participation_id=own.pk, gap_id=gap.pk, actor=actor, answer="partly", why="Te kort.")
    address = reverse("programmes:programme_print", args=[claim.programme.public_id])
    dossier = auditor.get(address, {"format": "json"}).json()
    audit = dossier["claim"]["audit"]
    sample = audit["sample"]
    rule = {"share": Decimal(sample["share"]), "least": sample["least"], "most": sample["most"]}
    again = draw_sample(sample["references"], seed=sample["seed"], **rule)
    assert list(again) == [str(claim.public_id)]
    payments = audit["recoveries"][0]["repayments"]
    assert [payment["amount"] for payment in payments] == ["60.00", "40.00"]
    assert all(item["for"] for item in audit["items"])
    (tally,) = dossier["outcomes"]
    assert [(row["gap"], row["answer"], row["why"]) for row in tally["answers"]] == [
        (gap.title, "partly", "Te kort.")
    ]
    page = auditor.get(address).text
    digest = dossier["delivery"]["evidence"][0]["sha256"]
    for said in ("60,00 terugbetaald op", "Te kort.", digest[:32], digest[32:]):
        assert said in page
    paper = written(dossier_pdf(dossier_of(programme=claim.programme)))
    for said in ("60,00terugbetaaldop", "Tekort."):
        assert said in paper


def test_a_payment_request_says_whose_account_and_who_gave_none(client_for: Any) -> None:
    world = build_world()
    claim = move_claim(world, drawn_up(world), "submit", "approve_content", "approve_payment")
    own, other = Participation.objects.filter(programme=claim.programme).order_by("pk")[:2]
    company = client_for(Role.COMPANY_CONTACT, organisation=own.organisation)
    edit = reverse("networks:organisation_edit")
    form = {"name": own.organisation.name, "language": "nl", "nace_version": "2025"}
    wrong = company.post(edit, form | {"iban": "BE71 0961 2345 6768"})
    assert "geen rekeningnummer" in wrong.text
    assert "BE71 0961 2345 6768" in wrong.text
    assert company.post(edit, form | {"iban": "BE71 0961 2345 6769"}).status_code == 302
    payer = client_for(Role.COORDINATOR, organisation=world.administration)
    address = reverse("programmes:payment_request", args=[claim.programme.public_id])
    page, order = payer.get(address).text, payer.get(address, {"format": "json"}).json()
    assert "BE71 0961 2345 6769" in page
    assert "Nog geen rekeningnummer van" in page
    accounts = {row["name"]: row["account"] for row in order["beneficiaries"]}
    assert accounts[own.organisation.name] == "BE71096123456769"
    assert accounts[other.organisation.name] is None
