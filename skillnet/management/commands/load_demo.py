from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from matching.models import MatchRun
from matching.services.runs import queue_run, work_run
from programmes.services.law import load_law
from skillnet.demo.load import PASSWORD, load_demo
from skillnet.demo.programmes import move_programmes


class Command(BaseCommand):
    help = "Load the demo data; loading it again changes nothing. With --match, also match and move programmes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--match", action="store_true", help="match in this process and leave programmes in every state")

    def handle(self, *args: Any, **options: Any) -> None:
        load_law()
        load_demo(self.stdout.write)
        if options["match"]:
            self.stdout.write("matching")
            run = queue_run(scope=MatchRun.Scope.ALL, reason="demo", ring=False)
            work_run(run_id=run.pk)
            self.stdout.write("programmes")
            move_programmes(self.stdout.write)
        self.stdout.write(f"Demo accounts: password {PASSWORD}")
