"""The reads of `networks`. `visible_to` is the only way for a page to reach these rows."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce, Length

from skillnet.kernel.actor import Actor
from skillnet.kernel.names import SLIPS, is_slip_of
from skillnet.kernel.roles import Role

if TYPE_CHECKING:
    from networks.models import (  # noqa: F401
        Call,
        Gap,
        Invitation,
        Membership,
        NeedsAnalysis,
        Network,
        NetworkMember,
        Organisation,
        UnsentGap,
        WorkTransfer,
    )
    from skillnet.accounts.models import User
    from skillnet.kernel.models import ApiToken, Rate


URGENCY_LEVELS = {"low": 1, "medium": 2, "high": 3, "critical": 4}


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def visible_to(self, actor: Actor) -> Self:
        """One's own; for a network manager also the members; all for who runs the whole."""
        if actor.is_system or actor.has(Role.ADMINISTRATOR, Role.COORDINATOR, Role.ANALYST):
            return self
        networks = actor.managed_networks | actor.steered_networks
        in_network = Q(pk__in=_member_ids(networks)) if networks else Q()
        own = Q(pk=actor.organisation_id) if actor.organisation_id else Q(pk__in=[])
        return self.filter(own | in_network) if networks else self.filter(own)

    def members_managed_by(self, actor: Actor) -> Self:
        """Active members of the networks that one manages, the own company apart: one writes its gaps itself."""
        from networks.models import NetworkMember

        members = NetworkMember.objects.visible_to(actor).active().filter(network__in=actor.managed_networks)
        companies = self.visible_to(actor).filter(pk__in=members.order_by().values("organisation"))
        own = actor.organisation_id or 0
        return companies.exclude(pk=own) if actor.has(Role.COMPANY_CONTACT) else companies


class NetworkQuerySet(models.QuerySet["Network"]):
    def visible_to(self, actor: Actor) -> Self:
        """Networks one is in (or asked into), manages, steers, or whose call one coordinates."""
        if actor.is_system or actor.has(Role.ADMINISTRATOR, Role.ANALYST):
            return self
        wanted = Q(pk__in=actor.managed_networks | actor.steered_networks)
        if actor.has(Role.COMPANY_CONTACT):
            wanted |= Q(pk__in=_network_ids(actor.organisation_id))
        if actor.has(Role.COORDINATOR):
            # Drafts are still the network's own, until they enter the competition.
            wanted |= Q(call__coordinator_id=actor.organisation_id) & ~Q(state="draft")
            wanted |= Q(pk__in=_competing_ids(actor.organisation_id))
        return self.filter(wanted)

    def joinable_by(self, actor: Actor) -> Self:
        """Active networks in which the own company is not, was not refused, and which it may ask to join."""
        if not actor.has(Role.COMPANY_CONTACT):
            return self.none()
        known = _network_ids(actor.organisation_id, ["invited", "requested", "active", "refused"])
        return self.filter(state="active").exclude(pk__in=known)

    def managed_by(self, actor: Actor) -> Self:
        return self.filter(pk__in=actor.managed_networks)

    def with_counts(self, actor: Actor) -> Self:
        """`active_members`, and `open_gaps`: unknown to outsiders, a member included.

        A count that follows the gaps at once tells what one company did in between; what may be told of a
        network's demand are the figures of its pools, which follow slowly.
        """
        from networks.models import Gap, NetworkMember

        gaps = Gap.objects.open().filter(network=models.OuterRef("pk")).order_by().values("network")
        members = NetworkMember.objects.active().filter(network=models.OuterRef("pk")).order_by()
        inside = Q(pk__in=actor.managed_networks | actor.steered_networks)
        if actor.has(Role.COORDINATOR):
            inside |= Q(call__coordinator=actor.organisation_id)
        counted = models.Subquery(gaps.annotate(n=Count("pk")).values("n"))
        own_members = models.Subquery(members.values("network").annotate(n=Count("pk")).values("n"))
        return self.annotate(
            active_members=Coalesce(own_members, 0),
            open_gaps=models.Case(
                models.When(inside, then=Coalesce(counted, 0)),
                default=None,
                output_field=models.IntegerField(),
            ),
        )


