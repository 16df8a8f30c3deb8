"""Pages of organisations, their people and keys, and of administration."""

import pytest
from django.urls import reverse

from networks.models import (
    Invitation,
    OwnershipLink,
)
from networks.services.link_endings import end_link
from networks.services.organisations import set_verified
from networks.services.undertakings import confirm_link
from skillnet.kernel.models import ApiToken, Rate, RateKey
from skillnet.kernel.roles import Role
from tests.factories import (
    actor_for_role,
    make_enterprise_number,
    make_gap,
    make_membership,
    make_organisation,
    make_user,
)
from tests.networks.pages_world import Clients, World, get, post, text_of

pytestmark = pytest.mark.django_db


def test_ones_organisation_figures_and_links(world: World, client_for: Clients) -> None:
    client = world.client(client_for, Role.COMPANY_CONTACT)
    assert "Lasbedrijf De Vonk" in text_of(get(client, "organisation"))
    assert text_of(get(client, "organisation_edit"))
    post(
        client,
        "organisation_edit",
        name="Lasbedrijf De Vonk",
        language="fr",
        region="BE2",
        municipality="Diest",
    )
    world.company.refresh_from_db()
    assert (world.company.language, world.company.municipality) == ("fr", "Diest")
    assert text_of(get(client, "accounts_save"))
    post(client, "accounts_save", year="2024", headcount="38.5", turnover="6900000", balance_sheet="")
    accounts = world.company.accounts.get()
    assert (str(accounts.headcount), accounts.balance_sheet) == ("38.50", None)
    assert "38.50" in text_of(get(client, "accounts_save", query="?year=2024"))
    post(client, "accounts_save", year="2024", headcount="40", turnover="", balance_sheet="")
    assert world.company.accounts.get().headcount == 40
    assert "al begonnen" in text_of(post(client, "accounts_save", year="2124", headcount="1"))
    assert text_of(get(client, "link_new"))
    values = {"direction": "owned", "percent": "80", "owner_kind": "company"}
    assert "We kennen dit nummer nog niet" in text_of(
        post(client, "link_new", number=make_enterprise_number(), **values)
    )
    post(client, "link_new", number=make_enterprise_number(), other_name="Holding Vonk", **values)
    link = OwnershipLink.objects.get(owned=world.company)
    assert "Telt als één onderneming met" not in text_of(get(client, "organisation")), "nobody confirmed it"
    confirm_link(link_id=link.pk, actor=actor_for_role(Role.ADMINISTRATOR))
    assert "Telt als één onderneming met" in text_of(get(client, "organisation"))
    post(client, "link_end", link.public_id)
    assert "Telt als één onderneming met" in text_of(get(client, "organisation")), (
        "the other side agrees first"
    )
    # Whoever is named first by another says nothing of the link before it was looked up in the register.
    set_verified(organisation=link.owner, actor=actor_for_role(Role.ADMINISTRATOR))
    end_link(link_id=link.pk, actor=actor_for_role(Role.COMPANY_CONTACT, organisation=link.owner))
    assert "Telt als één onderneming met" not in text_of(get(client, "organisation"))


def test_slips_in_figures_and_links_are_said_and_what_was_typed_stays(
    world: World, client_for: Clients
) -> None:
    client = world.client(client_for, Role.COMPANY_CONTACT)
    below = text_of(post(client, "accounts_save", year="2024", headcount="-3", turnover="-1"))
    assert below.count("Een getal onder nul kan niet") >= 2
    assert "geschonden" not in below  # no name of a constraint
    assert 'value="-3"' in below
    assert "Vul minstens één cijfer in" in text_of(post(client, "accounts_save", year="2024"))
    assert not world.company.accounts.exists()

    other = make_organisation(name="Holding Vonk")
    values = {"number": other.enterprise_number, "percent": "60", "owner_kind": "company"}
    assert "Een percentage ligt tussen 0 en 100" in text_of(
        post(client, "link_new", direction="owned", **values | {"percent": "150"})
    )
    future = {"since": "2099-01-01"}
    url = reverse("networks:link_new")
    first = client.post(url, {"direction": "owned", **values, **future}, follow=True)
    assert "telt pas vanaf 1 januari 2099" in first.text
    second = client.post(url, {"direction": "owner", **values}, follow=True)
    assert "maakt een cirkel" in second.text
    third = make_organisation(name="Nog een eigenaar")
    owner = {"direction": "owned", **values, "number": third.enterprise_number}
    assert "Samen bezitten de eigenaars 120" in client.post(url, owner, follow=True).text
    assert (
        OwnershipLink.objects.count() == 3
    )  # said, not refused: capital and votes may lie in different hands


def test_nobody_ends_the_link_of_another(world: World, client_for: Clients) -> None:
    link = OwnershipLink.objects.create(owner=make_organisation(), owned=make_organisation(), percent=60)
    client = world.client(client_for, Role.COMPANY_CONTACT)
    assert client.post(reverse("networks:link_end", args=[link.public_id])).status_code == 404


@pytest.mark.parametrize("role", Role)
def test_everybody_has_an_organisation_and_colleagues(world: World, client_for: Clients, role: Role) -> None:
    client = world.client(client_for, role)
    assert text_of(get(client, "organisation"))
    page = text_of(get(client, "people"))
    assert client.actor.user.email in page


