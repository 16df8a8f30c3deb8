"""The reads of `programmes`: who is in a programme, steers it or decides on it sees it."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role

if TYPE_CHECKING:
    from programmes.models import Programme  # noqa: F401


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def visible_to(self, actor: Actor) -> Self:
        """Its network's manager and steering group; the coordinator of its call from submission on; a company
        that takes part, once the programme is no longer a bare proposal; a provider that teaches it, once it
        is approved; analysts and administrators read all."""
        if actor.is_system or actor.has(Role.ANALYST, Role.ADMINISTRATOR):
            return self
        wanted = Q(network__in=actor.managed_networks | actor.steered_networks)
        if actor.has(Role.COORDINATOR):
            wanted |= Q(network__call__coordinator=actor.organisation_id) & ~Q(state__in=UNSUBMITTED)
        if actor.has(Role.COMPANY_CONTACT):
            wanted |= Q(pk__in=_of_company(actor.organisation_id)) & ~Q(state="proposal")
        if actor.has(Role.PROVIDER):
            wanted |= Q(pk__in=_of_provider(actor.organisation_id)) & Q(state__in=AFTER_APPROVAL)
        return self.filter(wanted)

    def to_decide(self) -> Self:
        return self.filter(state="submitted")

    def with_parties(self) -> Self:
        return self.select_related("network__call")


UNSUBMITTED = ["proposal", "draft"]
AFTER_APPROVAL = ["approved", "running", "delivered", "claimed", "paid"]


def _of_company(organisation_id: int | None) -> Any:
    from programmes.models import Participation

    return Participation.objects.filter(organisation=organisation_id).values("programme")


def _of_provider(organisation_id: int | None) -> Any:
    from programmes.models import ProgrammeEdition

    return ProgrammeEdition.objects.filter(edition__offer__provider__organisation=organisation_id).values(
        "programme"
    )
