"""A language is chosen once: it goes with the person to another machine, and into the mails."""

from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse

from skillnet.accounts.models import User
from skillnet.kernel.outbox import queue_notice, send_pending
from skillnet.kernel.roles import Role
from tests.factories import PASSWORD, make_membership
from tests.site.test_site import verify

pytestmark = pytest.mark.django_db


def person(**fields: Any) -> User:
    user: User = make_membership(role=Role.COMPANY_CONTACT).user
    verify(user)
    User.objects.filter(pk=user.pk).update(**fields)
    user.refresh_from_db()
    return user


def sign_in(client: Client, user: User) -> str:
    login = {"login": user.email, "password": PASSWORD}
    return client.post(reverse("account_login"), login, follow=True).content.decode()


def choose(client: Client, language: str) -> None:
    assert client.post(reverse("set_language"), {"language": language, "next": "/"}).status_code == 302


def test_who_chose_french_reads_french_on_a_new_machine() -> None:
    user = person()
    first = Client()
    assert '<html lang="nl"' in sign_in(first, user)
    choose(first, "fr")
    user.refresh_from_db()
    assert user.language == "fr"
    other = Client(HTTP_ACCEPT_LANGUAGE="en")
    assert '<html lang="fr"' in sign_in(other, user)
    assert '<html lang="fr"' in other.get("/").content.decode()


def test_mails_follow_the_choice() -> None:
    user = person()
    client = Client()
    sign_in(client, user)
    choose(client, "en")
    user.refresh_from_db()
    queue_notice(user=user, key="k", template="provider_step", context={"provider": "X", "action": "suspend"})
    send_pending()
    assert "is geschorst" not in mail.outbox[-1].subject


def test_what_is_chosen_on_the_sign_in_page_becomes_the_persons_own() -> None:
    user = person(language="nl")
    client = Client()
    choose(client, "fr")
    assert '<html lang="fr"' in sign_in(client, user)
    user.refresh_from_db()
    assert user.language == "fr"


def test_an_unknown_language_changes_nothing() -> None:
    user = person(language="fr")
    client = Client()
    sign_in(client, user)
    choose(client, "xx")
    user.refresh_from_db()
    assert user.language == "fr"
    assert client.cookies[settings.LANGUAGE_COOKIE_NAME].value == "fr"
