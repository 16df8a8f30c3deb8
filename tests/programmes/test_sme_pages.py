"""The questions about size, through the pages: what is asked, what is saved, what comes out, what is refused."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from networks.models import AnnualAccounts, NetworkMember, Organisation, OwnershipLink
from networks.services.members import add_company, request_membership, take_member_action
from programmes.guards import can_be_committed, can_be_submitted
from programmes.models import AidStatement
from programmes.services.law import load_law
from programmes.services.sme_status import sme_status
from skillnet.kernel.actor import SYSTEM
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import TransitionRefused
from tests.api.keys import client_of
from tests.factories import actor_for_role, make_enterprise_number, make_organisation
from tests.programmes.world import build_world

pytestmark = pytest.mark.django_db
LAST = timezone.localdate().year - 1


@pytest.fixture
def own() -> Organisation:
    load_law()
    return make_organisation(name="Zetelmakerij Abeele")


@pytest.fixture
def client(client_for, own):
    return client_for(Role.COMPANY_CONTACT, organisation=own)


def figures(headcount: int, years: int = 2, turnover: int = 8_000_000) -> dict[str, str]:
    return {
        f"{name}_{LAST - n}": str(value)
        for n in range(years)
        for name, value in (("headcount", headcount), ("turnover", turnover), ("balance_sheet", 6_000_000))
    }


def link(other: Organisation, percent: str, direction: str = "owned", **more: str) -> dict[str, str]:
    return {
        "direction": direction,
        "number": other.enterprise_number or "",
        "percent": percent,
        "owner_kind": "company",
        **more,
    }


def test_the_whole_flow_from_question_to_answer(client, own):
    partner = make_organisation(name="Holding Çelik")
    asked = client.get(reverse("programmes:sme_figures")).content.decode()
    assert f'<th scope="row">{LAST}</th>' in asked, "a year is no amount"
    first = client.post(reverse("programmes:sme_figures"), figures(40))
    assert first.url == reverse("programmes:sme_owners")
    client.post(first.url, link(partner, "30"))
    third = client.get(reverse("programmes:sme_linked"))
    assert "Holding Çelik" in third.content.decode()
    address = f"{reverse('programmes:sme_linked')}?onderneming={partner.public_id}"
    client.post(address, figures(100))
    last = client.post(reverse("programmes:sme_statement"), {"in_difficulty": "no", "recovery_order": "no"})
    page = client.get(last.url).content.decode()
    # 40 + 30 % of 100 makes 70: no small enterprise any more.
    assert "middelgroot" in page
    assert "Partneronderneming Holding Çelik" in page
    assert "nog niet zeker" not in page
    status = sme_status(organisation=own)
    assert (status.size, status.years[-1].headcount) == ("medium", Decimal(70))
    assert [(e.relation, e.share) for e in status.enterprises] == [("self", 100), ("partner", 30)]


def test_an_answer_that_is_not_certain_says_what_would_make_it_so(client):
    page = client.get(reverse("programmes:sme")).content.decode()
    assert "onbekend" in page
    assert "Er ontbreken cijfers" in page
    client.post(reverse("programmes:sme_figures"), figures(40, years=1))
    page = client.get(reverse("programmes:sme")).content.decode()
    assert "klein" in page
    assert "maar één boekjaar" in page


def test_two_years_are_needed_to_change_size(client, own):
    values = figures(48, years=3) | {f"headcount_{LAST}": "52"}
    client.post(reverse("programmes:sme_figures"), values)
    assert sme_status(organisation=own).size == "small"
    assert "twee opeenvolgende boekjaren" in client.get(reverse("programmes:sme")).content.decode()


def test_a_circle_of_ownership_is_noted_said_and_counts_once(client, own):
    other = make_organisation(name="Kringbedrijf")
    client.post(reverse("programmes:sme_owners"), link(other, "60"))
    again = client.post(reverse("programmes:sme_owners"), link(other, "60", "owner"), follow=True)
    assert "maakt een cirkel" in again.content.decode()
    for organisation in (own, other):
        AnnualAccounts.objects.create(
            organisation=organisation, year=LAST, headcount=30, turnover=1_000_000, balance_sheet=1_000_000
        )
    status = sme_status(organisation=own)
    assert (len(status.enterprises), status.years[-1].headcount) == (2, 60)


@pytest.mark.parametrize("percent", ["100.01", "150", "-1", "1000"])
def test_more_than_everything_is_refused_and_nothing_is_kept(client, percent):
    other = make_organisation()
    answer = client.post(reverse("programmes:sme_owners"), link(other, percent))
    assert answer.status_code == 409
    assert "percent" in answer.context["form"].errors
    assert not OwnershipLink.objects.exists()


def test_the_service_refuses_it_too_and_the_same_band_twice(client):
    other = make_organisation()
    client.post(reverse("programmes:sme_owners"), link(other, "30"))
    again = client.post(reverse("programmes:sme_owners"), link(other, "40"))
    assert "staat er al" in again.content.decode()
    page = client.post(
        reverse("networks:link_new"),
        {
            "direction": "owned",
            "number": make_organisation().enterprise_number,
            "percent": "120",
            "owner_kind": "company",
        },
    )
    assert "tussen 0 en 100" in page.content.decode()
    assert OwnershipLink.objects.count() == 1


def test_a_sister_hangs_under_whoever_controls_us(client, own):
    parent, sister = make_organisation(name="Moeder"), make_organisation(name="Zuster")
    refused = client.post(reverse("programmes:sme_owners"), link(sister, "80", "sister"))
    assert "voor meer dan de helft" in refused.content.decode()
    client.post(reverse("programmes:sme_owners"), link(parent, "70"))
    client.post(reverse("programmes:sme_owners"), link(sister, "80", "sister"))
    assert {e.organisation.name for e in sme_status(organisation=own).enterprises} == {
        own.name,
        "Moeder",
        "Zuster",
    }


def test_public_hands_make_it_large_and_an_investor_stays_outside(client, own):
    client.post(reverse("programmes:sme_figures"), figures(40))
    client.post(reverse("programmes:sme_owners"), link(make_organisation(), "40", owner_kind="investor"))
    assert sme_status(organisation=own).size == "small"
    client.post(reverse("programmes:sme_owners"), link(make_organisation(), "25", owner_kind="public"))
    assert sme_status(organisation=own).size == "large"
    assert "overheidshanden" in client.get(reverse("programmes:sme")).content.decode()


def test_without_a_single_figure_or_with_an_old_year_nothing_is_saved(client, own):
    assert client.post(reverse("programmes:sme_figures"), {}).status_code == 409
    page = client.post(
        reverse("networks:accounts_save"), {"year": "1999", "headcount": "12"}
    ).content.decode()
    assert "2000" in page
    assert not own.accounts.exists()
    answer = client.post(
        reverse("programmes:sme_owners"), link(make_organisation(), "30", since="1799-01-01")
    )
    assert "since" in answer.context["form"].errors


def test_nobody_writes_the_figures_of_a_company_that_has_its_own_people(client, own):
    other = make_organisation(name="Buur")
    actor_for_role(Role.COMPANY_CONTACT, organisation=other)
    client.post(reverse("programmes:sme_owners"), link(other, "60"))
    page = client.get(reverse("programmes:sme_linked")).content.decode()
    assert "vult zelf in" in page
    client.post(f"{reverse('programmes:sme_linked')}?onderneming={other.public_id}", figures(10))
    stranger = make_organisation()
    client.post(f"{reverse('programmes:sme_linked')}?onderneming={stranger.public_id}", figures(10))
    assert not AnnualAccounts.objects.exclude(organisation=own).exists()


def test_a_company_in_difficulty_gets_no_training_aid():
    world = build_world()
    AidStatement.objects.create(organisation=world.companies[0], in_difficulty=True)
    row = world.programme().participations.get(organisation=world.companies[0])
    assert row.route == "de_minimis"
    assert "training_aid.difficulty" in {r["rule"] for r in row.assessment["reasons"]}


def test_the_question_is_found_from_home_organisation_and_commitment(client_for):
    world = build_world()
    company = world.companies[0]
    programme = world.programme("submit")
    AnnualAccounts.objects.filter(organisation=company).delete()
    client = client_for(Role.COMPANY_CONTACT, organisation=company)
    assert reverse("programmes:sme_figures") in client.get("/").content.decode()
    assert reverse("programmes:sme") in client.get(reverse("networks:organisation")).content.decode()
    row = programme.participations.get(organisation=company)
    assert (
        reverse("programmes:sme")
        in client.get(reverse("programmes:commit", args=[row.public_id])).content.decode()
    )


def test_others_read_it_only_where_they_may(client_for):
    world = build_world()
    world.programme("submit")
    address = reverse("programmes:sme_of", args=[world.companies[0].public_id])
    coordinator = client_for(Role.COORDINATOR, organisation=world.administration)
    assert "klein" in coordinator.get(address).content.decode()
    assert client_for(Role.NETWORK_MANAGER).get(address).status_code == 404
    assert client_for(Role.COMPANY_CONTACT).get(address).status_code in (403, 404)


class TestWithoutTheLaw:
    """A site on which nobody loaded the law: the page says what is missing and who mends it."""

    @pytest.mark.parametrize("name", ["sme", "sme_linked"])
    def test_a_company_reads_whom_to_tell(self, client_for, name):
        company = make_organisation(name="Zetelmakerij Abeele")
        answer = client_for(Role.COMPANY_CONTACT, organisation=company).get(reverse(f"programmes:{name}"))
        assert answer.status_code == 409
        page = answer.content.decode()
        assert "De tarieven ontbreken nog" in page
        assert "sme_person_links" in page
        assert "Een beheerder van Skillnet" in page
        assert reverse("networks:rates") not in page

    def test_an_administrator_reads_what_to_do(self, client_for):
        company = make_organisation(name="Zetelmakerij Abeele")
        answer = client_for(Role.ADMINISTRATOR).get(reverse("programmes:sme_of", args=[company.public_id]))
        assert answer.status_code == 409
        page = answer.content.decode()
        assert "manage.py load_law" in page
        assert reverse("networks:rates") in page
        load_law()
        again = client_for(Role.ADMINISTRATOR).get(reverse("programmes:sme_of", args=[company.public_id]))
        assert again.status_code == 200


def test_a_town_that_owns_a_quarter_says_how_big_it_is(client, own):
    client.post(reverse("programmes:sme_figures"), figures(40))
    unknown = make_enterprise_number()
    town = {
        "direction": "owned",
        "number": unknown,
        "other_name": "Gemeente Lauwerzele",
        "percent": "30",
        "owner_kind": "local_authority",
    }
    client.post(reverse("programmes:sme_owners"), town)
    assert Organisation.objects.get(enterprise_number=unknown).kind == Organisation.Kind.ADMINISTRATION
    page = client.get(reverse("programmes:sme")).content.decode()
    assert (sme_status(organisation=own).size, "tot ze zijn ingevuld" in page) == ("large", True)
    client.post(reverse("networks:link_end", args=[OwnershipLink.objects.get().public_id]))
    client.post(
        reverse("programmes:sme_owners"), town | {"owner_budget": "9000000", "owner_inhabitants": "4200"}
    )
    page = client.get(reverse("programmes:sme")).content.decode()
    assert (sme_status(organisation=own).size, "blijft daardoor zelfstandig" in page) == ("small", True)
    assert "vrijgesteld" in page


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"owner_kind": "company"}, "is een overheid"),
        ({"owner_kind": "public", "owner_budget": "1"}, "alleen in voor een autonoom lokaal bestuur"),
    ],
)
def test_a_public_owner_is_noted_as_one(client, wrong, said):
    town = make_organisation(kind=Organisation.Kind.ADMINISTRATION)
    page = client.post(reverse("programmes:sme_owners"), link(town, "30", **wrong))
    assert page.status_code == 409
    assert said in page.content.decode()
    assert not OwnershipLink.objects.exists()


@pytest.mark.parametrize("kind", ["administration", "school"])
def test_who_lives_on_public_money_is_no_member_and_gets_no_aid(kind):
    world = build_world()
    programme = world.programme()
    row = programme.participations.select_related("programme").order_by("pk")[0]
    Organisation.objects.filter(pk=row.organisation_id).update(kind=kind)
    row.refresh_from_db()
    assert [r for r in can_be_submitted(programme) if "publiek geld" in r]
    assert "publiek geld" in can_be_committed(row)[0]
    body = make_organisation(kind=kind)
    with pytest.raises(ValidationError, match="publiek geld"):
        add_company(network=world.network, organisation=body, actor=SYSTEM)
    with pytest.raises(ValidationError, match="publiek geld"):
        request_membership(network=world.network, organisation_id=body.pk, actor=SYSTEM)
    member = NetworkMember.objects.create(network=world.network, organisation=body, state="invited")
    with pytest.raises(TransitionRefused, match="publiek geld"):
        take_member_action(member=member, action="join", actor=SYSTEM)


def test_figures_are_written_through_the_api_and_the_status_follows(own):
    key = client_of(Role.COMPANY_CONTACT, organisation=own)
    address = "/api/v1/sme-status/"
    year = {"year": LAST, "headcount": "40.00", "turnover": "8000000.00", "balance_sheet": None}
    assert key.get(address).json()["size"] == "unknown"
    assert key.put(address, {"years": [year]}, format="json").json()["size"] == "unknown"
    answer = key.put(address, {"years": [year | {"balance_sheet": "6000000"}]}, format="json")
    assert (answer.status_code, answer.json()["size"]) == (200, "small")
    for wrong in ({"year": 1999}, {"headcount": "-1"}, {"staff": 3}):
        refused = key.put(address, {"years": [year | wrong]}, format="json")
        assert refused.status_code == 400, refused.json()
    assert key.put(address, {"years": [year] * 51}, format="json").status_code == 400
    assert AnnualAccounts.objects.get().headcount == 40
    school = client_of(Role.PROVIDER, organisation=make_organisation())
    assert school.put(address, {"years": [year]}, format="json").status_code == 403


def test_a_company_in_public_hands_signs_that_no_public_money_pays_its_share(client_for):
    world = build_world()
    held, free, _third = world.companies
    town = make_organisation(kind=Organisation.Kind.ADMINISTRATION)
    OwnershipLink.objects.create(owner=town, owned=held, percent=30, owner_kind="public")
    programme = world.programme("submit", "approve")
    for company, signs in ((held, True), (free, False)):
        row = programme.participations.get(organisation=company)
        contact = client_for(Role.COMPANY_CONTACT, organisation=company)
        page = contact.get(reverse("programmes:commit", args=[row.public_id])).content.decode()
        assert ("betaalt uw eigen deel niet met publiek geld" in page) is signs
        assert "U vraagt hiermee" in page
