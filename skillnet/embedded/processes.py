"""Starting, finding and ending the engines' processes, without a shell."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from skillnet.embedded.errors import EngineError
from skillnet.embedded.places import Account

# Run by a short-lived interpreter between us and the engine, so that the engine is nobody's child: it
# leaves no zombie with us, no SIGCHLD reaches gunicorn or Celery, and Ctrl-C in the terminal does not
# reach the engine (own session).
_DETACH = """
import subprocess, sys
uid, gid, alive, *command = sys.argv[1:]
drop = dict(user=int(uid), group=int(gid), extra_groups=[]) if uid else {}
engine = subprocess.Popen(command, start_new_session=True, stdin=subprocess.DEVNULL, stdout=sys.stderr,
                          pass_fds=(int(alive),), umask=0o077, **drop)
print(engine.pid, flush=True)
import os
os._exit(0)
"""


def clean_environment() -> dict[str, str]:
    """A small environment: PGDATA, PGOPTIONS and the like of the caller must not steer the engine."""
    kept = {key: os.environ[key] for key in ("PATH", "LD_LIBRARY_PATH", "TMPDIR") if key in os.environ}
    return {"PATH": "/usr/local/bin:/usr/bin:/bin", **kept, "LC_ALL": "C", "TZ": "UTC"}


def detach(command: Sequence[str], *, account: Account, alive: int, log: int, folder: str = "/") -> int:
    """Start an engine in its own session as `account` and return its process id.

    `alive` is a locked descriptor that the engine inherits: the kernel keeps that lock for as long as any
    process of the engine lives. `log` is the descriptor that takes the engine's output.
    """
    uid, gid = ("", "") if account.is_current else (str(account.uid), str(account.gid))
    done = subprocess.run(  # noqa: S603 - our own interpreter and a fixed script
        [sys.executable, "-I", "-S", "-c", _DETACH, uid, gid, str(alive), *command],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, pass_fds=(alive,),
        env=clean_environment(), cwd=folder, check=False, text=True,
    )  # fmt: skip
    if done.returncode != 0 or not done.stdout.strip():
        raise EngineError(f"{command[0]} could not be started; the engine's log says why.")
    return int(done.stdout)


def run_as(command: Sequence[str], account: Account) -> subprocess.CompletedProcess[str]:
    """Run a command to its end as `account`, output captured."""
    drop = {} if account.is_current else {"user": account.uid, "group": account.gid, "extra_groups": []}
    return subprocess.run(  # type: ignore[call-overload,no-any-return]  # noqa: S603 - fixed binaries
        list(command), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env=clean_environment(), cwd="/", umask=0o077, check=False, text=True, errors="replace", **drop,
    )  # fmt: skip


def is_alive(pid: int) -> bool:
    """Whether the process runs. A zombie (ended, not yet collected by its parent) counts as dead."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return process_state(pid) not in {"Z", "X"}


def process_state(pid: int) -> str:
    """The one-letter state of a process as ps shows it; empty when it cannot be read."""
    try:
        # The name stands in brackets and may itself hold spaces and brackets.
        return Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        pass
    if Path("/proc/self/stat").exists():
        return ""
    shown = subprocess.run(  # noqa: S603 - a number and fixed words
        ["/bin/ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return shown.stdout.strip()[:1]


def command_line(pid: int) -> str:
    """The command line of a process, arguments separated by spaces; empty when it cannot be read."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def processes_in(folder: Path) -> Iterator[int]:
    """Processes whose working directory is `folder`, as far as we may see them (Linux)."""
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if (entry / "cwd").samefile(folder):
                yield int(entry.name)
        except OSError:
            continue


def send(pid: int, number: signal.Signals) -> None:
    """Send a signal; a process that is gone already is fine."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
    except PermissionError as error:
        raise EngineError(
            f"Process {pid} belongs to another user and must be stopped by that user first."
        ) from error


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Look every few hundredths of a second until the condition holds or the time (seconds) is up."""
    deadline = time.monotonic() + seconds
    pause = 0.005
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
        pause = min(pause * 1.5, 0.05)
    return True
