"""What a dated rate is, as people call it, in the language of the page; its key is for files and the API."""

from functools import lru_cache
from pathlib import Path

import yaml
from django.utils.translation import get_language

FILE = Path(__file__).with_name("rate_names.yaml")
LANGUAGES = ("nl", "fr", "en")


@lru_cache(maxsize=1)
def rate_names() -> dict[str, tuple[str, ...]]:
    """All names by key, in the order of LANGUAGES."""
    document: dict[str, list[str]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return {key: tuple(names) for key, names in document.items()}


def rate_name(key: str) -> str:
    """The name in the language of the page; the key itself where nobody named it."""
    language = (get_language() or "nl")[:2]
    names = rate_names().get(key)
    return names[LANGUAGES.index(language) if language in LANGUAGES else 0] if names else key


def keys_named(words: str) -> list[str]:
    """Keys whose name in the language of the page holds these words."""
    wanted = words.casefold()
    return [key for key in rate_names() if wanted in rate_name(key).casefold()]
