"""What a company has to pay back after an audit: told at once, on its home and on the page that the mail opens."""

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from programmes.models import AuditCase, Participation, Recovery
from programmes.services.audit import draw
from skillnet.kernel.models import OutboxMessage
from skillnet.kernel.roles import Role
from tests.programmes.claims_world import TO_PAID, drawn_up, move_claim
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
