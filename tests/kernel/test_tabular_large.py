"""A file of 100 000 rows goes through in constant memory."""

import tracemalloc
from pathlib import Path

from skillnet.kernel.tabular import read_rows

ROWS = 100_000
_LIMIT = 12_000_000  # bytes; the file is larger, and its rows as Python objects take over 100 MB


def test_a_hundred_thousand_rows_are_read_in_constant_memory(tmp_path: Path) -> None:
    path = tmp_path / "groot.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write("external_id;title;description;language\r\n")
        file.writelines(
            f'A-{number};Lassen van inox;"Regel één;\r\nregel twee van {number:0100d}";nl\r\n'
            for number in range(ROWS)
        )
    assert path.stat().st_size > _LIMIT
    tracemalloc.start()
    with read_rows(path) as table:
        count, line, last = 0, 0, ""
        for row in table.rows:
            count, line, last = count + 1, row.line, row.cells[0]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (count, line, last) == (ROWS, 2 * ROWS, f"A-{ROWS - 1}")
    assert peak < _LIMIT
