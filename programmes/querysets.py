"""The reads of `programmes`: who is in a programme, steers it or decides on it sees it."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from networks.models import NetworkMember
from programmes.states import AFTER_APPROVAL, BARE, UNSUBMITTED
from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role

if TYPE_CHECKING:
    from programmes.models import (  # noqa: F401
        DeMinimisAid,
        Evaluation,
        LedgerCorrection,
        Participation,
        PriceEvidence,
        Programme,
    )


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
            wanted |= Q(pk__in=_of_company(actor.organisation_id)) & ~Q(state__in=BARE)
        if actor.has(Role.PROVIDER):
            wanted |= Q(pk__in=_of_provider(actor.organisation_id)) & Q(state__in=AFTER_APPROVAL)
        return self.filter(wanted)

    def to_decide(self) -> Self:
        return self.filter(state="submitted")

    def with_parties(self) -> Self:
        return self.select_related("network__call")

    def late(self, today: Any) -> Self:
        """Submitted, and the day by which to decide is past."""
        return self.filter(state="submitted", decide_by__lt=today)

    def managed_by(self, actor: Actor) -> Self:
        return self.filter(network__in=actor.managed_networks)

    def with_steering_group(self) -> Self:
        """`steering_seats`: organisations with a seat that could vote; `has_votes`: whether one of them did."""
        from networks.models import Membership
        from programmes.models import ProgrammeVote

        seats = Membership.objects.filter(
            network=OuterRef("network"), role=Role.STEERING_MEMBER, ended_at=None
        ).order_by()
        counted = seats.values("network").annotate(n=Count("organisation", distinct=True)).values("n")
        return self.annotate(
            steering_seats=Coalesce(Subquery(counted), 0),
            has_votes=Exists(ProgrammeVote.objects.filter(programme=OuterRef("pk"))),
        )

    def with_counts(self) -> Self:
        live = ~Q(participations__state="withdrawn")
        return self.annotate(companies=Count("participations", filter=live, distinct=True))


class ParticipationQuerySet(models.QuerySet["Participation"]):
    def visible_to(self, actor: Actor) -> Self:
        """A company its own, once the programme is no bare proposal; manager, steering group and coordinator
        those of the programmes that they see."""
        if actor.is_system:
            return self
        wanted = Q(programme__network__in=actor.managed_networks | actor.steered_networks)
        if actor.has(Role.COORDINATOR):
            wanted |= Q(programme__network__call__coordinator=actor.organisation_id) & ~Q(
                programme__state__in=UNSUBMITTED
            )
        return self.filter(wanted | self._own(actor))

    def of(self, actor: Actor) -> Self:
        """Those of the own company, which alone promises learners and money."""
        return self.filter(self._own(actor))

    def live(self) -> Self:
        return self.exclude(state="withdrawn")

    @staticmethod
    def _own(actor: Actor) -> Q:
        if not actor.has(Role.COMPANY_CONTACT):
            return Q(pk__in=[])
        return Q(organisation=actor.organisation_id) & ~Q(programme__state__in=BARE)


class PriceEvidenceQuerySet(models.QuerySet["PriceEvidence"]):
    def visible_to(self, actor: Actor) -> Self:
        """Other providers' prices: for who runs or steers the network, or decides on it."""
        return self if actor.is_system else self.filter(of_deciders(actor))

    def current(self) -> Self:
        return self.filter(retracted_at=None)


class EvaluationQuerySet(models.QuerySet["Evaluation"]):
    def visible_to(self, actor: Actor) -> Self:
        """Who runs, steers or decides, and the companies that took part."""
        if actor.is_system:
            return self
        wanted = of_deciders(actor)
        if actor.has(Role.COMPANY_CONTACT):
            wanted |= Q(programme__in=_of_company(actor.organisation_id))
        return self.filter(wanted)


def of_deciders(actor: Actor, programme: str = "programme__") -> Q:
    """What belongs to a programme of a network that the actor runs or steers, or of whose call it decides: that
    from its submission on, as the programme itself.

    `programme` is the path to the programme, with its underscores.
    """
    wanted = Q(**{f"{programme}network__in": actor.managed_networks | actor.steered_networks})
    if actor.has(Role.COORDINATOR):
        submitted = ~Q(**{f"{programme}state__in": UNSUBMITTED})
        wanted |= Q(**{f"{programme}network__call__coordinator": actor.organisation_id}) & submitted
    return wanted


def of_parties(actor: Actor, programme: str, organisation: str) -> Q:
    """What shows one company's money or weakness: that company's own (`organisation` is the path to it), and
    `of_deciders`."""
    wanted = of_deciders(actor, programme)
    if actor.has(Role.COMPANY_CONTACT):
        wanted |= Q(**{organisation: actor.organisation_id})
    return wanted


