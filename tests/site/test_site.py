"""The shell of the site: signing in, invitations, home, notices, the switch of organisation."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse

from networks.models import NetworkMember
from networks.services.people import invite_person
from skillnet.accounts.models import User
from skillnet.kernel.actor import SYSTEM
from skillnet.kernel.models import OutboxMessage
from skillnet.kernel.outbox import queue_notice
from skillnet.kernel.roles import Role
from tests.factories import (
    PASSWORD,
    make_gap,
    make_member,
    make_membership,
    make_network,
    make_organisation,
    make_user,
)

pytestmark = pytest.mark.django_db
Clients = Callable[..., Any]


def text_of(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    return str(response.content.decode())


def in_house_style(page: str) -> None:
    """Extends base.html: own stylesheet, one h1, nothing of allauth's own pages."""
    assert "skillnet/css/skillnet" in page
    assert page.count("<h1") == 1
    assert "Sign " not in page
    assert "style=" not in page


def verify(person: User) -> None:
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)


# Signing in


def test_who_is_not_signed_in_is_told_what_this_is(client: Client) -> None:
    page = text_of(client.get("/", follow=True))
    in_house_style(page)
    assert "registreren hier wat hun mensen moeten kunnen" in page
    assert reverse("catalogue:offers") in page
    assert "Aanmelden met" not in page


def test_the_button_of_another_service_is_there_only_when_it_is_configured(
    client: Client, settings: Any
) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "APPS": [
                {
                    "provider_id": "acm-idm",
                    "name": "ACM/IDM",
                    "client_id": "x",
                    "secret": "y",
                    "settings": {"server_url": "https://aanmelden.voorbeeld.example"},
                }
            ]
        }
    }
    page = text_of(client.get(reverse("account_login")))
    assert "Aanmelden met ACM/IDM" in page
    confirm = text_of(client.get(reverse("openid_connect_login", args=["acm-idm"])))
    in_house_style(confirm)
    assert "ACM/IDM" in confirm


def test_signing_in_and_out(client: Client) -> None:
    person = make_membership(role=Role.COMPANY_CONTACT).user
    verify(person)
    login = {"login": person.email, "password": "fout"}
    assert "error-summary" in text_of(client.post(reverse("account_login"), login))
    home = text_of(client.post(reverse("account_login"), login | {"password": PASSWORD}, follow=True))
    assert "Uw bedrijf" in home
    in_house_style(text_of(client.get(reverse("account_logout"))))
    client.post(reverse("account_logout"))
    assert client.get("/").status_code == 302


def test_nobody_makes_an_account_without_an_invitation_where_sign_up_is_closed(
    client: Client, settings: Any
) -> None:
    settings.OPEN_SIGNUP = False
    page = text_of(client.get(reverse("account_signup")))
    in_house_style(page)
    assert "krijgt u met een uitnodiging" in page
    client.post(
        reverse("account_signup"), {"email": "x@y.example", "password1": PASSWORD, "password2": PASSWORD}
    )
    assert not User.objects.filter(email="x@y.example").exists()


@pytest.mark.parametrize(
    "name",
    ["account_login", "account_reset_password", "account_reset_password_done", "account_inactive",
     "account_email_verification_sent", "account_reset_password_from_key_done",
     "socialaccount_login_cancelled", "socialaccount_login_error"],
)  # fmt: skip
def test_pages_before_signing_in_are_in_the_house_style(client: Client, name: str) -> None:
    in_house_style(client.get(reverse(name)).content.decode())


@pytest.mark.parametrize(
    "name",
    ["account_email", "account_change_password", "account_logout", "mfa_index", "account_reauthenticate",
     "socialaccount_connections"],
)  # fmt: skip
def test_pages_of_ones_account_are_in_the_house_style(client_for: Clients, name: str) -> None:
    in_house_style(text_of(client_for(Role.COMPANY_CONTACT).get(reverse(name))))


