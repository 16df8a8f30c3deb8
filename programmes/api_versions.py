"""Two systems that write one thing: 409 holds both versions, and nothing was written."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from programmes.services.versions import ChangedMeanwhile
from skillnet.api.problems import VersionConflict
from skillnet.kernel.actor import Actor
from skillnet.kernel.transitions import TransitionRefused


class VersionField(serializers.CharField):
    """The token that a read gave; left out, the sender replaces whatever stands."""

    def __init__(self, **options: Any) -> None:
        options.setdefault(
            "help_text", gettext_lazy("De versie die u las; ontbreekt ze, dan vervangt u alles.")
        )
        super().__init__(max_length=40, required=False, allow_null=True, default=None, **options)


@contextmanager
def both_versions(*, sent: Any, current: Callable[[], Any]) -> Iterator[None]:
    """Answer ChangedMeanwhile with a problem that holds `sent` and what `current` reads."""
    try:
        yield
    except ChangedMeanwhile as error:
        detail = _("Iemand anders bewaarde dit intussen. Er is niets geschreven: vergelijk beide versies.")
        raise VersionConflict(detail, current=current(), sent=sent) from error


def by_a_person(actor: Actor, step: str, steps: tuple[str, ...]) -> None:
    """Refuse a key that decides on somebody's aid: a person answers for that."""
    if step in steps and actor.user is None:
        raise TransitionRefused(_("Beslissen doet een persoon die zich aanmeldt, niet een sleutel."))


__all__ = ["VersionField", "both_versions", "by_a_person"]
