"""The reads of bids: a provider its own; the pool's manager, steering group and coordinator what was submitted."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role

if TYPE_CHECKING:
    from matching.models import Bid  # noqa: F401

LIVE = ("draft", "submitted", "chosen")


class BidQuerySet(models.QuerySet["Bid"]):
    def visible_to(self, actor: Actor) -> Self:
        """Own bids, and the submitted ones of the networks that the actor manages, steers or coordinates."""
        if actor.is_system:
            return self
        theirs = Q(pool__network__in=actor.managed_networks | actor.steered_networks)
        if actor.has(Role.COORDINATOR):
            theirs |= Q(pool__network__call__coordinator=actor.organisation_id)
        return self.filter(theirs & ~Q(submitted_at=None) | self._own(actor))

    def of(self, actor: Actor) -> Self:
        """Those of the provider that the actor speaks for."""
        return self.filter(self._own(actor))

    def live(self) -> Self:
        return self.filter(state__in=LIVE)

    def compared(self) -> Self:
        """What stands on the comparison: submitted, or decided since."""
        return self.filter(state__in=["submitted", "chosen", "not_chosen"])

    def with_parties(self) -> Self:
        return self.select_related(
            "provider__organisation", "pool__network__call", "pool__demand_card", "offer", "edition__offer"
        )

    @staticmethod
    def _own(actor: Actor) -> Q:
        if not actor.has(Role.PROVIDER):
            return Q(pk__in=[])
        return Q(provider__organisation=actor.organisation_id)
