"""A supplement on the web and through the API: asked where it was refused, signed, decided, read and printed."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from catalogue.models import Edition
from programmes.models import Supplement
from programmes.services.dossier import dossier_of
from programmes.services.pdf import dossier_pdf
from programmes.services.reminders import remind_deadlines
from skillnet.kernel.models import OutboxMessage
from skillnet.kernel.roles import Role
from tests.api.keys import client_of
from tests.programmes.test_supplements import WHY, ask, decided, joined, part, sign_all, step
from tests.programmes.world import REASON, World, build_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return build_world()


def text(client: Any, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return str(answer.content.decode()).replace("\xa0", " ")


def as_(client_for: Any, actor: Any) -> Any:
    client = client_for(None)
    client.force_login(actor.user)
    return client


def fields(world: World, learners: int = 5, **more: str) -> dict[str, str]:
    """The form as it is sent: everybody's seats, those of the first company raised."""
    seats = {f"seats_{world.edition.pk}_{c.pk}": "3" for c in world.companies}
    seats[f"seats_{world.edition.pk}_{world.companies[0].pk}"] = str(learners)
    return seats | {"reason": WHY, "step": "ask"} | more


def test_from_the_refusal_to_the_plan_in_pages(world: World, client_for: Any) -> None:
    programme = decided(world)
    own, manager = (as_(client_for, a) for a in (world.contact(world.companies[0]), world.manager))
    coordinator = as_(client_for, world.coordinator)
    row = part(programme, world)
    commit = reverse("programmes:commit", args=[row.public_id])
    refused = own.post(commit, {f"learners_{world.edition.pk}": "5", "agreed": "on"})
    assert "uitbreiding" in refused.content.decode()
    own.post(reverse("programmes:wait", args=[row.public_id]), {"edition": world.edition.pk, "learners": "2"})
    detail = reverse("programmes:programme_detail", args=[programme.public_id])
    new = reverse("programmes:supplement_new", args=[programme.public_id])
    assert f"{new}?wachtlijst=1" in text(manager, detail)
    assert new not in text(coordinator, detail)
    assert 'value="5"' in text(manager, f"{new}?wachtlijst=1")
    counted = manager.post(new, fields(world, step="count", reason=""))
    assert counted.status_code == 200
    shown = counted.content.decode().replace("\xa0", " ")
    assert "van € 4.500,00 naar € 5.500,00" in shown
    assert "kwam vóór de start" in shown  # article 6 in the reasoning
    assert manager.post(new, fields(world, reason="")).status_code == 409
    assert not Supplement.objects.exists()
    asked = manager.post(new, fields(world))
    supplement = Supplement.objects.get()
    page = reverse("programmes:supplement", args=[supplement.public_id])
    assert asked.url == page
    assert manager.get(new).url == page  # one at a time
    assert page in text(own, "/")
    assert page in text(own, commit)
    assert page not in text(as_(client_for, world.contact(world.companies[1])), "/")
    mine = text(own, page)
    assert "€ 2.500,00" in mine
    assert world.companies[1].name not in mine
    sign = reverse("programmes:supplement_sign", args=[supplement.lines.get().public_id])
    assert own.post(sign, {}).status_code == 409
    assert own.post(sign, {"agreed": "on"}).url == page
    assert "Getekend" in text(own, page) or "tekende op" in text(own, page)
    assert page in text(coordinator, "/")
    action = reverse("programmes:supplement_action", args=[supplement.public_id])
    without = coordinator.post(action, {"action": "grant", "reason": " "})
    assert without.status_code == 409
    assert coordinator.post(action, {"action": "grant", "reason": REASON}).url == page
    assert "toegekend" in text(coordinator, page)
    assert "€ 5.500,00" in text(manager, reverse("programmes:programme_print", args=[programme.public_id]))
    assert page not in text(coordinator, "/")


def test_who_may_not_see_or_take_it_does_not_find_it(world: World, client_for: Any) -> None:
    supplement = ask(world, decided(world))
    page = reverse("programmes:supplement", args=[supplement.public_id])
    line = supplement.lines.get()
    sign = reverse("programmes:supplement_sign", args=[line.public_id])
    paper = reverse("programmes:supplement_print", args=[line.public_id])
    other = as_(client_for, world.contact(world.companies[1]))
    stranger = client_for(Role.NETWORK_MANAGER)
    for client in (other, stranger, client_for(Role.COORDINATOR)):
        assert client.get(page).status_code == 404
        assert client.get(paper).status_code == 404
    assert other.post(sign, {"agreed": "on"}).status_code == 404
    analyst = text(client_for(Role.ANALYST), page)
    assert world.companies[0].name not in analyst
    assert "artikel 6, lid 2" in text(as_(client_for, world.contact(world.companies[0])), paper)
    assert "uitbreiding" in text(client_for(Role.ANALYST), reverse("programmes:supplements"))


