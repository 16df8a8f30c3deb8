"""The manager of a network writes down what a member needs; the member says whether it is so."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse

from networks.models import Gap, UnsentGap
from networks.services.gaps import save_gap
from skillnet.kernel.models import OutboxMessage
from skillnet.kernel.outbox import render_message
from skillnet.kernel.roles import Role
from tests.factories import make_gap, make_member, make_network, make_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(client_for: Any) -> Any:
    network = make_network(name="Metaal Demerstreek")
    company = make_organisation(name="Lasbedrijf De Vonk", region="BE211")
    make_member(network=network, organisation=company)
    return SimpleNamespace(
        network=network,
        company=company,
        stranger=make_organisation(name="Vreemd"),
        manager=client_for(Role.NETWORK_MANAGER, network=network),
        contact=client_for(Role.COMPANY_CONTACT, organisation=company),
    )


def at(name: str, company: Any) -> str:
    return f"{reverse(name)}?bedrijf={company.public_id}"


def test_the_manager_chooses_a_member_and_writes_the_company_confirms(world: Any) -> None:
    page = world.manager.get(reverse("networks:gap_new")).content.decode()
    assert "Lasbedrijf De Vonk" in page
    assert "Vreemd" not in page
    url = at("networks:gap_new", world.company)
    page = world.manager.get(url).content.decode()
    assert "U schrijft dit op voor Lasbedrijf De Vonk" in page
    assert reverse("networks:gap_keep") not in page
    values = {"description": "Onze mensen moeten inox kunnen lassen.", "network": world.network.pk}
    said = world.manager.post(url, values, follow=True).content.decode()
    assert "krijgt de vraag om te bevestigen" in said
    gap = Gap.objects.get()
    assert (gap.organisation, gap.state, gap.network) == (world.company, "to_confirm", world.network)
    assert gap.regions == ["BE211"] or gap.regions == []
    notice = OutboxMessage.objects.filter(template="gap_to_confirm", kind="notice").get()
    assert notice.recipient == world.contact.actor.user
    assert "Bevestig" in world.contact.get("/").content.decode()
    step = reverse("networks:gap_action", args=[gap.public_id])
    world.manager.post(step, {"action": "confirm"})
    gap.refresh_from_db()
    assert gap.state == "to_confirm"
    world.contact.post(step, {"action": "confirm"})
    gap.refresh_from_db()
    assert gap.state == "open"
    assert not UnsentGap.objects.exists()


def test_the_manager_hears_what_the_company_says_and_sees_what_waits(world: Any) -> None:
    made = [
        save_gap(
            actor=world.manager.actor,
            organisation=world.company,
            values={"title": title, "network": world.network},
        )
        for title in ("Lassen", "Frezen", "Boren")
    ]
    assert "3 kloven wachten op het woord van hun bedrijf" in world.manager.get("/").content.decode()
    step = reverse("networks:gap_action", args=[made[2].public_id])
    world.contact.post(step, {"action": "archive", "reason": "Dat doen wij niet."})
    put_away = OutboxMessage.objects.get(template="gap_answered", kind="notice")
    assert put_away.recipient == world.manager.actor.user
    subject, body = render_message(put_away)
    assert "bevestigt een competentiekloof niet" in subject
    assert "Dat doen wij niet." in body
    assert "Alle 2 bevestigen" in world.contact.get(reverse("networks:gaps")).content.decode()
    assert world.manager.post(reverse("networks:gaps_confirm")).status_code == 403
    world.contact.post(reverse("networks:gaps_confirm"))
    assert set(Gap.objects.values_list("title", "state")) == {
        ("Lassen", "open"), ("Frezen", "open"), ("Boren", "archived"),
    }  # fmt: skip
    told = OutboxMessage.objects.filter(template="gap_answered", kind="notice").latest("pk")
    assert "bevestigde 2 competentiekloven" in render_message(told)[0]
    # What the company writes itself asks nobody's word, and tells nobody.
    world.contact.post(step, {"action": "reopen"})
    assert OutboxMessage.objects.filter(template="gap_answered", kind="notice").count() == 2


def test_one_gap_of_a_suspended_network_holds_up_no_other(world: Any) -> None:
    other = make_network(name="Rustend")
    make_member(network=other, organisation=world.company)
    for network, title in ((world.network, "Lassen"), (other, "Frezen")):
        make_gap(organisation=world.company, network=network, title=title, state="to_confirm")
        make_gap(organisation=world.company, network=network, title=f"{title} later", state="draft")
    other.state = "suspended"
    other.save()
    for name in ("gaps_confirm", "drafts_register"):
        page = world.contact.post(reverse(f"networks:{name}"), follow=True).content.decode()
        assert "Rustend staat op “geschorst”" in page
    assert set(Gap.objects.open().values_list("title", flat=True)) == {"Lassen", "Lassen later"}


def test_the_manager_fills_a_grid_for_a_member(world: Any) -> None:
    url = at("networks:gap_grid", world.company)
    assert "U schrijft dit op voor" in world.manager.get(url).content.decode()
    rows = {
        "row-TOTAL_FORMS": "2",
        "row-INITIAL_FORMS": "0",
        "row-0-title": "Lassen",
        "row-1-title": "Draaien",
    }
    world.manager.post(url, rows | {"save": "1"})
    assert set(Gap.objects.values_list("organisation", "state", "network")) == {
        (world.company.pk, "to_confirm", world.network.pk)
    }
    assert OutboxMessage.objects.filter(template="gap_to_confirm", kind="notice").count() == 1


@pytest.mark.parametrize("name", ["networks:gap_new", "networks:gap_grid"])
def test_nobody_writes_for_a_company_outside_the_own_networks(world: Any, name: str) -> None:
    for url in (at(name, world.stranger), f"{reverse(name)}?bedrijf=geen-kenmerk"):
        assert world.manager.get(url).status_code == 404
        assert world.manager.post(url, {"description": "Lassen"}).status_code == 404
    assert world.contact.get(at(name, world.stranger)).status_code == 404
    assert world.contact.get(at(name, world.company)).status_code == 404  # one's own needs no name
    assert not Gap.objects.exists()


def test_the_service_refuses_a_network_that_the_writer_does_not_lead(world: Any) -> None:
    from django.core.exceptions import ValidationError

    other = make_network()
    make_member(network=other, organisation=world.company)
    for network in (other, None):
        with pytest.raises(ValidationError):
            save_gap(
                actor=world.manager.actor,
                organisation=world.company,
                values={"title": "Lassen", "language": "nl", "network": network},
            )


def test_a_manager_without_members_reads_what_to_do(client_for: Any) -> None:
    page = client_for(Role.NETWORK_MANAGER).get(reverse("networks:gap_new")).content.decode()
    assert "Uw netwerken hebben nog geen leden" in page
