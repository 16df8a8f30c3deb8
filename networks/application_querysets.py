"""The reads of applications, reviews and annual plans: who sees what, and when."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q, Sum

from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role

if TYPE_CHECKING:
    from decimal import Decimal

    from networks.models import (  # noqa: F401
        AccessRequest,
        ApplicationReview,
        Establishment,
        NetworkApplication,
        NetworkPlan,
    )

FUNDED = ("approved", "approved_with_conditions")
DECIDED = (*FUNDED, "reserve", "rejected")


class ApplicationQuerySet(models.QuerySet["NetworkApplication"]):
    def visible_to(self, actor: Actor) -> Self:
        """The network's own people; the coordinator of the call and the assigned reviewers once submitted."""
        if actor.is_system:
            return self
        wanted = Q(network__in=actor.managed_networks | actor.steered_networks)
        if actor.has(Role.COORDINATOR):
            wanted |= Q(call__coordinator=actor.organisation_id) & ~Q(state="draft")
        if actor.user is not None and actor.has(Role.COORDINATOR, Role.ANALYST):
            from networks.models import ApplicationReview

            mine = ApplicationReview.objects.filter(application=OuterRef("pk"), reviewer=actor.user)
            wanted |= Q(Exists(mine)) & ~Q(state="draft")
        return self.filter(wanted)

    def managed_by(self, actor: Actor) -> Self:
        return self.filter(network__in=actor.managed_networks)

    def competing(self) -> Self:
        """Those that a ranking compares: reviewed, whatever was decided since."""
        return self.filter(state__in=["ready", *DECIDED]).exclude(reviews=None)

    def awarded(self) -> "Decimal":
        """Euro promised to the funded ones."""
        from decimal import Decimal

        total = self.filter(state__in=FUNDED).aggregate(total=Sum("awarded_budget"))["total"]
        return total or Decimal(0)


class ReviewQuerySet(models.QuerySet["ApplicationReview"]):
    def visible_to(self, actor: Actor) -> Self:
        """One's own; those of the others once one's own is in; the coordinator when all are in.

        The applicant reads them once the application is decided (without names: the page leaves them out).
        """
        if actor.is_system:
            return self
        wanted = Q(application__network__in=actor.managed_networks | actor.steered_networks)
        wanted &= Q(application__state__in=DECIDED, submitted_at__isnull=False)
        if actor.user is not None and actor.has(Role.COORDINATOR, Role.ANALYST):
            from networks.models import ApplicationReview

            own = ApplicationReview.objects.filter(application=OuterRef("application"), reviewer=actor.user)
            own_in = own.filter(submitted_at__isnull=False)
            wanted |= Q(reviewer=actor.user)
            wanted |= Q(Exists(own_in)) & Q(submitted_at__isnull=False)
            if actor.has(Role.COORDINATOR):
                wanted |= (
                    Q(application__call__coordinator=actor.organisation_id)
                    & ~Q(application__state__in=["draft", "submitted", "screening", "more_info", "review"])
                    & Q(submitted_at__isnull=False)
                    & ~Q(Exists(own.filter(submitted_at=None)))
                )
        return self.filter(wanted)

    def of(self, actor: Actor) -> Self:
        """Those that the actor has to write."""
        return self.filter(reviewer=actor.user) if actor.user is not None else self.none()

    def submitted(self) -> Self:
        return self.filter(submitted_at__isnull=False)


class PlanQuerySet(models.QuerySet["NetworkPlan"]):
    def visible_to(self, actor: Actor) -> Self:
        """The manager and the steering group; the coordinator of the call once it was laid before them."""
        if actor.is_system:
            return self
        wanted = Q(network__in=actor.managed_networks | actor.steered_networks)
        if actor.has(Role.COORDINATOR):
            wanted |= Q(network__call__coordinator=actor.organisation_id) & ~Q(state="draft")
        return self.filter(wanted)


class AccessRequestQuerySet(models.QuerySet["AccessRequest"]):
    def visible_to(self, actor: Actor) -> Self:
        """One's own; those for one's organisation; all for administrators."""
        if actor.is_system or actor.has(Role.ADMINISTRATOR):
            return self
        wanted = Q(user=actor.user) if actor.user is not None else Q(pk__in=[])
        if actor.has(Role.COMPANY_CONTACT):
            wanted |= Q(organisation=actor.organisation_id)
        elif actor.has(Role.PROVIDER):
            wanted |= Q(organisation=actor.organisation_id, role=Role.PROVIDER)
        return self.filter(wanted)

    def open(self) -> Self:
        return self.filter(state="open")


class EstablishmentQuerySet(models.QuerySet["Establishment"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those of the organisations that one sees."""
        from networks.models import Organisation

        return self.filter(organisation__in=Organisation.objects.visible_to(actor))

    def of(self, actor: Actor) -> Self:
        return self.filter(organisation=actor.organisation_id)
