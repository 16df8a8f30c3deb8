"""Create or replace by an own reference, as an organisation's own software does."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from catalogue.models import Edition, Offer, Provider
from catalogue.services.offers import save_edition, save_offer, take_edition_action, take_offer_action
from skillnet.kernel.actor import Actor
from skillnet.kernel.transitions import TransitionRefused


def put_offer(
    *, actor: Actor, provider: Provider, external_id: str, values: Mapping[str, Any]
) -> tuple[Offer, bool]:
    """The provider's offer with this reference has these values from now on; also whether it is new.

    Doing it twice changes nothing. Of two calls at once for a new reference, one creates and the other
    replaces. An archived offer comes back. Raises ValidationError.
    """
    known = Offer.objects.filter(provider=provider, external_id=external_id)
    offer = known.first()
    if offer is None:
        try:
            with transaction.atomic():
                new = {**values, "external_id": external_id}
                return save_offer(actor=actor, provider=provider, values=new), True
        except IntegrityError:
            offer = known.first()
            if offer is None:
                raise
    with transaction.atomic():
        offer = save_offer(actor=actor, provider=provider, values=values, offer=offer)
        if offer.state == Offer.State.ARCHIVED:
            offer = take_offer_action(offer=offer, action="publish", actor=actor)
    return offer, False


def put_edition(
    *, actor: Actor, offer: Offer, external_id: str, values: Mapping[str, Any]
) -> tuple[Edition, bool]:
    """The same for an edition of an offer; a cancelled one stays cancelled, people were told."""
    known = Edition.objects.filter(offer=offer, external_id=external_id)
    edition = known.first()
    if edition is None:
        try:
            with transaction.atomic():
                new = {**values, "external_id": external_id}
                return save_edition(actor=actor, offer=offer, values=new), True
        except IntegrityError:
            edition = known.first()
            if edition is None:
                raise
    return save_edition(actor=actor, offer=offer, values=values, edition=edition), False


def archive_offer(*, offer: Offer, actor: Actor) -> None:
    """The offer is matched no more; doing it twice changes nothing. Raises TransitionRefused."""
    if offer.state != Offer.State.ARCHIVED:
        take_offer_action(offer=offer, action="archive", actor=actor)


def archive_offers(*, actor: Actor, provider: Provider, references: Sequence[str], reason: str) -> int:
    """Archive these offers of the provider, each with its decision; how many were not archived before.

    One that may not be archived now stays as it is.
    """
    known = Offer.objects.filter(provider=provider).exclude(state=Offer.State.ARCHIVED)
    archived = 0
    for offer in known.filter(external_id__in=list(references)).order_by("pk"):
        try:
            take_offer_action(offer=offer, action="archive", actor=actor, reason=reason)
        except TransitionRefused:
            continue
        archived += 1
    return archived


def cancel_edition(*, edition: Edition, actor: Actor) -> None:
    """The edition does not take place; doing it twice changes nothing. Raises TransitionRefused."""
    if edition.state != Edition.State.CANCELLED:
        reason = _("Geannuleerd door het systeem van de verstrekker.")
        take_edition_action(edition=edition, action="cancel", actor=actor, reason=reason)
