"""An empty database gets its tables from the models at once, where migrating would work out every step.

Django renders all related models again for each of the seven hundred operations, which takes a minute and a
half of processor; the tables themselves take two seconds. Only for a database that holds nothing: any other one
is migrated step by step. `tests/site/test_new_database.py` holds the two ways against each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pgtrigger
from django.apps import apps
from django.contrib.postgres.operations import CreateExtension
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations import Migration, RunPython, RunSQL
from django.db.migrations.executor import MigrationExecutor

AT_ONCE = ("kernel", "networks", "catalogue", "matching", "programmes")
"""The apps whose models are many and entangled. All others are migrated step by step, and first."""


def fill_empty_database(connection: BaseDatabaseWrapper) -> bool:
    """Make every table of an empty database; False, and nothing done, where it is not empty.

    Raises NotImplementedError for a migration that neither follows from the models nor can be left out.
    """
    if connection.introspection.table_names():
        return False
    executor = MigrationExecutor(connection)
    graph = executor.loader.graph
    executor.migrate([leaf for leaf in graph.leaf_nodes() if leaf[0] not in AT_ONCE])
    executor = MigrationExecutor(connection)
    plan = [migration for migration, _back in executor.migration_plan(executor.loader.graph.leaf_nodes())]
    with transaction.atomic(using=connection.alias):
        _create_tables(connection, plan)
        _install_triggers(connection)
        for migration in plan:
            executor.recorder.record_applied(migration.app_label, migration.name)
    return True


def _create_tables(connection: BaseDatabaseWrapper, plan: list[Migration]) -> None:
    with connection.schema_editor() as editor:
        for migration, operation in _not_of_models(plan):
            state: Any = None  # neither kind looks at the models
            operation.database_forwards(migration.app_label, editor, state, state)
        for label in AT_ONCE:
            for model in apps.get_app_config(label).get_models():
                if model._meta.managed and not model._meta.proxy:
                    editor.create_model(model)


def _not_of_models(plan: list[Migration]) -> Iterator[tuple[Migration, Any]]:
    """Operations that models do not tell: extensions and tables in SQL. What moves rows has none to move."""
    for migration in plan:
        for operation in migration.operations:
            if getattr(operation, "elidable", False):
                continue
            if isinstance(operation, RunPython):
                raise NotImplementedError(
                    f"{migration} runs Python that is not elidable: an empty database needs it too. Migrate "
                    "step by step, or do it in a post_migrate handler."
                )
            if isinstance(operation, CreateExtension | RunSQL):
                yield migration, operation


def _install_triggers(connection: BaseDatabaseWrapper) -> None:
    for model, trigger in pgtrigger.registered():
        if model._meta.app_label in AT_ONCE:
            trigger.install(model, database=connection.alias)
