"""Measure a ranking of texts on files of queries, corpus and relevance; needs no database."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from matching.embedder import EmbedderError, load_embedder
from matching.embedder.retrieval import Ranker, by_meaning, by_words, hybrid, measure, read_task

SHOWN = ("mrr", "hit@1", "hit@5", "hit@10", "recall@10", "queries", "corpus", "texts_per_second")


class Command(BaseCommand):
    """`manage.py evaluate_retrieval --queries Q.tsv --corpus C.tsv --qrels A.tsv`"""

    help = _("Meet hoe goed teksten gerangschikt worden op bestanden met zoekvragen, teksten en oordelen.")
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The files, the system and the model."""
        parser.add_argument("--queries", type=Path, required=True, help=_("zoekvragen: id, tab, tekst"))
        parser.add_argument("--corpus", type=Path, required=True, help=_("teksten: id, tab, tekst"))
        parser.add_argument(
            "--qrels",
            type=Path,
            required=True,
            help=_("oordelen: vraag, 0, tekst, graad"),
        )
        parser.add_argument("--system", choices=("meaning", "words", "hybrid"), default="meaning")
        parser.add_argument("--model", help=_("naam of map van een ander sentence-transformers-model"))
        parser.add_argument("--format", choices=("table", "json"), default="table")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print the figures."""
        try:
            task = read_task(options["queries"], options["corpus"], options["qrels"])
            figures = measure(task, _ranker(options["system"], options["model"]))
        except (OSError, ValueError, EmbedderError) as error:
            raise CommandError(str(error)) from error
        shown = {key: round(figures[key], 4) for key in SHOWN}
        if options["format"] == "json":
            self.stdout.write(json.dumps(shown))
            return
        for key, value in shown.items():
            self.stdout.write(f"{key:<18}{value:>10}")


def _ranker(system: str, model: str | None) -> Ranker:
    if system == "words":
        return by_words
    meaning = by_meaning(load_embedder(model or settings.EMBEDDING_MODEL or None))
    return meaning if system == "meaning" else hybrid(meaning, by_words)
