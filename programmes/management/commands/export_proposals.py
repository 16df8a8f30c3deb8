"""Write proposals and programmes as JSON or CSV on stdout."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from networks.models import Network
from programmes.models import Programme
from programmes.services.export import HEADER, proposal_rows, proposals
from skillnet.kernel.tabular.writing import csv_chunks


class Command(BaseCommand):
    help = (
        "Write programmes with editions, learners, cost, funding and reasons. stdout carries only the data."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--network", help="name or number of one network")
        parser.add_argument("--state", default="proposal", help="one state, or 'all' (default: proposal)")
        parser.add_argument("--format", choices=["json", "csv"], default="json")

    def handle(self, *args: Any, **options: Any) -> None:
        programmes = Programme.objects.all()
        if options["network"]:
            programmes = programmes.filter(network=_network(options["network"]))
        if options["state"] != "all":
            if options["state"] not in Programme.State.values:
                raise CommandError(
                    f"--state: choose from all, {', '.join(Programme.State.values)}", returncode=2
                )
            programmes = programmes.filter(state=options["state"])
        if options["format"] == "json":
            document = {"programmes": list(proposals(programmes))}
            self.stdout.write(json.dumps(document, ensure_ascii=False, indent=1))
            return
        for chunk in csv_chunks(HEADER, proposal_rows(programmes)):
            self.stdout.write(chunk.decode("utf-8"), ending="")


def _network(text: str) -> Network:
    found = Network.objects.filter(pk=int(text)) if text.isdigit() else Network.objects.filter(name=text)
    network = found.first()
    if network is None:
        raise CommandError(f"--network: there is no network {text!r}", returncode=2)
    return network
