from typing import Any

from catalogue.services.import_offers import import_offers
from skillnet.kernel.actor import SYSTEM
from skillnet.kernel.import_command import ImportCommand
from skillnet.kernel.importing import ImportReport
from skillnet.kernel.tabular.table import Table


class Command(ImportCommand):
    help = "Import offers and their editions from a CSV or XLSX file; importing twice changes nothing."
    noun = "offers"

    def import_file(self, table: Table, progress: Any) -> ImportReport:
        return import_offers(table, actor=SYSTEM, progress=progress)
