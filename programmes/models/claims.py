"""Settling a programme: what it really cost, what is paid, and what came of it."""

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from networks.models import Gap, Organisation
from programmes.claim_querysets import ClaimQuerySet, ContingentQuerySet, OutcomeQuerySet
from programmes.models.delivery import EvidenceFile
from programmes.models.programmes import CostLine, Participation, Programme
from skillnet.kernel.fields import money, public_id
from skillnet.kernel.models import Stamped


@pghistory.track(exclude=["updated_at"])
class Claim(Stamped):
    """The settlement of one programme: drawn up by its manager, approved twice, then paid.

    `settled` is what the programme finally cost the budget, euro: nothing is known until it is paid or
    declined. It never exceeds the grant. What jobseekers cost comes from a ring-fenced line and is counted
    apart: `jobseekers_payable` and `jobseekers_settled` are never part of the two others.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("ontwerp")
        SUBMITTED = "submitted", _("ingediend")
        CHANGES_STAFF = "changes_requested_staff", _("aan te vullen")
        RESUBMITTED = "resubmitted", _("opnieuw ingediend")
        APPROVED_STAFF = "approved_by_staff", _("inhoudelijk goedgekeurd")
        CHANGES_FINANCE = "changes_requested_finance", _("aan te vullen voor de betaling")
        APPROVED_FINANCE = "approved_by_finance", _("te betalen")
        PAID = "paid", _("betaald")
        PAYMENT_FAILED = "payment_failed", _("betaling mislukt")
        DECLINED = "declined", _("afgewezen")

    public_id = public_id()
    programme = models.OneToOneField(Programme, on_delete=models.PROTECT, related_name="claim")
    state = models.CharField(_("toestand"), max_length=26, choices=State, default=State.DRAFT)
    overrun_note = models.TextField(
        _("uitleg bij meerkosten"),
        blank=True,
        help_text=_("Waarom het meer kostte dan gepland. Meer subsidie volgt daar niet uit."),
    )
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    staff_approved_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="+"
    )
    finance_approved_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="+"
    )
    payable = money(verbose_name=_("te betalen"), null=True, blank=True)
    reference = models.CharField(_("gestructureerde mededeling"), max_length=20, null=True, unique=True)  # noqa: DJ001  unique
    paid_on = models.DateField(_("betaald op"), null=True, blank=True)
    payment_reference = models.CharField(_("kenmerk van de betaling"), max_length=80, blank=True)
    settled = money(verbose_name=_("afgerekend"), null=True, blank=True)
    jobseekers_payable = money(verbose_name=_("te betalen voor werkzoekenden"), null=True, blank=True)
    jobseekers_settled = money(verbose_name=_("afgerekend voor werkzoekenden"), null=True, blank=True)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("afrekening")
        constraints = [
            models.CheckConstraint(
                name="claim_amounts_not_negative",
                condition=(Q(payable=None) | Q(payable__gte=0)) & (Q(settled=None) | Q(settled__gte=0)),
            ),
            models.CheckConstraint(
                name="claim_jobseekers_settled_as_approved",
                condition=Q(jobseekers_settled=None)
                | Q(jobseekers_settled=0)
                | Q(jobseekers_settled__gt=0, jobseekers_settled=F("jobseekers_payable")),
            ),
            models.CheckConstraint(
                name="claim_submitted_has_its_instant",
                condition=Q(state="draft") | Q(submitted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="claim_approved_by_two_people",
                condition=Q(finance_approved_by=None) | ~Q(finance_approved_by=F("staff_approved_by")),
            ),
            models.CheckConstraint(
                name="claim_to_pay_has_amount_and_reference",
                condition=~Q(state__in=["approved_by_finance", "paid", "payment_failed"])
                | Q(payable__isnull=False, reference__isnull=False),
            ),
            models.CheckConstraint(
                name="claim_paid_has_day_and_amount",
                condition=~Q(state="paid")
                | (Q(paid_on__isnull=False, settled__isnull=False) & ~Q(payment_reference="")),
            ),
        ]

    def __str__(self) -> str:
        return str(self.programme)


@pghistory.track(exclude=["updated_at"])
class ClaimLine(Stamped):
    """One actual cost of one company, excl. refundable VAT, with the invoice or other proof behind it.

    Without a company it is a cost that was made for jobseekers: the ring-fenced line pays it, no company does.
    """

    public_id = public_id()
    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="lines")
    participation = models.ForeignKey(
        Participation, on_delete=models.PROTECT, null=True, blank=True, related_name="claim_lines"
    )
    category = models.CharField(_("soort kost"), max_length=10, choices=CostLine.Category)
    description = models.CharField(_("omschrijving"), max_length=300)
    amount = money(verbose_name=_("bedrag excl. btw"))
    vat = money(verbose_name=_("terugvorderbare btw"), default=0)
    invoice = models.CharField(_("factuurnummer of kenmerk"), max_length=80, blank=True)
    evidence = models.ManyToManyField(EvidenceFile, related_name="claim_lines", blank=True)

    class Meta:
        ordering = ["claim", "participation__organisation__name", "id"]
        verbose_name = _("kostenlijn")
        constraints = [
            models.CheckConstraint(
                name="claim_line_not_negative", condition=Q(amount__gte=0) & Q(vat__gte=0)
            ),
            models.CheckConstraint(
                name="claim_line_of_jobseekers_is_no_wage",
                condition=Q(participation__isnull=False) | ~Q(category="trainee"),
                violation_error_message=_("Werkzoekenden hebben geen loonkost: kies een andere soort."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.description}: {self.amount}"

    @property
    def for_whom(self) -> str:
        """The company whose cost it is, or that it was made for jobseekers."""
        return self.participation.organisation.name if self.participation else gettext("werkzoekenden")


class ClaimShare(models.Model):
    """What one company is paid in a claim, with the reasoning; written anew until finance approved."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="shares")
    participation = models.ForeignKey(Participation, on_delete=models.PROTECT, related_name="claim_shares")
    actual = money(verbose_name=_("werkelijke kost"))
    eligible = money(verbose_name=_("in aanmerking genomen"))
    payable = money(verbose_name=_("te betalen"))
    record = models.JSONField(default=dict, help_text=_("De volledige berekening, zoals ze toen was."))

    class Meta:
        ordering = ["claim", "participation__organisation__name"]
        constraints = [
            models.UniqueConstraint(fields=["claim", "participation"], name="company_once_in_a_claim"),
            models.CheckConstraint(
                name="claim_share_not_negative",
                condition=Q(actual__gte=0) & Q(eligible__gte=0) & Q(payable__gte=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participation_id}: {self.payable}"


@pghistory.track(exclude=["updated_at"])
class Outcome(Stamped):
    """What a company says of one of its gaps after the programme: whether it closed, and why (not)."""

    class Moment(models.TextChoices):
        AFTER = "after", _("na de opleiding")
        SIX_MONTHS = "six_months", _("na zes maanden")

    class Answer(models.TextChoices):
        YES = "yes", _("ja")
        PARTLY = "partly", _("gedeeltelijk")
        NO = "no", _("neen")

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="outcomes")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    gap = models.ForeignKey(Gap, on_delete=models.PROTECT, related_name="outcomes")
    moment = models.CharField(_("moment"), max_length=10, choices=Moment)
    answer = models.CharField(_("is de kloof gesloten?"), max_length=6, choices=Answer)
    why = models.TextField(_("waarom"), blank=True)
    answered_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")

    objects = OutcomeQuerySet.as_manager()

    class Meta:
        ordering = ["programme", "gap", "moment"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "gap", "moment"], name="outcome_once_for_a_gap_and_moment"
            ),
            models.CheckConstraint(
                name="outcome_not_closed_says_why", condition=Q(answer="yes") | ~Q(why="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.gap_id} {self.moment}: {self.answer}"


@pghistory.track(exclude=["updated_at"])
class Contingent(Stamped):
    """So many people with one shortage profile by a day: what a coordinator wants to see trained."""

    public_id = public_id()
    coordinator = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="contingents")
    title = models.CharField(_("profiel"), max_length=200)
    skills = models.JSONField(_("vaardigheden"), default=list, help_text=_("ESCO-adressen, één per regel."))
    needed = models.PositiveIntegerField(_("mensen nodig"))
    due_on = models.DateField(_("tegen"))
    source = models.CharField(_("bron"), max_length=300, blank=True)
    is_archived = models.BooleanField(default=False)

    objects = ContingentQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        verbose_name = _("opleidingscontingent")
        constraints = [
            models.CheckConstraint(name="contingent_needs_somebody", condition=Q(needed__gte=1)),
        ]

    def __str__(self) -> str:
        return self.title
