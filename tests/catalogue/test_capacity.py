"""The capacity exchange: found, asked, promised; never promised twice; the other side always hears of it."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from catalogue.models import CapacityOffer, CapacityRequest
from catalogue.services.capacity import (
    expire_capacity,
    request_capacity,
    save_capacity,
    take_request_action,
)
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
    other.post(url, {"quantity": 2, "message": "Voor vier lassers"})
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
    assert other.get(reverse("catalogue:capacity")).context["count"] == 0  # nothing is left
    calendar = other.get(reverse("catalogue:capacity_calendar")).content.decode()
    assert "SUMMARY:Lasatelier" in calendar
    assert "STATUS:CONFIRMED" in calendar
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
    with pytest.raises(ValidationError, match="Er is nog 3"):
        request_capacity(capacity=capacity, actor=asker, quantity=4)
    request_capacity(capacity=capacity, actor=asker, quantity=3)
    with pytest.raises(ValidationError, match="vroeg dit al"):
        request_capacity(capacity=capacity, actor=asker, quantity=1)
    with pytest.raises(ValidationError, match="voor ze begint"):
        make_capacity(ends_on=in_days(1))
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


def test_what_is_over_expires_with_its_open_requests() -> None:
    capacity = make_capacity()
    asked = request_capacity(capacity=capacity, actor=actor_for_role(Role.COMPANY_CONTACT), quantity=1)
    CapacityOffer.objects.filter(pk=capacity.pk).update(starts_on=in_days(-9), ends_on=in_days(-1))
    assert expire_capacity() == 1
    assert expire_capacity() == 0
    asked.refresh_from_db()
    assert asked.state == "expired"


@pytest.mark.django_db(transaction=True)
def test_two_promises_at_once_never_exceed_what_there_is() -> None:
    mine = owner()
    capacity = make_capacity(mine)
    asked = [
        request_capacity(capacity=capacity, actor=actor_for_role(Role.COMPANY_CONTACT), quantity=2)
        for _ in range(3)
    ]
    outcomes: list[str] = []
    barrier = threading.Barrier(3)

    def confirm(request: CapacityRequest) -> None:
        try:
            barrier.wait(timeout=20)
            take_request_action(request=request, action="confirm", actor=mine)
            outcomes.append("promised")
        except TransitionRefused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=confirm, args=(request,)) for request in asked]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    capacity.refresh_from_db()
    assert sorted(outcomes) == ["promised", "refused", "refused"]
    assert capacity.taken == 2
