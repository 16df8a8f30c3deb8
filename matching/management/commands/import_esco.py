from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from matching.esco_files import open_esco
from matching.services.esco import import_esco
from skillnet.kernel.tabular.problems import FileProblem, render


class Command(BaseCommand):
    help = "Import ESCO skills and occupations: the official CSV download, or the merged tables."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            files = open_esco(options["folder"])
            report = import_esco(files, progress=lambda what, count: self.stderr.write(f"{what}: {count}"))
        except FileProblem as problem:
            raise CommandError(render(problem, "en"), returncode=2) from problem
        self.stdout.write(f"{report.skills} skills and {report.occupations} occupations")
        self.stdout.write("This service uses the ESCO classification of the European Commission.")
