"""The reads of settling: who runs, steers or decides reads a claim; a company reads its own part of it."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

from programmes.querysets import of_parties
from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role

if TYPE_CHECKING:
    from programmes.models import AuditCase, Claim, Contingent, OtherFunding, Outcome, Recovery  # noqa: F401


class ClaimQuerySet(models.QuerySet["Claim"]):
    def visible_to(self, actor: Actor) -> Self:
        """The network's manager and steering group, a draft too; the coordinator of its call and a company that
        takes part once it was submitted."""
        if actor.is_system:
            return self
        inside = Q(programme__network__in=actor.managed_networks | actor.steered_networks)
        return self.filter(inside | (~Q(state="draft") & _outside(actor, "programme__")))

    def of_coordinator(self, actor: Actor) -> Self:
        return self.filter(programme__network__call__coordinator=actor.organisation_id)

    def to_check(self) -> Self:
        """Waits for a decision of the coordinator: by content, or for the payment."""
        return self.filter(state__in=["submitted", "resubmitted", "approved_by_staff"])

    def to_pay(self) -> Self:
        return self.filter(state__in=["approved_by_finance", "payment_failed"])

    def sent_back(self) -> Self:
        return self.filter(state__in=["changes_requested_staff", "changes_requested_finance"])

    def with_parties(self) -> Self:
        return self.select_related("programme__network__call__coordinator")


class AuditCaseQuerySet(models.QuerySet["AuditCase"]):
    def visible_to(self, actor: Actor) -> Self:
        """The network hears of an audit once it is asked something; the coordinator draws it."""
        if actor.is_system or actor.has(Role.ADMINISTRATOR):
            return self
        inside = Q(claim__programme__network__in=actor.managed_networks | actor.steered_networks)
        wanted = inside & ~Q(state="open")
        if actor.has(Role.COORDINATOR):
            wanted |= Q(claim__programme__network__call__coordinator=actor.organisation_id)
        return self.filter(wanted)


class RecoveryQuerySet(models.QuerySet["Recovery"]):
    def visible_to(self, actor: Actor) -> Self:
        """Who runs, steers or coordinates the network, and who pays back."""
        if actor.is_system or actor.has(Role.ADMINISTRATOR):
            return self
        wanted = of_parties(actor, "case__claim__programme__", "participation__organisation")
        return self.filter(wanted | self._to_repay(actor))

    def to_repay_by(self, actor: Actor) -> Self:
        """What the own organisation has to give back: as company of its aid, and of the jobseekers' money as
        provider or as the network's contracting organisation."""
        return self.filter(self._to_repay(actor))

    def _to_repay(self, actor: Actor) -> Q:
        own, found = actor.organisation_id, Q(pk__in=[])
        if own is not None and actor.has(Role.COMPANY_CONTACT):
            found |= Q(participation__organisation=own)
        if own is not None and actor.has(Role.PROVIDER, Role.NETWORK_MANAGER):
            found |= Q(jobseeker_share__edition__offer__provider__organisation=own)
            found |= Q(jobseeker_share__payee=own)
        return found

    def with_payer(self) -> Self:
        """With who pays back, in no query more."""
        return self.select_related(
            "case__claim__programme__network__call",
            "participation__organisation",
            "jobseeker_share__payee",
            "jobseeker_share__invoice_line",
            "jobseeker_share__edition__offer__provider__organisation",
        )


class OtherFundingQuerySet(models.QuerySet["OtherFunding"]):
    def visible_to(self, actor: Actor) -> Self:
        """Money of a company: its own, and who runs, steers or coordinates the network."""
        if actor.is_system:
            return self
        return self.filter(of_parties(actor, "participation__programme__", "participation__organisation"))


class OutcomeQuerySet(models.QuerySet["Outcome"]):
    def visible_to(self, actor: Actor) -> Self:
        """An outcome shows a company's weakness: its own, and who runs, steers or coordinates its network."""
        if actor.is_system:
            return self
        return self.filter(of_parties(actor, "programme__", "organisation"))


class ContingentQuerySet(models.QuerySet["Contingent"]):
    def visible_to(self, actor: Actor) -> Self:
        """No secret: they say what a region or sector needs."""
        return self.filter(is_archived=False)

    def editable_by(self, actor: Actor) -> Self:
        if not actor.has(Role.COORDINATOR):
            return self.none()
        return self.filter(coordinator=actor.organisation_id, is_archived=False)


def _outside(actor: Actor, prefix: str) -> Q:
    wanted = Q(pk__in=[])
    if actor.has(Role.COORDINATOR):
        wanted |= Q(**{f"{prefix}network__call__coordinator": actor.organisation_id})
    if actor.has(Role.COMPANY_CONTACT):
        wanted |= Q(**{f"{prefix}pk__in": _taking_part(actor)})
    return wanted


def _taking_part(actor: Actor) -> Any:
    from programmes.models import Participation

    return (
        Participation.objects.filter(organisation=actor.organisation_id)
        .exclude(state="withdrawn")
        .values("programme")
    )
