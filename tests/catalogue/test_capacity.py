"""The capacity exchange: found, asked, promised; never promised twice; the other side always hears of it."""

import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogue.calendars import feed_token
from catalogue.models import CapacityOffer, CapacityRequest
from catalogue.services.capacity import (
    expire_capacity,
    request_capacity,
    save_capacity,
    take_request_action,
)
from catalogue.services.feeds import feed_for
from skillnet.kernel.actor import Actor
from skillnet.kernel.models import OutboxMessage
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import TransitionRefused
from tests.factories import actor_for_role

pytestmark = pytest.mark.django_db


def in_days(days: int) -> Any:
    return timezone.localdate() + timedelta(days=days)


def owner() -> Actor:
    return actor_for_role(Role.COMPANY_CONTACT)


def make_capacity(actor: Actor | None = None, **values: Any) -> CapacityOffer:
    values = {
        "kind": "seats",
        "title": "Plaatsen in de heftruckopleiding",
        "quantity": 3,
        "starts_on": in_days(5),
        "ends_on": in_days(40),
        "region": "BE234",
        "price": 120,
        "price_unit": "unit",
    } | values
    return save_capacity(actor=actor or owner(), values=values)


def calendar_feed_of(client: Any) -> str:
    """What a calendar elsewhere reads for this person, its folded lines whole again."""
    token = feed_token(feed_for(actor=client.actor))
    answer = client.get(reverse("catalogue:calendar_feed", args=[token]))
    return str(answer.content.decode()).replace("\r\n ", "")


def test_a_company_offers_another_asks_and_is_promised(client_for: Any) -> None:
    academy, other = client_for(Role.COMPANY_CONTACT), client_for(Role.COMPANY_CONTACT)
    form = {"kind": "room", "title": "Lasatelier", "quantity": 2, "starts_on": str(in_days(1)),
            "ends_on": str(in_days(30)), "price": "0", "price_unit": "day", "region": "BE234"}  # fmt: skip
    academy.post(reverse("catalogue:capacity_new"), form)
    capacity = CapacityOffer.objects.get()
    listed = other.get(reverse("catalogue:capacity"), {"kind": "room", "region": "BE23", "q": "las"})
    assert listed.context["count"] == 1
    assert "gratis" in listed.content.decode()
    url = reverse("catalogue:capacity_detail", args=[capacity.public_id])
    days = {"starts_on": str(in_days(3)), "ends_on": str(in_days(4))}
    other.post(url, {"quantity": 2, "message": "Voor vier lassers", **days})
    asked = CapacityRequest.objects.get()
    assert OutboxMessage.objects.filter(recipient=academy.actor.user, template="capacity_requested").exists()
    assert "Voor vier lassers" in academy.get(url).content.decode()
    assert "Gevraagde capaciteit" in academy.get(reverse("home")).content.decode()
    step = reverse("catalogue:capacity_request_action", args=[asked.public_id])
    other.post(step, {"action": "confirm"})  # only the owner promises
    asked.refresh_from_db()
    assert asked.state == "requested"
    offered_by, asked_by = f"mailto:{academy.actor.user.email}", f"mailto:{other.actor.user.email}"
    assert asked_by not in academy.get(url).content.decode()  # nobody's address before it is promised
    assert offered_by not in other.get(url).content.decode()
    academy.post(step, {"action": "confirm"})
    assert asked_by in academy.get(url).content.decode()
    assert offered_by in other.get(url).content.decode()
    assert "nodig om te weigeren" not in other.get(url).content.decode()
    assert offered_by not in client_for(Role.COMPANY_CONTACT).get(url).content.decode()
    capacity.refresh_from_db()
    assert (capacity.taken, capacity.left) == (2, 0)
    assert OutboxMessage.objects.filter(recipient=other.actor.user, template="capacity_confirmed").exists()
    found = reverse("catalogue:capacity")
    assert "op andere dagen wel" in other.get(found).content.decode()
    wanted = {"free_from": str(in_days(3)), "free_until": str(in_days(5))}
    assert other.get(found, wanted).context["count"] == 0  # nothing is left on all of those days
    assert other.get(found, wanted | {"free_from": str(in_days(5))}).context["count"] == 1
    assert "Andere dagen vragen" in other.get(url).content.decode()
    stranger = client_for(Role.COMPANY_CONTACT).get(url, {"month": f"{in_days(3):%Y-%m}"}).content.decode()
    assert "2 × bezet" in stranger
    assert other.actor.organisation_name not in stranger
    assert (
        f"2 × {other.actor.organisation_name}"
        in academy.get(reverse("catalogue:my_calendar"), {"month": f"{in_days(3):%Y-%m}"}).content.decode()
    )
    calendar = other.get(reverse("catalogue:capacity_calendar")).content.decode()
    assert "SUMMARY:Lasatelier" in calendar
    assert "STATUS:CONFIRMED" in calendar
    assert f"DTSTART;VALUE=DATE:{in_days(3):%Y%m%d}" in calendar
    assert f"DTEND;VALUE=DATE:{in_days(5):%Y%m%d}" in calendar
    feed = calendar_feed_of(other)
    assert "SUMMARY:Lasatelier: 2 ×" in feed
    assert f"DTSTART;VALUE=DATE:{in_days(3):%Y%m%d}" in feed
    assert "Lasatelier" not in calendar_feed_of(client_for(Role.COMPANY_CONTACT))
    other.post(step, {"action": "cancel"})
    capacity.refresh_from_db()
    assert capacity.left == 2
    assert other.get(reverse("catalogue:capacity_requests"), {"export": "csv"}).status_code == 200


