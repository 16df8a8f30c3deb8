"""A company whose own gap asks something else gets no seat in what is bought for its pool, and the page says so."""

from html import unescape
from typing import Any

import pytest
from django.urls import reverse

from matching.models import Match
from networks.models import Gap
from programmes.models import CompanySeats, Programme
from programmes.services.proposals import propose_programmes
from tests.programmes.world import World, build_world

pytestmark = pytest.mark.django_db
ELSE = {"meaning": 0.05, "words": 0.0, "skills": 0.0}


@pytest.fixture
def world() -> World:
    return build_world()


def asks_something_else(*gaps: Gap) -> None:
    for match in Match.objects.filter(gap__in=gaps):
        match.components = {**match.components, **ELSE}
        match.save()


def propose(world: World) -> Programme | None:
    propose_programmes(network_ids=[world.network.pk])
    world.pool.refresh_from_db()
    return Programme.objects.filter(network=world.network, state=Programme.State.PROPOSAL).first()


def test_who_asks_something_else_gets_no_seat(world: World, client_for: Any) -> None:
    asks_something_else(world.gaps[2])
    found = propose(world)
    assert found is not None
    assert {p.organisation for p in found.participations.all()} == set(world.companies[:2])
    client = client_for(None)
    client.force_login(world.manager.user)
    page = client.get(reverse("programmes:programme_detail", args=[found.public_id])).content.decode()
    assert "1 bedrijf gaat dit over iets anders dan het vraagt" in unescape(page)


def test_one_company_that_asks_it_is_too_few(world: World, client_for: Any) -> None:
    Gap.objects.filter(pk=world.gaps[0].pk).update(learners=12)  # so that the pool as a whole still fits
    asks_something_else(*world.gaps[1:])
    assert propose(world) is None
    record = world.pool.unmet_reason
    assert record is not None
    assert record["reason"] == "few_subject"
    assert not world.pool.is_unmet, "the offer is there"
    client = client_for(None)
    client.force_login(world.manager.user)
    told = unescape(client.get(reverse("matching:pool_detail", args=[world.pool.public_id])).content.decode())
    assert "maar voor één onafhankelijk bedrijf over wat het vraagt" in told
    assert f"{world.companies[1].name} (vraagt iets anders)" in told


def test_a_company_with_one_gap_that_is_taught_takes_part(world: World) -> None:
    """Two gaps of one company in a pool: what it asks with one of them is what is taught."""
    asks_something_else(world.gaps[2])
    Gap.objects.filter(pk=world.gaps[2].pk).update(organisation=world.companies[1])
    found = propose(world)
    assert found is not None
    seats = CompanySeats.objects.filter(programme_edition__programme=found)
    assert {s.organisation: s.learners for s in seats} == {world.companies[0]: 3, world.companies[1]: 6}
