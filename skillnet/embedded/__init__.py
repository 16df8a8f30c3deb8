"""The embedded engines: PostgreSQL 18 with pgvector and Redis, from the binaries that two wheels carry.

Every process that calls an `ensure_…` function is a client until it ends; the last client to leave stops
the engine cleanly. Why it is built this way: docs/adr/0001-embedded-engines.md.
"""

from __future__ import annotations

import os
from pathlib import Path

from skillnet.embedded.errors import EngineError
from skillnet.embedded.postgres import Postgres, PostgresAddress
from skillnet.embedded.redis import Redis, RedisAddress

__all__ = [
    "EngineError",
    "PostgresAddress",
    "RedisAddress",
    "ensure_postgres",
    "ensure_redis",
    "postgres_address",
    "redis_address",
]

_seen: set[tuple[int, Path, str]] = set()


def ensure_postgres(root: Path, *, database: str = "skillnet") -> str:
    """Start the PostgreSQL of `root` (the checkout's `.local`) if needed and return its DATABASE_URL.

    The database is created if it is missing (UTF8, locale provider builtin, C.UTF-8). Cheap when called
    again, as before each new connection. Raises EngineError.
    """
    engine = Postgres(root)
    key = (os.getpid(), engine.root, database)
    if not (key in _seen and engine.answers()):
        engine.ensure()
        engine.make_durable()
        engine.ensure_database(database)
        _seen.add(key)
    return engine.url(database)


def postgres_address(root: Path, *, database: str = "skillnet") -> PostgresAddress:
    """Do what `ensure_postgres` does and return the address in parts, as Django's settings want them."""
    ensure_postgres(root, database=database)
    return Postgres(root).address


def ensure_redis(root: Path) -> RedisAddress:
    """Start the Redis of `root` (the checkout's `.local`) if needed and say where it listens.

    Raises EngineError.
    """
    engine = Redis(root)
    engine.ensure()
    return engine.address


def redis_address(root: Path) -> RedisAddress:
    """Where the Redis of `root` listens once it runs; starts and touches nothing."""
    return Redis(root).address
