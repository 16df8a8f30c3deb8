"""A reminder of something that waits: said to each person once a week at most."""

from collections.abc import Collection

from django.utils import timezone

from programmes.models import Programme
from programmes.services.step_notices import message_context
from skillnet.accounts.models import User
from skillnet.kernel.outbox import queue_notice


def remind(
    people: Collection[User], programme: Programme, action: str, *, template: str, path: str = ""
) -> int:
    """Tell `people` that `action` waits; the link leads to `path`, else to the programme. Returns how many."""
    year, week, _day = timezone.localdate().isocalendar()
    context = message_context(programme, action, "") | ({"path": path} if path else {})
    for user in people:
        queue_notice(
            user=user,
            key=f"deadline:{action}:{programme.pk}:{year}-{week}",
            template=template,
            context=context,
            mail=user.wants_mail,
        )
    return len(people)


__all__ = ["remind"]