def test_a_forgotten_password(client: Client) -> None:
    person = make_user(email="an@vonk.example")
    verify(person)
    client.post(reverse("account_reset_password"), {"email": person.email})
    message = mail.outbox[0]
    assert "Een nieuw wachtwoord" in message.subject
    found = re.search(r"https?://[^/]+(/\S+)", str(message.body))
    assert found is not None
    page = client.get(found.group(1), follow=True)
    in_house_style(text_of(page))
    path = page.redirect_chain[-1][0]
    new = "nog-een-lang-wachtwoord"
    client.post(path, {"password1": new, "password2": new})
    person.refresh_from_db()
    assert person.check_password(new)
    in_house_style(text_of(client.get("/account/password/reset/key/x-set-password/", follow=True)))


def test_two_steps_from_connecting_the_app_to_signing_in(client: Client) -> None:
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

    person = make_membership().user
    verify(person)
    login = {"login": person.email, "password": PASSWORD}
    client.post(reverse("account_login"), login)
    confirm = client.get(reverse("mfa_activate_totp"), follow=True)
    assert "Even bevestigen dat u het bent" in text_of(confirm)
    page = client.post(confirm.redirect_chain[-1][0], {"password": PASSWORD}, follow=True)
    in_house_style(text_of(page))
    secret = page.context["form"].secret
    assert secret in text_of(page)

    def code() -> str:
        counter = next(iter(yield_hotp_counters_from_time()))
        return str(format_hotp_value(hotp_value(secret, counter)))

    client.post(reverse("mfa_activate_totp"), {"code": code()})
    assert "De app is gekoppeld." in text_of(client.get(reverse("mfa_index")))
    for name in (
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
        "mfa_deactivate_totp",
        "mfa_reauthenticate",
    ):
        in_house_style(text_of(client.get(reverse(name))))
    codes = client.get(reverse("mfa_download_recovery_codes")).content.decode().split()
    other = Client()
    asked = other.post(reverse("account_login"), login, follow=True)
    assert "De code uit uw app" in text_of(asked)
    in_house_style(text_of(asked))
    assert other.get("/").status_code == 302
    other.post(reverse("mfa_authenticate"), {"code": codes[0]})
    assert other.get("/").status_code == 200


# Invitations


def invitation_path(email: str, **values: Any) -> str:
    organisation = values.pop("organisation", None) or make_organisation(name="Lasbedrijf De Vonk")
    invite_person(email=email, organisation=organisation, role=Role.COMPANY_CONTACT, actor=SYSTEM, **values)
    url = OutboxMessage.objects.filter(template="invitation").latest("id").context["url"]
    return "/" + str(url).split("/", 3)[3]


def test_from_the_link_in_the_mail_to_the_home_page(client: Client) -> None:
    path = invitation_path("an@vonk.example")
    page = text_of(client.get(path))
    in_house_style(page)
    assert "Werk mee voor Lasbedrijf De Vonk" in page
    assert "Account maken" in page
    signup = text_of(client.get(reverse("account_signup")))
    in_house_style(signup)
    values = {"email": "an@vonk.example", "password1": PASSWORD, "password2": PASSWORD}
    sent = client.post(reverse("account_signup") + f"?next={path}", values, follow=True)
    in_house_style(text_of(sent))
    found = re.search(r"https?://[^/]+(/account/confirm-email/\S+)", str(mail.outbox[-1].body))
    assert found is not None
    in_house_style(text_of(client.get(found.group(1))))
    client.post(found.group(1))
    login = {"login": "an@vonk.example", "password": PASSWORD}
    accept = text_of(
        client.post(reverse("account_login") + f"?next={path}", login | {"next": path}, follow=True)
    )
    assert "Uitnodiging aanvaarden" in accept
    home = text_of(client.post(path, follow=True))
    assert "Welkom bij Lasbedrijf De Vonk." in home
    assert "Uw bedrijf" in home
    assert client.get(path).status_code == 404


def test_an_invitation_that_is_gone_says_what_to_do(client: Client) -> None:
    response = client.get(reverse("accept_invitation", args=["nergens"]))
    assert response.status_code == 404
    assert "om ze opnieuw te sturen" in response.content.decode()


# Home


def test_home_without_a_role_says_how_to_get_one(client: Client) -> None:
    client.force_login(make_user())
    assert "U hoort nog bij geen organisatie" in text_of(client.get("/"))


