"""`manage.py match`: the contract to the letter, on a real run of the engine."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from catalogue.models import Offer
from matching.models import Match, MatchRun
from programmes.services.law import load_law
from skillnet.kernel.roles import Role
from tests.api.keys import client_of
from tests.factories import make_gap, make_network
from tests.matching.web_world import World, build_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> World:
    load_law()
    return build_world(run=False)


def run_match(*options: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("match", *options, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_the_contract(world: World) -> None:
    out, err = run_match("--format", "json")
    assert "/" in err, "progress goes to stderr"
    answer: dict[str, Any] = json.loads(out)
    assert set(answer) == {"run", "matches", "pools", "programmes"}
    run = MatchRun.objects.get()
    assert answer["run"] | {"seconds": {}} == {
        "id": str(run.public_id),
        "model": run.revision.revision,
        "weights": run.profile.version if run.profile else None,
        "gaps": 4,
        "offers": 2,
        "seconds": {},
    }
    assert set(answer["run"]["seconds"]) == {"embed", "retrieve", "score", "pool", "assemble"}
    assert all(answer["run"]["seconds"][step] > 0 for step in ("embed", "retrieve", "score", "assemble"))
    _check_matches(world, answer)
    _check_pools(world, answer)
    _check_programmes(world, answer)


def _check_matches(world: World, answer: dict[str, Any]) -> None:
    assert len(answer["matches"]) == Match.objects.count()
    gaps = {str(gap.public_id): gap.external_id for gap in world.gaps}
    assert {row["gap"]["id"] for row in answer["matches"]} == set(gaps)
    for row in answer["matches"]:
        assert set(row) == {"gap", "offer", "rank", "score", "certainty", "components"}
        assert gaps[row["gap"]["id"]] == row["gap"]["external_id"]
        assert 0 <= row["score"] <= 1
        assert 0 <= row["certainty"] <= 1
    best = [row["offer"]["id"] for row in answer["matches"] if row["rank"] == 1]
    assert best == [str(world.offer.public_id)] * 4


def _check_pools(world: World, answer: dict[str, Any]) -> None:
    (pool,) = answer["pools"]
    assert set(pool) == {"id", "title", "gaps", "companies", "learners", "skills", "unmet", "reason"}
    assert pool["id"] == str(world.pool.public_id)
    assert (pool["companies"], pool["learners"], len(pool["gaps"])) == (4, 12, 4)
    assert (pool["unmet"], pool["reason"]) == (False, None)


def _check_programmes(world: World, answer: dict[str, Any]) -> None:
    (programme,) = answer["programmes"]
    assert {"id", "pools", "editions", "learners", "cost", "funding", "reasons"} <= set(programme)
    run = answer["run"]
    assert (programme["run"], programme["model"], programme["weights"]) == (
        run["id"],
        run["model"],
        run["weights"],
    )
    assert programme["assembly"]["value"] <= programme["assembly"]["bound"] + 1e-6
    terms = programme["assembly"]["terms"]
    assert sum(terms.values()) == pytest.approx(programme["assembly"]["value"], abs=1e-3)
    for other in programme["alternatives"]:
        assert set(other) == {"offer", "fit", "lost_on", "amount", "sentence"}
        assert other["offer"] in {str(o.public_id) for o in Offer.objects.all()}
    assert programme["pools"] == [str(world.pool.public_id)]
    assert programme["editions"] == [str(world.offer.editions.get().public_id)]
    assert (programme["learners"], programme["cost"]) == (12, "5400.00")
    assert sum(round(float(line["amount"]) * 100) for line in programme["funding"]) == 540_000
    assert all(set(line) == {"instrument", "amount", "legal_basis"} for line in programme["funding"])
    assert all(isinstance(reason, str) and reason for reason in programme["reasons"])


def test_the_api_gives_the_same_objects(world: World) -> None:
    answer = json.loads(run_match("--format", "json")[0])
    client = client_of(Role.NETWORK_MANAGER, network=world.network)
    assert client.get("/api/v1/pools/").json()["results"] == answer["pools"]
    (programme,) = client.get("/api/v1/programmes/").json()["results"]
    assert {name: programme[name] for name in answer["programmes"][0]} == answer["programmes"][0]
    matches = client.get("/api/v1/matches/", {"page_size": 200}).json()["results"]
    assert sorted(matches, key=_place) == sorted(answer["matches"], key=_place)


def _place(row: dict[str, Any]) -> tuple[str, int]:
    return row["gap"]["id"], row["rank"]


def test_one_network(world: World) -> None:
    elsewhere = make_gap(network=make_network())
    for name in (world.network.name, world.network.name.upper(), str(world.network.public_id)):
        answer = json.loads(run_match("--network", name, "--format", "json")[0])
        assert answer["run"]["gaps"] == 4
        assert len(answer["pools"]) == 1
    assert not Match.objects.filter(gap=elsewhere).exists()


def test_an_unknown_network_is_bad_input() -> None:
    with pytest.raises(CommandError, match="Onbestaand") as caught:
        run_match("--network", "Onbestaand", "--format", "json")
    assert caught.value.returncode == 2
    assert not MatchRun.objects.exists()


def test_nothing_to_match_is_still_an_answer() -> None:
    answer = json.loads(run_match("--format", "json")[0])
    assert (answer["matches"], answer["pools"], answer["programmes"]) == ([], [], [])
    assert answer["run"]["seconds"] == dict.fromkeys(("embed", "retrieve", "score", "pool", "assemble"), 0)


def test_a_table_for_people(world: World) -> None:
    out, _err = run_match()
    assert world.offer.external_id in out
    assert world.pool.title[:60] in out
