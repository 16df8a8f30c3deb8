"""Matches, pools, runs and programmes through the API: the shapes of the contract, and who sees what."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from matching.models import Match, MatchRun, Pool, PoolGap
from networks.models import Network
from programmes.models import (
    FundingLine,
    Instrument,
    Participation,
    Programme,
    ProgrammeEdition,
    ProgrammePool,
)
from skillnet.kernel.roles import Role
from tests.api.keys import client_of, company
from tests.factories import make_edition, make_gap, make_network, make_offer

pytestmark = pytest.mark.django_db
API = "/api/v1"
WORDS = "meaning words skills quadrant level language mode place timing size price trust"
COMPONENTS = frozenset(WORDS.split())


def make_match(gap: Any, rank: int = 1, **values: Any) -> Match:
    run = MatchRun.objects.first() or MatchRun.objects.create(scope=MatchRun.Scope.ALL)
    shape = {"score": 0.7, "certainty": 0.6, "components": dict.fromkeys(COMPONENTS) | {"meaning": 0.66}}
    return Match.objects.create(gap=gap, offer=make_offer(), run=run, rank=rank, **(shape | values))


def make_pool(network: Network, companies: int = 3, **values: Any) -> Pool:
    shape = {
        "title": "Woorden van één bedrijf",
        "public_title": "Lassen",
        "companies": companies,
        "undertakings": companies,
        "learners": 4 * companies,
        "skills": ["http://data.europa.eu/esco/skill/1"],
    }
    pool = Pool.objects.create(network=network, **(shape | values))
    for _number in range(companies):
        PoolGap.objects.create(pool=pool, gap=make_gap(network=network, learners=4))
    return pool


def make_programme(network: Network, **values: Any) -> Programme:
    cost = {"learners": 12, "cost": Decimal("1100.00"), "grant": Decimal("550.00")}
    programme = Programme.objects.create(network=network, title="Lassen", **(cost | values))
    ProgrammePool.objects.create(programme=programme, pool=make_pool(network))
    ProgrammeEdition.objects.create(programme=programme, edition=make_edition(), seats=12)
    for code, amount in (("network_grant", 300), ("network_grant", 250), ("company_share", 550)):
        instrument, _made = Instrument.objects.get_or_create(code=code)
        FundingLine.objects.create(
            programme=programme, instrument=instrument, amount=amount, legal_basis=f"art. {code}"
        )
    return programme


def results(client: Any, path: str, **filters: Any) -> list[Any]:
    answer = client.get(f"{API}/{path}/", filters)
    assert answer.status_code == 200, answer.content
    rows: list[Any] = answer.json()["results"]
    return rows


class TestMatches:
    def test_the_shape_of_the_contract(self) -> None:
        client = company()
        match = make_match(make_gap(organisation=client.organisation))
        row = results(client, "matches")[0]
        assert row == client.get(f"{API}/matches/{match.public_id}/").json()
        assert set(row) == {"gap", "offer", "rank", "score", "certainty", "components"}
        assert row["gap"] == {"id": str(match.gap.public_id), "external_id": match.gap.external_id}
        assert row["offer"] == {"id": str(match.offer.public_id), "external_id": match.offer.external_id}
        assert set(row["components"]) == COMPONENTS
        assert row["components"]["price"] is None

    def test_only_of_gaps_that_one_sees(self) -> None:
        network = make_network()
        match = make_match(make_gap(network=network))
        for stranger in (company(), client_of(Role.PROVIDER), client_of(Role.NETWORK_MANAGER)):
            assert results(stranger, "matches") == []
            assert stranger.get(f"{API}/matches/{match.public_id}/").status_code == 404
        assert len(results(client_of(Role.NETWORK_MANAGER, network=network), "matches")) == 1

    def test_pages_go_by_gap_and_rank(self) -> None:
        client = company()
        gaps = [make_gap(organisation=client.organisation) for _number in range(2)]
        expected = [make_match(gap, rank) for gap in reversed(gaps) for rank in (1, 2, 3)]
        page = client.get(f"{API}/matches/", {"page_size": 2}).json()
        seen = page["results"]
        while page["next"]:
            page = client.get(page["next"]).json()
            seen += page["results"]
        assert [(r["gap"]["id"], r["rank"]) for r in seen] == [
            (str(m.gap.public_id), m.rank) for m in expected
        ]
        mine = results(client, "matches", gap=str(gaps[0].public_id), rank_max=1)
        assert [(r["gap"]["id"], r["rank"]) for r in mine] == [(str(gaps[0].public_id), 1)]

    @pytest.mark.parametrize("count", [1, 30])
    def test_few_queries(self, count: int, django_assert_max_num_queries: Any) -> None:
        client = company()
        gap = make_gap(organisation=client.organisation)
        for rank in range(1, count + 1):
            make_match(gap, rank)
        with django_assert_max_num_queries(4):
            assert len(results(client, "matches")) == count


class TestPools:
    def test_by_name_for_who_may(self) -> None:
        network = make_network()
        pool = make_pool(network)
        for client in (
            client_of(Role.NETWORK_MANAGER, network=network),
            client_of(Role.STEERING_MEMBER, network=network),
            client_of(Role.COORDINATOR, organisation=network.call.coordinator),
        ):
            row = results(client, "pools")[0]
            assert row == client.get(f"{API}/pools/{pool.public_id}/").json()
            assert set(row) == {"id", "title", "gaps", "companies", "learners", "skills", "unmet", "reason"}
            assert row["title"] == pool.title
            assert len(row["gaps"]) == 3
            assert row["skills"] == pool.skills

    @pytest.mark.parametrize("role", [Role.PROVIDER, Role.ANALYST])
    def test_as_counts_for_others(self, role: Role) -> None:
        pool = make_pool(
            make_network(), is_unmet=True, unmet_reason={"reason": "headroom", "amount": "17.00"}
        )
        row = results(client_of(role), "pools")[0]
        assert (row["id"], row["companies"], row["learners"]) == (str(pool.public_id), 3, 12)
        assert (row["title"], row["gaps"], row["skills"]) == ("Lassen", [], [])
        assert row["reason"]
        assert "17" not in row["reason"], "the headroom of an undertaking is nobody else's business"

    def test_two_undertakings_are_too_few(self) -> None:
        pool = make_pool(make_network(), companies=3, undertakings=2)
        client = client_of(Role.PROVIDER)
        assert results(client, "pools") == []
        assert client.get(f"{API}/pools/{pool.public_id}/").status_code == 404

    def test_a_company_sees_its_own_gap_and_no_figures_of_one_other(self) -> None:
        pool = make_pool(make_network(), companies=2)
        own = pool.pool_gaps.first().gap
        client = company(organisation=own.organisation)
        row = results(client, "pools")[0]
        assert [gap["id"] for gap in row["gaps"]] == [str(own.public_id)]
        assert (row["title"], row["companies"], row["learners"]) == ("Lassen", None, None)
        assert results(company(), "pools") == []

    def test_filters_and_dissolved_pools(self) -> None:
        network = make_network()
        unmet = make_pool(network, is_unmet=True)
        make_pool(network)
        make_pool(network, state=Pool.State.DISSOLVED)
        client = client_of(Role.NETWORK_MANAGER, network=network)
        assert len(results(client, "pools")) == 2
        assert [row["id"] for row in results(client, "pools", unmet="true")] == [str(unmet.public_id)]

    @pytest.mark.parametrize("count", [1, 30])
    def test_few_queries(self, count: int, django_assert_max_num_queries: Any) -> None:
        network = make_network()
        for _number in range(count):
            make_pool(network, companies=1)
        client = client_of(Role.NETWORK_MANAGER, network=network)
        with django_assert_max_num_queries(8):
            assert len(results(client, "pools")) == count


class TestRuns:
    def test_every_step_has_its_seconds(self) -> None:
        run = MatchRun.objects.create(scope=MatchRun.Scope.ALL, gaps=2, offers=3, seconds={"embed": 0.4})
        row = results(client_of(Role.COORDINATOR), "runs")[0]
        assert row["id"] == str(run.public_id)
        assert (row["model"], row["state"], row["finished_at"]) == (None, "pending", None)
        assert row["seconds"] == {"embed": 0.4, "retrieve": 0, "score": 0, "pool": 0, "assemble": 0}

    def test_not_those_of_others(self) -> None:
        run = MatchRun.objects.create(scope=MatchRun.Scope.NETWORK, network=make_network())
        assert results(company(), "runs") == []
        assert company().get(f"{API}/runs/{run.public_id}/").status_code == 404


class TestProgrammes:
    def test_the_shape_of_the_contract(self) -> None:
        network = make_network()
        programme = make_programme(
            network, reasons=[{"key": "together", "gaps": 3, "companies": 3}, {"key": "of another version"}]
        )
        client = client_of(Role.NETWORK_MANAGER, network=network)
        row = results(client, "programmes")[0]
        assert row == client.get(f"{API}/programmes/{programme.public_id}/").json()
        assert {"id", "pools", "editions", "learners", "cost", "funding", "reasons"} <= set(row)
        assert (row["cost"], row["learners"], row["state"]) == ("1100.00", 12, "proposal")
        assert row["pools"] == [str(p.pool.public_id) for p in programme.programme_pools.all()]
        assert row["editions"] == [str(e.edition.public_id) for e in programme.programme_editions.all()]
        assert row["funding"] == [
            {"instrument": "network_grant", "amount": "550.00", "legal_basis": "art. network_grant"},
            {"instrument": "company_share", "amount": "550.00", "legal_basis": "art. company_share"},
        ]
        assert len(row["reasons"]) == 1
        assert "3" in row["reasons"][0]

    def test_unknown_cost_and_learners_are_null(self) -> None:
        network = make_network()
        Programme.objects.create(network=network, title="Zonder prijs")
        row = results(client_of(Role.NETWORK_MANAGER, network=network), "programmes")[0]
        assert (row["cost"], row["learners"], row["funding"]) == (None, None, [])

    def test_who_sees_which_state(self) -> None:
        programme = make_programme(make_network())
        coordinator = client_of(Role.COORDINATOR, organisation=programme.network.call.coordinator)
        taking_part = company()
        Participation.objects.create(
            programme=programme, organisation=taking_part.organisation, learners=1, cost=0
        )
        url = f"{API}/programmes/{programme.public_id}/"
        codes = [client.get(url).status_code for client in (coordinator, taking_part, company())]
        assert codes == [404, 404, 404]
        programme.state, programme.submitted_at = Programme.State.SUBMITTED, timezone.now()
        programme.save()
        codes = [client.get(url).status_code for client in (coordinator, taking_part, company())]
        assert codes == [200, 200, 404]

    def test_filters(self) -> None:
        network = make_network()
        make_programme(network)
        client = client_of(Role.NETWORK_MANAGER, network=network)
        assert len(results(client, "programmes", network=str(network.public_id), state="proposal")) == 1
        assert results(client, "programmes", state="approved") == []
        later = (timezone.now() + timedelta(days=1)).isoformat()
        assert results(client, "programmes", updated_since=later) == []

    @pytest.mark.parametrize("count", [1, 30])
    def test_few_queries(self, count: int, django_assert_max_num_queries: Any) -> None:
        network = make_network()
        for _number in range(count):
            make_programme(network)
        client = client_of(Role.NETWORK_MANAGER, network=network)
        with django_assert_max_num_queries(8):
            assert len(results(client, "programmes")) == count
