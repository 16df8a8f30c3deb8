"""The reads of training leave (a company sees its own workers' accounts) and of ring-fenced budget lines."""

from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role

if TYPE_CHECKING:
    from programmes.models import BudgetLine, LeaveWorker  # noqa: F401


def _own(actor: Actor, field: str) -> Q:
    if actor.has(Role.COMPANY_CONTACT) and actor.organisation_id:
        return Q(**{field: actor.organisation_id})
    return Q(pk__in=[])


class LeaveWorkerQuerySet(models.QuerySet["LeaveWorker"]):
    def visible_to(self, actor: Actor) -> Self:
        """The own company's workers."""
        return self if actor.is_system else self.filter(_own(actor, "organisation"))


class LeaveQuerySet(models.QuerySet[Any]):
    """Proposals and entries, by the company of their worker."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of the own company's workers."""
        return self if actor.is_system else self.filter(_own(actor, "worker__organisation"))


class BudgetLineQuerySet(models.QuerySet["BudgetLine"]):
    def visible_to(self, actor: Actor) -> Self:
        """The coordinator of the call, who runs or steers a network of it, analysts and administrators."""
        from networks.models import Call

        return self.filter(call__in=Call.objects.followed_by(actor))

    def in_force(self, day: date) -> Self:
        """Lines that hold on this day."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)


__all__ = ["BudgetLineQuerySet", "LeaveQuerySet", "LeaveWorkerQuerySet"]
