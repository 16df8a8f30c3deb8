"""Notes as sentences in Dutch, French and English, from the YAML files beside this module."""

from datetime import date
from functools import lru_cache
from pathlib import Path

import yaml

from matching.engine.explain import Note, Value

LANGUAGES = ("nl", "fr", "en")
FALLBACK = "nl"


@lru_cache(maxsize=len(LANGUAGES))
def _texts(language: str) -> tuple[dict[str, str], dict[str, str]]:
    raw = yaml.safe_load((Path(__file__).parent / f"sentences_{language}.yaml").read_text(encoding="utf-8"))
    return raw["sentences"], raw["words"]


def keys(language: str) -> set[str]:
    """Return the keys for which a language has a sentence."""
    return set(_texts(language)[0])


def render(note: Note, language: str) -> str:
    """Return the sentence for a note; an unsupported language gets Dutch.

    Raises:
        KeyError: no sentence has this key: a mistake of the programmer, not of the data.
    """
    chosen = language if language in LANGUAGES else FALLBACK
    sentences, words = _texts(chosen)
    params = {name: _value(name, value, chosen, words) for name, value in note.params.items()}
    return sentences[note.key].format(**params)


def _value(name: str, value: Value, language: str, words: dict[str, str]) -> str:
    if value is None:
        return words["unknown"]
    if name in {"starts", "limit"}:
        day = date.fromisoformat(str(value))
        return f"{day.day}/{day.month}/{day.year}"
    if name in {"taught", "spoken"}:
        return ", ".join(words.get(part, part) for part in str(value).split(", "))
    if isinstance(value, float):
        return _number(value, language)
    return words.get(value, value) if isinstance(value, str) else str(value)


def _number(value: float, language: str) -> str:
    text = f"{value:,.2f}".removesuffix(".00")
    if language == "en":
        return text
    thousands = "." if language == "nl" else "\u202f"
    return text.replace(",", "\0").replace(".", ",").replace("\0", thousands)
