"""The reads of the capacity exchange: what is open, for everybody who signed in; requests for both sides."""

from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q

from skillnet.kernel.actor import Actor

if TYPE_CHECKING:
    from catalogue.models import CapacityOffer, CapacityRequest  # noqa: F401


class CapacityOfferQuerySet(models.QuerySet["CapacityOffer"]):
    def visible_to(self, actor: Actor) -> Self:
        """Open capacity for each organisation; also what one offered or asked for oneself."""
        if actor.is_system:
            return self
        if actor.organisation_id is None:
            return self.none()
        from catalogue.models import CapacityRequest

        asked = CapacityRequest.objects.filter(organisation=actor.organisation_id).values("capacity")
        return self.filter(Q(state="open") | Q(organisation=actor.organisation_id) | Q(pk__in=asked))

    def of(self, actor: Actor) -> Self:
        """What the actor's own organisation offers."""
        return self.filter(organisation=actor.organisation_id) if actor.organisation_id else self.none()

    def on_offer(self, today: date) -> Self:
        """Open, not over, and with something left."""
        return self.filter(state="open", ends_on__gte=today, taken__lt=F("quantity"))


class CapacityRequestQuerySet(models.QuerySet["CapacityRequest"]):
    def visible_to(self, actor: Actor) -> Self:
        """Requests of the own organisation and those for its own capacity."""
        if actor.is_system:
            return self
        if actor.organisation_id is None:
            return self.none()
        return self.filter(
            Q(organisation=actor.organisation_id) | Q(capacity__organisation=actor.organisation_id)
        )

    def live(self) -> Self:
        return self.filter(state__in=["requested", "confirmed"])
