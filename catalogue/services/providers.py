"""The profile of a provider."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from catalogue.models import Provider
from networks.models import Organisation
from networks.services.people import grant_role
from skillnet.accounts.models import User
from skillnet.kernel.actor import Actor
from skillnet.kernel.importing import changes_of
from skillnet.kernel.roles import Role

PROFILE = ("kind", "description", "website", "kmo_number")
"""What a provider says of itself."""


def save_provider(*, actor: Actor, organisation: Organisation, values: Mapping[str, Any]) -> Provider:
    """Describe the organisation as a provider; the first time makes its profile. Raises ValidationError."""
    with transaction.atomic():
        provider = provider_of(organisation=organisation)
        if changes_of(provider, dict(values)):
            provider.full_clean(exclude=["public_id", "organisation"])
            provider.save()
    return provider


def register_provider(
    *, actor: Actor, organisation: Organisation, values: Mapping[str, Any], keeper: User | None = None
) -> Provider:
    """The organisation's own person makes it a provider, and becomes the one who keeps its supply.

    `keeper` is that person where none is present: for a key, whoever made it. Doing it twice changes nothing.
    Raises ValidationError.
    """
    with transaction.atomic():
        provider = save_provider(actor=actor, organisation=organisation, values=values)
        if (person := keeper or actor.user) is not None:
            grant_role(user=person, organisation=organisation, role=Role.PROVIDER)
    return provider


def provider_of(*, organisation: Organisation) -> Provider:
    """The profile of an organisation, locked within the transaction; made when it has none yet."""
    with transaction.atomic():
        provider, _made = Provider.objects.select_for_update(of=("self",)).get_or_create(
            organisation=organisation
        )
    return provider
