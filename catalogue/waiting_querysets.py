"""The reads of waiting lists: a company sees its own place, a provider the lists of its editions."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role

if TYPE_CHECKING:
    from catalogue.models import IssuedCredential, WaitingEntry  # noqa: F401

LIVE = ("waiting", "offered")


class WaitingEntryQuerySet(models.QuerySet["WaitingEntry"]):
    def visible_to(self, actor: Actor) -> Self:
        """One's own entries; a provider those for its own editions."""
        if actor.is_system or actor.has(Role.ADMINISTRATOR):
            return self
        wanted = Q(organisation=actor.organisation_id) if actor.organisation_id else Q(pk__in=[])
        if actor.has(Role.PROVIDER):
            wanted |= Q(edition__offer__provider__organisation=actor.organisation_id)
        return self.filter(wanted)

    def editable_by(self, actor: Actor) -> Self:
        """Only who waits can leave, accept or decline."""
        if actor.is_system:
            return self
        if actor.organisation_id is None:
            return self.none()
        return self.filter(organisation=actor.organisation_id)

    def live(self) -> Self:
        return self.filter(state__in=LIVE)


class IssuedCredentialQuerySet(models.QuerySet["IssuedCredential"]):
    def visible_to(self, actor: Actor) -> Self:
        """Its issuer's, and those of the company whose people hold them."""
        if actor.is_system:
            return self
        if actor.organisation_id is None:
            return self.none()
        wanted = Q(pk__in=[])
        if actor.has(Role.PROVIDER):
            wanted |= Q(microcredential__offer__provider__organisation=actor.organisation_id)
        if actor.has(Role.COMPANY_CONTACT):
            wanted |= Q(organisation=actor.organisation_id)
        return self.filter(wanted)

    def editable_by(self, actor: Actor) -> Self:
        if actor.is_system:
            return self
        if not actor.has(Role.PROVIDER):
            return self.none()
        return self.filter(microcredential__offer__provider__organisation=actor.organisation_id)
