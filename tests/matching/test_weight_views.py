"""Weights and strategy: previews store nothing, versions never change, priorities follow."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from matching.engine.priority import PARTS
from matching.engine.scoring import COMPONENTS
from matching.home import sections
from matching.models import Pool, TalentStrategy, WeightsProfile
from matching.services.priorities import set_priorities
from matching.services.profiles import activate_profile, preview_weights, save_profile
from matching.services.score import active_profile
from matching.services.strategy import save_strategy
from skillnet.kernel.roles import Role
from tests.factories import actor_for_role
from tests.matching.web_world import World, build_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> World:
    return build_world()


def points(**values: str) -> dict[str, str]:
    return {**dict.fromkeys(COMPONENTS, "0"), **values}


def coordinator(client_for: Any, world: World) -> Any:
    return client_for(Role.COORDINATOR, organisation=world.network.call.coordinator)


def test_a_preview_shows_what_would_move_and_stores_nothing(client_for: Any, world: World) -> None:
    client = coordinator(client_for, world)
    preview = reverse("matching:weights_preview")
    same = client.post(preview, {k: str(v * 100) for k, v in active_profile().weights.items()})
    assert same.context["changed"] == 0
    turned = client.post(preview, points(meaning="0", trust="1"))
    assert turned.context["previews"]
    first = turned.context["previews"][0].top[0]
    assert first.score_before != first.score_after
    assert not WeightsProfile.objects.filter(version__gt=1).exists()
    assert "getal" in client.post(preview, points(meaning="-1")).context["error"]
    assert client.post(preview, points()).context["error"]


def test_the_preview_orders_as_a_run_would(world: World) -> None:
    actor = actor_for_role(Role.COORDINATOR, organisation=world.network.call.coordinator)
    for preview in preview_weights(weights=dict(active_profile().weights), actor=actor):
        assert [one.match.rank for one in preview.top] == [one.after for one in preview.top]
        for one in preview.top:
            assert one.score_after == pytest.approx(one.match.score, abs=1e-3)


def test_saving_is_a_new_version_that_scores(client_for: Any, world: World) -> None:
    client = coordinator(client_for, world)
    answer = client.post(
        reverse("matching:weights"), {**points(meaning="30", skills="10"), "note": "Meer tekst"}
    )
    assert answer.status_code == 302
    profile = WeightsProfile.objects.get(is_active=True)
    assert (profile.version, profile.is_active, profile.created_by) == (2, True, client.actor.user)
    assert active_profile().weights["meaning"] == 0.75
    client.post(reverse("matching:weights"), {**points(words="1"), "note": "Nog eens"})
    assert list(WeightsProfile.objects.values_list("version", "is_active")) == [
        (3, True),
        (2, False),
        (1, False),
    ]
    client.post(reverse("matching:weights"), {"action": "activate", "version": "2"})
    assert active_profile().version == "2"
    assert "Meer tekst" in client.get(reverse("matching:weights")).content.decode()


def test_what_is_refused(client_for: Any, world: World) -> None:
    client = coordinator(client_for, world)
    for wrong in (points(), points(meaning="-3"), points(meaning="x"), points(meaning="1")):
        assert client.post(reverse("matching:weights"), wrong).status_code == 200
    stranger = actor_for_role(Role.ANALYST)
    with pytest.raises(ValidationError):
        save_profile(weights={"meaning": 1}, note="", actor=stranger)
    with pytest.raises(ValidationError):
        activate_profile(version=9, actor=client.actor)
    with pytest.raises(ValidationError):
        save_profile(weights={"gevoel": 1}, note="", actor=client.actor)
    assert not WeightsProfile.objects.filter(version__gt=1).exists()
    assert client_for(Role.NETWORK_MANAGER).get(reverse("matching:weights")).status_code == 403


def test_a_strategy_gives_every_pool_its_priority(client_for: Any, world: World) -> None:
    client = coordinator(client_for, world)
    data = {
        **dict.fromkeys(PARTS, "0"),
        "undertakings": "5",
        "title": "Strategie 2027",
        "valid_from": "2027-01-01",
    }
    assert client.post(reverse("matching:strategy_new"), data).status_code == 302
    strategy = TalentStrategy.objects.get()
    assert (strategy.version, strategy.is_active) == (2, True)
    pool = world.pool
    assert pool.priority == pytest.approx(0.4)
    assert pool.priority_parts["version"] == "2"
    assert set_priorities(pool_ids=[pool.pk]) == 0
    answer = client.get(reverse("matching:strategy"))
    assert "Strategie 2027" in answer.content.decode()
    assert world.gaps[0].description not in answer.content.decode()
    csv = client.get(reverse("matching:strategy"), {"export": "csv"})
    assert pool.public_title in b"".join(csv.streaming_content).decode()
    assert client_for(Role.ANALYST).get(reverse("matching:strategy")).status_code == 200
    assert client_for(Role.ANALYST).post(reverse("matching:strategy_new"), data).status_code == 403
    with pytest.raises(ValidationError):
        save_strategy(title="x", weights={"stem": 0}, valid_from=strategy.valid_from, actor=client.actor)


def test_seats_on_offer_lower_the_priority(world: World) -> None:
    pool = world.pool
    set_priorities(pool_ids=[pool.pk])
    pool.refresh_from_db()
    assert pool.priority_parts["parts"]["supply"] == 0.0
    world.offer.editions.update(state="cancelled")
    set_priorities(pool_ids=[pool.pk])
    pool.refresh_from_db()
    assert pool.priority_parts["parts"]["supply"] == 1.0
    assert pool.priority_parts["parts"]["shortage"] is None


def test_home_says_what_waits_for_each_role(world: World) -> None:
    provider = actor_for_role(Role.PROVIDER, organisation=world.provider.organisation)
    (demand,) = sections(provider)
    assert [todo.label for todo in demand.todos] == [world.pool.public_title]
    (pools,) = sections(actor_for_role(Role.NETWORK_MANAGER, network=world.network))
    assert pools.todos[0].label == world.pool.title
    Pool.objects.update(is_unmet=True, unmet_reason={"reason": "no_offer", "amount": None})
    actor = actor_for_role(Role.COORDINATOR, organisation=world.network.call.coordinator)
    unmet = sections(actor)[-1]
    assert unmet.todos[0].text == "Niemand biedt dit aan."
    assert sections(actor_for_role(Role.ANALYST)) == []
    (nothing,) = sections(actor_for_role(Role.PROVIDER))
    assert not nothing.todos
    assert nothing.empty