class GapQuerySet(models.QuerySet["Gap"]):
    def visible_to(self, actor: Actor) -> Self:
        """A gap shows a weakness: only its company, its network's manager and steering group, and the
        coordinator of its call see it by name. Everybody else sees pools and counts."""
        if actor.is_system:
            return self
        wanted = Q(network__in=actor.managed_networks | actor.steered_networks)
        if actor.has(Role.COORDINATOR):
            wanted |= Q(network__call__coordinator=actor.organisation_id)
        wanted &= ~Q(state="draft")  # what a company has not sent yet is only its own
        if actor.has(Role.COMPANY_CONTACT):
            wanted |= Q(organisation=actor.organisation_id)
        return self.filter(wanted)

    def editable_by(self, actor: Actor) -> Self:
        wanted = Q(network__in=actor.managed_networks) & ~Q(state="draft")
        if actor.has(Role.COMPANY_CONTACT):
            wanted |= Q(organisation=actor.organisation_id)
        return self if actor.is_system else self.filter(wanted)

    def open(self) -> Self:
        return self.filter(state="open")

    def at_stage(self, stage: str) -> Self:
        """`none`: no offer found yet; `matched`: with an offer; `pooled`: bundled with other companies."""
        if stage == "pooled":
            return self.filter(pool_gap__isnull=False)
        return self.exclude(matches=None) if stage == "matched" else self.filter(matches=None)

    def live(self) -> Self:
        """What still counts: open, or waiting for the company's word."""
        return self.filter(state__in=["open", "to_confirm"])

    def with_parties(self) -> Self:
        return self.select_related("organisation", "network")

    def with_living_copies(self) -> Self:
        """`living_copy`: the public id of the gap that was copied from this one and still counts."""
        from networks.models import Gap

        copies = Gap.objects.filter(
            copied_from=models.OuterRef("pk"), state__in=["draft", "open", "to_confirm"]
        ).order_by("pk")
        return self.annotate(living_copy=models.Subquery(copies.values("public_id")[:1]))

    def with_priority(self) -> Self:
        """`urgency_level` 1 to 4, and `priority`: urgency × impact × learners; unknown where one of them is."""
        level = models.Case(
            *(models.When(urgency=value, then=number) for value, number in URGENCY_LEVELS.items()),
            default=None,
            output_field=models.IntegerField(),
        )
        return self.annotate(urgency_level=level).annotate(
            priority=models.ExpressionWrapper(
                models.F("urgency_level") * models.F("impact") * models.F("learners"),
                output_field=models.BigIntegerField(),
            )
        )

    def totals(self) -> dict[str, Any]:
        return self.aggregate(
            gaps=Count("id"), learners=Sum("learners"), companies=Count("organisation", distinct=True)
        )


class WorkTransferQuerySet(models.QuerySet["WorkTransfer"]):
    def visible_to(self, actor: Actor) -> Self:
        """Both employers, the one that receives once it is named; and who may read the gap itself."""
        from networks.models import Gap

        if actor.is_system:
            return self
        wanted = Q(gap__in=Gap.objects.visible_to(actor))
        if actor.has(Role.COMPANY_CONTACT):
            wanted |= Q(receiving=actor.organisation_id) & ~Q(gap__state__in=["draft", "to_confirm"])
        return self.filter(wanted)

    def editable_by(self, actor: Actor) -> Self:
        from networks.models import Gap

        return self.filter(gap__in=Gap.objects.visible_to(actor).editable_by(actor))

    def with_parties(self) -> Self:
        return self.select_related("gap", "gap__organisation", "gap__network", "receiving")


class UnsentGapQuerySet(models.QuerySet["UnsentGap"]):
    def of(self, actor: Actor) -> Self:
        """What this person left on the form for the organisation that he now speaks for."""
        return self.filter(user=actor.user, organisation=actor.organisation_id)


class NetworkMemberQuerySet(models.QuerySet["NetworkMember"]):
    def visible_to(self, actor: Actor) -> Self:
        """One's own memberships; all of a network that one works in, leads or looks after."""
        if actor.is_system or actor.has(Role.ADMINISTRATOR, Role.ANALYST):
            return self
        wanted = Q(network__in=actor.managed_networks | actor.steered_networks)
        if actor.has(Role.COMPANY_CONTACT):
            wanted |= Q(organisation=actor.organisation_id)
            wanted |= Q(network__in=_network_ids(actor.organisation_id, ["active"]), state="active")
        if actor.has(Role.COORDINATOR):
            wanted |= Q(network__call__coordinator=actor.organisation_id) & ~Q(network__state="draft")
        return self.filter(wanted)

    def active(self) -> Self:
        return self.filter(state="active")

    def count_independent(self) -> int:
        """Companies, those of one undertaking counted once."""
        pairs = self.values_list("organisation_id", "organisation__undertaking_id")
        return len({undertaking or organisation for organisation, undertaking in pairs})

    def without_gaps(self) -> Self:
        """Companies that have no open gap in this network."""
        from networks.models import Gap

        mine = Gap.objects.open().filter(
            organisation=models.OuterRef("organisation"), network=models.OuterRef("network")
        )
        return self.filter(~models.Exists(mine))

    def with_gap_counts(self) -> Self:
        """`open_gaps`: of this company in this network."""
        from networks.models import Gap

        mine = Gap.objects.filter(
            organisation=models.OuterRef("organisation"), network=models.OuterRef("network"), state="open"
        ).order_by()
        counted = mine.values("organisation").annotate(n=Count("pk")).values("n")
        return self.annotate(open_gaps=Coalesce(models.Subquery(counted), 0))


class NeedsAnalysisQuerySet(models.QuerySet["NeedsAnalysis"]):
    def visible_to(self, actor: Actor) -> Self:
        """It names companies and their weaknesses: the manager, the steering group and the coordinator."""
        if actor.is_system:
            return self
        wanted = Q(network__in=actor.managed_networks | actor.steered_networks)
        if actor.has(Role.COORDINATOR):
            wanted |= Q(network__call__coordinator=actor.organisation_id, state__in=["validated", "frozen"])
        return self.filter(wanted)


