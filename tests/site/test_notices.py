"""Notices, how people choose to hear of them, overviews by mail, and the way out that needs no sign-in."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from skillnet.kernel.digests import compose_digests, period_end
from skillnet.kernel.models import NoticePreference, OutboxMessage
from skillnet.kernel.notice_kinds import KINDS, OTHER, kind_of
from skillnet.kernel.outbox import queue_notice, send_pending
from skillnet.kernel.preferences import save_preferences, unsubscribe_url
from skillnet.kernel.roles import Role
from tests.factories import make_user

Clients = Callable[..., Any]
BRUSSELS = ZoneInfo("Europe/Brussels")


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().replace("&#x27;", "’").split())


def tell(user: Any, key: str, *, network: str = "Hout", template: str = "member_invited") -> None:
    queue_notice(user=user, key=key, template=template, context={"network": network, "url": "http://h/x"})


def choose(user: Any, **chosen: str) -> None:
    save_preferences(user=user, chosen=chosen)
    user.refresh_from_db()


def kinds_of(user: Any) -> list[str]:
    return sorted(OutboxMessage.objects.filter(recipient=user).values_list("kind", flat=True))


def next_morning() -> datetime:
    return timezone.now() + timedelta(days=1, hours=1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("delivery", "rows"),
    [
        ("at_once", ["mail", "notice"]),
        ("daily", ["digest", "notice"]),
        ("weekly", ["digest", "notice"]),
        ("page", ["notice"]),
        ("never", []),
    ],
)
def test_a_notice_goes_the_way_that_was_chosen(delivery: str, rows: list[str]) -> None:
    user = make_user()
    choose(user, networks=delivery)
    tell(user, "eenmaal")
    tell(user, "eenmaal")
    assert kinds_of(user) == rows


@pytest.mark.django_db
def test_what_a_term_of_the_law_hangs_on_cannot_be_silenced(client_for: Clients) -> None:
    client = client_for(Role.COMPANY_CONTACT)
    url = reverse("notice_preferences")
    answers = {kind.code: "page" for kind in KINDS} | {"programmes": "never"}
    page = client.post(url, answers)
    assert page.status_code == 200
    assert not NoticePreference.objects.exists()
    with pytest.raises(ValueError, match="programmes"):
        save_preferences(user=client.actor.user, chosen={"programmes": "never"})


@pytest.mark.django_db
def test_the_page_of_preferences_keeps_what_one_chose(client_for: Clients) -> None:
    client = client_for(Role.COMPANY_CONTACT)
    url = reverse("notice_preferences")
    assert url in text_of(client.get("/"))
    answers = {kind.code: "page" for kind in KINDS} | {"networks": "weekly"}
    assert "Uw keuze is bewaard." in text_of(client.post(url, answers, follow=True))
    tell(client.actor.user, "a")
    assert kinds_of(client.actor.user) == ["digest", "notice"]
    assert '<option value="weekly" selected>' in client.get(url).content.decode()


@pytest.mark.django_db
def test_notices_are_filtered_and_read_one_by_one(client_for: Clients) -> None:
    client, other = client_for(Role.COMPANY_CONTACT), client_for(Role.COMPANY_CONTACT)
    url = reverse("notices")
    tell(client.actor.user, "een", network="Hout")
    tell(client.actor.user, "twee", network="Metaal")
    context = {"provider": "Vonk", "pool": "Lassen", "note": ""}
    queue_notice(user=client.actor.user, key="drie", template="provider_interest", context=context)
    page = text_of(client.get(url, {"kind": "networks"}))
    assert "netwerk Hout" in page
    assert "Vonk" not in page
    first = OutboxMessage.objects.get(recipient=client.actor.user, key__contains="notice:een:")
    assert other.post(url, {"notice": first.pk}).status_code == 404
    client.post(url, {"notice": first.pk})
    page = text_of(client.get(url, {"unread": "1"}))
    assert "netwerk Hout" not in page
    assert "netwerk Metaal" in page
    assert "Meldingen <span" in text_of(client.get("/"))
    client.post(url)
    assert "Geen melding past bij deze filters" in text_of(client.get(url, {"unread": "1"}))


@pytest.mark.django_db
def test_an_overview_holds_what_waited_once() -> None:
    user = make_user(language="nl")
    choose(user, networks="daily", demand="weekly")
    tell(user, "een", network="Hout")
    tell(user, "twee", network="Metaal")
    assert compose_digests() == 0, "the period is not over"
    assert compose_digests(now=next_morning()) == 1
    tell(user, "drie", network="Zorg")
    assert compose_digests(now=next_morning()) == 0, "one mail a period"
    assert send_pending() == 1
    (sent,) = mail.outbox
    assert sent.subject == "Uw dag op Skillnet Vlaanderen: 2 meldingen"
    assert "netwerk Hout" in sent.body
    assert "netwerk Metaal" in sent.body
    assert "Zorg" not in sent.body
    assert compose_digests(now=next_morning() + timedelta(days=1)) == 1


@pytest.mark.django_db
def test_a_changed_choice_takes_along_what_waits() -> None:
    user = make_user()
    choose(user, networks="weekly")
    tell(user, "een")
    choose(user, networks="page")
    assert compose_digests(now=timezone.now() + timedelta(days=8)) == 0
    choose(user, networks="weekly")
    tell(user, "twee")
    choose(user, networks="at_once")
    assert compose_digests(now=next_morning()) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_write_one_overview() -> None:
    users = [make_user() for _ in range(3)]
    for user in users:
        choose(user, networks="daily")
        for number in range(4):
            tell(user, f"k{number}")
    start, moment = Barrier(4), next_morning()

    def work() -> int:
        try:
            start.wait()
            return compose_digests(now=moment)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        written = sum(future.result() for future in [pool.submit(work) for _ in range(4)])
    mails = OutboxMessage.objects.filter(kind=OutboxMessage.Kind.MAIL)
    assert (written, mails.count()) == (3, 3)
    assert {row.context["count"] for row in mails} == {4}
    assert not OutboxMessage.objects.filter(kind=OutboxMessage.Kind.DIGEST, sent_at=None).exists()


@given(
    st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2027, 12, 31)),  # noqa: DTZ001
    st.sampled_from(["daily", "weekly"]),
)
def test_a_period_ended_in_the_morning_within_its_length(moment: datetime, cadence: str) -> None:
    now = moment.replace(tzinfo=ZoneInfo("UTC"))
    end = period_end(cadence, now)
    assert end <= now
    local = end.astimezone(BRUSSELS)
    assert (local.hour, local.minute) == (7, 0)
    assert now - end <= timedelta(days=7 if cadence == "weekly" else 1, hours=1)
    if cadence == "weekly":
        assert local.weekday() == 0


@pytest.mark.django_db
def test_a_mail_says_how_to_get_none(client_for: Clients) -> None:
    user = make_user()
    tell(user, "een")
    send_pending()
    (sent,) = mail.outbox
    link = sent.extra_headers["List-Unsubscribe"].strip("<>")
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link in sent.body
    assert user.email not in link
    path = re.sub(r"^https?://[^/]+", "", link)
    nobody = client_for(None)
    nobody.handler.enforce_csrf_checks = True
    page = text_of(nobody.get(path))
    assert "Netwerken, leden en oproepen" in page
    assert user.email not in page, "who has the link need not know whose it is"
    tell(user, "twee")
    assert kinds_of(user).count("mail") == 2, "opening the link changes nothing: scanners do that"
    assert nobody.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    tell(user, "drie")
    assert kinds_of(user).count("mail") == 2
    assert kinds_of(user).count("notice") == 3
    assert "Ongedaan maken" in text_of(nobody.get(path))
    nobody.post(path, {"action": "undo"})
    tell(user, "vier")
    assert kinds_of(user).count("mail") == 3


@pytest.mark.django_db
def test_ending_an_overview_ends_all_that_it_brought_and_can_be_undone(client_for: Clients) -> None:
    user = make_user()
    choose(user, networks="daily", demand="daily", needs="weekly")
    path = re.sub(r"^https?://[^/]+", "", unsubscribe_url(user, subject="daily"))
    nobody = client_for(None)
    nobody.post(path)
    chosen = dict(NoticePreference.objects.values_list("kind", "delivery"))
    assert chosen == {"networks": "page", "demand": "page", "needs": "weekly"}
    nobody.post(path, {"action": "undo"})
    chosen = dict(NoticePreference.objects.values_list("kind", "delivery"))
    assert chosen == {"networks": "daily", "demand": "daily", "needs": "weekly"}


@pytest.mark.django_db
@pytest.mark.parametrize("token", ["onzin", "WyJhIiwgImRhaWx5Il0:1x:vals"])
def test_a_forged_link_does_nothing(token: str, client_for: Clients) -> None:
    answer = client_for(None).post(reverse("unsubscribe", args=[token]))
    assert answer.status_code == 404
    assert "Deze koppeling werkt niet" in text_of(answer)


def test_each_kind_finds_its_messages() -> None:
    assert kind_of("programme_step").code == "programmes"
    assert kind_of("provider_interest").code == "demand", "the longest prefix decides"
    assert kind_of("recognition_decided").code == "recognition"
    assert kind_of("iets_nieuws") is OTHER
