"""What `make demo` says before it starts, and that it starts and stops its parts in order."""

import shutil
import signal
import socket
import sys
import threading
import time
from collections import namedtuple

import pytest

from skillnet.demo import serve
from skillnet.demo.accounts import ROLES, demo_accounts, one_of_each_role
from skillnet.kernel.roles import Role

Usage = namedtuple("Usage", "total used free")


def test_a_port_that_is_taken_is_said_with_the_way_out() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(serve.CannotStart, match=f"Port {port} is taken.*make demo PORT="):
            serve.check_machine(port)


def test_a_number_that_is_no_port_is_said() -> None:
    with pytest.raises(serve.CannotStart, match="is no port"):
        serve.check_machine(99_999)


def test_a_full_disk_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(10**9, 10**9, 50 * 2**20))
    with pytest.raises(serve.CannotStart, match="Only 50 MB of disk is left"):
        serve.check_machine(_free_port())


def test_there_is_an_account_for_every_role() -> None:
    assert [role for role, _email in one_of_each_role()] == list(ROLES)
    assert set(ROLES) == set(Role.values)
    assert len(demo_accounts()) == len(ROLES) + 1


def test_the_parts_are_labelled_and_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[tuple[str, str]] = []
    monkeypatch.setattr(serve, "say", lambda name, line: said.append((name, line)))
    program = "import time; print('ready', flush=True); time.sleep(60)"
    parts = [
        serve.Part("web", [sys.executable, "-c", program]),
        serve.Part("beat", [sys.executable, "-c", program]),
    ]
    for part in parts:
        serve.start(part)
    deadline = time.monotonic() + 20
    while len(said) < 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    serve.stop(parts)
    assert {("web", "ready"), ("beat", "ready")} <= set(said)
    assert all(part.process is not None and part.process.returncode is not None for part in parts)


def test_the_address_is_told_once_the_site_answers_and_people_can_sign_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing answers before the database is made, and who opens the address at once can sign in at once."""
    port, said, order = _free_port(), threading.Event(), []
    site = (
        "import http.server as h, time\n"
        "time.sleep(0.3)\n"
        "class H(h.BaseHTTPRequestHandler):\n"
        "    def do_GET(self):\n"
        "        self.send_response(200 if self.path == '/health/' else 500); self.end_headers()\n"
        f"h.HTTPServer(('127.0.0.1', {port}), H).serve_forever()"
    )
    demo = "import time; print('people', flush=True); time.sleep(0.5); print('offers', flush=True); time.sleep(60)"
    parts = [
        serve.Part("web", [sys.executable, "-c", site]),
        serve.Part("demo", [sys.executable, "-c", demo], ready_says="offers"),
    ]

    def told(_port: int) -> None:
        order.append("told" if serve.answers(port) and parts[1].ready.is_set() else "too early")
        if parts[0].process is not None:
            parts[0].process.terminate()  # it ends, and so does the supervisor

    monkeypatch.setattr(serve, "parts_of", lambda _port: parts)
    monkeypatch.setattr(serve, "migrate", lambda: order.append("still" if not serve.answers(port) else "up"))
    monkeypatch.setattr(serve, "welcome", told)
    monkeypatch.setattr(serve, "say", lambda name, line: said.set())
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    assert serve.supervise(port) == 1
    assert order == ["still", "told"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
