"""A text for people and for the matcher, put together of what was filled in apart."""

from collections.abc import Iterable

_ENDS = (".", "!", "?", "…", ":", ";")


def joined(parts: Iterable[str]) -> str:
    """What was filled in as one text, each part closed as a sentence unless its writer did; no full stop last."""
    said = [part.strip() for part in parts if part.strip()]
    return " ".join([*(part if part.endswith(_ENDS) else f"{part}." for part in said[:-1]), *said[-1:]])
