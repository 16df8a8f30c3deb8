"""Fields of education of ISCED-F 2013 (UNESCO), the detailed ones with their broad field. No Django here.

A code has two digits (broad), three (narrow) or four (detailed). Files may give any of them; people choose
a detailed one by its name.
"""

import csv
from pathlib import Path

LANGUAGES = ("nl", "fr", "en")

BROAD_DIGITS = 2


def _read() -> dict[str, tuple[str, ...]]:
    with Path(__file__).with_name("isced_f.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: tuple(row[language] for language in LANGUAGES) for row in csv.DictReader(file)}


_NAMES = _read()
BROAD = {code: names for code, names in _NAMES.items() if len(code) == BROAD_DIGITS}
DETAILED = {code: names for code, names in _NAMES.items() if len(code) > BROAD_DIGITS}


def field_name(code: str, language: str) -> str:
    """The name of a broad or detailed field; of a narrow one its broad field's; the code when unknown."""
    names = DETAILED.get(code) or BROAD.get(code[:2])
    return names[LANGUAGES.index(language) if language in LANGUAGES else 0] if names else code


def grouped_choices(language: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Detailed fields by broad field, for a choice list: [(broad, [(code, "code name"), …])]."""
    return [
        (
            field_name(broad, language),
            [(code, f"{field_name(code, language)} ({code})") for code in DETAILED if code[:2] == broad],
        )
        for broad in BROAD
    ]
