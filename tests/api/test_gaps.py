"""Gaps through the API: idempotent PUT, races, and that nobody sees another's."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from matching.models import MatchRun
from networks.api import GAP_EXAMPLE
from networks.models import Gap, NetworkMember
from skillnet.kernel.models import ApiToken
from skillnet.kernel.roles import Role
from tests.api.keys import client_of, company, make_key
from tests.factories import make_gap, make_network, make_organisation

URL = "/api/v1/gaps/"


def put(client: Any, key: str = "G-1", **changes: Any) -> Any:
    return client.put(f"{URL}{key}/", {**GAP_EXAMPLE, **changes}, format="json")


@pytest.mark.django_db
class TestPut:
    def test_creates_then_replaces(self) -> None:
        client = company()
        first = put(client)
        assert first.status_code == 201, first.content
        body = first.json()
        assert body["external_id"] == "G-1"
        assert body["organisation"]["name"] == client.organisation.name
        assert body["budget_eur"] == "5000.00"
        assert client.get(first["Location"]).json() == body
        second = put(client, title="Iets anders")
        assert second.status_code == 200
        assert second.json()["id"] == body["id"]
        assert second.json()["title"] == "Iets anders"

    def test_the_same_again_changes_nothing_and_queues_no_run(self) -> None:
        client = company()
        body = put(client).json()
        runs = MatchRun.objects.count()
        assert runs == 1
        again = put(client)
        assert again.status_code == 200
        assert again.json() == body
        assert MatchRun.objects.count() == runs

    def test_what_was_read_can_be_put_back(self) -> None:
        client = company()
        body = put(client).json()
        again = client.put(f"{URL}G-1/", body, format="json")
        assert again.status_code == 200, again.content
        assert again.json() == body

    def test_fields_left_out_become_unknown(self) -> None:
        client = company()
        put(client)
        body = client.put(f"{URL}G-1/", {"title": "Kort", "language": "nl"}, format="json").json()
        assert [body[name] for name in ("learners", "urgency", "budget_eur", "mandatory")] == [None] * 4
        assert [body["regions"], body["description"]] == [[], ""]

    def test_references_may_hold_slashes(self) -> None:
        client = company()
        assert put(client, "2026/014").status_code == 201
        assert client.get(f"{URL}2026/014/").json()["external_id"] == "2026/014"

    def test_own_network_only(self) -> None:
        client = company()
        network = make_network()
        refused = put(client, network=str(network.public_id))
        assert refused.status_code == 400
        assert refused.json()["errors"][0]["field"] == "network"
        NetworkMember.objects.create(network=network, organisation=client.organisation, state="active")
        assert put(client, network=str(network.public_id)).json()["network"] == str(network.public_id)

    def test_it_brings_an_archived_gap_back(self) -> None:
        client = company()
        put(client)
        assert client.delete(f"{URL}G-1/").status_code == 204
        assert client.delete(f"{URL}G-1/").status_code == 204
        assert client.get(f"{URL}G-1/").json()["state"] == "archived"
        assert put(client).json()["state"] == "open"

    def test_a_company_confirms_what_its_manager_entered(self) -> None:
        client = company()
        gap = make_gap(organisation=client.organisation, state=Gap.State.TO_CONFIRM)
        assert put(client, gap.external_id).json()["state"] == "open"

    @pytest.mark.parametrize("role", [Role.NETWORK_MANAGER, Role.PROVIDER, Role.COORDINATOR])
    def test_only_a_company_writes(self, role: Role) -> None:
        assert put(client_of(role)).status_code == 403
        assert not Gap.objects.exists()

    def test_the_history_names_the_key(self) -> None:
        client = company()
        put(client)
        put(client, title="Iets anders")
        Event: Any = Gap.pgh_event_model  # type: ignore[attr-defined]  # noqa: N806
        contexts = [event.pgh_context.metadata for event in Event.objects.select_related("pgh_context")]
        key = str(ApiToken.objects.get(organisation=client.organisation).public_id)
        assert [context["api_key"] for context in contexts] == [key, key]

    def test_another_company_has_its_own(self) -> None:
        mine, theirs = company(), company()
        assert put(mine).status_code == put(theirs).status_code == 201
        assert Gap.objects.filter(external_id="G-1").count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", "x" * 301),
        ("language", "xx"),
        ("learners", 0),
        ("learners", 10**12),
        ("urgency", "soon"),
        ("regions", ["BE999"]),
        ("regions", ["BE234 BE211"]),
        ("skills", ["https://example.org/skill"]),
        ("budget_eur", "-1"),
        ("budget_eur", "1.234"),
        ("eqf_level", 9),
        ("modes", ["telepathy"]),
        ("learner_languages", ["zz"]),
        ("title", "nul\0"),
        ("external_id", "G-2"),
        ("network", "no-uuid"),
        ("learnrs", 3),
    ],
)
def test_each_mistake_names_its_field(field: str, value: Any) -> None:
    answer = put(company(), **{field: value})
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert [error["field"].split(".")[0] for error in answer.json()["errors"]] == [field]
    assert not Gap.objects.exists()


@pytest.mark.django_db
def test_a_reference_has_a_length() -> None:
    client = company()
    for key in ("x" * 101, "%00", "%20x"):
        answer = put(client, key)
        assert answer.status_code == 400, key
        assert answer.json()["errors"][0]["field"] == "external_id"


@pytest.mark.django_db
class TestVisibility:
    def test_a_stranger_finds_nothing(self) -> None:
        gap = make_gap(network=make_network())
        for stranger in (company(), client_of(Role.PROVIDER), client_of(Role.ANALYST)):
            assert stranger.get(f"{URL}{gap.public_id}/").status_code == 404
            assert stranger.get(f"{URL}{gap.external_id}/").status_code == 404
            assert stranger.delete(f"{URL}{gap.public_id}/").status_code == 404
            assert stranger.get(URL).json()["results"] == []
        gap.refresh_from_db()
        assert gap.state == Gap.State.OPEN

    def test_manager_and_coordinator_of_the_network_read(self) -> None:
        network = make_network()
        gap = make_gap(network=network)
        coordinator = client_of(Role.COORDINATOR, organisation=network.call.coordinator)
        manager = client_of(Role.NETWORK_MANAGER, network=network)
        for client in (coordinator, manager):
            assert client.get(f"{URL}{gap.public_id}/").json()["id"] == str(gap.public_id)
        assert coordinator.delete(f"{URL}{gap.public_id}/").status_code == 404
        assert manager.delete(f"{URL}{gap.public_id}/").status_code == 204

    def test_an_own_reference_that_is_a_public_id_of_another(self) -> None:
        """Whoever names a gap after somebody else's public id gets the own one, never theirs."""
        theirs, client = make_gap(), company()
        assert put(client, str(theirs.public_id)).status_code == 201
        body = client.get(f"{URL}{theirs.public_id}/").json()
        assert body["organisation"]["id"] == str(client.organisation.public_id)