@pytest.mark.parametrize("role", Role)
def test_home_opens_for_every_role(client_for: Clients, role: Role) -> None:
    in_house_style(text_of(client_for(role).get("/")))


def test_home_says_what_waits(client_for: Clients) -> None:
    network = make_network(name="Metaal Demerstreek")
    manager = client_for(Role.NETWORK_MANAGER, network=network)
    company = make_organisation()
    make_member(network=network, organisation=company)
    make_member(network=network, state=NetworkMember.State.REQUESTED)
    page = text_of(manager.get("/"))
    assert "1 bedrijf wil aansluiten" in page
    assert "1 lid zonder kloven" in page
    assert "Begin de opleidingsbehoefteanalyse" in page
    gap = make_gap(organisation=company, network=network, title="TIG-lassen", state="to_confirm")
    contact = client_for(Role.COMPANY_CONTACT, organisation=company)
    page = text_of(contact.get("/"))
    assert "Bevestig: TIG-lassen" in page
    assert "Nodig een collega uit" in page
    assert reverse("networks:gap_detail", args=[gap.public_id]) in page


def test_home_of_a_coordinator_shows_submitted_networks_of_the_own_calls(client_for: Clients) -> None:
    mine = make_network(name="Hout", state="submitted")
    make_network(name="Zorg", state="submitted")
    assert mine.call is not None
    page = text_of(client_for(Role.COORDINATOR, organisation=mine.call.coordinator).get("/"))
    assert "Hout" in page
    assert "Zorg" not in page


# Notices and the switch


def test_notices_are_ones_own_and_can_be_read(client_for: Clients) -> None:
    client, other = client_for(Role.COMPANY_CONTACT), client_for(Role.COMPANY_CONTACT)
    assert "Nog geen meldingen" in text_of(client.get(reverse("notices")))
    context = {"network": "Hout", "url": "http://localhost/x"}
    queue_notice(user=client.actor.user, key="proef", template="member_invited", context=context)
    page = text_of(client.get(reverse("notices")))
    assert "Uw bedrijf is gevraagd in het netwerk Hout" in page
    assert "nieuw" in page
    assert "Hout" not in text_of(other.get(reverse("notices")))
    assert "Alles als gelezen" not in text_of(client.post(reverse("notices"), follow=True))


@pytest.mark.parametrize("hidden", ["/kloven/01a21d8f-8cd6-7b14-abe7-62cd252646b2/", "/beheer/"])
def test_a_refusal_offers_the_other_organisations_of_the_person(client_for: Clients, hidden: str) -> None:
    """A link in a mail opens for the organisation it is about, whichever one works for now."""
    client = client_for(Role.COMPANY_CONTACT)
    assert "Open dit adres" not in client.get(hidden).content.decode()
    other = make_organisation(pk=1_234_567)  # a key that a page would write with points
    make_membership(
        user=client.actor.user, organisation=other, role=Role.STEERING_MEMBER, network=make_network()
    )
    page = client.get(hidden)
    assert page.status_code in (403, 404)
    html = page.content.decode()
    assert f'value="{other.pk}"' in html
    answer = client.post(reverse("switch_role"), {"organisation": other.pk, "next": hidden})
    assert answer["Location"] == hidden


def test_one_switches_between_ones_own_organisations_only(client_for: Clients) -> None:
    client = client_for(Role.COMPANY_CONTACT)
    second = make_organisation(name="Houtzagerij De Linde", pk=1_234_567)
    stranger = make_organisation(name="Vreemd bedrijf")
    make_membership(user=client.actor.user, organisation=second)
    assert f'<option value="{second.pk}">' in client.get("/").content.decode()
    switched = client.post(reverse("switch_role"), {"organisation": second.pk}, follow=True)
    assert "U werkt nu voor Houtzagerij De Linde." in text_of(switched)
    client.post(reverse("switch_role"), {"organisation": stranger.pk})
    assert "Houtzagerij De Linde" in text_of(client.get(reverse("networks:organisation")))
    away = client.post(reverse("switch_role"), {"organisation": second.pk, "next": "https://elders.example/"})
    assert away["Location"] == "/"
