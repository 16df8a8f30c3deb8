"""The reads of `catalogue`. Published offers are public; a provider's own work is the provider's."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Count, F, Min, Q, Sum
from django.db.models.functions import Coalesce

from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role

if TYPE_CHECKING:
    from catalogue.models import Edition, Offer, Provider  # noqa: F401


class ProviderQuerySet(models.QuerySet["Provider"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.select_related("organisation")

    def of(self, actor: Actor) -> Self:
        return self.filter(organisation=actor.organisation_id)


class OfferQuerySet(models.QuerySet["Offer"]):
    def visible_to(self, actor: Actor) -> Self:
        """Active offers for everybody; drafts and archived ones only for their provider and administrators."""
        if actor.is_system or actor.has(Role.ADMINISTRATOR):
            return self
        wanted = Q(state="active")
        if actor.has(Role.PROVIDER):
            wanted |= Q(provider__organisation=actor.organisation_id)
        return self.filter(wanted)

    def editable_by(self, actor: Actor) -> Self:
        if actor.is_system:
            return self
        if not actor.has(Role.PROVIDER):
            return self.none()
        return self.filter(provider__organisation=actor.organisation_id)

    def active(self) -> Self:
        return self.filter(state="active")

    def with_provider(self) -> Self:
        return self.select_related("provider__organisation")

    def with_edition_counts(self) -> Self:
        open_edition = Q(editions__state__in=["planned", "open"])
        return self.annotate(
            edition_count=Count("editions", filter=open_edition),
            next_start=Min("editions__starts_on", filter=open_edition),
            seats_left=Sum(F("editions__seats") - F("editions__enrolled"), filter=open_edition),
        )


class EditionQuerySet(models.QuerySet["Edition"]):
    def visible_to(self, actor: Actor) -> Self:
        if actor.is_system or actor.has(Role.ADMINISTRATOR):
            return self
        wanted = Q(offer__state="active")
        if actor.has(Role.PROVIDER):
            wanted |= Q(offer__provider__organisation=actor.organisation_id)
        return self.filter(wanted)

    def editable_by(self, actor: Actor) -> Self:
        if actor.is_system:
            return self
        if not actor.has(Role.PROVIDER):
            return self.none()
        return self.filter(offer__provider__organisation=actor.organisation_id)

    def upcoming(self, today: object) -> Self:
        return self.filter(state__in=["planned", "open"]).filter(Q(starts_on=None) | Q(starts_on__gte=today))

    def with_free_seats(self) -> Self:
        return self.annotate(free_seats=Coalesce(F("seats") - F("enrolled"), None))
