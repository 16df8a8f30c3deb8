"""Train the project's own language model from open data."""

from __future__ import annotations

import dataclasses
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from matching.embedder import BUNDLED_MODEL


class Command(BaseCommand):
    """`manage.py train_embedder --esco DIR [--competent FILE] [--dictionaries DIR] [--wordnet DIR]`"""

    help = _("Traint het eigen taalmodel uit ESCO, Competent en woordenboeken.")
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where the data is and where the model goes."""
        parser.add_argument("--esco", type=Path, required=True, help=_("map met de ESCO-bestanden"))
        parser.add_argument("--competent", type=Path, help=_("koppeling van Competent aan ESCO"))
        parser.add_argument("--dictionaries", type=Path, help=_("map met woordenboeken freedict-*.dict.dz"))
        parser.add_argument("--wordnet", type=Path, help=_("map met de bestanden data.* van WordNet"))
        parser.add_argument("--out", type=Path, default=BUNDLED_MODEL, help=_("map voor het model"))
        parser.add_argument("--seed", type=int, help=_("beginwaarde van het toeval"))
        parser.add_argument("--steps", type=int, help=_("aantal stappen"))

    def handle(self, *_args: Any, **options: Any) -> None:
        """Train and write the folder; progress on standard output."""
        from matching.embedder.training.build import Sources, build_model
        from matching.embedder.training.config import TrainingConfig

        chosen = {key: options[key] for key in ("seed", "steps") if options[key] is not None}
        sources = Sources(options["esco"], options["competent"], options["dictionaries"], options["wordnet"])
        try:
            build_model(
                sources,
                dataclasses.replace(TrainingConfig(), **chosen),
                options["out"],
                say=lambda line: self.stdout.write(line),
            )
        except FileNotFoundError as error:
            raise CommandError(
                _("%(file)s ontbreekt. Geef de map waarin dat bestand staat.") % {"file": error.filename}
            ) from error
