import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from matching.models import MatchRun
from matching.services.runs import queue_run, work_run
from programmes.services.law import load_law
from skillnet.demo.accounts import PASSWORD
from skillnet.demo.answers import answer_demand
from skillnet.demo.calls import load_calls
from skillnet.demo.load import load_demo
from skillnet.demo.programmes import move_programmes
from skillnet.demo.strategy import renew_strategy
from skillnet.demo.supplements import ask_supplements

FOLLOW_SECONDS = 900


class Command(BaseCommand):
    help = "Load the demo data; loading it again changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--match", action="store_true", help="also match here and leave programmes in every state"
        )
        parser.add_argument(
            "--follow",
            action="store_true",
            help="also wait for the worker's run over everything, then move programmes",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        load_law()
        load_demo(self.stdout.write)
        load_calls()
        if options["follow"]:
            self._follow()
            return
        if options["match"]:
            self.stdout.write("matching")
            run = queue_run(scope=MatchRun.Scope.ALL, reason="demo", ring=False)
            work_run(run_id=run.pk)
            move_programmes(self.stdout.write)
            ask_supplements(self.stdout.write)
            answer_demand(self.stdout.write)
            renew_strategy(self.stdout.write)
        self.stdout.write(f"Demo accounts: password {PASSWORD}")

    def _follow(self) -> None:
        """Ask the worker for one run over everything, the first time, and build on what it brings."""
        run = MatchRun.objects.filter(scope=MatchRun.Scope.ALL, reason="demo").exclude(state="failed").first()
        if run is None:
            MatchRun.objects.unfinished().filter(reason="import").update(state=MatchRun.State.CANCELLED)
            run = queue_run(scope=MatchRun.Scope.ALL, reason="demo")
        deadline = time.monotonic() + FOLLOW_SECONDS
        while run.state in (MatchRun.State.PENDING, MatchRun.State.RUNNING) and time.monotonic() < deadline:
            time.sleep(1)
            run.refresh_from_db()
        move_programmes(self.stdout.write)
        ask_supplements(self.stdout.write)
        answer_demand(self.stdout.write)
        renew_strategy(self.stdout.write)
        self.stdout.write(f"matches and programmes are there ({run.get_state_display()})")
