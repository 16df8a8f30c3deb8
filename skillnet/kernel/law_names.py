"""How a legal basis or a source reads in a language; what rows of law and decisions keep is never changed by it."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import yaml
from django.utils.translation import get_language

FILE = Path(__file__).with_name("law_names.yaml")
LANGUAGES = ("nl", "fr", "en")
COLON = {"nl": ": ", "fr": " : ", "en": ": "}
SEMICOLON = {"nl": "; ", "fr": " ; ", "en": "; "}


@lru_cache(maxsize=1)
def _file() -> Mapping[str, Mapping[str, list[str]]]:
    document: dict[str, dict[str, list[str]]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return document


def law_name(text: str, language: str = "") -> str:
    """The text in `language`, else in that of the page; as it stands where the file does not know it."""
    spoken = (language or get_language() or "nl")[:2]
    return _read(text, spoken if spoken in LANGUAGES else "nl")


@lru_cache(maxsize=4096)
def _read(text: str, language: str) -> str:
    """A known text as a whole; else what is between its semicolons one by one."""
    known = _known(text, language)
    if known is not None:
        return known
    return SEMICOLON[language].join(_part(part, language) for part in text.split("; "))


def _part(text: str, language: str) -> str:
    known = _known(text, language)
    if known is not None:
        return known
    scheme, colon, subject = text.partition(": ")
    halves = (_known(scheme, language), _known(subject, language))
    if colon and halves[0] is not None:
        return f"{halves[0]}{COLON[language]}{halves[1] or subject}"
    return _cited(text, language)


def _known(text: str, language: str) -> str | None:
    names = _file()["names"].get(text)
    return names[LANGUAGES.index(language)] if names else None


def _cited(text: str, language: str) -> str:
    """An article keeps its number; only the act is named as the language names it."""
    for act, names in _file()["acts"].items():
        text = text.replace(act, names[LANGUAGES.index(language)])
    return text
