"""What the account pages say is ours: polite, and without the host's name in a subject."""

from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import translation

from skillnet.accounts.models import User

pytestmark = pytest.mark.django_db


def test_signing_out_is_said_politely_and_signing_in_not_at_all() -> None:
    User.objects.create_user(email="piet@bedrijf.example", password="Zeepkist-fiets-88")
    from allauth.account.models import EmailAddress

    EmailAddress.objects.create(
        user=User.objects.get(), email="piet@bedrijf.example", verified=True, primary=True
    )
    client: Any = Client()
    words = {"login": "piet@bedrijf.example", "password": "Zeepkist-fiets-88"}
    assert list(client.post("/account/login/", words, follow=True).context["messages"]) == []
    with translation.override("nl"):
        out = client.post("/account/logout/", follow=True)
    assert [str(message) for message in out.context["messages"]] == ["U bent afgemeld."]


def test_a_mail_of_the_account_has_a_subject_without_a_host(client: Client) -> None:
    words = {
        "email": "an@bedrijf.example",
        "password1": "Zeepkist-fiets-88",
        "password2": "Zeepkist-fiets-88",
    }
    client.post("/account/signup/", words)
    assert not mail.outbox[0].subject.startswith("[")
