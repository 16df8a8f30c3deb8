"""`make demo`: web server, worker and beat under one supervisor, with labelled output, until Ctrl-C."""

import argparse
import contextlib
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent.parent
LOCAL = ROOT / ".local"
NEEDED_MB = 600
STOP_WITHIN = 20.0
COLOURS = {"web": "36", "worker": "33", "beat": "35", "demo": "32"}


class CannotStart(Exception):
    """The sentence says what is wrong and what to do."""


@dataclass(slots=True)
class Part:
    """One process of the site and the thread that labels what it says."""

    name: str
    command: list[str]
    env: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[str] | None = None
    ready_says: str = ""  # the line with which it says that people can sign in
    ready: threading.Event = field(default_factory=threading.Event)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    options = parser.parse_args()
    try:
        check_machine(options.port)
        start_engines()
        return supervise(options.port)
    except CannotStart as problem:
        say("demo", str(problem))
        return 1
    except KeyboardInterrupt:
        return 0


def check_machine(port: int) -> None:
    """Say plainly what stands in the way before anything is started."""
    if not 1 <= port <= 65535:
        raise CannotStart(f"{port} is no port. Try `make demo PORT=8123`.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise CannotStart(
                f"Port {port} is taken. Stop what uses it, or run `make demo PORT={port + 123}`."
            ) from error
    LOCAL.mkdir(exist_ok=True)
    free = shutil.disk_usage(LOCAL).free // 2**20
    if free < NEEDED_MB:
        raise CannotStart(
            f"Only {free} MB of disk is left here; the demo needs {NEEDED_MB} MB. Free some space."
        )


def start_engines() -> None:
    """Start PostgreSQL and Redis; this process is their last client."""
    from skillnet.embedded import EngineError, ensure_postgres, ensure_redis

    try:
        if not os.environ.get("DATABASE_URL"):
            ensure_postgres(LOCAL)
        if not os.environ.get("REDIS_URL"):
            ensure_redis(LOCAL)
    except EngineError as error:
        raise CannotStart(str(error)) from error


def migrate() -> None:
    say("demo", "manage.py migrate")
    done = subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], cwd=ROOT, check=False)
    if done.returncode:
        raise CannotStart("`manage.py migrate` failed; its last lines above say why.")


def supervise(port: int) -> int:
    """Run the parts until one of them ends or somebody presses Ctrl-C; stop all of them cleanly."""
    parts = parts_of(port)
    stopped = threading.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, lambda *_: stopped.set())
    migrate()  # before anything answers: a page of a database that is half made is an error
    for part in parts:
        start(part)
    ended: Part | None = None
    told = False
    while not stopped.wait(0.5) and ended is None:
        if not told and all(p.ready.is_set() for p in parts if p.ready_says) and answers(port):
            welcome(port)  # not before: who opens it at once can sign in at once
            told = True
        ended = next(
            (p for p in parts if p.process and p.process.poll() is not None and p.name != "demo"), None
        )
    if ended and ended.process:
        say("demo", f"{ended.name} ended with code {ended.process.returncode}; stopping the rest.")
    stop(parts)
    return 0 if ended is None else 1


def answers(port: int) -> bool:
    """Whether the site answers, its database included."""
    site = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    with contextlib.suppress(OSError, http.client.HTTPException), contextlib.closing(site):
        site.request("GET", "/health/")
        return site.getresponse().status == http.client.OK
    return False


def parts_of(port: int) -> list[Part]:
    python = [sys.executable, "-m"]
    return [
        Part(
            "web",
            [
                *python,
                "gunicorn",
                "skillnet.wsgi",
                "--bind",
                f"127.0.0.1:{port}",
                "--workers",
                "1",
                "--threads",
                "8",
                "--timeout",
                "60",
                "--log-level",
                "warning",
            ],
            {"SKILLNET_PROCESS": "web", "SKILLNET_SITE_URL": f"http://localhost:{port}"},
        ),
        Part(
            "worker",
            [
                *python,
                "celery",
                "-A",
                "skillnet",
                "--quiet",
                "worker",
                "--concurrency",
                "1",
                "--loglevel",
                "WARNING",
            ],
            {"SKILLNET_PROCESS": "worker", "SKILLNET_SITE_URL": f"http://localhost:{port}"},
        ),
        Part(
            "beat",
            [*python, "celery", "-A", "skillnet", "--quiet", "beat", "--loglevel", "WARNING"],
            {"SKILLNET_PROCESS": "beat"},
        ),
        # Loads the files, and ends by itself once matches are there and programmes stand in every state.
        # The accounts stand once it comes to the offers.
        Part("demo", [sys.executable, "manage.py", "load_demo", "--follow"], ready_says="offers"),
    ]


def start(part: Part) -> None:
    part.process = subprocess.Popen(  # noqa: S603  our own programs, no shell
        part.command,
        cwd=ROOT,
        env={**os.environ, **part.env, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,  # Ctrl-C reaches this process only, which then stops the parts in order
    )
    assert part.process.stdout is not None  # noqa: S101  a pipe, as asked above
    threading.Thread(target=relay, args=(part, part.process.stdout), daemon=True).start()


def relay(part: Part, stream: IO[str]) -> None:
    for line in stream:
        say(part.name, line.rstrip())
        if line.strip() == part.ready_says:
            part.ready.set()


def stop(parts: list[Part]) -> None:
    """Ask all of them to stop, in the order in which work flows; insist after STOP_WITHIN seconds."""
    running = [p.process for p in reversed(parts) if p.process and p.process.poll() is None]
    for process in running:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
    deadline = time.monotonic() + STOP_WITHIN
    for process in running:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    say("demo", "stopped")


def welcome(port: int) -> None:
    from skillnet.demo.accounts import demo_accounts

    say("demo", f"Open http://localhost:{port}/  (Ctrl-C stops everything)")
    for line in demo_accounts():
        say("demo", line)


def say(name: str, line: str) -> None:
    label = f"{name:>6} |"
    if sys.stdout.isatty():
        label = f"\033[{COLOURS[name]}m{label}\033[0m"
    print(label, line, flush=True)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "skillnet.settings")
    sys.exit(main())
