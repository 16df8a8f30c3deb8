"""Create or replace by an own reference, as an organisation's own software does."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue.models import Edition, Offer, Provider
from catalogue.services.facts import refresh_offer_facts
from catalogue.services.offers import save_edition, save_offer, take_edition_action, take_offer_action
from catalogue.transitions import OFFER_TRANSITIONS
from skillnet.kernel.actor import Actor
from skillnet.kernel.changes import announce_change
from skillnet.kernel.transitions import run_transitions

AT_ONCE = 500
"""Offers that take a step in one transaction."""


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
    known = Offer.objects.filter(provider=provider, external_id__in=list(references))
    wanted = known.exclude(state=Offer.State.ARCHIVED).order_by("pk").values_list("pk", flat=True)
    return _step_offers(list(wanted), action="archive", actor=actor, reason=reason)


def publish_offers(*, actor: Actor, provider: Provider, references: Sequence[str], reason: str) -> int:
    """Publish these archived offers of the provider again, each with its decision; how many that were."""
    known = Offer.objects.filter(provider=provider, external_id__in=list(references))
    wanted = known.filter(state=Offer.State.ARCHIVED).order_by("pk").values_list("pk", flat=True)
    return _step_offers(list(wanted), action="publish", actor=actor, reason=reason)


def _step_offers(wanted: Sequence[int], *, action: str, actor: Actor, reason: str) -> int:
    """Offers that may not take the step now stay as they are; how many took it."""
    moved = 0
    for start in range(0, len(wanted), AT_ONCE):
        with transaction.atomic():
            locked = Offer.objects.select_related("provider").select_for_update(of=("self",)).order_by("pk")
            rows = list(locked.filter(pk__in=wanted[start : start + AT_ONCE]))
            done = run_transitions(
                table=OFFER_TRANSITIONS, rows=rows, action=action, actor=actor, reason=reason
            )
            ids = [row.pk for row in done]
            refresh_offer_facts(today=timezone.localdate(), offer_ids=ids)
            announce_change("offer", ids, actor=actor, reason=action)
        moved += len(ids)
    return moved


def cancel_edition(*, edition: Edition, actor: Actor) -> None:
    """The edition does not take place; doing it twice changes nothing. Raises TransitionRefused."""
    if edition.state != Edition.State.CANCELLED:
        reason = _("Geannuleerd door het systeem van de verstrekker.")
        take_edition_action(edition=edition, action="cancel", actor=actor, reason=reason)