def test_a_refusal_says_why_and_strangers_see_no_requests(client_for: Any) -> None:
    mine, asker = owner(), actor_for_role(Role.COMPANY_CONTACT)
    capacity = make_capacity(mine)
    asked = request_capacity(capacity=capacity, actor=asker, quantity=1)
    with pytest.raises(TransitionRefused, match="motivering"):
        take_request_action(request=asked, action="refuse", actor=mine)
    take_request_action(request=asked, action="refuse", actor=mine, reason="De groep is vol.")
    asked.refresh_from_db()
    assert (asked.state, asked.reason) == ("refused", "De groep is vol.")
    stranger = client_for(Role.COMPANY_CONTACT)
    page = stranger.get(reverse("catalogue:capacity_detail", args=[capacity.public_id]))
    assert "De groep is vol" not in page.content.decode()
    step = reverse("catalogue:capacity_request_action", args=[asked.public_id])
    assert stranger.post(step, {"action": "cancel"}).status_code == 404
    assert stranger.post(reverse("catalogue:capacity_edit", args=[capacity.public_id])).status_code == 404


def test_bad_requests_are_refused_with_a_sentence() -> None:
    mine, asker = owner(), actor_for_role(Role.COMPANY_CONTACT)
    capacity = make_capacity(mine)
    with pytest.raises(ValidationError, match="eigen aanbod"):
        request_capacity(capacity=capacity, actor=mine, quantity=1)
    with pytest.raises(ValidationError, match="nog 3 vrij; gevraagd is 4"):
        request_capacity(capacity=capacity, actor=asker, quantity=4)
    request_capacity(capacity=capacity, actor=asker, quantity=3)
    with pytest.raises(ValidationError, match="vroeg dit al"):
        request_capacity(capacity=capacity, actor=asker, quantity=1)
    with pytest.raises(ValidationError, match="voor ze begint"):
        make_capacity(ends_on=in_days(1))
    other = actor_for_role(Role.COMPANY_CONTACT)
    with pytest.raises(ValidationError, match="Kies dagen daarbinnen"):
        request_capacity(capacity=capacity, actor=other, quantity=1, starts_on=in_days(4), ends_on=in_days(6))
    with pytest.raises(ValidationError, match="voor ze begint"):
        request_capacity(capacity=capacity, actor=other, quantity=1, starts_on=in_days(9), ends_on=in_days(6))
    with pytest.raises(ValidationError, match="vraagt dit"):
        request_capacity(capacity=capacity, actor=actor_for_role(Role.ANALYST), quantity=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        CapacityOffer.objects.filter(pk=capacity.pk).update(taken=4)


def test_what_was_promised_stays_promised() -> None:
    mine, asker = owner(), actor_for_role(Role.COMPANY_CONTACT)
    capacity = make_capacity(mine)
    asked = request_capacity(capacity=capacity, actor=asker, quantity=2)
    take_request_action(request=asked, action="confirm", actor=mine)
    with pytest.raises(ValidationError, match="al 2 toegezegd"):
        save_capacity(actor=mine, capacity=capacity, values={"quantity": 1})
    take_request_action(request=asked, action="confirm", actor=mine)  # twice is once
    capacity.refresh_from_db()
    assert capacity.taken == 2


def days(first: int, last: int) -> dict[str, Any]:
    return {"starts_on": in_days(first), "ends_on": in_days(last)}


def test_a_day_is_promised_once_and_other_days_stay_free() -> None:
    mine = owner()
    room = make_capacity(mine, kind="room", quantity=1)
    asked = [
        request_capacity(capacity=room, actor=actor_for_role(Role.COMPANY_CONTACT), quantity=1, **days(*span))
        for span in ((6, 8), (8, 10), (9, 12))
    ]
    take_request_action(request=asked[0], action="confirm", actor=mine)
    with pytest.raises(TransitionRefused, match="niets meer vrij"):
        take_request_action(request=asked[1], action="confirm", actor=mine)
    take_request_action(request=asked[2], action="confirm", actor=mine)
    room.refresh_from_db()
    assert room.taken == 1  # on the fullest day
    assert CapacityOffer.objects.on_offer(timezone.localdate()).filter(pk=room.pk).exists()
    with pytest.raises(ValidationError, match="later beginnen kan niet"):
        save_capacity(actor=mine, capacity=room, values={"starts_on": in_days(7)})
    with pytest.raises(ValidationError, match="vroeger eindigen kan niet"):
        save_capacity(actor=mine, capacity=room, values={"ends_on": in_days(11)})
    with pytest.raises(IntegrityError), transaction.atomic():  # whatever writes it
        CapacityRequest.objects.filter(pk=asked[1].pk).update(state="confirmed")
    with pytest.raises(IntegrityError), transaction.atomic():
        CapacityRequest.objects.filter(pk=asked[2].pk).update(ends_on=in_days(41))


@given(
    quantity=st.integers(1, 3),
    spans=st.lists(st.tuples(st.integers(5, 12), st.integers(0, 4), st.integers(1, 3)), max_size=5),
)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_the_database_counts_is_what_the_days_hold(
    quantity: int, spans: list[tuple[int, int, int]]
) -> None:
    """Every promise that a day can bear is taken and no other; the list knows whether a day is left."""
    mine = owner()
    room = make_capacity(mine, kind="room", quantity=quantity, starts_on=in_days(5), ends_on=in_days(16))
    load = dict.fromkeys(range(5, 17), 0)
    for first, length, units in spans:
        asked = CapacityRequest(capacity=room, organisation_id=owner().organisation_id, quantity=units,
                                state="confirmed", **days(first, first + length))  # fmt: skip
        taken = range(first, first + length + 1)
        fits = all(load[day] + units <= quantity for day in taken)
        try:
            with transaction.atomic():
                asked.save()
        except IntegrityError:
            assert not fits
            continue
        assert fits
        load |= {day: load[day] + units for day in taken}
    shown = CapacityOffer.objects.filter(pk=room.pk)
    assert shown.on_offer(timezone.localdate()).exists() is any(held < quantity for held in load.values())
    counted = shown.with_promised(in_days(7), in_days(9)).values_list("promised", flat=True)[0]
    assert counted == max(load[day] for day in (7, 8, 9))


def test_what_is_over_expires_with_its_open_requests() -> None:
    capacity = make_capacity()
    asked = request_capacity(capacity=capacity, actor=actor_for_role(Role.COMPANY_CONTACT), quantity=1)
    CapacityOffer.objects.filter(pk=capacity.pk).update(starts_on=in_days(-9), ends_on=in_days(-1))
    assert expire_capacity() == 1
    assert expire_capacity() == 0
    asked.refresh_from_db()
    assert asked.state == "expired"
    running = make_capacity(starts_on=in_days(0))
    late = request_capacity(capacity=running, actor=actor_for_role(Role.COMPANY_CONTACT), quantity=1)
    CapacityOffer.objects.filter(pk=running.pk).update(starts_on=in_days(-9))
    CapacityRequest.objects.filter(pk=late.pk).update(**days(-3, -1))
    assert expire_capacity() == 0
    late.refresh_from_db()
    assert late.state == "expired"  # its days are over, what is on offer is not


def at_once(steps: list[Callable[[], Any]]) -> list[str]:
    """What becomes of steps that threads take together."""
    outcomes: list[str] = []
    barrier = threading.Barrier(len(steps))

    def run(step: Callable[[], Any]) -> None:
        try:
            barrier.wait(timeout=20)
            step()
            outcomes.append("promised")
        except (TransitionRefused, IntegrityError):
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(step,)) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return sorted(outcomes)


@pytest.mark.django_db(transaction=True)
def test_two_promises_at_once_never_exceed_what_there_is() -> None:
    mine = owner()
    capacity = make_capacity(mine)
    asked = [
        request_capacity(capacity=capacity, actor=actor_for_role(Role.COMPANY_CONTACT), quantity=2)
        for _ in range(3)
    ]
    outcomes = at_once(
        [partial(take_request_action, request=one, action="confirm", actor=mine) for one in asked]
    )
    capacity.refresh_from_db()
    assert outcomes == ["promised", "refused", "refused"]
    assert capacity.taken == 2
    # one room: days that overlap, told to the database past the service and its lock
    room = make_capacity(mine, kind="room", quantity=1)
    rows = [
        request_capacity(capacity=room, actor=actor_for_role(Role.COMPANY_CONTACT), quantity=1, **days(*span))
        for span in ((6, 9), (9, 12))
    ]
    said = [CapacityRequest.objects.filter(pk=row.pk) for row in rows]
    assert at_once([partial(row.update, state="confirmed") for row in said]) == ["promised", "refused"]
