"""Taking back what an import wrote to a catalogue; what somebody changed since stays, nothing is deleted."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from catalogue.models import Edition, Offer, Provider
from catalogue.services.offers import take_edition_action, take_offer_action
from catalogue.services.supply_history import EDITION_HISTORY, OFFER_HISTORY
from skillnet.kernel.actor import Actor
from skillnet.kernel.history import Restored, Returnable, take_back


def take_back_offers(
    *, actor: Actor, provider: Provider, contexts: Sequence[UUID], tell: Callable[[Restored], None]
) -> Restored:
    """New offers are archived, what was archived comes back, changed ones get their old values back.

    Editions first: a new one in which nobody is enrolled does not go ahead. Safe to do again after a stop.
    """
    done = Restored()
    take_back(EDITIONS, contexts, actor=actor, done=done, tell=tell, offer__provider=provider)
    take_back(OFFERS, contexts, actor=actor, done=done, tell=tell, provider=provider)
    return done


def _cancel(edition: Edition, actor: Actor) -> bool:
    if edition.enrolled:
        return False
    reason = _("De invoer van deze editie is teruggedraaid.")
    take_edition_action(edition=edition, action="cancel", actor=actor, reason=reason)
    return True


def _archive(offer: Offer, actor: Actor) -> bool:
    reason = _("De invoer van dit aanbod is teruggedraaid.")
    take_offer_action(offer=offer, action="archive", actor=actor, reason=reason)
    return True


def _save_offer(offer: Offer, values: dict[str, Any], actor: Actor) -> None:
    """An import archives too: the state comes back by its own step."""
    state = values.pop("state", None)
    saved = OFFER_HISTORY.save(offer, values, actor)
    if state is not None:
        step = "publish" if state == Offer.State.ACTIVE else "withdraw"
        take_offer_action(offer=saved, action=step, actor=actor)


EDITIONS = Returnable(
    model=Edition,
    fields=EDITION_HISTORY.fields,
    save=EDITION_HISTORY.save,
    is_gone=lambda edition: edition.state == Edition.State.CANCELLED,
    remove=_cancel,
)
OFFERS = Returnable(
    model=Offer,
    fields=(*OFFER_HISTORY.fields, "state"),
    save=_save_offer,
    is_gone=lambda offer: offer.state == Offer.State.ARCHIVED,
    remove=_archive,
)
