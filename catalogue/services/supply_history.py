"""What last changed on an offer, an edition or the profile of a provider, and putting it back."""

from typing import Any

from catalogue.models import Edition, Offer, Provider
from catalogue.services.offers import DESCRIBING, save_edition, save_offer
from catalogue.services.providers import PROFILE, save_provider
from skillnet.kernel.actor import Actor
from skillnet.kernel.history import Undoable
from skillnet.kernel.target_groups import target_group_names

EDITION_FIELDS = (
    "starts_on", "ends_on", "schedule", "enrol_until", "location", "region", "seats", "min_seats", "price",
    "price_basis",
)  # fmt: skip
"""Without who is enrolled: people are no typing error."""


def _save_offer(offer: Offer, values: dict[str, Any], actor: Actor) -> Offer:
    return save_offer(actor=actor, provider=offer.provider, values=values, offer=offer)


def _save_edition(edition: Edition, values: dict[str, Any], actor: Actor) -> Edition:
    return save_edition(actor=actor, offer=edition.offer, values=values, edition=edition)


def _save_provider(provider: Provider, values: dict[str, Any], actor: Actor) -> Provider:
    return save_provider(actor=actor, organisation=provider.organisation, values=values)


OFFER_HISTORY = Undoable(
    model=Offer,
    fields=DESCRIBING,
    save=_save_offer,
    words={"target_groups": lambda version: ", ".join(target_group_names(version.target_groups))},
)
EDITION_HISTORY = Undoable(model=Edition, fields=EDITION_FIELDS, save=_save_edition)
PROVIDER_HISTORY = Undoable(model=Provider, fields=PROFILE, save=_save_provider)
