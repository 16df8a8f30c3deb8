"""A paid programme closes once its network evaluated it and its companies said what it brought."""

from typing import Any

import pytest
from django.urls import reverse

from programmes.home import sections
from programmes.services.budgets import call_position
from programmes.services.dossier import dossier_of
from programmes.services.evaluations import evaluation_reasons
from programmes.services.outcomes import gaps_of, record_outcome
from programmes.services.pdf import dossier_pdf
from programmes.services.steps import take_step
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import TransitionRefused, decisions_on
from tests.api.keys import client_of
from tests.programmes.world import build_world

pytestmark = pytest.mark.django_db


def test_from_paid_to_evaluated(client_for: Any) -> None:
    world = build_world()
    programme = world.programme("submit", "approve", "start", "deliver", "claim", "pay")
    call = world.network.call
    assert call is not None
    paid = call_position(call).paid
    assert paid > 0
    with pytest.raises(TransitionRefused, match="Er is nog geen evaluatie"):
        take_step(programme_id=programme.pk, action="evaluate", actor=world.manager)
    assert any(t.label == programme.title for s in sections(world.manager) for t in s.todos)
    client = client_for(None)
    client.force_login(world.manager.user)
    page = reverse("programmes:evaluation", args=[programme.public_id])
    assert client.post(page, {"worked": "Samen leren.", "again": "no"}).status_code == 409  # why not again?
    written = {
        "worked": "Samen leren.",
        "again": "changed",
        "to_change": "Later op de dag.",
        "satisfaction": "8.4",
    }
    assert client.post(page, written).status_code == 302
    (reason,) = evaluation_reasons(programme)
    assert "Zetelmakerij Abeele" in reason
    assert (
        "3 van 3 bedrijven antwoordden niet; samen stuurden ze 9 deelnemers"
        in client.get(page).content.decode()
    )
    for row in programme.participations.select_related("programme", "organisation"):
        for gap in gaps_of(row):
            record_outcome(
                participation_id=row.pk, gap_id=gap.pk, actor=world.contact(row.organisation), answer="yes"
            )
    assert "alle bedrijven antwoordden" in client.get(page).content.decode()
    programme = world.move(programme, "evaluate")
    assert programme.state == "evaluated"
    assert call_position(call).paid == paid
    decision = decisions_on(programme).filter(action="evaluate").get()
    assert decision.evidence["outcomes"][0]["yes"] == 3
    assert client.post(page, written).status_code == 404  # closed is closed
    company = client_for(Role.COMPANY_CONTACT, organisation=world.companies[0])
    assert "Later op de dag." in company.get(page).content.decode()
    assert client_for(Role.NETWORK_MANAGER).get(page).status_code == 404
    key = client_of(Role.NETWORK_MANAGER, network=world.network)
    address = f"/api/v1/programmes/{programme.public_id}/evaluation/"
    assert key.get(address).json()["satisfaction"] == "8.4"
    provider = client_of(Role.PROVIDER, organisation=world.offer.provider.organisation)
    assert provider.get(address).status_code == 404, "what the network concludes is not for who taught it"
    assert key.put(address, {"worked": "Anders.", "again": "yes"}, format="json").status_code == 409
    dossier = dossier_of(programme=programme)
    assert dossier["evaluation"]["again"] == "changed"
    assert dossier["invoices"]
    assert dossier_pdf(dossier).startswith(b"%PDF-")
    assert not any(s.title == "Te evalueren" for s in sections(world.manager))


def test_a_company_reads_there_neither_who_kept_silent_nor_what_two_of_them_said(client_for: Any) -> None:
    world = build_world()
    programme = world.programme("submit", "approve", "start", "deliver", "claim", "pay")
    page = reverse("programmes:evaluation", args=[programme.public_id])
    manager = client_for(None)
    manager.force_login(world.manager.user)
    assert manager.post(page, {"worked": "Samen leren.", "again": "yes"}).status_code == 302
    first, second, silent = world.companies
    company = client_for(Role.COMPANY_CONTACT, organisation=second)
    for row in programme.participations.exclude(organisation=silent).select_related("programme"):
        for gap in gaps_of(row):
            contact = company.actor if row.organisation == second else world.contact(first)
            record_outcome(participation_id=row.pk, gap_id=gap.pk, actor=contact, answer="yes")
    words = ["2 van 3 kloven gesloten", f"{silent.name} zei nog niet", "antwoordde niet"]
    known, told = manager.get(page).content.decode(), company.get(page).content.decode()
    assert [word in known for word in words] == [True, True, True]
    assert "Samen leren." in told
    assert [word in told for word in words] == [False, False, False]
    programme_page = reverse("programmes:programme_detail", args=[programme.public_id])
    assert words[0] in manager.get(programme_page).content.decode()
    assert words[0] not in company.get(programme_page).content.decode()
