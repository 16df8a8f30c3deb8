"""What can be wrong with a file or a row, as codes with parameters, and the sentences for them.

A code is stored and tested; the sentence, with the remedy, is rendered in the reader's language from
`problems_nl.yaml`, `problems_fr.yaml` and `problems_en.yaml` beside this module.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

LANGUAGES = ("nl", "fr", "en")
_SHOWN = 80  # characters of a person's value that a sentence repeats


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One thing that keeps a row out. `line` counts from 1 as an editor does; `column` may be empty."""

    line: int
    column: str
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


class FileProblem(Exception):
    """A file that cannot be read at all, or not any further. `params` may hold `line`."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code, params)
        self.code = code
        self.params: dict[str, Any] = params

    def __str__(self) -> str:
        return render(self, "en")


def render(problem: RowProblem | FileProblem, language: str) -> str:
    """The sentence for a problem and what to do about it, in `nl`, `fr` or `en` (any other gives English)."""
    sentence, remedy = _sentences(language if language in LANGUAGES else "en")[problem.code]
    values = {name: _shown(value) for name, value in problem.params.items()}
    if isinstance(problem, RowProblem):
        values |= {"column": problem.column, "line": str(problem.line)}
    return f"{sentence} {remedy}".format_map(values)


def codes(language: str) -> frozenset[str]:
    """Every code that has a sentence in the language."""
    return frozenset(_sentences(language))


@lru_cache(maxsize=len(LANGUAGES))
def _sentences(language: str) -> dict[str, tuple[str, str]]:
    path = Path(__file__).with_name(f"problems_{language}.yaml")
    loaded: dict[str, dict[str, str]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {code: (texts["problem"], texts["remedy"]) for code, texts in loaded.items()}


def _shown(value: Any) -> str:
    if isinstance(value, (tuple, list)):
        return ", ".join(str(item) for item in value)
    text = str(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
