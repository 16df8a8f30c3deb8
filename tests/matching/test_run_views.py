"""Runs on the web: history, progress, differences, starting, stopping and who may."""

from typing import Any

import pytest
from django.urls import reverse

from matching.models import MatchRun
from matching.services.runs import queue_run
from skillnet.kernel.roles import Role
from tests.api.keys import client_of
from tests.factories import make_gap, make_network, make_organisation
from tests.matching.web_world import WELDING, World, build_world, work

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> World:
    return build_world()


def manager(client_for: Any, world: World) -> Any:
    return client_for(Role.NETWORK_MANAGER, network=world.network)


def test_a_run_says_what_changed_since_the_one_before(client_for: Any, world: World) -> None:
    title, description = WELDING[0]
    make_gap(organisation=make_organisation(), network=world.network, title=title, description=description)
    run = work(world)
    answer = manager(client_for, world).get(reverse("matching:run_detail", args=[run.public_id]))
    rows = {
        pairs[0][1].value: [cell.value for _c, cell in pairs[1:]]
        for pairs in (r.pairs for r in answer.context["rows"])
    }
    assert rows["Kloven"] == [5, 4]
    assert rows["Nieuwe matches"][0] >= 1
    assert "Het aantal kloven ging van 4 naar 5." in answer.content.decode()
    assert title in answer.content.decode()


def test_a_manager_sees_the_run_of_the_night_and_not_the_runs_of_other_networks(
    client_for: Any, world: World
) -> None:
    night = MatchRun.objects.create(scope=MatchRun.Scope.ALL, reason="nightly", state=MatchRun.State.DONE)
    theirs = MatchRun.objects.create(scope=MatchRun.Scope.NETWORK, network=make_network())
    client = manager(client_for, world)
    page = client.get(reverse("matching:runs")).content.decode()
    assert f"#{night.pk} " in page
    assert f"#{theirs.pk} " not in page
    assert client.get(reverse("matching:run_detail", args=[theirs.public_id])).status_code == 404
    assert client.post(reverse("matching:run_cancel", args=[night.public_id])).status_code == 302
    company = client_for(Role.COMPANY_CONTACT, organisation=world.companies[0])
    assert company.get(reverse("matching:run_detail", args=[night.public_id])).status_code in (403, 404)


def test_with_a_key_the_run_of_the_night_is_for_who_leads_a_network(world: World) -> None:
    night = MatchRun.objects.create(scope=MatchRun.Scope.ALL, reason="nightly", state=MatchRun.State.DONE)
    address = f"/api/v1/runs/{night.public_id}/"
    assert client_of(Role.NETWORK_MANAGER, network=world.network).get(address).status_code == 200
    for role in (Role.COMPANY_CONTACT, Role.PROVIDER):
        assert client_of(role).get(address).status_code == 404


def test_progress_polls_until_the_run_is_done(client_for: Any, world: World) -> None:
    run = queue_run(scope=MatchRun.Scope.NETWORK, network=world.network, ring=False)
    client = manager(client_for, world)
    url = reverse("matching:run_progress", args=[run.public_id])
    answer = client.get(url)
    assert answer.status_code == 200
    assert "every 2s" in answer.content.decode()
    assert "Stoppen" in answer.content.decode()
    client.post(reverse("matching:run_cancel", args=[run.public_id]))
    run.refresh_from_db()
    assert run.state == MatchRun.State.CANCELLED
    answer = client.get(url)
    assert answer.status_code == 286
    assert "every 2s" not in answer.content.decode()


def test_a_failure_says_its_sentence_and_what_to_do(client_for: Any, world: World) -> None:
    run = world.extra["run"]
    MatchRun.objects.filter(pk=run.pk).update(state="failed", failure="Stap 3 mislukte 5 keer.")
    html = (
        manager(client_for, world).get(reverse("matching:run_detail", args=[run.public_id])).content.decode()
    )
    assert "Stap 3 mislukte 5 keer." in html
    assert "Nieuwe run starten" in html


def test_starting_a_run_twice_is_one_run(client_for: Any, world: World) -> None:
    client = manager(client_for, world)
    before = MatchRun.objects.count()
    for _ in range(2):
        answer = client.post(reverse("matching:run_new"), {"what": str(world.network.public_id)})
        assert answer.status_code == 302
    assert MatchRun.objects.count() == before + 1


def test_a_manager_starts_only_the_own_network(client_for: Any, world: World) -> None:
    before = MatchRun.objects.count()
    stranger = client_for(Role.NETWORK_MANAGER)
    for what in (str(world.network.public_id), "all", "", "nonsens"):
        assert stranger.post(reverse("matching:run_new"), {"what": what}).status_code == 200
    assert MatchRun.objects.count() == before
    coordinator = client_for(Role.COORDINATOR)
    assert coordinator.post(reverse("matching:run_new"), {"what": "all"}).status_code == 302
    assert MatchRun.objects.filter(scope="all").exists()


def test_who_sees_and_who_stops(client_for: Any, world: World) -> None:
    run = queue_run(scope=MatchRun.Scope.NETWORK, network=world.network, ring=False)
    url = reverse("matching:run_detail", args=[run.public_id])
    stop = reverse("matching:run_cancel", args=[run.public_id])
    stranger = client_for(Role.NETWORK_MANAGER)
    assert stranger.get(url).status_code == 404
    assert stranger.post(stop).status_code == 404
    assert client_for(Role.ANALYST).get(url).status_code == 200
    assert client_for(Role.ANALYST).post(stop).status_code == 403
    assert client_for(Role.COMPANY_CONTACT).get(url).status_code == 403
    run.refresh_from_db()
    assert run.state == MatchRun.State.PENDING


def test_the_list_filters_exports_and_needs_few_queries(
    client_for: Any, world: World, django_assert_max_num_queries: Any
) -> None:
    client = manager(client_for, world)
    client.get(reverse("matching:runs"))
    with django_assert_max_num_queries(12):
        answer = client.get(reverse("matching:runs"), {"state": "done", "sort": "-pk"})
    assert answer.context["count"] == 1
    assert client.get(reverse("matching:runs"), {"state": "failed"}).context["count"] == 0
    assert client.get(reverse("matching:runs"), {"export": "xlsx"}).status_code == 200