@pytest.mark.django_db
class TestList:
    def test_filters(self) -> None:
        client = company()
        mine = {"organisation": client.organisation}
        make_gap(**mine, urgency="high")
        make_gap(**mine, urgency="low", external_id="L-1", state=Gap.State.CLOSED)
        assert [g["external_id"] for g in _list(client, urgency="low")] == ["L-1"]
        assert [g["external_id"] for g in _list(client, state="closed")] == ["L-1"]
        assert [g["external_id"] for g in _list(client, external_id="L-1")] == ["L-1"]
        assert _list(client, updated_since="2199-01-01T00:00:00Z") == []
        assert len(_list(client, organisation=str(client.organisation.public_id))) == 2
        refused = client.get(URL, {"urgency": "soon"})
        assert refused.status_code == 400
        assert refused.json()["errors"][0]["field"] == "urgency"

    def test_pages_stay_put_while_rows_are_added(self) -> None:
        client = company()
        for _number in range(5):
            make_gap(organisation=client.organisation)
        expected = [g["id"] for g in _list(client)]
        page = client.get(URL, {"page_size": 2}).json()
        seen = [g["id"] for g in page["results"]]
        while page["next"]:
            make_gap(organisation=client.organisation)
            page = client.get(page["next"]).json()
            seen += [g["id"] for g in page["results"]]
        assert seen == expected

    @pytest.mark.parametrize("count", [1, 30])
    def test_few_queries(self, count: int, django_assert_max_num_queries: Any) -> None:
        network = make_network()
        for _number in range(count):
            make_gap(network=network)
        client = client_of(Role.NETWORK_MANAGER, network=network)
        with django_assert_max_num_queries(6):
            assert len(_list(client)) == count


