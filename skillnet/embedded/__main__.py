"""`python -m skillnet.embedded`: look at the embedded engines, stop them, remove their data."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from skillnet.embedded import locks
from skillnet.embedded.engine import Engine, stop_if_unused
from skillnet.embedded.errors import EngineError
from skillnet.embedded.postgres import Postgres
from skillnet.embedded.redis import Redis

DEFAULT_ROOT = Path(__file__).resolve().parents[2] / ".local"
NOT_RUNNING = 3  # as the Linux Standard Base has it for a status command


def _engines(root: Path) -> list[Engine]:
    return [Postgres(root), Redis(root)]


def show_status(options: argparse.Namespace) -> int:
    """One line an engine. Exit status 0 when both run, 3 otherwise."""
    running = []
    for engine in _engines(options.root):
        running.append(engine.is_running() and engine.answers())
        state = f"running (process {engine.pid()})" if running[-1] else "not running"
        used = ", in use" if engine.in_use() else ""
        print(f"{engine.name}: {state}{used}; socket {engine.socket}; data {engine.data.resolve()}")
    return 0 if all(running) else NOT_RUNNING


def stop(options: argparse.Namespace) -> int:
    """Stop what runs; with clients only by --force. Exit status 1 when something was left running."""
    left = 0
    for engine in _engines(options.root):
        if not engine.is_running():
            print(f"{engine.name}: not running")
        elif options.force:
            with locks.exclusive(engine.lock):
                engine.stop()
            print(f"{engine.name}: stopped")
        elif stop_if_unused(engine):
            print(f"{engine.name}: stopped")
        else:
            print(f"{engine.name}: in use; end the commands that use it, or stop it with --force")
            left = 1
    return left


def show_psql_url(options: argparse.Namespace) -> int:
    """The address for psql. Exit status 3 when the server does not run."""
    engine = Postgres(options.root)
    print(engine.url(options.database))
    if engine.is_running():
        return 0
    print("PostgreSQL is not running now; every manage.py command starts it.", file=sys.stderr)
    return NOT_RUNNING


def clean(options: argparse.Namespace) -> int:
    """Stop the engines and delete their data, wherever they are kept."""
    if stop(options):
        return 1
    postgres = Postgres(options.root)
    sockets = {engine.socket.parent for engine in _engines(options.root)}
    for folder in {postgres.data.resolve(), postgres.home} | sockets:
        if folder.exists():
            shutil.rmtree(folder)
            print(f"removed {folder}")
    return 0


def parser() -> argparse.ArgumentParser:
    """The command line."""
    result = argparse.ArgumentParser(prog="python -m skillnet.embedded", description=__doc__)
    result.add_argument("--root", type=Path, default=DEFAULT_ROOT, help="the checkout's .local folder")
    commands = result.add_subparsers(required=True, metavar="command")

    def add(name: str, action: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=text, description=text)
        command.set_defaults(action=action)
        return command

    add("status", show_status, "say what runs and where")
    force = {"action": "store_true", "help": "also while commands use them"}
    add("stop", stop, "stop the engines cleanly").add_argument("--force", **force)  # type: ignore[arg-type]
    url = add("psql-url", show_psql_url, "print the address for psql")
    url.add_argument("--database", default="skillnet")
    add("clean", clean, "stop the engines and delete their data").add_argument("--force", **force)  # type: ignore[arg-type]
    return result


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit status."""
    options = parser().parse_args(arguments)
    try:
        return int(options.action(options))
    except EngineError as error:
        print(f"skillnet: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
