"""The reads of ownership links: whose they are, whom they bind, who confirms them and their end."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role

if TYPE_CHECKING:
    from networks.models import OwnershipLink  # noqa: F401


class OwnershipLinkQuerySet(models.QuerySet["OwnershipLink"]):
    def of(self, actor: Actor) -> Self:
        """Links of the own organisation, to either side."""
        return self.filter(Q(owner=actor.organisation_id) | Q(owned=actor.organisation_id))

    def counting_for(self, organisation_id: int) -> Self:
        """Links that bind this organisation: the confirmed ones, and what it declared itself."""
        return self.filter(Q(claimed_by=None) | Q(claimed_by=organisation_id))

    def to_confirm_by(self, actor: Actor) -> Self:
        """What another organisation says of the own one; for who looks after all, every claim that stands.

        Looking after others is for a person, not for a key (docs/adr/0010), and never about the word of an
        organisation that the person works for.
        """
        waiting = self.filter(claimed_by__isnull=False, until=None)
        if actor.is_system:
            return waiting
        if actor.user is not None and actor.has(Role.ADMINISTRATOR, Role.COORDINATOR):
            return waiting.exclude(claimed_by__in=actor.own_organisations)
        return waiting.of(actor).exclude(claimed_by=actor.organisation_id)

    def endable_by(self, actor: Actor) -> Self:
        """Of which the actor may say that they end: the own ones; for a coordinator also those of which a side
        said so, for an administrator any."""
        if actor.is_system or (actor.user is not None and actor.has(Role.ADMINISTRATOR)):
            return self
        judged = actor.user is not None and actor.has(Role.COORDINATOR)
        return self.of(actor) | (self.ending() if judged else self.none())

    def ending(self) -> Self:
        """Those of which one side says that they end, and the other side did not yet."""
        return self.filter(ending_by__isnull=False, until=None)

    def end_to_confirm_by(self, actor: Actor) -> Self:
        """Whose end the other side of the own organisation said."""
        return self.ending().of(actor).exclude(ending_by=actor.organisation_id)

    def end_to_decide_by(self, actor: Actor) -> Self:
        """Whose end waits for a side that cannot confirm it: it has nobody here, or was not looked up yet."""
        from networks.models import Membership

        if actor.user is None or not actor.has(Role.ADMINISTRATOR, Role.COORDINATOR):
            return self.none()
        there = Membership.objects.current().filter(
            role__in=[Role.COMPANY_CONTACT, Role.PROVIDER], organisation__is_verified=True
        )
        sides = Q(owner__in=there.values("organisation"), owned__in=there.values("organisation"))
        own = Q(owner__in=actor.own_organisations) | Q(owned__in=actor.own_organisations)
        return self.ending().exclude(sides).exclude(own)
