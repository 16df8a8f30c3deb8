"""Embedded Redis: a doorbell between processes. The truth is in PostgreSQL, so nothing is kept on disk."""

from __future__ import annotations

import signal
import socket as sockets
from dataclasses import dataclass
from pathlib import Path

from skillnet.embedded import binaries, places
from skillnet.embedded.engine import Engine

SETTINGS = """\
# Written at each start of the embedded server.
port 0
unixsocket {socket}
unixsocketperm 700
daemonize no
pidfile redis.pid
dir .
save ""
appendonly no
maxmemory 256mb
maxmemory-policy noeviction
databases 16
"""


@dataclass(frozen=True)
class RedisAddress:
    """Where an embedded Redis listens."""

    socket: Path

    @property
    def client_url(self) -> str:
        """For redis-py and Django's cache: database 0."""
        return f"unix://{self.socket}?db=0"

    def celery_url(self, db: int = 0) -> str:
        """For Celery's broker and results: database `db` (0 to 15)."""
        return f"redis+socket://{self.socket}?virtual_host={db}"


class Redis(Engine):
    """Redis of one root folder, on a private unix socket."""

    name = "redis"
    program = "redis-server"
    patience = 15.0
    stop_signal = signal.SIGTERM

    def account(self) -> places.Account:
        """The owner of the root folder."""
        return places.owner_of(self.root)

    @property
    def address(self) -> RedisAddress:
        """Where it listens, running or not."""
        return RedisAddress(places.socket_path_of(self.root, "rd", self.account()) / "redis.sock")

    @property
    def socket(self) -> Path:
        """The file that the server listens on."""
        return self.address.socket

    def answers(self) -> bool:
        """Whether PING is answered within two seconds."""
        with sockets.socket(sockets.AF_UNIX) as connection:
            connection.settimeout(2)
            try:
                connection.connect(str(self.address.socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
            except OSError:
                return False

    def pid(self) -> int | None:
        """The server's process, from its pid file."""
        try:
            return int((self.data / "redis.pid").read_text())
        except (OSError, ValueError):
            return None

    @property
    def workdir(self) -> Path:
        """Its own folder: the paths in its settings are relative, so that no space needs quoting."""
        return self.data

    def command(self) -> list[str]:
        """redis-server in the foreground, in its own folder."""
        return [str(binaries.redis_server()), "redis.conf"]

    def prepare(self) -> None:
        """Write the settings and clear what a crash left."""
        places.socket_folder(self.root, "rd", self.account())
        places.make_folder(self.data, 0o700, self.account())
        for leftover in (self.data / "redis.pid", self.address.socket):
            leftover.unlink(missing_ok=True)
        target = self.data / "redis.conf"
        target.write_text(SETTINGS.format(socket=self.address.socket))
        places.give(target, self.account())
