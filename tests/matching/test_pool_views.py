"""Pools as people see them: by name to their own, as counts to companies; changes by hand and their undo."""

import re
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from matching.models import KeptOut, Pool, PoolGap
from matching.services.by_hand import keep_out, lock_gap, move_gap, placement_of, release_gap, rename_pool
from matching.services.by_hand import undo_change as undo
from matching.services.pool_reads import why_unpooled
from skillnet.kernel.roles import Role
from tests.factories import actor_for_role, make_gap, make_network, make_organisation
from tests.matching.web_world import World, build_world, work

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> World:
    return build_world()


def manager(client_for: Any, world: World) -> Any:
    return client_for(Role.NETWORK_MANAGER, network=world.network)


def text_of(client: Any, name: str, *args: Any) -> str:
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_a_manager_sees_gaps_by_name_and_the_offers_that_fit(client_for: Any, world: World) -> None:
    answer = manager(client_for, world).get(reverse("matching:pool_detail", args=[world.pool.public_id]))
    html = answer.content.decode()
    for company in world.companies:
        assert company.name in html
    best, *others = answer.context["offers"]
    assert (best.title, best.state_label) == (world.offer.title, "")
    assert all(other.state_label for other in others)
    assert "past bij 4 van de 4 kloven" in html


def test_a_company_of_the_pool_sees_counts_only(client_for: Any, world: World) -> None:
    client = client_for(Role.COMPANY_CONTACT, organisation=world.companies[0])
    html = text_of(client, "matching:pool_detail", world.pool.public_id)
    assert "Staalbedrijf A" in html
    assert "En kloven van andere bedrijven" in html
    listed = text_of(client, "matching:pools")
    for other, gap in zip(world.companies[1:], world.gaps[1:], strict=True):
        assert other.name not in html + listed
        assert gap.description not in html + listed
        assert gap.title not in html + listed
    assert world.pool.public_title in listed


def test_a_company_cannot_search_in_words_of_others(client_for: Any, world: World) -> None:
    Pool.objects.update(title="Geheim woord", public_title="Lassen")
    client = client_for(Role.COMPANY_CONTACT, organisation=world.companies[0])
    assert client.get(reverse("matching:pools"), {"q": "Geheim"}).context["count"] == 0
    assert manager(client_for, world).get(reverse("matching:pools"), {"q": "Geheim"}).context["count"] == 1


def test_learners_of_one_other_company_stay_hidden(client_for: Any) -> None:
    world = build_world(companies=2, learners=7)
    client = client_for(Role.COMPANY_CONTACT, organisation=world.companies[0])
    answer = client.get(reverse("matching:pool_detail", args=[world.pool.public_id]))
    assert {f.label: f.value for f in answer.context["facts"]}["Deelnemers"] is None
    answer = manager(client_for, world).get(reverse("matching:pool_detail", args=[world.pool.public_id]))
    assert {f.label: f.value for f in answer.context["facts"]}["Deelnemers"] == 14


def test_strangers_find_nothing(client_for: Any, world: World) -> None:
    for role in (Role.NETWORK_MANAGER, Role.COMPANY_CONTACT, Role.COORDINATOR, Role.STEERING_MEMBER):
        client = client_for(role)
        assert client.get(reverse("matching:pool_detail", args=[world.pool.public_id])).status_code == 404
        assert client.get(reverse("matching:pools")).context["count"] == 0
    assert client_for(Role.PROVIDER).get(reverse("matching:pools")).status_code == 403


def test_lists_export_and_need_few_queries(
    client_for: Any, world: World, django_assert_max_num_queries: Any
) -> None:
    client = manager(client_for, world)
    client.get(reverse("matching:pools"))
    with django_assert_max_num_queries(12):
        client.get(reverse("matching:pools"), {"sort": "-companies", "supply": "met"})
    csv = b"".join(client.get(reverse("matching:pools"), {"export": "csv"}).streaming_content).decode()
    assert world.pool.title in csv
    with django_assert_max_num_queries(20):
        client.get(reverse("matching:pool_detail", args=[world.pool.public_id]))


def second_pool(world: World) -> Pool:
    """Another pool of the same network, with one company in it."""
    company = make_organisation(name="Elders")
    gap = make_gap(organisation=company, network=world.network, title="Heftruck rijden")
    pool = Pool.objects.create(network=world.network, title="Heftruck", public_title="Heftruck", companies=1)
    PoolGap.objects.create(pool=pool, gap=gap, is_locked=True)
    return pool


def test_a_moved_gap_stays_after_the_next_run_and_can_be_undone(client_for: Any, world: World) -> None:
    old, target = world.pool, second_pool(world)
    client = manager(client_for, world)
    gap = world.gaps[0]
    url = reverse("matching:gap_placement", args=[gap.public_id])
    data = {"action": "move", "pool": str(target.public_id), "from": str(old.public_id)}
    assert client.post(url, data).status_code == 302
    old.refresh_from_db(), target.refresh_from_db()
    assert (old.companies, target.companies) == (3, 2)
    html = text_of(client, "matching:pool_detail", old.public_id)
    token = re.search(r'name="token" value="([^"]+)"', html)
    assert token
    client.post(url, {"action": "undo", "token": token[1], "from": str(old.public_id)})
    assert PoolGap.objects.get(gap=gap).pool_id == old.pk
    assert not PoolGap.objects.get(gap=gap).is_locked
    old.refresh_from_db()
    assert old.companies == 4
    assert [entry["what"] for entry in old.history] == ["moved_out", "undone"]
    client.post(url, data)
    work(world)
    assert PoolGap.objects.get(gap=gap).pool_id == target.pk


