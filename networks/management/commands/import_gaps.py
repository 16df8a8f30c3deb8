from collections.abc import Callable
from typing import Any

from networks.services.import_gaps import compare_gaps, import_gaps
from skillnet.kernel.actor import SYSTEM
from skillnet.kernel.import_command import ImportCommand
from skillnet.kernel.importing import ImportReport, RowOutcome
from skillnet.kernel.tabular.table import Table


class Command(ImportCommand):
    help = "Import competency gaps from a CSV or XLSX file; importing twice changes nothing."
    noun = "gaps"

    def import_file(self, table: Table, progress: Any) -> ImportReport:
        return import_gaps(table, actor=SYSTEM, progress=progress)

    def compare_file(
        self, table: Table, tell: Callable[[list[RowOutcome]], None], progress: Any
    ) -> ImportReport:
        return compare_gaps(table, actor=SYSTEM, tell=tell, progress=progress)
