"""Things to do, as every app says them to the home page."""

from dataclasses import dataclass, field

from skillnet.ui import Todo

__all__ = ["Section", "Todo"]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with things to do, or with what to do first when there is nothing yet."""

    title: str
    todos: list[Todo] = field(default_factory=list)
    empty: str = ""
    action_label: str = ""
    action_url: str = ""
