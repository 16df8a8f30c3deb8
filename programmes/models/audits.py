"""Auditing paid claims: the draw, what was found of each proof, what has to come back, and what the ledger loses."""

from decimal import Decimal

import pghistory
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from networks.models import Call, Organisation
from networks.models.organisations import validate_iban
from programmes.claim_querysets import AuditCaseQuerySet, RecoveryQuerySet
from programmes.models.claims import Claim, ClaimLine
from programmes.models.jobseekers import JobseekerShare
from programmes.models.ledger import DeMinimisAid
from programmes.models.programmes import Participation, Programme
from programmes.querysets import LedgerCorrectionQuerySet
from skillnet.kernel.fields import money, public_id
from skillnet.kernel.models import Stamped


class AuditSample(Stamped):
    """A random draw over the claims paid in a period; who has the seed draws the same ones again."""

    public_id = public_id()
    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="audit_samples")
    starts_on = models.DateField(_("betaald vanaf"))
    ends_on = models.DateField(_("betaald tot en met"))
    seed = models.CharField(_("zaad van het lot"), max_length=64)
    method = models.CharField(max_length=40)
    share = models.DecimalField(_("aandeel"), max_digits=5, decimal_places=2, help_text=_("In procent."))
    least = models.PositiveSmallIntegerField(_("minstens"))
    most = models.PositiveSmallIntegerField(_("hoogstens"))
    population = models.JSONField(default=list, help_text=_("De kenmerken waaruit geloot is, gesorteerd."))
    drawn_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["call", "starts_on", "ends_on"], name="audit_sample_once_for_a_period"
            ),
            models.CheckConstraint(name="audit_period_in_order", condition=Q(ends_on__gte=F("starts_on"))),
            models.CheckConstraint(name="audit_least_within_most", condition=Q(least__lte=F("most"))),
        ]

    def __str__(self) -> str:
        return f"{self.call}: {self.starts_on} – {self.ends_on}"


