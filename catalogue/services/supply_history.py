"""What last changed on an offer, an edition, a microcredential or a provider's profile, and putting it back."""

from typing import Any

from catalogue.models import Edition, Microcredential, Offer, Provider
from catalogue.services.microcredentials import save_microcredential
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

CREDENTIAL_FIELDS = (
    "title", "issuer_country", "issuer_region", "awarding_body", "outcomes", "workload_hours", "ects",
    "eqf_level", "assessment", "participation", "quality_assurance", "prerequisites", "supervision", "stacking",
    "stacks_into", "validity_months", "remind_months", "refresher_id",
)  # fmt: skip


def _save_offer(offer: Offer, values: dict[str, Any], actor: Actor) -> Offer:
    return save_offer(actor=actor, provider=offer.provider, values=values, offer=offer)


def _save_edition(edition: Edition, values: dict[str, Any], actor: Actor) -> Edition:
    return save_edition(actor=actor, offer=edition.offer, values=values, edition=edition)


def _save_credential(credential: Microcredential, values: dict[str, Any], actor: Actor) -> Microcredential:
    return save_microcredential(actor=actor, offer=credential.offer, values=values)


def _refresher_of(version: Any) -> str:
    return Offer.objects.filter(pk=version.refresher_id).values_list("title", flat=True).first() or ""


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
CREDENTIAL_HISTORY = Undoable(
    model=Microcredential,
    fields=CREDENTIAL_FIELDS,
    save=_save_credential,
    words={"refresher_id": _refresher_of},
)
