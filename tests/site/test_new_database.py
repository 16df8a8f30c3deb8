"""A database made at once is the database that migrating step by step makes.

Migrating step by step takes two minutes, so what was compared is kept by fingerprint in
`new_database.compared`: as long as no migration and no library that writes SQL changed, it is not done again.
`make compare-databases` compares and keeps the new fingerprint.
"""

from __future__ import annotations

import hashlib
import os
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection

from skillnet import new_database

pytestmark = [pytest.mark.engines, pytest.mark.xdist_group("new-database")]

# Columns of a table without their order: one that was added later stands last there.
SCHEMA = {
    "columns": """
        SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity,
            a.attgenerated, pg_get_expr(d.adbin, d.adrelid)
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v')
        AND a.attnum > 0 AND NOT a.attisdropped""",
    "constraints": """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace AND contype <> 'n'""",
    "indexes": "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "triggers": "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "functions": """
        SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')""",
    "extensions": "SELECT extname FROM pg_extension",
    "migrations": "SELECT app, name FROM django_migrations",
    "permissions": "SELECT codename FROM auth_permission",
}
Schema = dict[str, set[tuple[Any, ...]]]
COMPARED = Path(__file__).with_name("new_database.compared")
WRITES_SQL = ("django", "django-pghistory", "django-pgtrigger", "pgvector")


def fingerprint() -> str:
    """One number for all that decides what either way makes."""
    folders = [Path(apps.get_app_config(label).path, "migrations") for label in new_database.AT_ONCE]
    files = [file for folder in folders for file in sorted(folder.glob("[0-9]*.py"))]
    files.append(Path(new_database.__file__))
    told = [f"{file.name} {hashlib.sha256(file.read_bytes()).hexdigest()}" for file in files]
    told += [f"{name} {version(name)}" for name in WRITES_SQL]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def schema_of(name: str, *, step_by_step: bool) -> Schema:
    """Migrate a new database of this name, read what stands in it, and drop it."""
    usual = connection.settings_dict["NAME"]
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        call_command("migrate", verbosity=0, skip_checks=True, step_by_step=step_by_step)
        with connection.cursor() as cursor:
            return {part: _rows(cursor, query) for part, query in SCHEMA.items()}
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _rows(cursor: Any, query: str) -> set[tuple[Any, ...]]:
    cursor.execute(query)
    return set(cursor.fetchall())


@pytest.mark.django_db(transaction=True)
def test_at_once_and_step_by_step_make_the_same() -> None:
    own = connection.settings_dict["NAME"]
    at_once = schema_of(f"{own}_quick", step_by_step=False)
    assert len(at_once["columns"]) > 1_000
    assert len(at_once["triggers"]) > 50
    if COMPARED.read_text().strip() == fingerprint():
        return
    slowly = schema_of(f"{own}_slow", step_by_step=True)
    for part in SCHEMA:
        assert at_once[part] == slowly[part], part
    if os.environ.get("SKILLNET_KEEP_COMPARED"):
        COMPARED.write_text(fingerprint() + "\n")