class CallQuerySet(models.QuerySet["Call"]):
    def visible_to(self, actor: Actor) -> Self:
        """All that were published; drafts for whoever draws them up."""
        if actor.is_system or actor.has(Role.ADMINISTRATOR):
            return self
        own = Q(coordinator=actor.organisation_id) if actor.has(Role.COORDINATOR) else Q(pk__in=[])
        return self.filter(~Q(state="draft") | own)

    def owned_by(self, actor: Actor) -> Self:
        return self.filter(coordinator=actor.organisation_id) if actor.has(Role.COORDINATOR) else self.none()

    def followed_by(self, actor: Actor) -> Self:
        """Calls whose money one follows: their coordinator, who runs or steers a network of them, analysts and
        administrators."""
        calls = self.visible_to(actor)
        if actor.is_system or actor.has(Role.ANALYST, Role.ADMINISTRATOR):
            return calls
        networks = Q(networks__in=actor.managed_networks | actor.steered_networks)
        return calls.filter(networks | Q(pk__in=self.owned_by(actor))).distinct()


class MembershipQuerySet(models.QuerySet["Membership"]):
    def visible_to(self, actor: Actor) -> Self:
        """Colleagues; and the people of the networks that one manages or steers."""
        if actor.is_system or actor.has(Role.ADMINISTRATOR):
            return self
        wanted = Q(network__in=actor.managed_networks | actor.steered_networks)
        if actor.organisation_id:
            wanted |= Q(organisation=actor.organisation_id)
        return self.filter(wanted)

    def current(self) -> Self:
        return self.filter(ended_at=None)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those of one's organisation, those for the networks that one manages, and those for their companies.

        Whom a company's own people invite is the company's affair: a manager reads what was sent for the network.
        """
        if actor.is_system or actor.has(Role.ADMINISTRATOR):
            return self
        wanted = Q(network__in=actor.managed_networks)
        if actor.organisation_id:
            wanted |= Q(organisation=actor.organisation_id)
        if actor.managed_networks:
            companies = _member_ids(actor.managed_networks, ["invited", "active"])
            wanted |= Q(network=None, is_vouched=False, organisation__in=companies)
        return self.filter(wanted)

    def unanswered(self) -> Self:
        return self.filter(accepted_at=None, withdrawn_at=None)


def tokens_of(actor: Actor) -> models.QuerySet["ApiToken"]:
    """Keys of the own organisation."""
    from skillnet.kernel.models import ApiToken

    return ApiToken.objects.filter(organisation=actor.organisation_id)


def people_visible_to(actor: Actor) -> models.QuerySet["User"]:
    """All people, for administrators; nobody else has a list of people."""
    from skillnet.accounts.models import User

    return User.objects.all() if actor.has(Role.ADMINISTRATOR) else User.objects.none()


def rates_visible_to(actor: Actor) -> models.QuerySet["Rate"]:
    """All rates, for administrators; others meet them where they are applied."""
    from skillnet.kernel.models import Rate

    return Rate.objects.all() if actor.has(Role.ADMINISTRATOR) else Rate.objects.none()


def lookalikes_of(organisation: "Organisation") -> models.QuerySet["Organisation"]:
    """Other records under the same name, or nearly: perhaps the same organisation twice. None of a merged record.

    Two numbers are two legal entities, however near their names: only a record without one is a slip of the pen.
    """
    from networks.models import Organisation

    if organisation.merged_into_id is not None:
        return Organisation.objects.none()
    name = organisation.normalised_name
    others = Organisation.objects.filter(merged_into=None).exclude(pk=organisation.pk)
    near = others.filter(normalised_name__startswith=name[:1]).exclude(normalised_name=name)
    if organisation.enterprise_number:
        near = near.filter(enterprise_number=None)
    candidates = near.annotate(size=Length("normalised_name")).filter(
        size__range=(len(name) - SLIPS, len(name) + SLIPS)
    )
    alike = [pk for pk, other in candidates.values_list("pk", "normalised_name") if is_slip_of(name, other)]
    return others.filter(models.Q(normalised_name=name) | models.Q(pk__in=alike)).order_by(
        "normalised_name", "pk"
    )


def merged_into(organisation: "Organisation") -> models.QuerySet["Organisation"]:
    """The records that went up in this one."""
    from networks.models import Organisation

    return Organisation.objects.filter(merged_into=organisation).order_by("pk")


def _competing_ids(coordinator_id: int | None) -> Any:
    from networks.models import NetworkApplication

    handed_in = NetworkApplication.objects.filter(call__coordinator=coordinator_id).exclude(state="draft")
    return handed_in.values("network")


def _member_ids(networks: frozenset[int], states: Sequence[str] = ("active",)) -> Any:
    from networks.models import NetworkMember

    return NetworkMember.objects.filter(network__in=networks, state__in=states).values("organisation")


def _network_ids(
    organisation_id: int | None, states: Sequence[str] = ("invited", "requested", "active")
) -> Any:
    from networks.models import NetworkMember

    return NetworkMember.objects.filter(organisation=organisation_id, state__in=states).values("network")
