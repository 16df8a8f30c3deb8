"""What a call asks, what a network answers, and how it is weighed."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from networks.application_querysets import DECIDED, FUNDED, ApplicationQuerySet, ReviewQuerySet
from networks.models.networks import Call, Network
from networks.models.organisations import Organisation
from skillnet.kernel.fields import money, public_id
from skillnet.kernel.models import Stamped


class CallCriterion(Stamped):
    """One criterion of a call: how much it weighs, and the highest score."""

    public_id = public_id()
    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="criteria")
    position = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(_("criterium"), max_length=200)
    description = models.TextField(_("waar men op let"), blank=True)
    weight = models.PositiveSmallIntegerField(_("gewicht"), default=10)
    max_score = models.PositiveSmallIntegerField(_("hoogste score"), default=5)

    class Meta:
        ordering = ["call", "position", "id"]
        verbose_name = _("criterium")
        constraints = [
            models.UniqueConstraint(fields=["call", "title"], name="criterion_once_in_a_call"),
            models.CheckConstraint(
                name="criterion_weight_between_1_and_100", condition=Q(weight__range=(1, 100))
            ),
            models.CheckConstraint(
                name="criterion_max_score_between_1_and_100", condition=Q(max_score__range=(1, 100))
            ),
        ]

    def __str__(self) -> str:
        return self.title


@pghistory.track(exclude=["updated_at"])
class NetworkApplication(Stamped):
    """What a network hands in for one call, from its draft to what was decided on it."""

    class State(models.TextChoices):
        DRAFT = "draft", _("ontwerp")
        SUBMITTED = "submitted", _("ingediend")
        SCREENING = "screening", _("ontvankelijkheid")
        MORE_INFO = "more_info", _("aanvulling gevraagd")
        REVIEW = "review", _("in beoordeling")
        READY = "ready", _("klaar voor beslissing")
        APPROVED = "approved", _("goedgekeurd")
        APPROVED_WITH_CONDITIONS = "approved_with_conditions", _("goedgekeurd met voorwaarden")
        RESERVE = "reserve", _("reserve: goed, geen budget")
        REJECTED = "rejected", _("afgewezen")
        WITHDRAWN = "withdrawn", _("ingetrokken")

    public_id = public_id()
    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="applications")
    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="applications")
    state = models.CharField(_("toestand"), max_length=24, choices=State, default=State.DRAFT)
    plan = models.TextField(_("plan"), blank=True)
    requested_budget = money(verbose_name=_("gevraagd budget"), null=True, blank=True)
    awarded_budget = money(verbose_name=_("toegekend budget"), null=True, blank=True)
    checklist = models.JSONField(default=dict, help_text=_("Wat bij de ontvankelijkheid is nagekeken."))
    info_asked = models.TextField(_("gevraagde aanvulling"), blank=True)
    info_due_on = models.DateField(_("aan te vullen tegen"), null=True, blank=True)
    info_answer = models.TextField(_("aanvulling"), blank=True)
    reasons = models.TextField(_("motivering"), blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("aanvraag")
        constraints = [
            models.UniqueConstraint(fields=["call", "network"], name="one_application_for_each_call"),
            models.CheckConstraint(
                name="application_requests_a_positive_budget",
                condition=Q(requested_budget=None) | Q(requested_budget__gt=0),
            ),
            models.CheckConstraint(
                name="application_budget_awarded_when_approved",
                condition=~Q(state__in=FUNDED) | Q(awarded_budget__gt=0),
            ),
            models.CheckConstraint(
                name="application_decided_with_reasons",
                condition=~Q(state__in=DECIDED) | (~Q(reasons="") & Q(decided_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="application_more_info_says_what_and_when",
                condition=~Q(state="more_info") | (~Q(info_asked="") & Q(info_due_on__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.network} · {self.call}"

    @property
    def is_decided(self) -> bool:
        return self.state in DECIDED

    @property
    def is_funded(self) -> bool:
        return self.state in FUNDED


class ApplicationAnswer(Stamped):
    """What an application says to one criterion."""

    application = models.ForeignKey(NetworkApplication, on_delete=models.CASCADE, related_name="answers")
    criterion = models.ForeignKey(CallCriterion, on_delete=models.PROTECT, related_name="answers")
    text = models.TextField(blank=True)

    class Meta:
        ordering = ["criterion__position", "criterion_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "criterion"], name="one_answer_for_each_criterion"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} · {self.criterion_id}"


class ApplicationReview(Stamped):
    """What one reviewer says of one application; final once submitted."""

    public_id = public_id()
    application = models.ForeignKey(NetworkApplication, on_delete=models.CASCADE, related_name="reviews")
    reviewer = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="reviews")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    remark = models.TextField(_("algemene opmerking"), blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name = _("beoordeling")
        constraints = [
            models.UniqueConstraint(fields=["application", "reviewer"], name="one_review_for_each_reviewer"),
        ]

    def __str__(self) -> str:
        return f"{self.reviewer} · {self.application_id}"


class ReviewScore(Stamped):
    """The score of one criterion in one review, and why."""

    review = models.ForeignKey(ApplicationReview, on_delete=models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(CallCriterion, on_delete=models.PROTECT, related_name="+")
    score = models.PositiveSmallIntegerField(_("score"), null=True, blank=True)
    remark = models.TextField(_("waarom"), blank=True)

    class Meta:
        ordering = ["criterion__position", "criterion_id"]
        constraints = [
            models.UniqueConstraint(fields=["review", "criterion"], name="one_score_for_each_criterion"),
        ]

    def __str__(self) -> str:
        return f"{self.review_id} · {self.criterion_id}: {self.score}"


class ApplicationCondition(Stamped):
    """A condition of an approval, followed up until it is met or waived."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        MET = "met", _("voldaan")
        WAIVED = "waived", _("kwijtgescholden")

    public_id = public_id()
    application = models.ForeignKey(NetworkApplication, on_delete=models.CASCADE, related_name="conditions")
    text = models.CharField(_("voorwaarde"), max_length=500)
    due_on = models.DateField(_("tegen"), null=True, blank=True)
    before_start = models.BooleanField(_("vóór de start"), default=True)
    state = models.CharField(_("toestand"), max_length=6, choices=State, default=State.OPEN)
    settled_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        verbose_name = _("voorwaarde")
        constraints = [
            models.CheckConstraint(name="condition_has_a_text", condition=~Q(text="")),
            models.CheckConstraint(
                name="condition_settled_has_its_day",
                condition=Q(state="open", settled_on=None) | (~Q(state="open") & Q(settled_on__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return self.text
