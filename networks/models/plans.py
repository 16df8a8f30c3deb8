"""The annual plan of a network: what it will do in a year, what that costs per quarter, who agreed."""

from decimal import Decimal

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from networks.application_querysets import PlanQuerySet
from networks.models.networks import Network
from networks.models.votes import SteeringVote
from skillnet.kernel.fields import money, public_id
from skillnet.kernel.models import Stamped

QUARTERS = ("quarter_1", "quarter_2", "quarter_3", "quarter_4")


@pghistory.track(exclude=["updated_at"])
class NetworkPlan(Stamped):
    """One year of one network; what the steering group approved does not change any more."""

    class State(models.TextChoices):
        DRAFT = "draft", _("ontwerp")
        SUBMITTED = "submitted", _("bij de stuurgroep")
        APPROVED = "approved", _("goedgekeurd")

    public_id = public_id()
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="plans")
    year = models.PositiveSmallIntegerField(_("jaar"))
    goals = models.TextField(_("doelen"), blank=True)
    state = models.CharField(_("toestand"), max_length=10, choices=State, default=State.DRAFT)
    approved_at = models.DateTimeField(null=True, blank=True)

    objects = PlanQuerySet.as_manager()

    class Meta:
        ordering = ["network", "-year"]
        verbose_name = _("jaarplan")
        constraints = [
            models.UniqueConstraint(fields=["network", "year"], name="one_plan_a_year"),
            models.CheckConstraint(name="plan_year_of_this_age", condition=Q(year__range=(2000, 2100))),
            models.CheckConstraint(
                name="plan_approved_has_its_instant",
                condition=~Q(state="approved") | Q(approved_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.network} {self.year}"


class PlanLine(Stamped):
    """One line of the budget, in euro per quarter."""

    class Kind(models.TextChoices):
        PROGRAMME = "programme", _("opleiding")
        ANALYSIS = "analysis", _("behoefteanalyse")
        COORDINATION = "coordination", _("netwerkwerking")
        EVALUATION = "evaluation", _("evaluatie")

    public_id = public_id()
    plan = models.ForeignKey(NetworkPlan, on_delete=models.CASCADE, related_name="lines")
    title = models.CharField(_("wat"), max_length=200)
    kind = models.CharField(_("soort"), max_length=12, choices=Kind, default=Kind.PROGRAMME)
    learners = models.PositiveIntegerField(_("deelnemers"), null=True, blank=True)
    quarter_1 = money(verbose_name=_("kwartaal 1"), default=Decimal(0))
    quarter_2 = money(verbose_name=_("kwartaal 2"), default=Decimal(0))
    quarter_3 = money(verbose_name=_("kwartaal 3"), default=Decimal(0))
    quarter_4 = money(verbose_name=_("kwartaal 4"), default=Decimal(0))

    class Meta:
        ordering = ["id"]
        verbose_name = _("begrotingslijn")
        constraints = [
            models.CheckConstraint(
                name="plan_line_not_negative",
                condition=Q(quarter_1__gte=0, quarter_2__gte=0, quarter_3__gte=0, quarter_4__gte=0),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def total(self) -> Decimal:
        return sum((getattr(self, quarter) for quarter in QUARTERS), Decimal(0))


class PlanVote(SteeringVote):
    """One vote of one organisation of the steering group on one annual plan."""

    plan = models.ForeignKey(NetworkPlan, on_delete=models.CASCADE, related_name="votes")

    class Meta(SteeringVote.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "organisation"], name="one_plan_vote_for_each_organisation"
            ),
        ]