def test_a_newcomer_reads_and_signs_its_own_part_alone(world: World, client_for: Any) -> None:
    programme = decided(world)
    newcomer = joined(world)
    manager = as_(client_for, world.manager)
    new = reverse("programmes:supplement_new", args=[programme.public_id])
    half = manager.post(new, fields(world, 3, company=str(newcomer.pk)))
    assert half.status_code == 409
    assert "met hoeveel mensen" in half.content.decode()
    made = manager.post(new, fields(world, 3, company=str(newcomer.pk), **{f"new_{world.edition.pk}": "2"}))
    assert made.status_code == 302
    client = as_(client_for, world.contact(newcomer))
    page = reverse("programmes:supplement", args=[Supplement.objects.get().public_id])
    shown = text(client, page)
    assert "Trappen Verlinden" in shown
    assert world.companies[0].name not in shown
    assert page in text(client, "/")


def test_the_dearer_edition_is_offered_where_it_was_refused(world: World, client_for: Any) -> None:
    from tests.programmes.test_other_edition import later

    programme = decided(world)
    Edition.objects.filter(pk=world.edition.pk).update(state="cancelled")
    dearer = later(world, price="1200.00")
    manager = as_(client_for, world.manager)
    address = reverse("programmes:other_edition", args=[programme.public_id, world.edition.public_id])
    new = reverse("programmes:supplement_new", args=[programme.public_id])
    assert f"{new}?in_plaats={dearer.public_id}" in text(manager, address)
    assert f'value="{dearer.pk}" selected' in text(manager, f"{new}?in_plaats={dearer.public_id}")


def test_the_file_holds_it_and_balances_only_for_who_may_know_them(world: World) -> None:
    programme = decided(world)
    step(sign_all(world, ask(world, programme)), "grant", world.coordinator)
    programme.refresh_from_db()
    file = dossier_of(programme=programme)
    [item] = file["supplements"]
    assert (item["state"], item["extra"]) == ("granted", "1000.00")
    assert [d["action"] for d in item["decisions"]] == ["ask", "complete", "grant"]
    [company] = item["companies"]
    assert company["replays"] is True
    assert any("651/2014" in s["legal_basis"] for s in company["sentences"])
    assert dossier_pdf(file).startswith(b"%PDF")


def test_reminders_are_said_and_the_term_ends_it(world: World) -> None:
    supplement = ask(world, decided(world))
    Supplement.objects.filter(pk=supplement.pk).update(sign_by=timezone.localdate())
    remind_deadlines()
    told = OutboxMessage.objects.filter(template="programme_supplement", context__action="sign_reminder")
    assert told.count() >= 1
    Supplement.objects.filter(pk=supplement.pk).update(sign_by=timezone.localdate() - timedelta(days=1))
    remind_deadlines()
    supplement.refresh_from_db()
    assert supplement.state == "lapsed"


def test_the_risky_and_the_late_stand_on_the_page_of_budgets(world: World, client_for: Any) -> None:
    supplement = ask(world, decided(world))
    budgets = reverse("programmes:budgets")
    page = reverse("programmes:supplement", args=[supplement.public_id])
    manager = as_(client_for, world.manager)
    assert page in text(manager, budgets)
    sign_all(world, supplement)
    assert page not in text(manager, budgets)
    Supplement.objects.update(decide_by=timezone.localdate() - timedelta(days=1))
    assert page in text(as_(client_for, world.coordinator), budgets)


def test_a_key_counts_asks_and_signs_but_decides_nothing(world: World) -> None:
    programme = decided(world)
    key = client_of(Role.NETWORK_MANAGER, network=world.network)
    address = f"/api/v1/programmes/{programme.public_id}/supplements/"
    company = world.companies[0]
    body = {
        "seats": [
            {
                "edition": str(world.edition.public_id),
                "company": company.enterprise_number,
                "learners": 5,
            }
        ],
        "reason": WHY,
    }
    counted = key.post(address, body | {"only_count": True}, format="json")
    assert (counted.status_code, counted.json()["extra"], counted.json()["problems"]) == (200, "1000.00", [])
    made = key.post(address, body, format="json")
    assert made.status_code == 201
    assert key.post(address, body, format="json").json()["id"] == made.json()["id"]
    own = client_of(Role.COMPANY_CONTACT, organisation=company)
    one = f"/api/v1/supplements/{made.json()['id']}/"
    assert own.post(f"{one}sign/", {}, format="json").json()["state"] == "pending"
    assert own.get(one).json()["grant_after"] is None  # the whole is not a company's to read
    decider = client_of(Role.COORDINATOR, organisation=world.administration)
    refused = decider.post(f"{one}steps/", {"step": "grant", "reason": REASON}, format="json")
    assert refused.status_code == 409
    assert client_of(Role.COMPANY_CONTACT).get(one).status_code == 404
    assert Supplement.objects.get().state == "pending"


def test_the_pages_ask_the_database_little(
    world: World, client_for: Any, django_assert_max_num_queries: Any
) -> None:
    programme = decided(world)
    joined(world)
    manager = as_(client_for, world.manager)
    new = reverse("programmes:supplement_new", args=[programme.public_id])
    manager.get(new)
    with django_assert_max_num_queries(12):
        manager.get(new)
    supplement = ask(world, programme)
    page = reverse("programmes:supplement", args=[supplement.public_id])
    with django_assert_max_num_queries(12):
        manager.get(page)
    with django_assert_max_num_queries(12):
        manager.get(reverse("programmes:supplements"))
