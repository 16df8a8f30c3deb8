"""Things to do, as every app says them to the home page."""

from dataclasses import dataclass, field

from skillnet.ui import Fact, Link, Todo

__all__ = ["Section", "Todo"]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with things to do, or with what to do first when there is nothing yet."""

    title: str
    todos: list[Todo] = field(default_factory=list)
    empty: str = ""
    action_label: str = ""
    action_url: str = ""
    facts: list[Fact] = field(default_factory=list)  # how things stand, whether or not something waits
    coming: list[Todo] = field(default_factory=list)  # dates ahead; nothing to do yet
    more: list[Link] = field(default_factory=list)  # what one may do when nothing waits
