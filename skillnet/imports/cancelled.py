"""Editions that a file names and that are cancelled: an import changes what they say and never reopens them.

Who had a seat or waited was told that the edition does not take place; a file that still names it knows nothing of
that. So it is said before and after, and a person reopens them.
"""

from django.db.models import Q
from django.utils import timezone

from catalogue.models import Edition
from catalogue.services.offers import take_edition_action
from skillnet.kernel.actor import Actor
from skillnet.kernel.importing import STAYS_CANCELLED
from skillnet.kernel.models import ImportDifference, ImportFile
from skillnet.kernel.transitions import TransitionRefused

MOST_AT_ONCE = 200
"""Editions that one click reopens, each with its decision; who has more, clicks again."""


def cancelled_in(file: ImportFile) -> list[Edition]:
    """Cancelled editions that the file names and that have not begun, at most MOST_AT_ONCE.

    Nothing while the file was taken back. While it waits, the days are those from before the file.
    """
    if file.kind != "offers" or file.state == ImportFile.State.REVERTED:
        return []
    marked = ImportDifference.objects.filter(file=file, changes__contains=[{"column": STAYS_CANCELLED}])
    wanted = Q(pk__in=[])
    for key, changes in marked.order_by("pk").values_list("key", "changes")[:MOST_AT_ONCE]:
        for change in changes:
            if change["column"] == STAYS_CANCELLED:
                wanted |= Q(offer__external_id=key, external_id=change["new"])
    found = Edition.objects.filter(
        wanted, offer__provider__organisation=file.organisation_id, state=Edition.State.CANCELLED
    )
    if file.state != ImportFile.State.COMPARED:
        found = found.filter(starts_on__gte=timezone.localdate())
    return list(found.select_related("offer").order_by("starts_on", "pk"))


def reopen_editions(*, file: ImportFile, actor: Actor, reason: str) -> int:
    """Reopen those that the actor may; how many that were. One that may not be reopened stays as it is."""
    reopened = 0
    for edition in cancelled_in(file):
        try:
            take_edition_action(edition=edition, action="reopen", actor=actor, reason=reason)
        except TransitionRefused:
            continue
        reopened += 1
    return reopened
