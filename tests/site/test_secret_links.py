"""A link that is a permission lies nowhere in the open: only its hash is kept, and the mail until it went out."""

from typing import Any

import pytest
from django.test import Client
from pghistory.models import Context

from networks.models import Membership
from networks.services.people import invite_person
from skillnet.kernel.models import OutboxMessage
from skillnet.kernel.outbox import send_pending
from skillnet.kernel.roles import Role
from tests.factories import actor_for_role, make_user, organisation_of

pytestmark = pytest.mark.django_db


def invited() -> tuple[OutboxMessage, str]:
    contact = actor_for_role(Role.COMPANY_CONTACT)
    invite_person(
        email="an@vonk.example",
        organisation=organisation_of(contact),
        role=Role.COMPANY_CONTACT,
        actor=contact,
    )
    mail = OutboxMessage.objects.get(template="invitation")
    return mail, str(mail.context["url"]).rstrip("/").rsplit("/", 1)[1]


def test_an_invitation_forgets_its_link_once_it_went_out(mailoutbox: list[Any]) -> None:
    mail, token = invited()
    send_pending()
    assert token in mailoutbox[0].body
    mail.refresh_from_db()
    assert mail.sent_at is not None
    assert token not in str(mail.context)
    assert mail.context["organisation"]


def test_the_history_of_rows_names_no_link(client: Client) -> None:
    _mail, token = invited()
    person = make_user()
    client.force_login(person)
    client.post(f"/uitnodiging/{token}/")
    assert Membership.objects.filter(user=person).exists()
    told = [context.metadata["url"] for context in Context.objects.filter(metadata__has_key="url")]
    assert "/uitnodiging/…/" in told
    assert not [url for url in told if token in url]
