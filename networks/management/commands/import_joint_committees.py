import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from networks.services.onboarding import import_joint_committees
from skillnet.kernel.tabular import FileProblem, read_rows, render


class Command(BaseCommand):
    help = (
        "Read the official list of joint committees (CSV or XLSX with the columns code, nl, fr, en). Known "
        "codes get their new names and none is taken away: run it again with each year's list."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", help="Path of the list.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with read_rows(options["file"]) as table:
                count = import_joint_committees(table)
        except FileProblem as problem:
            raise CommandError(render(problem, "nl"), returncode=2) from problem
        if not count:
            raise CommandError("The file has no row with a code and a name.", returncode=2)
        self.stdout.write(f"{count} joint committees")
