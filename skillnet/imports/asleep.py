"""Offers that a file names and that are archived: an import changes them and nobody sees it, until published.

An import that was taken back, or a catalogue that lacked them once, left them so. Sending them again changes what
they say and not whether they are shown: that is said, and a person publishes them.
"""

from django.db.models import QuerySet

from catalogue.models import Offer
from catalogue.services.providers import provider_of
from catalogue.services.put_offer import publish_offers
from skillnet.kernel.actor import Actor
from skillnet.kernel.models import ImportDifference, ImportFile

MOST_AT_ONCE = 2_000
"""Offers that one click publishes; who has more, clicks again."""
Outcome = ImportDifference.Outcome


def asleep_in(file: ImportFile) -> int:
    """How many of the offers that the file names are archived; nothing while it was taken back."""
    if file.kind != "offers" or file.state == ImportFile.State.REVERTED:
        return 0
    return _archived(file).count()


def wake_offers(*, file: ImportFile, actor: Actor, reason: str) -> int:
    """Publish those that the actor may; how many that were. The rest waits for the next time."""
    if not asleep_in(file):
        return 0
    references = _archived(file).order_by("pk").values_list("external_id", flat=True)[:MOST_AT_ONCE]
    provider = provider_of(organisation=file.organisation)
    return publish_offers(actor=actor, provider=provider, references=list(references), reason=reason)


def _archived(file: ImportFile) -> QuerySet[Offer]:
    named = file.differences.filter(outcome__in=[Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED])
    return Offer.objects.filter(
        provider__organisation=file.organisation_id,
        state=Offer.State.ARCHIVED,
        external_id__in=named.values("key"),
    )
