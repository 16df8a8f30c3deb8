"""A rig for the embedded engines: checkouts in odd places, client processes of several users."""

from __future__ import annotations

import ctypes
import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from skillnet.embedded import places, processes
from skillnet.embedded.__main__ import main as command
from skillnet.embedded.engine import Engine
from skillnet.embedded.postgres import Postgres
from skillnet.embedded.redis import Redis

REPOSITORY = Path(__file__).resolve().parents[2]
CLIENT = Path(__file__).with_name("embedded_client.py")
IS_ROOT = os.geteuid() == 0
ME = places.account_of(os.geteuid())


def other_users() -> list[places.Account]:
    """Two ordinary users when we are root and can become them; otherwise ourselves, twice."""
    if not IS_ROOT:
        return [ME, ME]
    return [places.account_of(pwd.getpwnam(name).pw_uid) for name in ("daemon", "nobody")]


@dataclass
class Client:
    """One running client process."""

    process: subprocess.Popen[str]
    errors: Path
    _answer: dict[str, str] = field(default_factory=dict)

    @property
    def answer(self) -> dict[str, str]:
        """What it printed once its engines ran."""
        if not self._answer:
            assert self.process.stdout is not None
            line = self.process.stdout.readline()
            assert line, self.errors.read_text()
            self._answer = json.loads(line)
        return self._answer

    @property
    def url(self) -> str:
        assert "url" in self.answer, self.answer
        return self.answer["url"]

    def let_go(self) -> None:
        """Ask it to end, without waiting."""
        assert self.process.stdin is not None
        self.process.stdin.close()

    def leave(self) -> None:
        """Let it end as a command does."""
        self.let_go()
        assert self.process.wait(60) == 0, self.errors.read_text()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(10)


class Rig:
    """Checkouts and clients, all cleaned up at the end."""

    def __init__(self, base: Path, lasting_base: Path, lasting: dict[tuple[int, int], Path]) -> None:
        self.base = base
        self.lasting_base = lasting_base
        self.lasting = lasting
        self.clients: list[Client] = []
        self.roots: list[Path] = []

    def checkout(
        self,
        owner: places.Account = ME,
        *,
        name: str = "checkout",
        mode: int = 0o755,
        base: Path | None = None,
    ) -> Path:
        """A new checkout's `.local`, not created yet, below a folder of that owner and mode."""
        folder = (base or self.base / str(len(self.roots))) / name
        folder.mkdir(parents=True)
        folder.parent.chmod(0o755)
        folder.chmod(mode)
        if IS_ROOT:
            os.chown(folder, owner.uid, owner.gid)
        self.roots.append(folder / ".local")
        return self.roots[-1]

    def used_checkout(self, owner: places.Account = ME) -> Path:
        """A checkout that lasts for the session, whose database an earlier test made and perhaps crashed."""
        key = (owner.uid, sum(root in self.lasting.values() for root in self.roots))
        if key not in self.lasting:
            self.lasting[key] = self.checkout(owner, base=self.lasting_base / "-".join(map(str, key)))
        else:
            self.roots.append(self.lasting[key])
        return self.lasting[key]

    def client(self, root: Path, *options: str, user: places.Account = ME, fast: bool = True) -> Client:
        """Start a client as `user`."""
        drop = [] if user.is_current else ["--user", str(user.uid), str(user.gid)]
        errors = self.base / f"errors-{len(self.clients)}"
        paths = os.pathsep.join([str(REPOSITORY), *(path for path in sys.path if "site-packages" in path)])
        environment = {**os.environ, "PYTHONPATH": paths, "SKILLNET_EMBEDDED_FAST": "1" if fast else "0"}
        with errors.open("w") as stream:
            process = subprocess.Popen(
                [sys.executable, str(CLIENT), str(root), *drop, *options],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stream, text=True, env=environment,
            )  # fmt: skip
        self.clients.append(Client(process, errors))
        return self.clients[-1]

    def close(self) -> None:
        for client in self.clients:
            client.kill()
        for root in self.roots:
            engines: list[Engine] = [Postgres(root), Redis(root)]
            if root.exists():
                command(["--root", str(root), "stop", "--force"])
            for engine in engines:
                shutil.rmtree(engine.socket.parent, ignore_errors=True)


def open_folder() -> Path:
    """A temporary folder that every user can pass through, unlike pytest's own."""
    base = Path(tempfile.mkdtemp(prefix="skillnet-test-"))
    base.chmod(0o755)
    return base


@pytest.fixture(scope="session")
def lasting() -> Iterator[tuple[Path, dict[tuple[int, int], Path]]]:
    """What outlives a test: making a database takes longer than most of what is tested with it."""
    base = open_folder()
    yield base, {}
    shutil.rmtree(base)


@pytest.fixture
def rig(lasting: tuple[Path, dict[tuple[int, int], Path]], monkeypatch: pytest.MonkeyPatch) -> Iterator[Rig]:
    """Fast servers, all stopped at the end."""
    monkeypatch.setenv("SKILLNET_EMBEDDED_FAST", "1")
    made = Rig(open_folder(), *lasting)
    yield made
    made.close()
    shutil.rmtree(made.base)


@pytest.fixture
def collects_no_children() -> Iterator[None]:
    """Make this process the one that orphans fall to, and one that leaves them as zombies."""
    set_child_subreaper = 36
    library = ctypes.CDLL(None)
    assert library.prctl(set_child_subreaper, 1, 0, 0, 0) == 0
    yield
    library.prctl(set_child_subreaper, 0, 0, 0, 0)
    for entry in Path("/proc").glob("[0-9]*"):
        pid = int(entry.name)
        if processes.process_state(pid) == "Z":
            try:
                os.waitpid(pid, os.WNOHANG)
            except ChildProcessError:
                continue


def kill_everything(engine: Engine) -> int:
    """kill -9 the main process and all that work in its folder; return the main process's number."""
    main = engine.pid()
    assert main is not None
    os.kill(main, signal.SIGKILL)
    for pid in processes.processes_in(engine.data):
        processes.send(pid, signal.SIGKILL)
    assert processes.wait_until(lambda: not processes.is_alive(main), 5)
    return main
