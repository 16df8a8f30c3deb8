"""The reads of supplements: who runs, steers or decides reads all of one; a company its own line."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

from programmes.querysets import of_deciders, of_parties
from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role

if TYPE_CHECKING:
    from programmes.models import Supplement, SupplementLine  # noqa: F401


class SupplementQuerySet(models.QuerySet["Supplement"]):
    def visible_to(self, actor: Actor) -> Self:
        """The network's manager and steering group, the coordinator of its call, analysts and administrators, and
        a company with a line in it."""
        if actor.is_system or actor.has(Role.ANALYST, Role.ADMINISTRATOR):
            return self
        wanted = of_deciders(actor)
        if actor.has(Role.COMPANY_CONTACT):
            wanted |= Q(pk__in=_of_company(actor.organisation_id))
        return self.filter(wanted)

    def open(self) -> Self:
        return self.filter(state__in=["signing", "pending"])

    def to_decide(self) -> Self:
        return self.filter(state="pending")

    def with_parties(self) -> Self:
        return self.select_related(
            "programme__network__call__coordinator", "asked_by", "signed_by", "decided_by", "strategy"
        )


class SupplementLineQuerySet(models.QuerySet["SupplementLine"]):
    def visible_to(self, actor: Actor) -> Self:
        """The company's own; every company's for who runs, steers or decides."""
        if actor.is_system:
            return self
        return self.filter(of_parties(actor, "supplement__programme__", "organisation"))

    def of(self, actor: Actor) -> Self:
        """Those of the own company, which alone signs."""
        if not actor.has(Role.COMPANY_CONTACT):
            return self.none()
        return self.filter(organisation=actor.organisation_id)

    def to_sign(self) -> Self:
        return self.filter(needs_word=True, signed_at=None, supplement__state="signing")


def _of_company(organisation_id: int | None) -> Any:
    from programmes.models import SupplementLine

    return SupplementLine.objects.filter(organisation=organisation_id).values("supplement")
