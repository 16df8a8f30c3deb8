"""Texts put together of parts read as one text."""

import pytest

from skillnet.kernel.sentences import joined


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        (["TIG-lassen", "Twee avonden.", "een naad leggen"], "TIG-lassen. Twee avonden. een naad leggen"),
        (["Wie leert het ons?", "Snel!", "Af"], "Wie leert het ons? Snel! Af"),
        (["Titel", "  ", ""], "Titel"),
        (["Titel", "Zin met punt."], "Titel. Zin met punt."),
        ([], ""),
    ],
)
def test_each_part_is_closed_once(parts: list[str], text: str) -> None:
    assert joined(parts) == text
