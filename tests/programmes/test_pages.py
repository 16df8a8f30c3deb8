"""The pages of programmes: what each reader sees, and what nobody else does."""

import pytest
from django.urls import reverse

from programmes.models import Programme
from skillnet.kernel.roles import Role
from tests.programmes.world import REASON, World, build_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return build_world()


def url(name: str, programme: Programme) -> str:
    return reverse(f"programmes:{name}", args=[programme.public_id])


def login(client_for, world: World, who: str):
    actor = getattr(world, who)
    organisation = world.administration if who in ("coordinator", "second") else None
    client = client_for(None)
    client.force_login(actor.user)
    session = client.session
    session["organisation"] = organisation.pk if organisation else actor.organisation_id
    session.save()
    return client


def test_coordinator_decides_on_a_page_that_says_why(client_for, world):
    programme = world.programme("submit")
    client = login(client_for, world, "coordinator")
    page = read(client, programme)
    assert "sluit 3 van de 3 kloven" in page
    assert "<mark>" in page
    assert "Automatisering basis" in page
    assert "Past minder goed: 16 punten lager." in page
    assert "AGVV art. 31, hoogstens 70" in page
    assert "art. 31(4) Verord. (EU) nr. 651/2014" in page
    assert 'value="approve"' in page
    assert "Vanaf €" in page
    refused = client.post(url("programme_action", programme), {"action": "approve", "reason": " "})
    assert refused.status_code == 409
    assert "Geef een motivering" in refused.content.decode()
    taken = client.post(
        url("programme_action", programme), {"action": "approve", "reason": REASON}, follow=True
    )
    assert REASON in taken.content.decode()
    programme.refresh_from_db()
    assert programme.state == "approved"


def read(client, programme) -> str:
    """The page with the part that it fetches after it: words, scores, what was not chosen."""
    names = ("programme_detail", "programme_evidence")
    return "".join(client.get(url(name, programme)).content.decode() for name in names)


def test_company_sees_its_own_share_and_no_other_money(client_for, world):
    programme = world.programme("submit")
    own, other = world.companies[0], world.companies[1]
    programme.participations.filter(organisation=other).update(cost=7777, grant=3333, own_share=4444)
    client = client_for(Role.COMPANY_CONTACT, organisation=own)
    page = read(client, programme)
    assert "Bois &amp; Métal Ardèche: 3 deelnemers" in page
    assert "3.000,00" in page  # its own cost
    assert not any(figure in page for figure in ("7.777", "3.333", "4.444"))
    assert world.gaps[0].description.split("(")[0] in page.replace("<mark>", "").replace("</mark>", "")
    assert f"aanpassen ({other.name})" not in page
    assert client.get(url("programme_print", programme)).status_code in (403, 404)


def test_totals_only_for_an_analyst(client_for, world):
    programme = world.programme("submit")
    page = read(client_for(Role.ANALYST), programme)
    assert "€\xa09.000" in page
    assert not any(company.name.split()[-1] in page for company in world.companies)
    assert "3 kloven van 3 bedrijven" in page


@pytest.mark.parametrize(
    "role", [Role.COMPANY_CONTACT, Role.NETWORK_MANAGER, Role.COORDINATOR, Role.PROVIDER]
)
def test_not_found_for_strangers(client_for, world, role):
    programme = world.programme("submit")
    assert client_for(role).get(url("programme_detail", programme)).status_code == 404


def test_provider_sees_an_approved_programme_without_money(client_for, world):
    programme = world.programme("submit")
    client = client_for(Role.PROVIDER, organisation=world.offer.provider.organisation)
    assert client.get(url("programme_detail", programme)).status_code == 404
    world.move(programme, "approve")
    page = client.get(url("programme_detail", programme)).content.decode()
    assert "Zetelmakerij Abeele (3)" in page
    assert "Wie betaalt wat" not in page


def test_list_filters_sorts_and_exports_what_one_may_see(client_for, world):
    programme = world.programme("submit")
    Programme.objects.filter(pk=programme.pk).update(decide_by="2020-01-01")
    client = login(client_for, world, "coordinator")
    address = reverse("programmes:programmes")
    page = client.get(address, {"late": "on", "state": "submitted"}).content.decode()
    assert programme.title in page
    assert "te laat" in page
    assert programme.title not in client.get(address, {"state": "paid"}).content.decode()
    exported = client.get(address, {"export": "csv"})
    assert programme.title in b"".join(exported.streaming_content).decode()
    company = client_for(Role.COMPANY_CONTACT, organisation=world.companies[0])
    listed = company.get(address).content.decode()
    assert programme.title in listed
    assert "9.000" not in listed


def test_list_asks_the_same_number_of_queries_for_more_rows(client_for, world, django_assert_max_num_queries):
    world.programme("submit")
    client = login(client_for, world, "coordinator")
    with django_assert_max_num_queries(12):
        client.get(reverse("programmes:programmes"))


def test_detail_needs_few_queries(client_for, world, django_assert_max_num_queries):
    programme = world.programme("submit")
    client = login(client_for, world, "coordinator")
    client.get(url("programme_detail", programme))  # the model and the skills are read once a process
    with django_assert_max_num_queries(24):
        client.get(url("programme_detail", programme))


def test_remarks_are_kept_and_escaped(client_for, world):
    programme = world.programme("submit")
    client = login(client_for, world, "manager")
    page = client.post(url("programme_comment", programme), {"text": "<b>Goed</b>"}, follow=True)
    assert "&lt;b&gt;Goed&lt;/b&gt;" in page.content.decode()
    assert (
        "Schrijf eerst"
        in client.post(url("programme_comment", programme), {"text": " "}, follow=True).content.decode()
    )
