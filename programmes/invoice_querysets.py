"""The reads of invoice lines: a provider its own, a company its own, a manager those of its networks."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from programmes.querysets import of_deciders
from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role

if TYPE_CHECKING:
    from programmes.models import InvoiceLine  # noqa: F401


class InvoiceLineQuerySet(models.QuerySet["InvoiceLine"]):
    def visible_to(self, actor: Actor) -> Self:
        """Who bills, who pays, and who manages, steers or coordinates the programme's network."""
        if actor.is_system:
            return self
        wanted = of_deciders(actor)
        if actor.has(Role.COMPANY_CONTACT):
            wanted |= Q(organisation=actor.organisation_id, stream="company")
        if actor.has(Role.PROVIDER):
            wanted |= Q(edition__offer__provider__organisation=actor.organisation_id)
        return self.filter(wanted)

    def live(self) -> Self:
        return self.exclude(state="cancelled")

    def with_parties(self) -> Self:
        return self.select_related(
            "organisation",
            "budget_line",
            "programme__network__call",
            "edition__offer__provider__organisation",
        )
