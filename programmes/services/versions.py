"""Two people on one page: who saves names the version that was read, so that nobody's work is replaced unseen."""

import hashlib
from collections.abc import Iterable

from django.utils.translation import gettext as _

from skillnet.kernel.transitions import TransitionRefused


class ChangedMeanwhile(TransitionRefused):
    """Somebody else saved since this page was opened; nothing was written."""


def version_of(rows: Iterable[Iterable[object]]) -> str:
    """A short token of these values in this order: the same for the same content, whoever saved it."""
    digest = hashlib.sha256()
    for row in rows:
        digest.update(repr([str(value) for value in row]).encode())
    return digest.hexdigest()[:16]


def check_version(read: str | None, now: str) -> None:
    """Raise ChangedMeanwhile unless `read` is what stands now; None is a caller that read nothing before."""
    if read is not None and read != now:
        raise ChangedMeanwhile(
            _(
                "Iemand anders bewaarde deze pagina terwijl u bezig was. Er is niets van u of van hen verloren: "
                "hieronder staan de bewaarde versie en wat u invulde. Als u nu bewaart, vervangt uw versie die "
                "andere."
            )
        )


__all__ = ["ChangedMeanwhile", "check_version", "version_of"]
