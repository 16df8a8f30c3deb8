import argparse
import time
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from matching.services.load import generate_load


class Command(BaseCommand):
    help = "Write realistic fictional volume, for measuring; never in production."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--gaps", type=int, required=True)
        parser.add_argument("--offers", type=int, required=True)
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        if min(options["gaps"], options["offers"]) < 0:
            raise CommandError("--gaps and --offers must not be negative.")
        start = time.monotonic()
        try:
            made = generate_load(
                gaps=options["gaps"], offers=options["offers"], seed=options["seed"], progress=self._progress
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(
            f"{made.gaps} gaps of {made.networks} networks and {made.offers} offers with {made.editions}"
            f" editions of {made.providers} providers in {time.monotonic() - start:.1f} s"
        )

    def _progress(self, what: str, count: int) -> None:
        self.stderr.write(f"{count} {what}")