@pghistory.track(exclude=["updated_at"])
class AuditCase(Stamped):
    """One paid claim under audit: its evidence looked at, the network heard, then accepted or refused."""

    class State(models.TextChoices):
        OPEN = "open", _("in controle")
        ADVERSARIAL = "adversarial", _("netwerk mag antwoorden")
        ANSWERED = "answered", _("netwerk antwoordde")
        ACCEPTED = "accepted", _("aanvaard")
        REFUSED = "refused", _("niet aanvaard")

    public_id = public_id()
    sample = models.ForeignKey(AuditSample, on_delete=models.PROTECT, related_name="cases")
    claim = models.OneToOneField(Claim, on_delete=models.PROTECT, related_name="audit_case")
    state = models.CharField(_("toestand"), max_length=12, choices=State, default=State.OPEN)
    findings = models.TextField(_("vaststellingen"), blank=True)
    answer_by = models.DateField(_("antwoorden tegen"), null=True, blank=True)
    answer = models.TextField(_("antwoord van het netwerk"), blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = AuditCaseQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("controle")
        constraints = [
            models.CheckConstraint(
                name="audit_hearing_has_its_term",
                condition=Q(state__in=["open", "accepted"]) | (Q(answer_by__isnull=False) & ~Q(findings="")),
            ),
        ]

    def __str__(self) -> str:
        return str(self.claim)


class AuditItem(models.Model):
    """What the auditor found of the proof of one cost line, or of the jobseekers' seats in one edition."""

    class Verdict(models.TextChoices):
        UNSEEN = "", _("nog niet bekeken")
        NOT_SENT = "not_sent", _("niet verstuurd")
        NOT_SUBMITTED = "not_submitted", _("opgeladen, niet ingediend")
        NON_CONFORM = "non_conform", _("niet conform")
        OK = "ok", _("in orde")

    case = models.ForeignKey(AuditCase, on_delete=models.CASCADE, related_name="items")
    line = models.ForeignKey(
        ClaimLine, on_delete=models.PROTECT, null=True, blank=True, related_name="audit_items"
    )
    jobseeker_share = models.ForeignKey(
        JobseekerShare, on_delete=models.PROTECT, null=True, blank=True, related_name="audit_items"
    )
    verdict = models.CharField(_("bevinding"), max_length=13, choices=Verdict, blank=True)
    note = models.CharField(_("toelichting"), max_length=300, blank=True)

    class Meta:
        ordering = ["case", "line", "id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "line"], name="cost_line_once_in_an_audit"),
            models.UniqueConstraint(
                fields=["case", "jobseeker_share"], name="jobseekers_of_an_edition_once_in_an_audit"
            ),
            models.CheckConstraint(
                name="audit_looks_at_a_line_or_at_jobseekers",
                condition=Q(line__isnull=False, jobseeker_share=None)
                | Q(line=None, jobseeker_share__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.about}: {self.verdict}"

    @property
    def about(self) -> str:
        """What was looked at, in words."""
        if self.line is not None:
            return str(self.line.description)
        return gettext("Plaatsen van werkzoekenden: %(what)s") % {"what": self.jobseeker_share.about}  # type: ignore[union-attr]  # a constraint

    @property
    def for_whom(self) -> str:
        return self.line.for_whom if self.line is not None else gettext("werkzoekenden")

    @property
    def amount(self) -> Decimal:
        """Euro that the proof has to carry."""
        row = self.line
        amount: Decimal = row.amount if row is not None else self.jobseeker_share.payable  # type: ignore[union-attr]
        return amount


@pghistory.track(exclude=["updated_at"])
class Recovery(Stamped):
    """Money that has to come back after an audit that was not accepted, by the company that had it.

    For jobseekers: by whom the ring-fenced line paid. What came back is free again for other jobseekers.
    """

    class State(models.TextChoices):
        CLAIMED = "claimed", _("teruggevorderd")
        REPAID = "repaid", _("terugbetaald")

    public_id = public_id()
    case = models.ForeignKey(AuditCase, on_delete=models.PROTECT, related_name="recoveries")
    participation = models.ForeignKey(
        Participation, on_delete=models.PROTECT, null=True, blank=True, related_name="recoveries"
    )
    jobseeker_share = models.ForeignKey(
        JobseekerShare, on_delete=models.PROTECT, null=True, blank=True, related_name="recoveries"
    )
    state = models.CharField(_("toestand"), max_length=8, choices=State, default=State.CLAIMED)
    amount = money(verbose_name=_("bedrag"))
    reason = models.TextField(_("reden"))
    reference = models.CharField(_("gestructureerde mededeling"), max_length=20, unique=True)
    due_on = models.DateField(_("terug te betalen tegen"), null=True, blank=True)
    repaid_on = models.DateField(_("terugbetaald op"), null=True, blank=True)
    # Whose account takes the money, as it was when it was claimed back; empty for what is older than this.
    account = models.CharField(
        _("rekeningnummer (IBAN)"),
        max_length=34,
        blank=True,
        default="",
        db_default="",
        validators=[validate_iban],
    )
    account_holder = models.CharField(_("op naam van"), max_length=200, blank=True, default="", db_default="")

    objects = RecoveryQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("terugvordering")
        constraints = [
            models.UniqueConstraint(fields=["case", "participation"], name="recovery_once_for_a_company"),
            models.UniqueConstraint(
                fields=["case", "jobseeker_share"], name="recovery_once_for_a_share_of_jobseekers"
            ),
            models.CheckConstraint(
                name="recovery_from_a_company_or_of_jobseekers",
                condition=Q(participation__isnull=False, jobseeker_share=None)
                | Q(participation=None, jobseeker_share__isnull=False),
            ),
            models.CheckConstraint(name="recovery_of_something", condition=Q(amount__gt=0)),
            models.CheckConstraint(name="recovery_says_why", condition=~Q(reason="")),
            models.CheckConstraint(
                name="recovery_repaid_has_its_day", condition=~Q(state="repaid") | Q(repaid_on__isnull=False)
            ),
            models.CheckConstraint(
                name="recovery_account_has_its_holder", condition=Q(account="") | ~Q(account_holder="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.payer}: {self.amount}"

    @property
    def programme(self) -> Programme:
        return self.case.claim.programme

    @property
    def came_back(self) -> Decimal:
        """Euro that came back so far."""
        return sum((row.amount for row in self.repayments.all()), Decimal("0.00"))

    @property
    def left(self) -> Decimal:
        """Euro that still has to come back."""
        amount: Decimal = self.amount
        return amount - self.came_back

    @property
    def payer(self) -> Organisation:
        """Who pays back: who was paid."""
        share = self.jobseeker_share
        return share.paid_to if share is not None else self.participation.organisation  # type: ignore[union-attr]


@pghistory.track()
class LedgerCorrection(models.Model):
    """Aid that no longer counts: it lowers an entry of the de minimis ledger, which itself stays.

    `register_corrected_at`: when the European register was brought in line, for an entry that stood in it.
    """

    aid = models.ForeignKey(DeMinimisAid, on_delete=models.PROTECT, related_name="corrections")
    amount = money(verbose_name=_("minder"))
    reason = models.CharField(max_length=300)
    at = models.DateTimeField(db_default=Now())
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    recovery = models.ForeignKey(
        Recovery, on_delete=models.PROTECT, null=True, blank=True, related_name="corrections"
    )
    register_corrected_at = models.DateTimeField(null=True, blank=True)
    register_corrected_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = LedgerCorrectionQuerySet.as_manager()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(name="ledger_correction_lowers", condition=Q(amount__gt=0)),
            models.CheckConstraint(name="ledger_correction_says_why", condition=~Q(reason="")),
            models.UniqueConstraint(fields=["aid", "recovery"], name="ledger_correction_once_for_a_recovery"),
        ]

    def __str__(self) -> str:
        return f"{self.aid_id}: −{self.amount}"
