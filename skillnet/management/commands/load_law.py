from typing import Any

from django.core.management.base import BaseCommand

from programmes.services.law import load_law


class Command(BaseCommand):
    help = "Load the dated rates, ceilings and instruments that the repository ships; what was changed stays."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{load_law()} rates added")
