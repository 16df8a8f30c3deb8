"""A file of 100 000 rows goes through without ever being in memory."""

from pathlib import Path

import psutil

from skillnet.kernel.tabular import read_rows

ROWS = 100_000
_AHEAD = 1_000_000  # bytes that the reader may have taken beyond the row it gives


def test_a_hundred_thousand_rows_are_read_as_they_are_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "groot.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write("external_id;title;description;language\r\n")
        file.writelines(
            f'A-{number:06d};Lassen van inox;"Regel één;\r\nregel twee van {number:0300d}";nl\r\n'
            for number in range(ROWS)
        )
    size = path.stat().st_size
    before = psutil.Process().memory_info().rss
    grown = count = 0
    with read_rows(path) as table:
        for count, row in enumerate(table.rows, start=1):
            assert row.line == 2 * count
            if count % 10_000 == 0:
                progress = table.progress()
                assert progress is not None
                assert progress * size < size * count / ROWS + _AHEAD
                grown = max(grown, psutil.Process().memory_info().rss - before)
    assert count == ROWS
    assert size > 30_000_000
    assert grown < size / 2
