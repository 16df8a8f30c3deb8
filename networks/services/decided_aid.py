"""Until when aid was decided on that counted who owns whom; `programmes` says so, it registers in `AppConfig.ready`."""

from collections.abc import Callable
from datetime import date

from networks.models import Organisation

LastDecided = Callable[[Organisation], date | None]
_asked: list[LastDecided] = []


def register_decided_aid(last: LastDecided) -> None:
    """Have `last` asked for the day of the last aid of an organisation and what is linked to it."""
    if last not in _asked:
        _asked.append(last)


def last_decided_aid(*organisations: Organisation) -> date | None:
    """The last day (Brussels) on which one of them, or what is linked to it, was given aid; None for never."""
    days = [day for last in _asked for one in organisations if (day := last(one)) is not None]
    return max(days, default=None)
