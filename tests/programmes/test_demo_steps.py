"""The demo moves programmes by the services that people use, also where two signatures are asked."""

import pytest

from programmes.models import Signature
from skillnet.demo.programmes import JOURNEYS, _move
from tests.programmes.world import build_world

pytestmark = pytest.mark.django_db


def test_longest_journey_needs_two_coordinators_and_every_company():
    world = build_world(price=10_000)
    programme = world.programme()
    longest = max(JOURNEYS, key=len)
    assert [step for step in longest if step != "take" and not _move(programme, step)] == []
    programme.refresh_from_db()
    assert programme.state == "evaluated"
    assert Signature.objects.count() == 2
    assert set(programme.participations.values_list("state", flat=True)) == {"committed"}


def test_a_single_coordinator_leaves_it_waiting_for_a_second():
    world = build_world(price=10_000)
    programme = world.programme("submit")
    world.administration.memberships.filter(user=world.second.user).delete()
    assert not _move(programme, "approve")
    programme.refresh_from_db()
    assert programme.state == "submitted"
