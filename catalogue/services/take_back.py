"""Taking back what an import wrote to a catalogue; what somebody changed since stays, nothing is deleted."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from catalogue.models import Edition, Offer, Provider
from catalogue.services.offers import (
    DESCRIBING,
    save_edition,
    save_offer,
    take_edition_action,
    take_offer_action,
)
from catalogue.services.supply_history import EDITION_FIELDS
from skillnet.kernel.actor import Actor
from skillnet.kernel.history import BatchChange, Restored, changes_under
from skillnet.kernel.transitions import TransitionRefused

GONE = {"state"}


def take_back_offers(
    *, actor: Actor, provider: Provider, contexts: Sequence[UUID], tell: Callable[[Restored], None]
) -> Restored:
    """New offers are archived, what was archived comes back, changed ones get their old values back.

    Editions first: a new one in which nobody is enrolled does not go ahead. Safe to do again after a stop.
    """
    done = Restored()
    editions = changes_under(Edition, contexts, EDITION_FIELDS, offer__provider=provider)
    offers = changes_under(Offer, contexts, (*DESCRIBING, "state"), provider=provider)
    for chunks, take_back in ((editions, _take_back_edition), (offers, _take_back_offer)):
        for changes in chunks:
            for change in changes:
                if _tried(take_back, change, actor):
                    done.restored += 1
                else:
                    done.kept += 1
            tell(done)
    return done


def _tried(take_back: Callable[[BatchChange, Actor], bool], change: BatchChange, actor: Actor) -> bool:
    try:
        with transaction.atomic():
            return take_back(change, actor)
    except (TransitionRefused, ValidationError):
        return False


def _take_back_edition(change: BatchChange, actor: Actor) -> bool:
    edition = Edition.objects.select_for_update(of=("self",)).get(pk=change.row_id)
    if change.before is None and edition.state == Edition.State.CANCELLED:
        return True
    if _is_as_before(edition, change):
        return True
    if not change.is_untouched(edition):
        return False
    if change.before is not None:
        save_edition(actor=actor, offer=edition.offer, values=change.before, edition=edition)
        return True
    if edition.enrolled:
        return False
    reason = _("De invoer van deze editie is teruggedraaid.")
    take_edition_action(edition=edition, action="cancel", actor=actor, reason=reason)
    return True


def _take_back_offer(change: BatchChange, actor: Actor) -> bool:
    offer = Offer.objects.select_for_update(of=("self",)).get(pk=change.row_id)
    if change.before is None and offer.state == Offer.State.ARCHIVED:
        return True
    if _is_as_before(offer, change):
        return True
    if not change.is_untouched(offer):
        return False
    if change.before is None:
        reason = _("De invoer van dit aanbod is teruggedraaid.")
        take_offer_action(offer=offer, action="archive", actor=actor, reason=reason)
        return True
    state = change.before.get("state")
    values: dict[str, Any] = {name: value for name, value in change.before.items() if name not in GONE}
    offer = save_offer(actor=actor, provider=offer.provider, values=values, offer=offer)
    if state is not None:
        step = "publish" if state == Offer.State.ACTIVE else "withdraw"
        take_offer_action(offer=offer, action=step, actor=actor)
    return True


def _is_as_before(row: Any, change: BatchChange) -> bool:
    return change.before is not None and all(getattr(row, n) == value for n, value in change.before.items())