def hand(world: World) -> Any:
    return actor_for_role(Role.NETWORK_MANAGER, network=world.network)


def test_every_change_by_hand_can_be_undone(world: World) -> None:
    actor, gap, target = hand(world), world.gaps[0], second_pool(world)
    first = placement_of(gap.pk)
    for change in (
        lambda: lock_gap(gap=gap, actor=actor),
        lambda: keep_out(gap=gap, actor=actor),
        lambda: keep_out(gap=gap, actor=actor, of_all=True),
        lambda: move_gap(gap=gap, pool=target, actor=actor),
    ):
        undo(change=type(done := change()).from_record(done.as_record()), gap=gap, actor=actor)
        assert placement_of(gap.pk) == first


def test_an_undo_does_not_overwrite_a_later_change(world: World) -> None:
    actor, gap = hand(world), world.gaps[0]
    change = lock_gap(gap=gap, actor=actor)
    keep_out(gap=gap, actor=actor)
    with pytest.raises(ValidationError):
        undo(change=change, gap=gap, actor=actor)


def test_a_gap_kept_out_stays_out_until_it_is_released(world: World) -> None:
    actor, gap = hand(world), world.gaps[0]
    keep_out(gap=gap, actor=actor, of_all=True)
    work(world)
    assert not PoolGap.objects.filter(gap=gap).exists()
    assert why_unpooled([gap])[gap.pk].reason == "kept_out"
    release_gap(gap=gap, actor=actor)
    assert not KeptOut.objects.exists()
    work(world)
    assert PoolGap.objects.filter(gap=gap).exists()


def test_the_last_gap_out_ends_the_pool(world: World) -> None:
    actor, pool = hand(world), second_pool(world)
    gap = pool.pool_gaps.get().gap
    change = keep_out(gap=gap, actor=actor)
    pool.refresh_from_db()
    assert pool.state == Pool.State.DISSOLVED
    undo(change=change, gap=gap, actor=actor)
    pool.refresh_from_db()
    assert (pool.state, pool.companies) == (Pool.State.OPEN, 1)


def test_what_is_refused(world: World) -> None:
    actor, gap = hand(world), world.gaps[0]
    foreign = Pool.objects.create(network=make_network(), title="x")
    stranger = actor_for_role(Role.NETWORK_MANAGER)
    steering = actor_for_role(Role.STEERING_MEMBER, network=world.network)
    for wrong in (
        lambda: move_gap(gap=gap, pool=foreign, actor=actor),
        lambda: lock_gap(gap=gap, actor=stranger),
        lambda: lock_gap(gap=gap, actor=steering),
        lambda: lock_gap(gap=make_gap(network=world.network), actor=actor),
        lambda: lock_gap(gap=make_gap(), actor=actor),
        lambda: rename_pool(pool=world.pool, title="Zoals bij Staalbedrijf A", actor=actor),
    ):
        with pytest.raises(ValidationError):
            wrong()
    Pool.objects.update(state=Pool.State.FROZEN)
    with pytest.raises(ValidationError, match="programma"):
        keep_out(gap=gap, actor=actor)
    assert placement_of(gap.pk).kept_out == ()


def test_a_title_by_hand_survives_a_run_and_an_empty_one_is_the_engines(
    client_for: Any, world: World
) -> None:
    client, pool = manager(client_for, world), world.pool
    url = reverse("matching:pool_action", args=[pool.public_id])
    client.post(url, {"action": "rename", "title": "Inox lassen"})
    work(world)
    pool.refresh_from_db()
    assert pool.public_title == "Inox lassen"
    client.post(url, {"action": "rename", "title": ""})
    pool.refresh_from_db()
    assert pool.public_title not in ("", "Inox lassen")


def test_lonely_gaps_say_why(client_for: Any, world: World) -> None:
    far = make_gap(organisation=world.companies[0], network=world.network, title="Storingen zelf oplossen")
    alone = make_gap(organisation=world.companies[0])
    place = make_gap(
        organisation=make_organisation(name="Staal Aarlen"),
        network=world.network,
        title=world.gaps[0].title,
        description=world.gaps[0].description,
        regions=["BE341"],
    )
    work(world)
    waiting = make_gap(organisation=world.companies[1], network=world.network)
    reasons = {pk: lonely.reason for pk, lonely in why_unpooled([far, waiting, alone, place]).items()}
    assert reasons[far.pk] == "far"
    assert reasons[waiting.pk] == "waiting"
    assert reasons[alone.pk] == "no_network"
    assert reasons[place.pk] == "facts:place"
    html = text_of(manager(client_for, world), "matching:unpooled")
    assert "ligt te ver" in html
    own = text_of(client_for(Role.COMPANY_CONTACT, organisation=place.organisation), "matching:unpooled")
    assert world.companies[0].name not in own
    assert world.gaps[0].organisation.name not in own
    csv = manager(client_for, world).get(reverse("matching:unpooled"), {"export": "csv"})
    assert "ligt te ver" in b"".join(csv.streaming_content).decode()
