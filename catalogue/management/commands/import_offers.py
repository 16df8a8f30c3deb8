from collections.abc import Callable
from pathlib import Path
from typing import Any

from catalogue.linked_data import is_linked, open_linked
from catalogue.services.import_offers import compare_offers, import_offers
from skillnet.kernel.actor import SYSTEM
from skillnet.kernel.import_command import ImportCommand
from skillnet.kernel.importing import ImportReport, RowOutcome
from skillnet.kernel.tabular.problems import FileProblem
from skillnet.kernel.tabular.table import Table


class Command(ImportCommand):
    help = (
        "Import offers and their editions from a CSV, XLSX or JSON-LD file; importing twice changes nothing."
    )
    noun = "offers"

    def import_file(self, table: Table, progress: Any) -> ImportReport:
        return import_offers(table, actor=SYSTEM, progress=progress)

    def compare_file(
        self, table: Table, tell: Callable[[list[RowOutcome]], None], progress: Any
    ) -> ImportReport:
        return compare_offers(table, actor=SYSTEM, tell=tell, progress=progress)

    def open_file(self, path: Path) -> Table:
        """Of JSON-LD each course must name its provider, as each row of a table does."""
        try:
            with path.open("rb") as stream:
                if is_linked(stream):
                    return open_linked(stream, filename=path.name)
        except OSError as error:
            raise FileProblem("file_missing", filename=path.name) from error
        return super().open_file(path)
