"""A reminder of something that waits: said to each person once a week at most."""

from collections.abc import Collection

from django.utils import timezone

from networks.services.telling import notify
from programmes.models import Programme
from programmes.services.step_notices import message_context
from skillnet.accounts.models import User


def remind(
    people: Collection[User], programme: Programme, action: str, *, template: str, path: str = ""
) -> int:
    """Tell `people` that `action` waits; the link leads to `path`, else to the programme. Returns how many."""
    year, week, _day = timezone.localdate().isocalendar()
    context = message_context(programme, action, "") | ({"path": path} if path else {})
    key = f"deadline:{action}:{programme.pk}:{year}-{week}"
    return notify(people, key=key, template=template, context=context)


__all__ = ["remind"]