def test_people_are_invited_for_the_roles_that_one_may_give(world: World, client_for: Clients) -> None:
    client = world.client(client_for, Role.COMPANY_CONTACT)
    colleague = make_membership(organisation=world.company)
    refused = post(client, "invite_person", email="an@vonk.example", role=Role.ADMINISTRATOR.value)
    assert not Invitation.objects.exists()
    assert "an@vonk.example" in text_of(refused)
    post(client, "invite_person", email="an@vonk.example", role=Role.COMPANY_CONTACT.value)
    assert Invitation.objects.get().organisation == world.company
    post(client, "membership_end", colleague.public_id)
    colleague.refresh_from_db()
    assert colleague.ended_at is not None
    stranger = make_membership()
    assert client.post(reverse("networks:membership_end", args=[stranger.public_id])).status_code == 404


def test_steering_members_do_not_end_the_role_of_a_colleague(world: World, client_for: Clients) -> None:
    colleague = make_membership(organisation=world.company)
    client = world.client(client_for, Role.STEERING_MEMBER)
    assert client.post(reverse("networks:membership_end", args=[colleague.public_id])).status_code == 404


def test_a_key_is_shown_once_and_works_until_it_is_revoked(world: World, client_for: Clients) -> None:
    client = world.client(client_for, Role.COMPANY_CONTACT)
    assert "error-summary" in text_of(post(client, "token_new", role=Role.COMPANY_CONTACT.value))
    made = text_of(
        post(client, "token_new", name="HR-pakket", role=Role.COMPANY_CONTACT.value, scopes=["gaps:read"])
    )
    key = made.split('<code id="key">')[1].split("</code>")[0]
    token = ApiToken.objects.get()
    assert key.startswith(token.prefix)
    page = text_of(get(client, "tokens"))
    assert "HR-pakket" in page
    assert key not in page
    stranger = client_for(Role.COMPANY_CONTACT)
    assert stranger.post(reverse("networks:token_revoke", args=[token.public_id])).status_code == 404
    post(client, "token_revoke", token.public_id)
    token.refresh_from_db()
    assert token.revoked_at is not None


def test_administration(world: World, client_for: Clients) -> None:
    client = client_for(Role.ADMINISTRATOR)
    assert "Organisaties" in text_of(get(client, "administration"))
    page = text_of(get(client, "organisations", query=f"?q={world.company.enterprise_number}"))
    assert "Lasbedrijf De Vonk" in page
    assert "Metaalkoepel" not in page
    twin = make_organisation(name="Lasbedrijf de Vonk NV", enterprise_number=None, is_verified=False)
    gap = make_gap(organisation=twin)
    assert "Misschien een dubbel." in text_of(get(client, "organisation_detail", twin.public_id))
    refused = post(client, "organisation_verify", twin.public_id)
    assert "Zonder ondernemingsnummer" in text_of(refused)
    number = world.company.enterprise_number
    merged = post(client, "organisation_merge", twin.public_id, number=number, reason="Zelfde bedrijf.")
    assert "is samengevoegd met" in text_of(merged)
    gap.refresh_from_db()
    assert gap.organisation == world.company
    assert "samengevoegd met Lasbedrijf De Vonk" in text_of(
        get(client, "organisation_detail", twin.public_id)
    )


def test_people_and_roles(world: World, client_for: Clients) -> None:
    client = client_for(Role.ADMINISTRATOR)
    person = make_user(name="Lies Wouters")
    assert "Lies Wouters" in text_of(get(client, "users", query="?q=lies"))
    assert text_of(get(client, "user_detail", person.public_id))
    post(
        client,
        "user_detail",
        person.public_id,
        number=world.company.enterprise_number,
        role=Role.COMPANY_CONTACT.value,
    )
    membership = person.memberships.get()
    assert membership.organisation == world.company
    post(client, "membership_end", membership.public_id)
    membership.refresh_from_db()
    assert membership.ended_at is not None


def test_a_rate_is_confirmed_by_a_second_person(world: World, client_for: Clients) -> None:
    first, second = client_for(Role.ADMINISTRATOR), client_for(Role.ADMINISTRATOR)
    key = RateKey.objects.create(name="proef.aandeel", unit="%")
    assert text_of(get(first, "rate_new"))
    said = {"key": key.pk, "value": "50", "valid_from": "2026-01-01", "legal_basis": "Besluit, art. 3"}
    post(first, "rate_new", **said)
    assert not Rate.objects.filter(key=key).exists(), "a rate names its source"
    post(first, "rate_new", **said, source="Belgisch Staatsblad van 12 december 2025")
    rate = Rate.objects.get(key=key)
    assert "Een andere beheerder" in text_of(get(first, "rate_detail", rate.public_id))
    assert "U mag deze stap niet zetten" in text_of(
        post(first, "rate_action", rate.public_id, action="confirm")
    )
    post(second, "rate_action", rate.public_id, action="confirm")
    rate.refresh_from_db()
    assert rate.state == Rate.State.CONFIRMED
    assert rate.confirmed_by == second.actor.user
    assert "proef.aandeel" in text_of(get(first, "rates", query="?q=proef"))


@pytest.mark.parametrize("name", ["administration", "organisations", "users", "rates", "rate_new"])
def test_administration_is_for_administrators(world: World, client_for: Clients, name: str) -> None:
    for role in set(Role) - {Role.ADMINISTRATOR}:
        assert get(world.client(client_for, role), name).status_code == 403
