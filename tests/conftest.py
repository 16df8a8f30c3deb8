"""What every test stands on: embedded engines in fast mode, a database of each process, signed-in clients."""

import gc
import os
from collections.abc import Callable, Iterator
from functools import cache
from itertools import count
from typing import Any

import pytest

from skillnet.embedded import ensure_redis

os.environ.setdefault("SKILLNET_EMBEDDED_FAST", "1")  # before the engine starts: no waiting for the disk

_tests = count()
PREFIX = "test_skillnet_"


def pytest_collection_finish(session: pytest.Session) -> None:
    """What was imported and collected stays: looking through it for garbage took a tenth of the suite."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 20, 100)


def pytest_configure(config: pytest.Config) -> None:
    """A fast hash: what Argon2 costs is not what tests are about."""
    from django.conf import settings

    from tests.emptying import delete_instead_of_truncate

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    delete_instead_of_truncate()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_blocker: Any) -> None:
    """A database of this process alone; those of processes that died without clearing up go first.

    SKILLNET_TEST_DATABASE fixes the name, so that `--reuse-db` finds it again.
    """
    from django.db import connections

    settings = connections["default"].settings_dict
    from tests.template_database import template_database

    settings["TEST"]["NAME"] = os.environ.get("SKILLNET_TEST_DATABASE") or f"{PREFIX}{os.getpid()}"
    with django_db_blocker.unblock(), connections["default"]._nodb_cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{PREFIX}%"])
        for (name,) in cursor.fetchall():
            if not _lives(name.removeprefix(PREFIX)):
                cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        settings["TEST"]["TEMPLATE"] = template_database()


def _lives(pid: str) -> bool:
    if not pid.isdigit():
        return True  # not one of ours
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return int(pid) != os.getpid()


@pytest.fixture(autouse=True)
def _own_worlds(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Worlds that are kept know in which test they are asked for."""
    from tests.kept import begin_test

    begin_test(request)


@pytest.fixture(autouse=True)
def _own_cache_keys(request: pytest.FixtureRequest) -> None:
    """No test starts with the rate limits that the one before has spent; nothing of others is emptied."""
    if "db" in request.fixturenames or request.node.get_closest_marker("django_db"):
        from django.core.cache import cache as keys

        _redis_runs()
        keys.key_prefix = f"{PREFIX}{os.getpid()}_{next(_tests)}"


@pytest.fixture(scope="session", autouse=True)
def _own_supply(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What this process's runs share with nobody."""
    from django.conf import settings

    settings.SUPPLY_DIR = tmp_path_factory.mktemp("supply")


@pytest.fixture(autouse=True)
def _in_dutch() -> Iterator[None]:
    """Every test starts in the site's own language, whatever the one before asked for."""
    from django.utils import translation

    with translation.override("nl"):
        yield


@cache
def _redis_runs() -> None:
    from django.conf import settings

    if settings.EMBEDDED_REDIS:
        ensure_redis(settings.LOCAL_DIR)


@pytest.fixture
def client_for(db: None) -> Callable[..., Any]:
    """`client_for(Role.COMPANY_CONTACT, organisation=…, network=…, user=…)`: a signed-in test client.

    `client.actor` is who asks; `client_for(None)` is nobody.
    """
    from django.test import Client

    from skillnet.current import SESSION_KEY
    from tests.factories import actor_for_role

    def build(role: Any = None, **who: Any) -> Any:
        client: Any = Client()
        if role is None:
            return client
        client.actor = actor_for_role(role, **who)
        client.force_login(client.actor.user)
        session = client.session
        session[SESSION_KEY] = client.actor.organisation_id
        session.save()
        return client

    return build
