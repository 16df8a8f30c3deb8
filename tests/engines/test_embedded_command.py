"""`python -m skillnet.embedded`."""

from __future__ import annotations

import psycopg
import pytest

from skillnet.embedded.__main__ import NOT_RUNNING, main
from skillnet.embedded.postgres import Postgres
from tests.engines.conftest import Rig

pytestmark = pytest.mark.engines


def test_life_of_the_engines_through_the_command_line(rig: Rig, capsys: pytest.CaptureFixture[str]) -> None:
    root = rig.checkout()
    where = ["--root", str(root)]
    assert main([*where, "status"]) == NOT_RUNNING
    assert not root.exists()
    client = rig.client(root, "--engines", "postgres redis")
    assert client.url
    assert main([*where, "status"]) == 0
    shown = capsys.readouterr().out
    assert shown.count(": not running") == 2
    assert shown.count("in use") == 2
    assert main([*where, "psql-url"]) == 0
    assert capsys.readouterr().out.strip() == client.url
    assert main([*where, "stop"]) == 1
    assert psycopg.connect(client.url).execute("select 1").fetchone() == (1,)
    assert main([*where, "clean"]) == 1
    client.kill()
    assert Postgres(root).is_running()
    assert main([*where, "stop"]) == 0
    assert main([*where, "status"]) == NOT_RUNNING
    assert main([*where, "psql-url"]) == NOT_RUNNING
    assert main([*where, "clean"]) == 0
    assert not Postgres(root).home.exists()
    assert not Postgres(root).socket.parent.exists()


def test_forced_stop_ends_an_engine_in_use(rig: Rig) -> None:
    root = rig.used_checkout()
    assert rig.client(root).url
    assert main(["--root", str(root), "stop", "--force"]) == 0
    assert not Postgres(root).is_running()