class DeMinimisQuerySet(models.QuerySet["DeMinimisAid"]):
    def visible_to(self, actor: Actor) -> Self:
        """A company sees the aid of its undertaking; a coordinator that of the companies in its networks."""
        from networks.models import Organisation

        if actor.is_system or actor.has(Role.ADMINISTRATOR):
            return self
        return self.filter(organisation__in=ledger_organisations(Organisation.objects.all(), actor))

    def to_register(self) -> Self:
        """Aid that we granted, that still counts and does not stand in the European register yet."""
        lowered = Coalesce(Sum("corrections__amount"), Decimal(0), output_field=models.DecimalField())
        ours = self.filter(participation__isnull=False, registered_at=None)
        return ours.annotate(lowered=lowered).filter(lowered__lt=F("amount"))


class LedgerCorrectionQuerySet(models.QuerySet["LedgerCorrection"]):
    def to_register(self) -> Self:
        """Corrections of grants of ours that stood in the European register, which does not follow yet."""
        return self.filter(
            aid__participation__isnull=False,
            aid__registered_at__lt=F("at"),
            register_corrected_at=None,
        )

    def of_coordinator(self, actor: Actor) -> Self:
        """Those of the call's coordinator, who keeps the register."""
        if not actor.has(Role.COORDINATOR):
            return self.none()
        return self.filter(
            aid__participation__programme__network__call__coordinator=actor.organisation_id,
            aid__participation__isnull=False,
        )


def ledger_organisations(organisations: Any, actor: Actor) -> Any:
    """The organisations of whose de minimis position the actor may know."""
    wanted = Q(pk__in=[])
    if actor.has(Role.COMPANY_CONTACT) and actor.organisation_id:
        own = organisations.filter(pk=actor.organisation_id).values_list("undertaking_id", flat=True).first()
        key = own or actor.organisation_id
        wanted |= Q(pk=actor.organisation_id) | Q(pk=key) | Q(undertaking=key)
    if actor.has(Role.COORDINATOR):
        # Who was only asked to join, or refused, shows a coordinator nothing.
        wanted |= Q(
            network_members__network__call__coordinator=actor.organisation_id,
            network_members__state__in=(NetworkMember.State.ACTIVE, NetworkMember.State.LEFT),
        )
        wanted |= Q(participations__programme__network__call__coordinator=actor.organisation_id)
    if actor.is_system or actor.has(Role.ADMINISTRATOR):
        return organisations
    return organisations.filter(wanted).distinct()


def networks_with_budget(networks: Any, actor: Actor) -> Any:
    """The networks whose budget the actor follows: a manager's own, those of a coordinator's calls, all for who
    reads all."""
    visible = networks.visible_to(actor)
    if actor.has(Role.ANALYST, Role.ADMINISTRATOR):
        return visible.exclude(state="draft")
    own = Q(pk__in=actor.managed_networks)
    if actor.has(Role.COORDINATOR):
        own |= Q(call__coordinator=actor.organisation_id) & ~Q(state="draft")
    return visible.filter(own)


def calls_with_budget(calls: Any, actor: Actor) -> Any:
    """The calls whose budget the actor follows as a whole."""
    visible = calls.visible_to(actor).exclude(state="draft")
    return visible if actor.has(Role.ANALYST, Role.ADMINISTRATOR) else visible.owned_by(actor)


def sized_organisations(organisations: Any, actor: Actor) -> Any:
    """The organisations of whose size, figures and owners the actor may know: for who draws up their
    programmes or decides on them. A steering group is made of their competitors and is none of these."""
    if actor.is_system or actor.has(Role.ADMINISTRATOR):
        return organisations
    wanted = Q(
        network_members__network__in=actor.managed_networks, network_members__state__in=["active", "invited"]
    )
    wanted |= Q(participations__programme__network__in=actor.managed_networks)
    if actor.has(Role.COMPANY_CONTACT):
        wanted |= Q(pk=actor.organisation_id or 0)
    if actor.has(Role.COORDINATOR):
        wanted |= Q(pk__in=ledger_organisations(organisations, actor).values("pk"))
    return organisations.filter(wanted).distinct()


def _of_company(organisation_id: int | None) -> Any:
    from programmes.models import Participation

    return Participation.objects.filter(organisation=organisation_id).values("programme")


def _of_provider(organisation_id: int | None) -> Any:
    from programmes.models import ProgrammeEdition

    return ProgrammeEdition.objects.filter(edition__offer__provider__organisation=organisation_id).values(
        "programme"
    )
