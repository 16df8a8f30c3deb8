"""How a lower app says that something changed, without knowing who wants to know.

`networks` and `catalogue` announce inside their transaction; `matching` and `programmes`, which lie above them,
register what they do then (queue a run, follow a moved edition). One handler a kind,
registered in `AppConfig.ready`: no signals, no surprises.
"""

from collections.abc import Callable, Sequence
from typing import Literal

from skillnet.kernel.actor import Actor

Kind = Literal["gap", "offer", "edition"]
Handler = Callable[[Sequence[int], Actor | None, str], None]
_handlers: dict[Kind, Handler] = {}


def register_change_handler(kind: Kind, handler: Handler) -> None:
    _handlers[kind] = handler


def announce_change(kind: Kind, ids: Sequence[int], *, actor: Actor | None, reason: str) -> None:
    """Say that these gaps, offers or editions changed; nothing happens for an empty list."""
    handler = _handlers.get(kind)
    if handler and ids:
        handler(ids, actor, reason)
