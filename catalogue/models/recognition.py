"""Who is recognised, by whom, on which scores and until when; and the quality labels that a provider holds."""

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalogue.models.offers import Provider
from catalogue.recognition_querysets import QualityLabelQuerySet, RecognitionQuerySet
from networks.models import Organisation
from skillnet.kernel.fields import public_id
from skillnet.kernel.models import Stamped


@pghistory.track(exclude=["updated_at"])
class Recognition(Stamped):
    """One decision to recognise a provider, or not to, with the scores that it stands on.

    A later one replaces it; none is ever changed, so that the history is the rows themselves.
    """

    class Outcome(models.TextChoices):
        GRANTED = "granted", _("erkend")
        REFUSED = "refused", _("niet erkend")
        WITHDRAWN = "withdrawn", _("erkenning ingetrokken")

    public_id = public_id()
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="recognitions")
    scheme = models.CharField(
        _("waarvoor"),
        max_length=120,
        help_text=_("Bijvoorbeeld: erkenning VDAB, sectorfonds metaal, kmo-portefeuille."),
    )
    granted_by = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(_("beslissing"), max_length=9, choices=Outcome)
    reason = models.TextField(_("motivering"))
    valid_from = models.DateField(_("geldt vanaf"))
    valid_until = models.DateField(_("geldt tot en met"), null=True, blank=True)
    revalue_on = models.DateField(
        _("opnieuw te beoordelen op"),
        null=True,
        blank=True,
        help_text=_("Uiterlijk dan volgt een nieuwe beoordeling."),
    )
    decided_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    reminded_at = models.DateTimeField(null=True, editable=False)

    objects = RecognitionQuerySet.as_manager()

    class Meta:
        ordering = ["-valid_from", "-id"]
        verbose_name = _("erkenning")
        constraints = [
            models.CheckConstraint(name="recognition_says_why", condition=~Q(reason="")),
            models.CheckConstraint(name="recognition_says_for_what", condition=~Q(scheme="")),
            models.CheckConstraint(
                name="recognition_ends_after_it_starts",
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider}: {self.scheme}"


class RecognitionScore(models.Model):
    """One criterion of one recognition: 0 (absent) to 4 (exemplary), and what that rests on."""

    class Criterion(models.TextChoices):
        DIDACTICS = "didactics", _("didactiek en lesgevers")
        QUALITY = "quality", _("kwaliteitszorg")
        RESULTS = "results", _("resultaten van deelnemers")
        DEMAND = "demand", _("aansluiting op de vraag")
        ORGANISATION = "organisation", _("organisatie en financiën")

    recognition = models.ForeignKey(Recognition, on_delete=models.CASCADE, related_name="scores")
    criterion = models.CharField(_("criterium"), max_length=12, choices=Criterion)
    score = models.PositiveSmallIntegerField(_("score"))
    remark = models.CharField(_("opmerking"), max_length=500, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["recognition", "criterion"], name="recognition_scores_once"),
            models.CheckConstraint(name="recognition_score_0_to_4", condition=Q(score__range=(0, 4))),
        ]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.score}"


@pghistory.track(exclude=["updated_at"])
class QualityLabel(Stamped):
    """A label that a provider says it holds, with its period; its number lets anybody check it."""

    public_id = public_id()
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="labels")
    name = models.CharField(_("label"), max_length=100, help_text=_("Bijvoorbeeld Qfor of ISO 21001."))
    awarded_by = models.CharField(_("toegekend door"), max_length=150, blank=True)
    number = models.CharField(_("nummer"), max_length=60, blank=True)
    valid_from = models.DateField(_("geldt vanaf"), null=True, blank=True)
    valid_until = models.DateField(_("geldt tot en met"), null=True, blank=True)
    ended_at = models.DateTimeField(null=True, editable=False)
    reminded_at = models.DateTimeField(null=True, editable=False)

    objects = QualityLabelQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        verbose_name = _("kwaliteitslabel")
        constraints = [
            models.CheckConstraint(name="label_has_a_name", condition=~Q(name="")),
            models.CheckConstraint(
                name="label_ends_after_it_starts",
                condition=Q(valid_until=None) | Q(valid_from=None) | Q(valid_until__gte=F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return self.name
