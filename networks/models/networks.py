"""Calls, networks and who is in them."""

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from networks.models.organisations import Organisation
from networks.querysets import CallQuerySet, NetworkMemberQuerySet, NetworkQuerySet
from skillnet.kernel.fields import money, public_id
from skillnet.kernel.models import Stamped


class Call(Stamped):
    """The competition through which networks are funded; its coordinator sees what is in it."""

    class State(models.TextChoices):
        DRAFT = "draft", _("ontwerp")
        OPEN = "open", _("open")
        CLOSED = "closed", _("gesloten")
        UNDER_REVIEW = "under_review", _("in beoordeling")
        DECIDED = "decided", _("beslist")
        ARCHIVED = "archived", _("gearchiveerd")

    public_id = public_id()
    title = models.CharField(_("titel"), max_length=200)
    coordinator = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="calls", verbose_name=_("coördinerende overheid")
    )
    description = models.TextField(_("omschrijving"), blank=True)
    budget = money(verbose_name=_("budget"), null=True, blank=True)
    opens_on = models.DateField(_("opent op"), null=True, blank=True)
    closes_on = models.DateField(_("sluit op"), null=True, blank=True)
    review_by = models.DateField(_("beoordeeld tegen"), null=True, blank=True)
    conditions = models.TextField(_("voorwaarden"), blank=True, db_default="")
    min_reviewers = models.PositiveSmallIntegerField(_("beoordelaars per aanvraag"), default=2, db_default=2)
    min_score = models.PositiveSmallIntegerField(_("laagste score die telt"), null=True, blank=True)
    state = models.CharField(_("toestand"), max_length=12, choices=State, default=State.DRAFT)

    objects = CallQuerySet.as_manager()

    class Meta:
        ordering = ["-opens_on", "id"]
        verbose_name = _("oproep")
        constraints = [
            models.CheckConstraint(
                name="call_budget_not_negative", condition=Q(budget=None) | Q(budget__gte=0)
            ),
            models.CheckConstraint(
                name="call_closes_after_it_opens",
                condition=Q(opens_on=None) | Q(closes_on=None) | Q(closes_on__gte=F("opens_on")),
            ),
            models.CheckConstraint(
                name="call_reviewed_after_it_closes",
                condition=Q(review_by=None) | Q(closes_on=None) | Q(review_by__gte=F("closes_on")),
            ),
            models.CheckConstraint(
                name="call_has_at_least_two_reviewers", condition=Q(min_reviewers__range=(2, 9))
            ),
            models.CheckConstraint(
                name="call_min_score_is_a_percentage",
                condition=Q(min_score=None) | Q(min_score__range=(0, 100)),
            ),
        ]

    def __str__(self) -> str:
        return self.title


@pghistory.track(exclude=["updated_at"])
class Network(Stamped):
    """At least three independent companies of one sector or region that train together."""

    class State(models.TextChoices):
        DRAFT = "draft", _("ontwerp")
        SUBMITTED = "submitted", _("ingediend")
        CONTRACTED = "contracted", _("toegekend")
        ACTIVE = "active", _("actief")
        RENEWAL = "renewal", _("in jaarlijkse herziening")
        PROBATION = "probation", _("op proef")
        SUSPENDED = "suspended", _("geschorst")
        WINDING_DOWN = "winding_down", _("in afbouw")
        CLOSED = "closed", _("gesloten")
        REJECTED = "rejected", _("geweigerd")

    public_id = public_id()
    name = models.CharField(_("naam"), max_length=200)
    normalised_name = models.CharField(max_length=200, unique=True, editable=False)
    call = models.ForeignKey(Call, on_delete=models.PROTECT, null=True, blank=True, related_name="networks")
    sector = models.CharField(_("sector"), max_length=120, blank=True)
    region = models.CharField(_("regio (NUTS)"), max_length=5, blank=True)
    purpose = models.TextField(_("doel"), blank=True)
    promoter = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="promoted_networks"
    )
    contracting_organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="contracted_networks"
    )
    budget = money(verbose_name=_("jaarbudget"), null=True, blank=True)
    state = models.CharField(_("toestand"), max_length=12, choices=State, default=State.DRAFT)
    submitted_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = NetworkQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("netwerk")
        constraints = [
            models.CheckConstraint(
                name="network_budget_not_negative", condition=Q(budget=None) | Q(budget__gte=0)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs) -> None:  # type: ignore[no-untyped-def]
        from skillnet.kernel.names import normalise_organisation_name

        self.normalised_name = normalise_organisation_name(self.name)
        super().save(*args, **kwargs)


class NetworkMember(Stamped):
    """A company in a network: invited or asking, then active, then perhaps gone."""

    class State(models.TextChoices):
        INVITED = "invited", _("uitgenodigd")
        REQUESTED = "requested", _("aangevraagd")
        ACTIVE = "active", _("lid")
        LEFT = "left", _("vertrokken")
        REFUSED = "refused", _("geweigerd")

    public_id = public_id()
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="members")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="network_members")
    state = models.CharField(_("toestand"), max_length=10, choices=State, default=State.INVITED)
    joined_on = models.DateField(null=True, blank=True)
    left_on = models.DateField(null=True, blank=True)

    objects = NetworkMemberQuerySet.as_manager()

    class Meta:
        ordering = ["organisation__name"]
        constraints = [
            models.UniqueConstraint(fields=["network", "organisation"], name="member_once_in_a_network"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} · {self.network}"
