"""Two systems that write one thing: 409 holds both versions, and nothing was written."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from programmes.services.versions import ChangedMeanwhile
from skillnet.api.problems import VersionConflict


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


__all__ = ["VersionField", "both_versions"]
