"""What the two embedded engines share: clients, one start at a time, and the last one out stops it.

Three lock files stand beside an engine's data. `clients`: every process that uses the engine holds it
shared. `lock`: whoever looks whether the engine runs, and starts it, holds it exclusively. `alive`: the
engine's own processes inherit it locked, so it says for certain whether any of them lives: no process
number that was given out anew and no zombie can deceive it.
"""

from __future__ import annotations

import atexit
import os
import signal
from abc import ABC, abstractmethod
from pathlib import Path

from skillnet.embedded import locks, places, processes
from skillnet.embedded.errors import EngineError

STOP_SECONDS = 30.0
LOG_BYTES = 5_000_000


class Engine(ABC):
    """One engine of one root folder."""

    name: str
    program: str
    stop_signal: signal.Signals
    patience: float  # seconds that a running engine may take to answer, recovery included

    def __init__(self, root: Path) -> None:
        """`root` is the checkout's `.local` folder; nothing is created yet."""
        self.root = root.absolute()
        self.home = self.root / "engines"
        self.lock = self.home / f"{self.name}.lock"
        self.clients = self.home / f"{self.name}.clients"
        self.alive = self.home / f"{self.name}.alive"
        self.log = self.home / f"{self.name}.log"
        self.data = self.home / self.name

    # What each engine says of itself.

    @abstractmethod
    def prepare(self) -> None:
        """Create what a start needs and clear what a crash left. Called with no engine process alive."""

    @abstractmethod
    def command(self) -> list[str]:
        """The command that runs the engine in the foreground."""

    @abstractmethod
    def account(self) -> places.Account:
        """Who the engine runs as."""

    @abstractmethod
    def answers(self) -> bool:
        """Whether the engine serves requests now."""

    @property
    @abstractmethod
    def socket(self) -> Path:
        """The file that the engine listens on."""

    @abstractmethod
    def pid(self) -> int | None:
        """The main process according to the engine's own pid file."""

    @property
    def workdir(self) -> Path:
        """Where the engine is started."""
        return Path("/")

    # What is the same for all.

    def ensure(self) -> None:
        """Become a client and make sure that the engine serves. Raises EngineError."""
        self.make_home()
        join(self)
        with locks.exclusive(self.lock):
            if self.is_running() and self._comes_up():
                return
            self._end(force=True)
            self._start()

    def is_running(self) -> bool:
        """Whether any process of the engine lives."""
        return locks.is_held(self.alive)

    def stop(self) -> None:
        """Stop the engine cleanly; its data are complete on disk afterwards."""
        if self.home.is_dir():
            self._end(force=False)

    def in_use(self) -> bool:
        """Whether any process is a client."""
        return locks.is_held(self.clients)

    def last_words(self) -> str:
        """The end of the engine's log."""
        try:
            return self.log.read_text(errors="replace")[-1500:].strip()
        except OSError:
            return ""

    def make_home(self) -> None:
        """Create the folder and the lock files. Raises EngineError."""
        for folder in (self.root, self.home):
            # Others may pass through (PostgreSQL, when we are root) but not look.
            places.make_folder(folder, 0o711, places.owner_of(folder.parent))
        try:
            for path in (self.lock, self.clients, self.alive, self.log):
                if not path.exists():
                    os.close(locks.open_lock(path))
                    places.give(path, places.owner_of(self.root))
        except OSError as error:
            raise places.explain(error, self.home) from error

    def _comes_up(self) -> bool:
        """Wait for a running engine to answer; one whose main process is dead never will."""
        if self.answers():
            return True
        # Its starter may have died between the start and the pid file.
        processes.wait_until(lambda: self.pid() is not None or not self.is_running(), 5)
        # Without its socket (somebody emptied the temporary folder) it can never be reached again.
        seconds = self.patience if self.socket.exists() else 2
        processes.wait_until(lambda: self.answers() or not self._main_lives(), seconds)
        return self.answers()

    def _main_lives(self) -> bool:
        pid = self.pid()
        if pid is None or not processes.is_alive(pid) or not self.is_running():
            return False
        # Children that outlive a killed engine keep `alive` locked while its number may be given out anew.
        words = processes.command_line(pid)
        return not words or self.program in words

    def _end(self, *, force: bool) -> None:
        steps = [
            (self.stop_signal, 10 if force else STOP_SECONDS),
            (signal.SIGQUIT, 8),
            (signal.SIGKILL, 2),
        ]
        for number, seconds in steps:
            pid = self.pid()
            if pid is None or not self._main_lives():
                break
            processes.send(pid, number)
            if processes.wait_until(lambda: not self.is_running(), seconds):
                return
        # The main process is gone: what is left of it notices that within a moment, or is ended here.
        if processes.wait_until(lambda: not self.is_running(), 2):
            return
        for orphan in processes.processes_in(self.data):
            processes.send(orphan, signal.SIGKILL)
        if not processes.wait_until(lambda: not self.is_running(), 10):
            raise EngineError(
                f"An old {self.name} process still uses {self.data} and cannot be stopped from here. "
                "Stop it (or restart the machine) and try again."
            )

    def _start(self) -> None:
        try:
            self.prepare()
            self._launch()
        except OSError as error:
            raise places.explain(error, Path(error.filename or self.home)) from error

    def _launch(self) -> None:
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            os.truncate(self.log, 0)
        alive = locks.open_lock(self.alive)
        log = os.open(self.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            # A process that only looks holds the lock for an instant.
            if not processes.wait_until(lambda: locks.try_exclusive(alive), 2):
                raise EngineError(f"{self.name} is still running on {self.data}. Stop it and try again.")
            pid = processes.detach(
                self.command(), account=self.account(), alive=alive, log=log, folder=str(self.workdir)
            )
        finally:
            os.close(log)
            os.close(alive)
        processes.wait_until(lambda: self.answers() or not processes.is_alive(pid), self.patience)
        if not self.answers():
            raise EngineError(f"{self.name} did not start. {self.diagnosis()}")

    def diagnosis(self) -> str:
        """What the log says about a failed start, and what to do."""
        words = self.last_words()
        if "No space left on device" in words or "Disk quota exceeded" in words:
            return "The disk is full. Free some space and start again; nothing is lost."
        return f"The last lines of {self.log}:\n{words}"


_joined: dict[Path, tuple[int, int, Engine]] = {}


def join(engine: Engine) -> None:
    """Make this process a client of the engine until it ends, by a shared lock that forks inherit."""
    known = _joined.get(engine.clients)
    if known is not None and known[0] == os.getpid():
        return
    try:
        descriptor = locks.share(engine.clients)
    except OSError as error:
        raise places.explain(error, engine.clients) from error
    if not any(pid == os.getpid() for pid, _, _ in _joined.values()):
        atexit.register(_leave_all, os.getpid())
    _joined[engine.clients] = (os.getpid(), descriptor, engine)


def _leave_all(pid: int) -> None:
    """Leave every engine that this process joined; a forked child runs this too and must do nothing."""
    if pid != os.getpid():
        return
    for path, (owner, descriptor, engine) in list(_joined.items()):
        if owner == pid:
            del _joined[path]
            os.close(descriptor)
            stop_if_unused(engine)


def stop_if_unused(engine: Engine) -> bool:
    """Stop the engine unless a process uses it; newcomers wait for the stop and then start it anew."""
    try:
        descriptor = os.open(engine.clients, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        if not locks.try_exclusive(descriptor):
            return False
        engine.stop()
    finally:
        os.close(descriptor)
    return True
