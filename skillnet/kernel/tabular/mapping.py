"""Suggesting which column of a stranger's file is which column of the contract."""

from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import lru_cache
from pathlib import Path

import yaml

from skillnet.kernel.names import fold
from skillnet.kernel.tabular.table import HELPER_COLUMNS

KINDS = ("gaps", "offers")
_EXACT = 1.0
_SYNONYM = 0.99
_LEAST = 0.8  # of likeness; lower, and "datum" begins to look like "data"
_SHORTEST = 4  # letters; shorter names are alike by chance


def suggest_mapping(header: Iterable[str], kind: str) -> dict[str, str]:
    """Header name → column of the contract, for the names that resemble one; each column at most once.

    `kind` is `gaps` or `offers`. A contract name itself goes before a synonym, a synonym before a name
    that merely resembles one. For a person to confirm: the same mapping goes into `Table.records`.
    """
    names = [name for name in header if name.casefold() not in HELPER_COLUMNS]
    scored = sorted(
        (
            (-score, position, name, column)
            for position, name in enumerate(names)
            for column, called in _vocabulary(kind).items()
            if (score := _likeness(fold(name), fold(column), called)) >= _LEAST
        ),
    )
    mapping: dict[str, str] = {}
    for _, _, name, column in scored:
        if name not in mapping and column not in mapping.values():
            mapping[name] = column
    return {name: mapping[name] for name in names if name in mapping}


def _likeness(name: str, column: str, called: tuple[str, ...]) -> float:
    if name == column:
        return _EXACT
    if name in called:
        return _SYNONYM
    if len(name) < _SHORTEST:
        return 0.0
    return max((SequenceMatcher(None, name, other).ratio() for other in called), default=0.0) * _SYNONYM


@lru_cache(maxsize=len(KINDS))
def _vocabulary(kind: str) -> dict[str, tuple[str, ...]]:
    if kind not in KINDS:
        raise ValueError(f"kind is one of {KINDS}, not {kind!r}")
    path = Path(__file__).with_name("synonyms.yaml")
    loaded: dict[str, dict[str, list[str]]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {
        column: tuple(fold(str(name)) for name in called)
        for column, called in (loaded["shared"] | loaded[kind]).items()
    }
