"""Who waits for a seat: in the order of coming, a seat promised once, and everyone told."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from catalogue.models import Edition, WaitingEntry
from catalogue.services.offers import save_edition, take_edition_action
from catalogue.services.waiting import (
    accept_seat,
    advance_waiting_list,
    join_waiting_list,
    leave_waiting_list,
    position_of,
    sweep_waiting_lists,
)
from skillnet.kernel.models import OutboxMessage
from skillnet.kernel.roles import Role
from tests.factories import actor_for_role, make_edition, make_offer, make_provider

Clients = Callable[..., Any]


def full_edition(seats: int = 4, **values: Any) -> Edition:
    start = timezone.localdate() + timedelta(days=30)
    given: dict[str, Any] = {"seats": seats, "enrolled": seats, "starts_on": start}
    return make_edition(**given | values)


def wait(edition: Edition, people: int = 1) -> WaitingEntry:
    return join_waiting_list(actor=actor_for_role(Role.COMPANY_CONTACT), edition=edition, people=people)


def states() -> list[str]:
    return list(WaitingEntry.objects.order_by("id").values_list("state", flat=True))


def free(edition: Edition, seats: int) -> None:
    edition.refresh_from_db()
    Edition.objects.filter(pk=edition.pk).update(enrolled=edition.enrolled - seats)


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


@pytest.mark.django_db
def test_a_freed_seat_goes_to_who_came_first_and_fits() -> None:
    edition = full_edition()
    big, small, last = wait(edition, 3), wait(edition, 1), wait(edition, 1)
    assert [position_of(entry) for entry in (big, small, last)] == [1, 2, 3]
    free(edition, 1)
    assert sweep_waiting_lists() == 1
    assert states() == ["waiting", "offered", "waiting"]
    edition.refresh_from_db()
    assert edition.enrolled == 4, "the offered seat is taken until the answer"
    told = OutboxMessage.objects.get(template="waiting_offered", kind="notice")
    assert told.recipient == small.user


@pytest.mark.django_db
def test_a_seat_is_taken_refused_or_lapses_to_the_next() -> None:
    edition = full_edition()
    entries = [wait(edition) for _ in range(3)]
    free(edition, 1)
    sweep_waiting_lists()
    leave_waiting_list(actor=actor_for_role(Role.COMPANY_CONTACT), entry=entries[0])
    assert states() == ["left", "offered", "waiting"]
    WaitingEntry.objects.filter(pk=entries[1].pk).update(offered_until=timezone.now() - timedelta(minutes=1))
    with pytest.raises(ValidationError):
        accept_seat(actor=actor_for_role(Role.COMPANY_CONTACT), entry=entries[1])
    advance_waiting_list(edition_id=edition.pk)
    assert states() == ["left", "lapsed", "offered"]
    for _ in range(2):
        accept_seat(actor=actor_for_role(Role.COMPANY_CONTACT), entry=entries[2])
    assert states() == ["left", "lapsed", "accepted"]
    edition.refresh_from_db()
    assert edition.enrolled == 4


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "people"),
    [
        ({"enrolled": 1}, 1),
        ({"seats": None, "enrolled": 0}, 1),
        ({}, 9),
        ({"state": "cancelled"}, 1),
        ({"enrol_until": timezone.localdate() - timedelta(days=1)}, 1),
    ],
)
def test_there_is_nothing_to_wait_for(values: dict[str, Any], people: int) -> None:
    with pytest.raises(ValidationError):
        wait(full_edition(**values), people)
    assert not WaitingEntry.objects.exists()


@pytest.mark.django_db
def test_a_cancelled_edition_tells_everyone_who_waits_and_what_it_brings(client_for: Clients) -> None:
    provider = make_provider()
    edition = full_edition(offer=make_offer(provider=provider))
    wait(edition)
    own = client_for(Role.PROVIDER, organisation=provider.organisation)
    page = text_of(own.get(reverse("catalogue:edition_edit", args=[edition.public_id])))
    assert "4 deelnemers zijn ingeschreven." in page
    assert "1 bedrijf staat op de wachtlijst." in page
    take_edition_action(edition=edition, action="cancel", actor=own.actor, reason="De lesgever is ziek.")
    assert states() == ["closed"]
    told = OutboxMessage.objects.get(template="waiting_closed", kind="notice")
    assert told.context["reason"] == "De lesgever is ziek."


@pytest.mark.django_db
def test_more_seats_move_the_list_up_at_once() -> None:
    provider = make_provider()
    edition = full_edition(offer=make_offer(provider=provider))
    wait(edition, 2)
    actor = actor_for_role(Role.PROVIDER, organisation=provider.organisation)
    save_edition(actor=actor, offer=edition.offer, values={"seats": 6}, edition=edition)
    assert states() == ["offered"]


@pytest.mark.django_db
def test_a_company_waits_on_the_web_and_sees_only_its_own(client_for: Clients) -> None:
    edition = full_edition()
    client, other = client_for(Role.COMPANY_CONTACT), client_for(Role.COMPANY_CONTACT)
    offer_page = text_of(client.get(reverse("catalogue:offer_detail", args=[edition.offer.public_id])))
    url = reverse("catalogue:waiting", args=[edition.public_id])
    assert url in offer_page
    wait(edition)
    page = text_of(client.post(url, {"people": "2"}, follow=True))
    assert "U bent nummer 2 op de lijst" in page
    entry = WaitingEntry.objects.get(organisation=client.actor.organisation_id)
    step = reverse("catalogue:waiting_step", args=[entry.public_id])
    assert other.post(step, {"action": "leave"}).status_code == 404
    assert edition.offer.title not in text_of(other.get(reverse("catalogue:my_waiting")))
    assert edition.offer.title in text_of(client.get(reverse("catalogue:my_waiting")))
    client.post(step, {"action": "leave"})
    assert states() == ["waiting", "left"]
    Edition.objects.filter(pk=edition.pk).update(enrolled=0)
    client.post(url, {"people": "1"})
    advance_waiting_list(edition_id=edition.pk)
    assert "Er is plaats" in text_of(client.get("/"))
    entry = WaitingEntry.objects.get(organisation=client.actor.organisation_id, state="offered")
    accepted = client.post(
        reverse("catalogue:waiting_step", args=[entry.public_id]), {"action": "accept"}, follow=True
    )
    assert "Uw plaats is bevestigd" in text_of(accepted)


@pytest.mark.django_db(transaction=True)
def test_one_free_seat_is_offered_once_whoever_asks() -> None:
    edition = full_edition(seats=8)
    actors = [actor_for_role(Role.COMPANY_CONTACT) for _ in range(4)]
    for actor in actors:
        join_waiting_list(actor=actor, edition=edition, people=1)
    free(edition, 2)
    start = Barrier(4)

    def work(_number: int) -> int:
        try:
            start.wait()
            return advance_waiting_list(edition_id=edition.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        offered = sum(pool.map(work, range(4)))
    edition.refresh_from_db()
    assert (offered, edition.enrolled) == (2, 8)
    assert states() == ["offered", "offered", "waiting", "waiting"]


@pytest.mark.django_db(transaction=True)
def test_asking_twice_at_once_is_one_place() -> None:
    edition = full_edition()
    actor = actor_for_role(Role.COMPANY_CONTACT)
    start = Barrier(3)

    def work(_number: int) -> int:
        try:
            start.wait()
            return join_waiting_list(actor=actor, edition=edition, people=1).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        places = set(pool.map(work, range(3)))
    assert len(places) == 1
    assert WaitingEntry.objects.count() == 1
