"""The API against its own schema, request by request: no server error, and nothing of another organisation.

The requests come from the schema (schemathesis), with identities of both organisations mixed in, so that they
reach rows that exist. They are the same each time.
"""

import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from skillnet.api.throttling import TokenThrottle
from tests.api.contract_world import World

EXAMPLES = int(os.environ.get("SKILLNET_CONTRACT_EXAMPLES", "2"))
"""Requests for each operation and token; raise it to search further."""
SERVER_ERROR = 500
API = "/api/v1/"
SILENT = {"demand", "organisations", "participations", "providers"}
"""What bears no mark: pools of fewer than three undertakings are shown to nobody here, names are no secret, and a
participation has figures only."""
REFUSED = (403, 404)
steady = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def _one_connection() -> Iterator[None]:
    """Requests share the connection of the test, as those of Django's own test client do."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def schema(db: None, _one_connection: None) -> Any:
    app = get_wsgi_application()
    return schemathesis.openapi.from_wsgi("/api/v1/schema/?format=json", app)


@pytest.mark.django_db
def test_no_request_of_the_schema_breaks_the_server_or_shows_another_organisation(
    schema: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(TokenThrottle.THROTTLE_RATES, "token", None)
    worlds = [World("GEHEIMNOORD"), World("GEHEIMZUID")]
    known = worlds[0].all_ids + worlds[1].all_ids
    keys = [(own, other, key) for own, other in (worlds, worlds[::-1]) for key in own.keys.values()]
    faults: set[str] = set()
    reached: set[str] = set()

    for found in schema.get_all_operations():
        operation = found.ok()
        kind = operation.path.removeprefix(API).split("/")[0]
        own_kind = [one for side in worlds for one in side.ids.get(kind, [])] or known

        @steady
        @given(
            case=operation.as_strategy(),
            chosen=st.sampled_from(own_kind),
            real=st.integers(0, 3),
            who=st.sampled_from(keys),
        )
        def ask(case: Any, chosen: str, real: int, who: Any) -> None:
            own, other, key = who
            if real:
                case.path_parameters = dict.fromkeys(case.path_parameters or {}, chosen)
            with transaction.atomic():
                answer = case.call(headers={"Authorization": f"Bearer {key}"})
                transaction.set_rollback(answer.status_code >= SERVER_ERROR)  # one fault hides no other
            where = f"{case.method} {case.path}"
            if answer.status_code < SERVER_ERROR - 100:
                reached.add(where)
            if answer.status_code >= SERVER_ERROR:
                faults.add(f"{where}: {answer.status_code} for {case.as_curl_command()[:600]}")
            if other.mark in answer.text and not _echoed(case, other.mark):
                faults.add(f"{where} shows {other.mark} to {own.mark}")

        ask()

    faults |= set(_leaks(schema, *worlds))
    assert not faults, "\n".join(sorted(faults))
    assert len(reached) > 15, reached


def _leaks(schema: Any, own: World, other: World) -> Iterator[str]:
    """Each list, and each row of the other side by its address, read with each key of the own side."""
    lists = {
        operation.path.removeprefix(API).strip("/")
        for operation in (found.ok() for found in schema.get_all_operations())
        if operation.method.upper() == "GET" and operation.path.removeprefix(API).count("/") == 1
    }
    assert not other.ids.keys() - lists, "each kind of row has a list"
    lists_of_it = [f"{API}{name}/" for name in sorted(lists & other.ids.keys())]
    rows = [f"{API}{name}/{one}/" for name, found in other.ids.items() for one in found]
    for role, key in own.keys.items():
        for address in [*lists_of_it, *rows]:
            answer = Client().get(address, headers={"Authorization": f"Bearer {key}"})
            is_foreign = address not in lists_of_it and "/providers/" not in address
            is_shown = is_foreign and answer.status_code not in REFUSED
            if answer.status_code >= SERVER_ERROR or is_shown or other.mark in answer.content.decode():
                yield f"GET {address} as {role} of {own.mark}: {answer.status_code} {answer.content.decode()[:300]}"


def _echoed(case: Any, mark: str) -> bool:
    """Whether the request itself held the mark: an answer may repeat what it was asked."""
    return mark in f"{case.path_parameters} {case.query} {case.body}"


@pytest.mark.django_db
def test_the_leak_test_would_see_a_leak(client: Any) -> None:
    """The mark of every kind of row does come out for a key of its own side; what cannot fail proves nothing."""
    world = World("GEHEIMWEST")
    silent = set(world.ids) - SILENT
    for key in world.keys.values():
        headers = {"HTTP_AUTHORIZATION": f"Bearer {key}"}
        for name in sorted(silent):
            answers = [client.get(f"{API}{name}/{one}/", **headers) for one in world.ids[name]]
            if any(world.mark in answer.content.decode() for answer in answers):
                silent.discard(name)
    assert not silent, silent
