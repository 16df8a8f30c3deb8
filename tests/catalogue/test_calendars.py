"""Months, the own agenda and its feed, and credentials that are issued, expire and are renewed."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogue.models import IssuedCredential, Microcredential
from catalogue.services.follow_up import follow_supply
from catalogue.services.issuing import issue_credentials, renewal_of
from catalogue.validity import expiry_of
from skillnet.kernel.models import Decision, OutboxMessage
from skillnet.kernel.roles import Role
from skillnet.month import LONG_DAYS, Happening, first_of, month
from tests.factories import (
    actor_for_role,
    make_edition,
    make_offer,
    make_organisation,
    make_provider,
    organisation_of,
)
from tests.programmes.world import build_world

Clients = Callable[..., Any]
DAYS = st.dates(min_value=date(2020, 1, 1), max_value=date(2035, 12, 31))


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(DAYS, DAYS, st.integers(0, 90))
def test_a_happening_stands_on_each_of_its_days_in_the_month(day: date, start: date, length: int) -> None:
    end = start + timedelta(days=length)
    grid = month([Happening("Lassen", start, end)], first=day.replace(day=1), today=day)
    shown = {cell.day for week in grid.weeks for cell in week if cell.entries}
    every = {cell.day for week in grid.weeks for cell in week}
    if length > LONG_DAYS:
        assert shown == {start, end} & every
        assert bool(grid.running) == (start < min(every) and end > max(every))
    else:
        assert shown == {one for one in every if start <= one <= end}
    assert all(len(week) == 7 and week[0].day.weekday() == 0 for week in grid.weeks)
    assert {one.day for week in grid.weeks for one in week if one.in_month} >= {day.replace(day=1), day}


@pytest.mark.parametrize("wanted", ["", "onzin", "2026-13", "0001-01", "2026-1"])
def test_an_address_that_names_no_month_shows_this_one(wanted: str) -> None:
    assert first_of(wanted, date(2026, 11, 26)) == date(2026, 11, 1)


@given(DAYS, st.integers(1, 240))
def test_validity_ends_on_the_same_day_or_the_last_of_the_month(day: date, months: int) -> None:
    end = expiry_of(day, months)
    assert end is not None
    assert (end.year - day.year) * 12 + end.month - day.month == months
    assert end.day == day.day or (end + timedelta(days=1)).day == 1
    assert expiry_of(day, None) is None


@pytest.mark.django_db
def test_months_of_an_offer_begin_at_its_next_edition(client_for: Clients) -> None:
    start = timezone.localdate() + timedelta(days=70)
    edition = make_edition(starts_on=start, schedule="dinsdag van 18 tot 21 uur")
    page = text_of(client_for(None).get(reverse("catalogue:offer_month", args=[edition.offer.public_id])))
    assert "dinsdag van 18 tot 21 uur" in page
    assert f'datetime="{start:%Y-%m-%d}"' in page


@pytest.mark.django_db
def test_the_own_agenda_can_be_followed_elsewhere_until_its_link_is_renewed(client_for: Clients) -> None:
    provider = make_provider()
    mine = make_edition(offer=make_offer(provider=provider, state="draft"), starts_on=date(2027, 1, 5))
    make_edition(offer=make_offer(title="Van een ander"), starts_on=date(2027, 1, 5))
    own = client_for(Role.PROVIDER, organisation=provider.organisation)
    page = own.get(reverse("catalogue:my_calendar"), {"month": "2027-01"}).content.decode()
    assert mine.offer.title in page
    assert "Van een ander" not in page
    path = re.search(r"/agenda/[^<]+\.ics", page)
    assert path
    nobody = client_for(None)
    feed = nobody.get(path[0])
    assert feed["Content-Type"].startswith("text/calendar")
    assert f"SUMMARY:{mine.offer.title}" in feed.content.decode()
    assert "Van een ander" not in feed.content.decode()
    own.post(reverse("catalogue:my_calendar"))
    assert nobody.get(path[0]).status_code == 404
    assert nobody.get("/agenda/onzin.ics").status_code == 404


@pytest.mark.django_db
def test_a_feed_ends_with_the_membership(client_for: Clients) -> None:
    own = client_for(Role.PROVIDER)
    page = own.get(reverse("catalogue:my_calendar")).content.decode()
    path = re.search(r"/agenda/[^<]+\.ics", page)
    assert path
    assert client_for(None).get(path[0]).status_code == 200
    own.actor.user.memberships.update(ended_at=timezone.now())
    assert client_for(None).get(path[0]).status_code == 404


def make_credential(**values: Any) -> Microcredential:
    offer = make_offer()
    given = {
        "title": "Inox lassen met TIG", "awarding_body": "Lasschool", "outcomes": ["inox lassen"],
        "assessment": "proef", "participation": "klas", "quality_assurance": "Qfor", "ects": 3,
        "validity_months": 24, "offer": offer,
    }  # fmt: skip
    return Microcredential.objects.create(**given | values)


@pytest.mark.django_db
def test_issuing_again_renews_and_the_rate_says_how_many_did() -> None:
    credential = make_credential()
    actor = actor_for_role(Role.PROVIDER, organisation=credential.offer.provider.organisation)
    first, again = date(2022, 1, 10), date(2023, 12, 1)
    names = ["P-1", "P-2", "P-3", "P-1"]
    issue_credentials(actor=actor, credential=credential, pseudonyms=names, issued_on=first)
    issue_credentials(actor=actor, credential=credential, pseudonyms=names, issued_on=first)
    assert IssuedCredential.objects.count() == 3
    issue_credentials(actor=actor, credential=credential, pseudonyms=["P-2"], issued_on=again)
    renewed = IssuedCredential.objects.get(pseudonym="P-2", issued_on=again)
    assert renewed.renewed_from is not None
    assert renewed.renewed_from.expires_on == date(2024, 1, 10)
    renewal = renewal_of(credential, date(2024, 6, 1))
    assert (renewal.ended, renewal.renewed) == (3, 1)
    assert renewal_of(credential, date(2023, 6, 1)).rate is None


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["jan@voorbeeld.example", "x" * 41, " "])
def test_a_register_holds_no_addresses(name: str) -> None:
    credential = make_credential()
    actor = actor_for_role(Role.PROVIDER)
    with pytest.raises(ValidationError):
        issue_credentials(
            actor=actor, credential=credential, pseudonyms=[name], issued_on=timezone.localdate()
        )


@pytest.mark.django_db
def test_before_it_expires_issuer_and_company_hear_of_it_once() -> None:
    credential = make_credential(remind_months=2)
    company = make_organisation()
    contact = actor_for_role(Role.COMPANY_CONTACT, organisation=company)
    issuer = actor_for_role(Role.PROVIDER, organisation=credential.offer.provider.organisation)
    for name in ("P-1", "P-2"):
        issue_credentials(
            actor=issuer,
            credential=credential,
            pseudonyms=[name],
            issued_on=date(2024, 1, 10),
            organisation=company,
        )
    assert follow_supply(today=date(2025, 10, 1))["credentials"] == 0
    assert follow_supply(today=date(2025, 12, 1))["credentials"] == 2
    assert follow_supply(today=date(2025, 12, 1))["credentials"] == 0
    told = OutboxMessage.objects.filter(template="credential_expires", kind="notice")
    assert {row.recipient for row in told} == {contact.user, issuer.user}
    assert {row.context["count"] for row in told} == {2}


@pytest.mark.django_db
def test_the_register_is_the_issuers(client_for: Clients) -> None:
    credential = make_credential()
    url = reverse("catalogue:issued", args=[credential.public_id])
    own = client_for(Role.PROVIDER, organisation=credential.offer.provider.organisation)
    assert "Nog geen bewijs uitgereikt" in text_of(own.get(url))
    page = own.post(url, {"pseudonyms": "P-1\nP-2", "issued_on": "2026-01-10"}, follow=True)
    assert "2 bewijzen toegevoegd." in text_of(page)
    assert client_for(Role.PROVIDER).get(url).status_code == 404
    wrong = own.post(url, {"pseudonyms": "P-3", "issued_on": "2026-01-10", "company": "123"})
    assert "geen geldig ondernemingsnummer" in text_of(wrong)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name",
    ["Jan Peeters", "Peeters,Jan", "jan@voorbeeld.example", "85.07.30-033.28", "85073003328", "00012556777"],
)
def test_a_reference_is_no_name_address_or_national_number(client_for: Clients, name: str) -> None:
    credential = make_credential()
    url = reverse("catalogue:issued", args=[credential.public_id])
    own = client_for(Role.PROVIDER, organisation=credential.offer.provider.organisation)
    page = own.post(url, {"pseudonyms": f"P-1\n{name}", "issued_on": "2026-01-10"})
    assert "geen eigen kenmerk" in text_of(page)
    assert credential.issued.count() == 0
    page = own.post(url, {"pseudonyms": "85073003327", "issued_on": "2026-01-10"}, follow=True)
    assert "1 bewijs toegevoegd." in text_of(page)


@pytest.mark.django_db
def test_a_credential_that_was_a_mistake_is_taken_out_with_the_reason(client_for: Clients) -> None:
    credential = make_credential()
    url = reverse("catalogue:issued", args=[credential.public_id])
    own = client_for(Role.PROVIDER, organisation=credential.offer.provider.organisation)
    own.post(url, {"pseudonyms": "P-1\nP-2", "issued_on": "2026-01-10"})
    mistake = {"withdraw": "1", "mistake-pseudonym": "P-1", "mistake-issued_on": "2026-01-10"}
    assert own.post(url, mistake).context["withdraw_form"].errors.keys() == {"reason"}
    unknown = mistake | {"mistake-pseudonym": "P-9", "mistake-reason": "Fout."}
    assert "geen bewijs met dit kenmerk" in text_of(own.post(url, unknown))
    assert credential.issued.count() == 2
    page = own.post(url, mistake | {"mistake-reason": "Verkeerde persoon."}, follow=True)
    assert "weggehaald" in text_of(page)
    assert [row.pseudonym for row in credential.issued.all()] == ["P-2"]
    decision = Decision.objects.get(action="withdraw")
    assert decision.reason == "Verkeerde persoon."


@pytest.mark.django_db
def test_a_company_sees_what_its_people_hold_and_no_others(client_for: Clients) -> None:
    credential = make_credential()
    contact = client_for(Role.COMPANY_CONTACT)
    company = organisation_of(contact.actor)
    issuer = actor_for_role(Role.PROVIDER, organisation=credential.offer.provider.organisation)
    for name, holder in (("P-1", company), ("P-2", make_organisation())):
        issue_credentials(
            actor=issuer,
            credential=credential,
            pseudonyms=[name],
            issued_on=date(2024, 1, 10),
            organisation=holder,
        )
    page = text_of(contact.get(reverse("catalogue:my_credentials")))
    assert "P-1" in page
    assert "P-2" not in page
    public = reverse("catalogue:microcredential_detail", args=[credential.public_id])
    assert "Verlengd na afloop" in text_of(contact.get(public))
    assert "0 %" in text_of(contact.get(public))


@pytest.mark.django_db
def test_who_runs_or_steers_a_network_follows_what_it_bought(client_for: Clients) -> None:
    world = build_world()
    world.edition.starts_on = date(2027, 1, 5)
    world.edition.save()
    programme = world.programme()
    address = reverse("catalogue:my_calendar")
    leads, steers, other = (
        client_for(Role.NETWORK_MANAGER, network=world.network),
        client_for(Role.STEERING_MEMBER, network=world.network),
        client_for(Role.NETWORK_MANAGER),
    )
    feeds = [
        re.search(r"/agenda/[^<]+\.ics", one.get(address).content.decode()) for one in (leads, steers, other)
    ]
    nobody = client_for(None)
    assert all(feed and "SUMMARY" not in nobody.get(feed[0]).content.decode() for feed in feeds)  # a draft
    world.move(programme, "submit", "approve")
    shown = [
        world.offer.title in one.get(address, {"month": "2027-01"}).content.decode()
        for one in (leads, steers, other)
    ]
    assert shown == [True, True, False]
    followed = [
        f"SUMMARY:{world.offer.title}" in nobody.get(feed[0]).content.decode() for feed in feeds if feed
    ]
    assert followed == [True, True, False]
    leads.actor.user.memberships.update(ended_at=timezone.now())
    assert feeds[0]
    assert nobody.get(feeds[0][0]).status_code == 404
