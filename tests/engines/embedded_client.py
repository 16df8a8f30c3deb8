"""A client process for the tests: becomes a user, uses the engines, says what it got, waits, leaves."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

import psycopg

from skillnet import embedded
from skillnet.embedded import binaries


def become(uid: int, gid: int) -> None:
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)
    if not os.access(sys.executable, os.X_OK):  # an interpreter below root's closed home
        sys.executable = "/usr/bin/python3"


def fork_children() -> None:
    """Two children that end as Python programs do, running their atexit functions."""
    for _ in range(2):
        if os.fork() == 0:
            sys.exit(0)
        os.wait()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("root", type=Path)
    parser.add_argument("--user", type=int, nargs=2)
    parser.add_argument("--shared", type=Path)
    parser.add_argument("--engines", default="postgres")
    parser.add_argument("--fork", action="store_true")
    options = parser.parse_args()
    if options.shared:
        binaries.SHARED = options.shared
    if options.user:
        become(*options.user)
    answer: dict[str, str] = {}
    try:
        if "postgres" in options.engines:
            answer["url"] = embedded.ensure_postgres(options.root)
            with psycopg.connect(answer["url"]) as connection:
                row = connection.execute("show data_directory").fetchone()
                answer["directory"] = str(row[0]) if row else ""
        if "redis" in options.engines:
            answer["redis"] = str(embedded.ensure_redis(options.root).socket)
    except embedded.EngineError as error:
        answer["error"] = str(error)
    if options.fork:
        fork_children()
    print(json.dumps(answer), flush=True)
    sys.stdin.readline()


if __name__ == "__main__":
    main()
