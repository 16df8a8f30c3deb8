"""All rows of a table, read and put back in one go; and how often this process wrote."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import connection

_READS = ("SELECT", "SAVEPOINT", "RELEASE")
_writes = 0


@dataclass(frozen=True)
class Rows:
    """What a table holds, as `COPY` writes it, in the order that a query without an order gives."""

    table: str  # quoted
    columns: str  # those that do not follow from others, quoted
    lines: bytes

    def put_back(self, cursor: Any) -> None:
        cursor.execute(f"DELETE FROM {self.table}")  # noqa: S608  PostgreSQL quoted it
        with cursor.copy(f"COPY {self.table} ({self.columns}) FROM STDIN") as copy:
            copy.write(self.lines)


def writes_by_table() -> dict[str, int]:
    """How many rows of each table this transaction wrote so far, those included that it undid."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(relname), pg_stat_get_xact_tuples_inserted(oid)"
            " + pg_stat_get_xact_tuples_updated(oid) + pg_stat_get_xact_tuples_deleted(oid)"
            " FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        return dict(cursor.fetchall())


def rows_of(table: str) -> Rows:
    columns = _columns(table)
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) TO STDOUT") as copy:
        return Rows(table, columns, b"".join(copy))


@cache
def _columns(table: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute"
            " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''",
            [table],
        )
        return str(cursor.fetchone()[0])


def put_back(rows: list[Rows]) -> None:
    """These tables hold these rows again. Neither triggers nor foreign keys: what they did is in the rows."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for held in rows:
            held.put_back(cursor)
        cursor.execute("SET LOCAL session_replication_role = origin")


def count_writes() -> int:
    """How many statements this process sent that may have written something."""
    if _count not in connection.execute_wrappers:
        connection.execute_wrappers.append(_count)
    return _writes


def _count(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    global _writes
    if not str(sql).lstrip().startswith(_READS):
        _writes += 1
    return execute(sql, params, many, context)
