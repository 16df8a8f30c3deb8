"""From nothing to a first company or a first catalogue: sign-up, the check of the mail, the organisation."""

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from networks.models import AccessRequest, Membership, Organisation
from skillnet.accounts.models import User
from skillnet.kernel.roles import Role
from tests.factories import make_enterprise_number, make_membership, make_organisation, make_user

pytestmark = pytest.mark.django_db
PASSWORD = "een-lang-genoeg-wachtwoord"


def sign_up(client: Client, email: str = "an@nieuw.example") -> Any:
    values = {"email": email, "password1": PASSWORD, "password2": PASSWORD}
    return client.post(reverse("account_signup"), values, follow=True)


def confirm_and_sign_in(client: Client, email: str = "an@nieuw.example") -> str:
    found = re.search(r"https?://[^/]+(/account/confirm-email/\S+)", str(mail.outbox[-1].body))
    assert found is not None
    client.post(found.group(1))
    login = {"login": email, "password": PASSWORD}
    return client.post(reverse("account_login"), login, follow=True).content.decode()


def test_the_way_in_is_shown_where_strangers_come(client: Client, settings: Any) -> None:
    for name in ("account_login", "catalogue:offers"):
        page = client.get(reverse(name)).content.decode()
        assert page.count(f'href="{reverse("account_signup")}"') >= 2  # at the top or in the text, and below
    settings.OPEN_SIGNUP = False
    for name in ("account_login", "catalogue:offers"):
        assert f'href="{reverse("account_signup")}"' not in client.get(reverse(name)).content.decode()


def test_without_a_checked_address_nobody_is_in(client: Client) -> None:
    page = sign_up(client).content.decode()
    assert "Bevestig uw e-mailadres" in page
    assert client.get("/").status_code == 302
    login = {"login": "an@nieuw.example", "password": PASSWORD}
    client.post(reverse("account_login"), login)
    assert client.get("/").status_code == 302
    assert "U hoort nog bij geen organisatie" in confirm_and_sign_in(client)


def test_who_offers_training_comes_in_by_number(client: Client) -> None:
    sign_up(client)
    home = confirm_and_sign_in(client)
    assert reverse("networks:onboard") in home
    number = make_enterprise_number()
    values = {"role": "provider", "number": number, "name": "Leerhuis Nieuw"}
    home = client.post(reverse("networks:onboard"), values, follow=True).content.decode()
    made = Organisation.objects.get(enterprise_number=number)
    assert (made.kind, made.is_verified) == ("provider", False)
    assert "U werkt nu voor Leerhuis Nieuw" in home
    assert "Mijn aanbod" in home
    for name in ("catalogue:my_offers", "catalogue:my_provider"):
        assert client.get(reverse(name)).status_code == 200
    assert client.get(reverse("networks:gap_new")).status_code == 403


def test_a_provider_that_is_known_answers_itself_who_may_keep_its_supply(client_for: Any) -> None:
    known = make_organisation(kind="provider")
    keeper = client_for(Role.PROVIDER, organisation=known)
    newcomer = make_user()
    client = client_for(None)
    client.force_login(newcomer)
    values = {"role": "provider", "number": known.enterprise_number, "message": "Ik volg Els op."}
    client.post(reverse("networks:onboard"), values)
    assert not Membership.objects.filter(user=newcomer).exists()
    asked = AccessRequest.objects.get()
    assert "Ik volg Els op." in keeper.get(reverse("networks:people")).content.decode()
    keeper.post(reverse("networks:access_answer", args=[asked.public_id]), {"action": "grant"})
    assert list(Membership.objects.filter(user=newcomer).values_list("role", flat=True)) == [Role.PROVIDER]


def test_who_keeps_the_supply_does_not_let_anybody_speak_for_the_company(client_for: Any) -> None:
    known = make_organisation()
    keeper = client_for(Role.PROVIDER, organisation=known)
    asked = AccessRequest.objects.create(organisation=known, user=make_user())
    page = keeper.post(reverse("networks:access_answer", args=[asked.public_id]), {"action": "grant"})
    assert page.status_code == 404
    assert not Membership.objects.filter(user=asked.user).exists()


def test_nobody_takes_name_after_name(client: Client) -> None:
    user = make_user()
    client.force_login(user)
    for n in range(7):
        values = {"role": "company_contact", "number": make_enterprise_number(), "name": f"Firma {n}"}
        page = client.post(reverse("networks:onboard"), values)
    assert "nog nagekeken worden" in page.content.decode()
    assert Membership.objects.filter(user=user).count() == 5


def test_one_address_makes_few_accounts(client: Client) -> None:
    make_membership()
    answers = [sign_up(Client(), f"p{n}@nieuw.example").status_code for n in range(6)]
    assert answers[:5] == [200] * 5
    last = sign_up(Client(), "p9@nieuw.example")
    assert last.status_code == 429
    assert "Te veel pogingen" in last.content.decode()
    assert User.objects.filter(email__endswith="@nieuw.example").count() == 5


def test_a_forged_address_opens_no_second_door(client: Client) -> None:
    for n in range(5):
        sign_up(Client(headers={"x-forwarded-for": f"198.51.100.{n}"}), f"p{n}@nieuw.example")
    assert sign_up(Client(headers={"x-forwarded-for": "198.51.100.9"}), "p9@nieuw.example").status_code == 429


def test_behind_a_proxy_one_visitor_does_not_close_the_door_for_all(client: Client, settings: Any) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for n in range(5):
        sign_up(Client(headers={"x-forwarded-for": f"198.51.100.{n}, 203.0.113.1"}), f"p{n}@nieuw.example")
    again = sign_up(Client(headers={"x-forwarded-for": "198.51.100.9, 203.0.113.1"}), "p8@nieuw.example")
    assert again.status_code == 429
    other = sign_up(Client(headers={"x-forwarded-for": "203.0.113.2"}), "p9@nieuw.example")
    assert other.status_code == 200


def test_an_address_that_is_known_is_told_to_nobody_but_its_owner(client: Client) -> None:
    make_user(email="an@nieuw.example")
    known = sign_up(client, "AN@Nieuw.example")
    new = sign_up(Client(), "bo@nieuw.example")
    assert known.redirect_chain == new.redirect_chain
    said = [page.content.decode().lower().count("@nieuw.example") for page in (known, new)]
    assert said[0] == said[1] > 0
    assert User.objects.filter(email__iexact="an@nieuw.example").count() == 1
    assert [message.to for message in mail.outbox] == [["an@nieuw.example"], ["bo@nieuw.example"]]


def test_the_setting_closes_the_door(client: Client, settings: Any) -> None:
    settings.OPEN_SIGNUP = False
    assert "krijgt u met een uitnodiging" in sign_up(client).content.decode()
    assert not User.objects.exists()
