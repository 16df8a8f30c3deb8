"""The reads of `catalogue`. Published offers are public; a provider's own work is the provider's."""

from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role

if TYPE_CHECKING:
    from catalogue.models import Edition, Microcredential, Offer, Provider  # noqa: F401


FREE_SEATS = Coalesce(F("seats"), F("offer__seats")) - F("enrolled")
"""Of an edition; the offer's seats where the edition says nothing."""


class ProviderQuerySet(models.QuerySet["Provider"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.select_related("organisation")

    def of(self, actor: Actor) -> Self:
        return self.filter(organisation=actor.organisation_id)


class OfferQuerySet(models.QuerySet["Offer"]):
    def visible_to(self, actor: Actor) -> Self:
        """Active offers for everybody; others only for their provider and administrators."""
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

    def with_next_edition(self, today: date) -> Self:
        """Annotate `next_start` and `free_seats` (None: unknown) of the first edition that can take people.

        Subqueries, so that a page of a list costs its own rows only and a count costs nothing more.
        """
        from catalogue.models import Edition

        upcoming = Edition.objects.filter(offer=OuterRef("pk")).taking_people(today)
        ordered = upcoming.order_by(F("starts_on").asc(nulls_last=True), "pk")
        return self.annotate(
            next_start=Subquery(ordered.values("starts_on")[:1]),
            free_seats=Subquery(ordered.values(free=FREE_SEATS)[:1]),
        )

    def with_free_seat(self, today: date) -> Self:
        """Only offers with an edition that is known to have a seat left."""
        from catalogue.models import Edition

        taking = Edition.objects.filter(offer=OuterRef("pk")).taking_people(today)
        return self.filter(Exists(taking.filter(enrolled__lt=Coalesce(F("seats"), F("offer__seats")))))

    def starting_from(self, day: date) -> Self:
        """Only offers with an edition that starts on that day or later."""
        from catalogue.models import Edition

        later = Edition.objects.filter(offer=OuterRef("pk"), starts_on__gte=day).taking_people(day)
        return self.filter(Exists(later))


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

    def upcoming(self, today: date) -> Self:
        """Open or planned, not begun: what a programme can still be made of."""
        return self.filter(state__in=["planned", "open"]).filter(Q(starts_on=None) | Q(starts_on__gte=today))

    def taking_people(self, today: date) -> Self:
        """Not cancelled, not begun: somebody can still join, if there is a seat."""
        wanted = self.filter(state__in=["planned", "open", "confirmed"])
        return wanted.filter(Q(starts_on=None) | Q(starts_on__gte=today))


class MicrocredentialQuerySet(models.QuerySet["Microcredential"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those of offers that the actor sees."""
        if actor.is_system or actor.has(Role.ADMINISTRATOR):
            return self
        wanted = Q(offer__state="active")
        if actor.has(Role.PROVIDER):
            wanted |= Q(offer__provider__organisation=actor.organisation_id)
        return self.filter(wanted)
