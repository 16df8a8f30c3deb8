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
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from skillnet.api.throttling import TokenThrottle
from skillnet.kernel.roles import Role
from tests.api.keys import make_key
from tests.api.test_reading import make_match, make_pool, make_programme
from tests.factories import (
    make_edition,
    make_gap,
    make_membership,
    make_network,
    make_offer,
    make_organisation,
    make_provider,
)

EXAMPLES = int(os.environ.get("SKILLNET_CONTRACT_EXAMPLES", "2"))
"""Requests for each operation and token; raise it to search further."""
SERVER_ERROR = 500
steady = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


class World:
    """One side: a company and a provider with a key each, whose confidential rows all carry a mark."""

    def __init__(self, mark: str) -> None:
        self.mark = mark
        self.company = make_organisation()
        self.network = make_network(name=f"{mark} netwerk", state="draft")
        make_membership(organisation=self.company, role=Role.NETWORK_MANAGER, network=self.network)
        provider = make_provider()
        gap = make_gap(organisation=self.company, title=f"{mark} kloof", external_id=f"{mark}-G")
        draft = make_offer(provider=provider, title=f"{mark} ontwerp", external_id=f"{mark}-O", state="draft")
        edition = make_edition(offer=draft, external_id=f"{mark}-E")
        pool = make_pool(self.network, companies=1, title=f"{mark} bundel", public_title=f"{mark} bundel")
        programme = make_programme(self.network)
        type(programme).objects.filter(pk=programme.pk).update(title=f"{mark} programma")
        rows: list[Any] = [
            gap,
            draft,
            edition,
            pool,
            programme,
            make_match(gap),
            self.network,
            self.company,
            provider,
        ]
        self.ids = [str(row.public_id) for row in rows] + [gap.external_id, draft.external_id]
        self.keys = {
            Role.COMPANY_CONTACT: make_key(Role.COMPANY_CONTACT, organisation=self.company)[1],
            Role.NETWORK_MANAGER: make_key(Role.NETWORK_MANAGER, organisation=self.company)[1],
            Role.PROVIDER: make_key(Role.PROVIDER, organisation=provider.organisation)[1],
        }


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
    known = worlds[0].ids + worlds[1].ids
    keys = [(own, other, key) for own, other in (worlds, worlds[::-1]) for key in own.keys.values()]
    faults: set[str] = set()
    reached: set[str] = set()

    for found in schema.get_all_operations():
        operation = found.ok()

        @steady
        @given(
            case=operation.as_strategy(),
            chosen=st.sampled_from(known),
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

    assert not faults, "\n".join(sorted(faults))
    assert len(reached) > 15, reached


def _echoed(case: Any, mark: str) -> bool:
    """Whether the request itself held the mark: an answer may repeat what it was asked."""
    return mark in f"{case.path_parameters} {case.query} {case.body}"


@pytest.mark.django_db
def test_the_leak_test_would_see_a_leak(client: Any) -> None:
    """The mark does come out for its own organisation; a test that cannot fail proves nothing."""
    world = World("GEHEIMWEST")
    headers = {"HTTP_AUTHORIZATION": f"Bearer {world.keys[Role.COMPANY_CONTACT]}"}
    assert world.mark in client.get("/api/v1/gaps/", **headers).content.decode()
