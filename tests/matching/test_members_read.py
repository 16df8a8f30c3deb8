"""A company of a pool is an outsider to the others in it: it reads what was told slowly, and cannot subtract itself."""

from typing import Any

import pytest
from django.urls import reverse

from matching.models import Pool
from matching.services.demand import demand_for
from networks.models import Gap, Network
from skillnet.kernel.roles import Role
from tests.api.keys import client_of
from tests.factories import actor_for_role, make_membership
from tests.matching.test_differencing import (
    _languages,
    _learners,
    _one_less,
    _one_more,
    _region,
    readable,
)
from tests.matching.web_world import World, build_world, work

pytestmark = pytest.mark.django_db

SORTS = (
    "read_companies",
    "-read_learners",
    "read_gaps",
    "-read_priority",
    "companies",
    "-priority",
    "learners",
)


def _urgency(world: World) -> None:
    Gap.objects.filter(pk=world.gaps[1].pk).update(urgency="critical", impact=4)


def _words(world: World) -> None:
    Gap.objects.filter(pk=world.gaps[2].pk).update(
        description="Lassen van koper met elektroden, voor beginners."
    )


CHANGES = [_learners, _region, _languages, _one_more, _one_less, _urgency, _words]


def member_pages(client: Any, world: World) -> list[str]:
    """What a company of the pool reads of the others, over and over."""
    own = world.gaps[-1]
    queries: list[dict[str, str]] = [
        {},
        {"q": "lassen"},
        {"export": "csv"},
        *({"sort": key} for key in SORTS),
    ]
    found = [readable(client.get(reverse("matching:pools"), query)) for query in queries]
    found.append(readable(client.get(reverse("matching:pool_detail", args=[world.pool.public_id]))))
    return [*found, readable(client.get(reverse("matching:similar_gaps", args=[own.public_id])))]


def network_pages(client: Any, world: World) -> list[str]:
    """These tell who is a member, so they are not asked where a company comes."""
    found = [
        readable(client.get(reverse("networks:networks"), query)) for query in ({}, {"sort": "-open_gaps"})
    ]
    return [*found, readable(client.get(reverse("networks:network_detail", args=[world.network.public_id])))]


@pytest.mark.parametrize("change", [_learners, _one_more, _urgency, _words])
def test_a_member_reads_the_same_before_and_after_one_other_company_changed(
    change: Any, client_for: Any
) -> None:
    world = build_world(companies=5)
    client = client_for(Role.COMPANY_CONTACT, organisation=world.companies[-1])
    api = client_of(Role.COMPANY_CONTACT, organisation=world.companies[-1])

    def pages() -> list[str]:
        found = [*member_pages(client, world), readable(api.get("/api/v1/pools/"))]
        return found if change is _one_more else [*found, *network_pages(client, world)]

    before = pages()
    assert any('"learners":15' in page for page in before)
    change(world)
    work(world)
    assert pages() == before


@pytest.mark.parametrize("change", CHANGES)
def test_an_analyst_reads_the_same_before_and_after_one_company_changed(change: Any, client_for: Any) -> None:
    world = build_world(companies=4)
    client = client_for(Role.ANALYST)
    queries: list[dict[str, str]] = [{}, {"export": "csv"}, {"sort": "-told_priority"}, {"sort": "companies"}]

    def pages() -> list[str]:
        found = [readable(client.get(reverse("matching:strategy"), query)) for query in queries]
        return found if change is _one_more else [*found, readable(client.get(reverse("networks:networks")))]

    before = pages()
    change(world)
    if change is not _one_less:
        work(world)
    assert pages() == before


def test_who_takes_the_own_part_out_needs_k_others(client_for: Any) -> None:
    world = build_world(companies=3)
    inside = client_for(Role.COMPANY_CONTACT, organisation=world.companies[0])
    answer = inside.get(reverse("matching:pools"))
    assert answer.context["page"].object_list[0].read_learners is None
    outside = actor_for_role(Role.PROVIDER, organisation=world.provider.organisation)
    assert Pool.objects.with_told(outside).get().told_learners == 9  # type: ignore[attr-defined]
    assert demand_for(outside).get().shown_learners == 9  # type: ignore[attr-defined]
    linked = make_membership(role=Role.COMPANY_CONTACT)
    linked.organisation.undertaking = world.companies[0]
    linked.organisation.save()
    sister = client_for(Role.COMPANY_CONTACT, organisation=linked.organisation).actor
    assert Pool.objects.with_told(sister).get().told_learners is None  # type: ignore[attr-defined]


def test_the_manager_reads_what_is(client_for: Any) -> None:
    world = build_world(companies=3)
    manager = client_for(Role.NETWORK_MANAGER, network=Network.objects.get(pk=world.network.pk))
    Gap.objects.filter(pk=world.gaps[0].pk).update(learners=4)
    work(world)
    listed = manager.get(reverse("matching:pools")).context["page"].object_list[0]
    assert (listed.read_companies, listed.read_learners, listed.read_gaps) == (3, 10, 3)
