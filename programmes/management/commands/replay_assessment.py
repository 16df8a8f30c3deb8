"""Assess the stored cases of a programme again with the stored law: is the answer the same?"""

import json
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from programmes.models import Programme
from programmes.services.reassess import replay_programme


class Command(BaseCommand):
    help = "Replay the aid assessments of a programme. Exit 0 when all are the same, 1 when one differs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("programme", help="the identity in the programme's address")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        replays = replay_programme(programme=_programme(options["programme"]))
        if options["format"] == "json":
            rows = [{"company": r.company, "same": r.is_same, "differences": r.differences} for r in replays]
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1))
        else:
            for replay in replays:
                answer = "same" if replay.is_same else f"different: {', '.join(replay.differences)}"
                self.stdout.write(f"{replay.company}: {answer}")
            if not replays:
                self.stdout.write("no stored case: this programme has no assessment that can be replayed")
        if not all(replay.is_same for replay in replays):
            raise CommandError("an assessment gives another answer than the one stored", returncode=1)


def _programme(text: str) -> Programme:
    try:
        return Programme.objects.get(public_id=UUID(text))
    except (ValueError, Programme.DoesNotExist):
        raise CommandError(f"there is no programme {text!r}", returncode=2) from None
