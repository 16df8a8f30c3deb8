"""`manage.py assess_aid CASE.json`: assess one case on the command line, without a database."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from programmes.aid.assessment import assess
from programmes.aid.case import load_case
from programmes.aid.rates import load_rates
from programmes.aid.reader import InvalidCase
from programmes.aid.texts import LANGUAGES

LARGEST_CASE = 10 * 1024 * 1024


class Command(BaseCommand):
    """Only JSON on stdout; exit 0 also when nothing is granted, 2 with field and reason on stderr."""

    help = "Beoordeelt één steundossier (JSON) en schrijft de uitkomst met haar redenering als JSON."
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        """The case, and the language of the sentences."""
        parser.add_argument("case", metavar="CASE.json", help="bestand met het dossier; - leest van stdin")
        parser.add_argument("--language", default="nl", choices=LANGUAGES, help="taal van de redenering")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, assess, write."""
        language = options["language"]
        try:
            case = load_case(_read(options["case"]))
            assessment = assess(case, load_rates())
        except InvalidCase as error:
            raise CommandError(f"{error.field}: {error.render(language)}", returncode=2) from error
        self.stdout.write(json.dumps(assessment.as_contract(language), ensure_ascii=False, indent=2))


def _read(name: str) -> str:
    try:
        if name == "-":
            data = sys.stdin.buffer.read(LARGEST_CASE + 1)
        else:
            with Path(name).open("rb") as file:
                data = file.read(LARGEST_CASE + 1)
    except OSError as error:
        raise CommandError(f"{name}: {error.strerror}", returncode=2) from error
    if len(data) > LARGEST_CASE:
        raise CommandError(f"{name}: > 10 MB", returncode=2)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidCase("case", "invalid.json", detail="UTF-8") from error
