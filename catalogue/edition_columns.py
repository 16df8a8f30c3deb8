"""Further columns of the offers file that say how an edition is given. No Django here.

They are no part of the smallest contract: a file without them leaves what is known as it is, and they count only
in rows that make an edition.
"""

from collections.abc import Callable, Mapping
from typing import Any

from skillnet.kernel.tabular.cells import RowReader

MAX_LOCATION = 200
MAX_SCHEDULE = 300

# Column, which is also the field of the edition → what an empty cell means there.
EMPTY: dict[str, Any] = {"location": "", "schedule": "", "enrol_until": None}
EDITION_COLUMNS = tuple(EMPTY)


def read_edition(row: Mapping[str, str], reader: RowReader) -> dict[str, Any]:
    """The values of those columns that the file has; what is wrong is reported to `reader`."""
    read: dict[str, Callable[[], Any]] = {
        "location": lambda: reader.text("location", max_length=MAX_LOCATION),
        "schedule": lambda: reader.text("schedule", max_length=MAX_SCHEDULE),
        "enrol_until": lambda: reader.date("enrol_until"),
    }
    values = {column: read[column]() for column in EDITION_COLUMNS if column in row}
    return {column: EMPTY[column] if value is None else value for column, value in values.items()}


def edition_cells(edition: Any) -> dict[str, object]:
    """The fields of an edition as cells under EDITION_COLUMNS; empty ones when there is none."""
    return {column: getattr(edition, column, None) or None for column in EDITION_COLUMNS}
