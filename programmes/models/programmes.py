"""Programmes, who takes part, what it costs and who pays under which article."""

from decimal import Decimal

import pghistory
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from catalogue.models import Edition
from matching.models import MatchRun, Pool, TalentStrategy
from networks.models import Network, Organisation
from programmes.querysets import ParticipationQuerySet, ProgrammeQuerySet
from skillnet.kernel.fields import money, public_id
from skillnet.kernel.models import Stamped


@pghistory.track(exclude=["updated_at"])
class Programme(Stamped):
    """Editions bought for pools, with learners, a cost plan and a funding plan.

    A `proposal` is the matcher's, untouched; refused it is `declined`, discussed and drawn up anew `lapsed`.
    """

    class State(models.TextChoices):
        PROPOSAL = "proposal", _("voorstel")
        DRAFT = "draft", _("ontwerp")
        SUBMITTED = "submitted", _("wacht op beslissing")
        RETURNED = "returned", _("teruggestuurd")
        APPROVED = "approved", _("goedgekeurd")
        REJECTED = "rejected", _("geweigerd")
        RUNNING = "running", _("loopt")
        DELIVERED = "delivered", _("gegeven")
        CLAIMED = "claimed", _("afgerekend")
        PAID = "paid", _("betaald")
        EVALUATED = "evaluated", _("geëvalueerd")
        UNPAID = "unpaid", _("gegeven, niet betaald")
        CANCELLED = "cancelled", _("geannuleerd")
        DECLINED = "declined", _("afgewezen voorstel")
        LAPSED = "lapsed", _("vervallen voorstel")

    class ShareKey(models.TextChoices):
        LEARNERS = "learners", _("naar het aantal deelnemers")
        HOURS = "hours", _("naar de uren les")
        AGREED = "agreed", _("naar een afgesproken sleutel")

    public_id = public_id()
    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="programmes")
    title = models.CharField(_("titel"), max_length=300)
    summary = models.TextField(_("samenvatting"), blank=True)
    state = models.CharField(_("toestand"), max_length=10, choices=State, default=State.PROPOSAL)
    starts_on = models.DateField(_("begint op"), null=True, blank=True)
    learners = models.PositiveIntegerField(_("deelnemers"), null=True, blank=True)
    cost = money(verbose_name=_("kost"), null=True, blank=True)
    grant = money(verbose_name=_("netwerksubsidie"), null=True, blank=True)
    share_key = models.CharField(
        _("gedeelde kosten verdelen"), max_length=8, choices=ShareKey, default=ShareKey.LEARNERS
    )
    # Seats for jobseekers in the same editions: paid from a ring-fenced line, no cost of the companies.
    jobseeker_learners = models.PositiveIntegerField(_("werkzoekenden"), default=0)
    jobseeker_cost = money(verbose_name=_("kost van de werkzoekenden"), default=0)
    jobseeker_line = models.ForeignKey(
        "programmes.BudgetLine", on_delete=models.PROTECT, null=True, blank=True, related_name="held_by"
    )
    reasons = models.JSONField(
        default=list, help_text=_("Waarom dit voorstel: sleutels en waarden van zinnen.")
    )
    alternatives = models.JSONField(
        default=list, help_text=_("De volgende beste offers, en waarop zij verloren.")
    )
    run = models.ForeignKey(
        MatchRun, on_delete=models.SET_NULL, null=True, blank=True, related_name="programmes"
    )
    strategy = models.ForeignKey(
        TalentStrategy, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    decide_by = models.DateField(_("beslissen tegen"), null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("programma")
        indexes = [models.Index(fields=["network", "state"], name="programme_by_network")]
        constraints = [
            models.CheckConstraint(
                name="programme_cost_not_negative", condition=Q(cost=None) | Q(cost__gte=0)
            ),
            models.CheckConstraint(
                name="programme_grant_within_its_cost",
                condition=Q(grant=None) | Q(cost__isnull=False, grant__gte=0, grant__lte=F("cost")),
            ),
            models.CheckConstraint(
                name="programme_jobseekers_cost_not_negative", condition=Q(jobseeker_cost__gte=0)
            ),
            models.CheckConstraint(
                name="programme_submitted_has_its_instant",
                condition=Q(state__in=["proposal", "draft", "cancelled", "declined", "lapsed"])
                | Q(submitted_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ProgrammePool(models.Model):
    """A pool that the programme closes."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="programme_pools")
    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, related_name="programme_pools")
    is_live = models.BooleanField(
        default=True, help_text=_("Uit zodra het programma geweigerd of geannuleerd is.")
    )

    class Meta:
        ordering = ["programme", "pool"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "pool"], name="pool_once_in_a_programme"),
            models.UniqueConstraint(
                fields=["pool"], condition=Q(is_live=True), name="pool_in_one_live_programme"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme_id}: {self.pool_id}"


class ProgrammeEdition(models.Model):
    """An edition that the programme buys, and how many seats of it."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="programme_editions")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="programme_editions")
    seats = models.PositiveIntegerField(_("plaatsen"))
    jobseeker_seats = models.PositiveIntegerField(_("plaatsen voor werkzoekenden"), default=0)

    class Meta:
        ordering = ["programme", "edition"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "edition"], name="edition_once_in_a_programme"),
            models.CheckConstraint(name="programme_edition_buys_seats", condition=Q(seats__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.programme_id}: {self.edition_id} × {self.seats}"

    @property
    def all_seats(self) -> int:
        """What the edition must hold: the companies' learners and the jobseekers."""
        return self.seats + self.jobseeker_seats


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class CompanySeats(models.Model):
    """How many of the seats that a programme buys in an edition are for one company."""

    programme_edition = models.ForeignKey(
        ProgrammeEdition, on_delete=models.CASCADE, related_name="company_seats"
    )
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    learners = models.PositiveIntegerField(_("deelnemers"))
    # As planned, at the price and by the key of that day: what is invoiced follows this, not today's price.
    cost = money(verbose_name=_("kost"), null=True, blank=True)
    # What the decision counted, where a cheaper edition came in the place since; empty: `cost` is that.
    decided_cost = money(verbose_name=_("beslist"), null=True, blank=True)

    class Meta:
        ordering = ["programme_edition", "organisation"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme_edition", "organisation"], name="company_once_in_a_bought_edition"
            ),
            models.CheckConstraint(name="company_seats_at_least_one", condition=Q(learners__gte=1)),
            models.CheckConstraint(
                name="company_seats_cost_not_negative", condition=Q(cost=None) | Q(cost__gte=0)
            ),
            models.CheckConstraint(
                name="company_seats_cost_no_more_than_decided",
                condition=Q(decided_cost=None) | Q(cost__lte=F("decided_cost")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} × {self.learners}"


@pghistory.track(exclude=["updated_at"])
class Participation(Stamped):
    """One company in one programme: learners, what it costs, what it gets, what it pays, on which ground."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("voorgesteld")
        COMMITTED = "committed", _("bevestigd")
        WITHDRAWN = "withdrawn", _("teruggetrokken")

    public_id = public_id()
    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="participations")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="participations")
    learners = models.PositiveIntegerField(_("deelnemers"))
    cost = money(verbose_name=_("kost"), default=0)
    grant = money(verbose_name=_("subsidie"), default=0)
    own_share = money(verbose_name=_("eigen deel"), default=0)
    # What the company says of its learners; empty is not counted. Wages are eligible, never invoiced.
    disadvantaged = models.PositiveIntegerField(_("deelnemers in een kwetsbare positie"), default=0)
    hourly_cost = money(verbose_name=_("loon- en algemene kost per uur les"), null=True, blank=True)
    wage_cost = money(verbose_name=_("loonkost tijdens de lessen"), default=0)
    share_weight = models.DecimalField(
        _("afgesproken sleutel"), max_digits=9, decimal_places=3, null=True, blank=True
    )
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    route = models.CharField(max_length=14, blank=True)
    assessment = models.JSONField(
        default=dict, help_text=_("De volledige steunbeoordeling, zoals ze toen was.")
    )
    applied_at = models.DateTimeField(null=True, blank=True, help_text=_("Tijdstip van de steunaanvraag."))
    de_minimis_declared_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text=_("Wanneer het bedrijf zei dat al zijn de-minimissteun is aangegeven."),
    )
    committed_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")

    objects = ParticipationQuerySet.as_manager()

    class Meta:
        ordering = ["programme", "organisation__name"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "organisation"], name="company_once_in_a_programme"),
            models.CheckConstraint(
                name="participation_adds_up", condition=Q(cost=F("grant") + F("own_share"))
            ),
            models.CheckConstraint(
                name="participation_committed_has_its_instant",
                condition=~Q(state="committed") | Q(applied_at__isnull=False),
            ),
            models.CheckConstraint(
                name="participation_wages_not_negative",
                condition=Q(wage_cost__gte=0) & (Q(hourly_cost=None) | Q(hourly_cost__gte=0)),
            ),
            models.CheckConstraint(
                name="participation_weight_not_negative",
                condition=Q(share_weight=None) | Q(share_weight__gte=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} × {self.learners}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class CostLine(models.Model):
    """One eligible cost by the categories of article 31(3) GBER.

    Lines of an edition follow from its price; `is_manual` ones a person wrote. An organisation: its own
    cost; none: shared by all of the group. Refundable VAT stands beside the amount and is never eligible.
    """

    class Category(models.TextChoices):
        TRAINER = "trainer", _("opleiders")
        OPERATING = "operating", _("werkingskosten")
        ADVICE = "advice", _("advies")
        TRAINEE = "trainee", _("loonkost van de deelnemers")

    class Group(models.TextChoices):
        ALL = "all", _("alle deelnemers van bedrijven")
        DISADVANTAGED = "disadvantaged", _("deelnemers in een kwetsbare positie")
        ORDINARY = "ordinary", _("andere deelnemers van bedrijven")
        JOBSEEKERS = "jobseekers", _("werkzoekenden")

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="cost_lines")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, null=True, related_name="+")
    category = models.CharField(max_length=10, choices=Category)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    group = models.CharField(_("voor wie"), max_length=13, choices=Group, default=Group.ALL)
    description = models.CharField(_("omschrijving"), max_length=300)
    amount = money(verbose_name=_("bedrag (excl. btw)"))
    vat = money(verbose_name=_("btw"), default=0)
    vat_is_refundable = models.BooleanField(_("btw is terugvorderbaar"), default=True)
    is_manual = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["programme", "id"]
        constraints = [
            models.CheckConstraint(name="cost_line_not_negative", condition=Q(amount__gte=0)),
            models.CheckConstraint(name="cost_line_vat_not_negative", condition=Q(vat__gte=0)),
            models.CheckConstraint(
                name="cost_line_of_jobseekers_is_of_no_company",
                condition=~Q(group="jobseekers") | Q(organisation=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.description}: {self.amount}"

    @property
    def eligible(self) -> Decimal:
        """Euro that counts: VAT only where nobody gives it back."""
        counted: Decimal = self.amount if self.vat_is_refundable else self.amount + self.vat
        return counted


class Instrument(models.Model):
    """A scheme that pays; as text its name in the language of the page."""

    code = models.CharField(max_length=40, unique=True)
    names = models.JSONField(default=dict)
    funder = models.CharField(max_length=120, blank=True)
    is_demand_side = models.BooleanField(default=True)
    legal_basis = models.CharField(max_length=300, blank=True)
    conditions = models.JSONField(default=dict)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return str(self.names.get((get_language() or "nl")[:2]) or self.names.get("nl", self.code))


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class FundingLine(models.Model):
    """Who pays how much of a programme, under which article and at which dated rate."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="funding_lines")
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    amount = money()
    legal_basis = models.CharField(max_length=300)
    rate_key = models.CharField(max_length=80, blank=True)
    rate = models.DecimalField(max_digits=18, decimal_places=6, null=True, blank=True)

    class Meta:
        ordering = ["programme", "id"]
        constraints = [
            models.CheckConstraint(name="funding_line_not_negative", condition=Q(amount__gte=0)),
            models.CheckConstraint(name="funding_line_has_a_legal_basis", condition=~Q(legal_basis="")),
        ]

    def __str__(self) -> str:
        return f"{self.instrument}: {self.amount}"


class Signature(models.Model):
    """A coordinator's word on one submission of a programme whose grant asks for two of them."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="signatures")
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    submission = models.DateTimeField(
        help_text=_("Tijdstip van de indiening waarop deze handtekening slaat.")
    )
    at = models.DateTimeField(db_default=Now())
    reason = models.TextField(_("motivering"))

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "user", "submission"], name="signature_once_for_a_submission"
            ),
            models.CheckConstraint(name="signature_says_why", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.programme_id}: {self.user}"


class Comment(models.Model):
    """A remark of somebody who may see the programme."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="comments")
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return self.text[:60]


__all__ = [
    "Comment",
    "CompanySeats",
    "CostLine",
    "FundingLine",
    "Instrument",
    "Participation",
    "Programme",
    "ProgrammeEdition",
    "ProgrammePool",
    "Signature",
]
