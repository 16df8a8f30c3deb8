"""Erase who a learner is, on their own request; pseudonym, hours and decisions stay as the law asks."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from programmes.models import Enrolment
from programmes.services.learners import erase_learner
from skillnet.kernel.actor import SYSTEM


class Command(BaseCommand):
    """Exit 0: erased (or erased before); 2: no such learner."""

    help = "Erase name and address of the learner with this reference; what the law keeps stays."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("reference", help="pseudonym of one enrolment, such as D-7K3Q-X9M2")
        parser.add_argument("--reason", required=True, help="when and how the person asked")

    def handle(self, *args: Any, **options: Any) -> None:
        found = Enrolment.objects.filter(reference=options["reference"].strip().upper()).first()
        if found is None:
            raise CommandError("There is no enrolment with this reference.", returncode=2)
        learner = erase_learner(learner_id=found.learner_id, actor=SYSTEM, reason=options["reason"])
        kept = learner.enrolments.count()
        self.stdout.write(f"Erased. {kept} enrolment(s) stay by pseudonym until ten years after the grant.")
