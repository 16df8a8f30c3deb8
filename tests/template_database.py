"""A migrated database to clone for each test process: making one takes seconds, cloning a moment.

The template's name holds a hash of every migration file. When files were only added since an older template,
the new one is a clone of that, brought forward; so a new migration costs its own time and no more.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.db import connection

PREFIX = "skillnet_template_"
KEPT = 6
_LOCK = 7_316_001


def template_database() -> str:
    """The name of a database with all migrations applied; made now when there is none yet."""
    files = _migrations()
    name = PREFIX + hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()[:12]
    with connection._nodb_cursor() as cursor:
        cursor.execute("SET lock_timeout = 0")  # who waits for the template waits for a whole migration
        cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        try:
            made = _templates(cursor)
            if name not in made:
                _make(cursor, name, files, made)
                _drop_oldest(cursor)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
    return name


def _migrations() -> dict[str, str]:
    """The hash of each migration by app and name, third-party ones included."""
    found = {}
    for config in apps.get_app_configs():
        for path in sorted(Path(config.path, "migrations").glob("[0-9]*.py")):
            found[f"{config.label}.{path.stem}"] = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
    return found


def _templates(cursor: Any) -> dict[str, dict[str, str]]:
    """Finished templates, newest first, with the migrations that each holds (kept as a comment)."""
    cursor.execute(
        "SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database"
        " WHERE datname LIKE %s ORDER BY oid DESC",
        [PREFIX + "%"],
    )
    return {name: json.loads(comment) for name, comment in cursor.fetchall() if comment}


def _make(cursor: Any, name: str, files: dict[str, str], made: dict[str, dict[str, str]]) -> None:
    older = next((old for old, held in made.items() if held.items() <= files.items()), "template0")
    cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')  # one that was never finished
    cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{older}"')
    _migrate(name)
    cursor.execute(f'COMMENT ON DATABASE "{name}" IS %s', [json.dumps(files)])


def _migrate(name: str) -> None:
    connection.close()
    usual = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = name
    try:
        call_command("migrate", verbosity=0, skip_checks=True)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual


def _drop_oldest(cursor: Any) -> None:
    for name in list(_templates(cursor))[KEPT:]:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
