"""Emptying the database after a test that committed: rows are deleted, where Django would truncate each table.

Truncating gives each of the two hundred tables and thousand indexes a new file, which takes seconds. The kinds of
rows and permissions that Django writes at migration stay: it would write the same ones again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations

KEPT = {"django_content_type", "auth_permission"}
_truncate = DatabaseOperations.sql_flush


def delete_instead_of_truncate() -> None:
    """From now on, in this process."""
    DatabaseOperations.sql_flush = _sql_flush  # type: ignore[method-assign, assignment]


def _sql_flush(
    self: DatabaseOperations, style: Any, tables: Sequence[str], **options: Any
) -> list[str]:  # called by Django's `flush`, which runs the answer in one transaction
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('is_superuser')")
        may = cursor.fetchone() == ("on",)
    if not may or options.get("reset_sequences"):
        return _truncate(self, style, tables, **options)
    names = [self.quote_name(table) for table in sorted(tables)]
    return [
        # As TRUNCATE does: whoever still writes is waited for, so that nothing comes in afterwards.
        f"LOCK TABLE {', '.join(names)} IN ACCESS EXCLUSIVE MODE",
        # Neither foreign keys nor triggers: everything goes, whatever the order.
        "SET LOCAL session_replication_role = replica",
        *(
            f"DELETE FROM {self.quote_name(table)}"  # noqa: S608  Django's own names
            for table in sorted(tables)
            if table not in KEPT
        ),
    ]
