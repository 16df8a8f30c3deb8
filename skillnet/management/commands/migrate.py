"""Django's own `migrate`, which fills a database that holds nothing yet in one go."""

from typing import Any

from django.core.management.commands.migrate import Command as MigrateCommand
from django.db import connections

from skillnet.new_database import fill_empty_database

PARTIAL = ("app_label", "plan", "check_unapplied", "fake", "fake_initial", "prune", "run_syncdb")


class Command(MigrateCommand):
    """`manage.py migrate`; `--step-by-step` applies each migration even to an empty database."""

    def add_arguments(self, parser: Any) -> None:
        """What Django's takes, and `--step-by-step`."""
        super().add_arguments(parser)
        parser.add_argument("--step-by-step", action="store_true", help="apply each migration on its own")

    def handle(self, *args: Any, **options: Any) -> None:
        """Fill the database when it is empty and all of it is asked for; then whatever is left to migrate."""
        whole = not any(options.get(name) for name in (*PARTIAL, "step_by_step"))
        if whole and fill_empty_database(connections[options["database"]]) and options["verbosity"]:
            self.stdout.write("Made every table of an empty database.")
        super().handle(*args, **options)
