"""The embedded Redis."""

from __future__ import annotations

import os
import signal
import stat

import kombu
import pytest
import redis

from skillnet.embedded import ensure_redis, places, processes, redis_address
from skillnet.embedded.redis import Redis
from tests.engines.conftest import IS_ROOT, ME, Rig, kill_everything, other_users

pytestmark = pytest.mark.engines

USERS = [pytest.param(ME, id="root" if IS_ROOT else "ordinary")]
if IS_ROOT:
    USERS.append(pytest.param(other_users()[0], id="ordinary"))


@pytest.mark.parametrize("user", USERS)
def test_serves_until_the_last_client_leaves(rig: Rig, user: places.Account) -> None:
    root = rig.checkout(user)
    first = rig.client(root, "--engines", "redis", user=user)
    second = rig.client(root, "--engines", "redis", user=user)
    assert first.answer == second.answer
    first.leave()
    address = redis_address(root)
    with redis.Redis.from_url(address.client_url) as connection:
        assert connection.ping()
        assert connection.config_get("save")["save"] == ""
        assert connection.config_get("port")["port"] == "0"
    folder = address.socket.parent
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert folder.stat().st_uid == user.uid
    second.leave()
    assert not Redis(root).is_running()


def test_address_serves_celery(rig: Rig) -> None:
    address = ensure_redis(rig.checkout())
    with kombu.Connection(address.celery_url(2)) as connection:
        queue = connection.SimpleQueue("bell")
        queue.put("ring")
        assert queue.get(timeout=2).payload == "ring"
        queue.close()
    with (
        redis.Redis.from_url(address.client_url) as first,
        redis.Redis(unix_socket_path=str(address.socket), db=2) as other,
    ):
        assert first.dbsize() == 0
        assert other.dbsize() > 0


@pytest.mark.parametrize("user", USERS)
def test_killed_redis_is_started_again(rig: Rig, user: places.Account, collects_no_children: None) -> None:
    root = rig.checkout(user)
    client = rig.client(root, "--engines", "redis", user=user)
    assert client.answer["redis"]
    old = kill_everything(Redis(root))
    assert processes.process_state(old) == "Z"
    again = rig.client(root, "--engines", "redis", user=user)
    assert again.answer == client.answer
    with redis.Redis.from_url(redis_address(root).client_url) as connection:
        assert connection.ping()
    assert Redis(root).pid() != old


def test_killed_redis_comes_back_in_the_same_process(rig: Rig) -> None:
    root = rig.checkout()
    ensure_redis(root)
    pid = Redis(root).pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    assert processes.wait_until(lambda: not Redis(root).is_running(), 5)
    ensure_redis(root)
    assert Redis(root).answers()


def test_asking_for_the_address_starts_and_makes_nothing(rig: Rig) -> None:
    root = rig.checkout()
    address = redis_address(root)
    assert not root.exists()
    assert not address.socket.parent.exists()
    assert address.client_url.endswith("/redis.sock?db=0")
    assert address.celery_url(3) == f"redis+socket://{address.socket}?virtual_host=3"