def _list(client: Any, **filters: str) -> list[Any]:
    answer = client.get(URL, filters)
    assert answer.status_code == 200, answer.content
    results: list[Any] = answer.json()["results"]
    return results


@pytest.mark.django_db(transaction=True)
def test_two_puts_of_a_new_gap_at_once_make_one() -> None:
    organisation = make_organisation()
    _token, key = make_key(Role.COMPANY_CONTACT, organisation=organisation)

    def send(_number: int) -> int:
        from rest_framework.test import APIClient

        client = APIClient(raise_request_exception=False)
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {key}")
        try:
            return int(put(client, "R-1").status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        codes = sorted(pool.map(send, range(4)))
    assert codes == [200, 200, 200, 201]
    assert Gap.objects.filter(external_id="R-1").count() == 1
    assert MatchRun.objects.count() == 1


@pytest.mark.django_db
class TestKinds:
    def test_hiring_and_training(self) -> None:
        client = company()
        hiring: dict[str, Any] = {
            "kind": "hire_and_train",
            "hire_scheme": "ibo",
            "planned_start": "2027-02-01",
            "occupation": "lasser",
            "impact": 4,
            "transition": "green",
            "target_groups": ["jobseekers"],
        }
        body = put(client, **hiring).json()
        assert {name: body[name] for name in hiring} == hiring
        assert body["transfer"] is None
        for query in ("?kind=hire_and_train", "?transition=green", "?target_group=jobseekers", "?impact=4"):
            assert len(client.get(URL + query).json()["results"]) == 1, query
        assert client.get(URL + "?target_group=retired").json()["results"] == []
        refused = put(client, kind="ordinary", hire_scheme="ibo")
        assert refused.status_code == 400
        assert [error["field"] for error in refused.json()["errors"]] == ["hire_scheme"]

    def test_from_work_to_work_with_its_split(self) -> None:
        client = company()
        receiving = make_organisation(name="Batterijfabriek Nieuw")
        split = {"share_government": 60, "share_sending": 20, "share_receiving": 20}
        agreed = {"receiving_number": receiving.enterprise_number, **split}
        body = put(client, kind="work_to_work", transfer=agreed).json()
        assert body["transfer"]["state"] == "proposed"
        assert body["transfer"]["receiving"]["name"] == "Batterijfabriek Nieuw"
        assert body["transfer"]["share_worker"] == 0
        again = put(client, kind="work_to_work").json()
        assert again["transfer"] == body["transfer"]
        assert client.put(f"{URL}G-1/", body, format="json").json()["transfer"] == body["transfer"]
        other_kind = put(client)
        assert other_kind.status_code == 400
        assert client.get(URL).json()["results"][0]["kind"] == "work_to_work"

    @pytest.mark.parametrize(
        "transfer",
        [
            {"share_government": 60},
            {"share_government": 101},
            {"receiving_number": "0000000000"},
            {"onbekend": 1},
        ],
    )
    def test_a_split_that_does_not_hold_leaves_nothing_behind(self, transfer: dict[str, Any]) -> None:
        client = company()
        assert put(client, kind="work_to_work", transfer=transfer).status_code == 400
        assert not Gap.objects.exists()
