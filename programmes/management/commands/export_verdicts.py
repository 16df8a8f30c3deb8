"""Write what people said and decided, with the scores as they were, for learning weights."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from programmes.services.judgements import HEADER, judgement_records, judgement_row
from skillnet.kernel.tabular.writing import csv_chunks


class Command(BaseCommand):
    """stdout carries the data only: a row a verdict, and a row a match behind a decision."""

    help = (
        "Write verdicts and decisions with the components, weights, model and run that they stood on. "
        "No names of people or companies; stdout carries only the data."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--format", choices=["json", "csv"], default="csv")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["format"] == "json":
            self.stdout.write(
                json.dumps({"verdicts": list(judgement_records())}, ensure_ascii=False, indent=1)
            )
            return
        rows = (judgement_row(record) for record in judgement_records())
        for chunk in csv_chunks(HEADER, rows):
            self.stdout.write(chunk.decode("utf-8"), ending="")
