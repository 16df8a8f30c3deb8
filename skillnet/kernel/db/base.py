"""Starts the embedded PostgreSQL lazily, so that commands without a database never wait for one."""

from typing import Any

from django.conf import settings
from django.db.backends.postgresql import base

from skillnet.embedded import postgres_address


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's wrapper; when no DATABASE_URL is configured it fills in the embedded server's socket."""

    def get_connection_params(self) -> dict[str, Any]:
        if settings.EMBEDDED_POSTGRES:
            # The configured name, not this connection's: a test database is Django's own to make and drop.
            address = postgres_address(settings.LOCAL_DIR, database=settings.EMBEDDED_DATABASE)
            self.settings_dict.update(HOST=address.socket_dir, PORT=str(address.port), USER=address.user)
        params: dict[str, Any] = super().get_connection_params()
        return params
