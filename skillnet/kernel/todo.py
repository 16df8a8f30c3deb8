"""Things to do, as every app says them to the home page."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing to do: a sentence, where to do it, how many rows wait, and perhaps until when."""

    text: str
    url: str
    count: int | None = None
    due: Any = None
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with things to do, or with what to do first when there is nothing yet."""

    title: str
    todos: list[Todo] = field(default_factory=list)
    empty: str = ""
    action_label: str = ""
    action_url: str = ""
