"""What has to be looked at again since the need-to-have score of the demand that it answers changed."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalogue.models.microcredentials import Microcredential
from catalogue.models.offers import Provider
from catalogue.models.recognition import Recognition
from catalogue.recognition_querysets import RevaluationQuerySet
from skillnet.kernel.fields import public_id
from skillnet.kernel.models import Stamped


@pghistory.track(exclude=["updated_at"])
class Revaluation(Stamped):
    """One microcredential with a maintenance contract, or one recognition that is to be revalued, put up again.

    `grounds` say why, the newest last: `cause` (strategy or shortage), `reference` (the version, or region and
    year), `day`, `shift` (of the score, -1..1 in twentieths) and `parts`: of each part of the score that moved
    its value before and after (0..1, None unknown) and its weight before and after.
    """

    class State(models.TextChoices):
        OPEN = "open", _("te herwaarderen")
        KEPT = "kept", _("blijft zoals het is")
        ADAPTED = "adapted", _("aangepast")
        ENDED = "ended", _("beëindigd")

    class Cause(models.TextChoices):
        STRATEGY = "strategy", _("een nieuwe versie van de talentstrategie")
        SHORTAGE = "shortage", _("een gewijzigde lijst van knelpuntberoepen")

    public_id = public_id()
    microcredential = models.ForeignKey(
        Microcredential, on_delete=models.PROTECT, null=True, blank=True, related_name="revaluations"
    )
    recognition = models.ForeignKey(
        Recognition, on_delete=models.PROTECT, null=True, blank=True, related_name="revaluations"
    )
    state = models.CharField(_("uitkomst"), max_length=7, choices=State, default=State.OPEN)
    grounds = models.JSONField(default=list)
    opened_on = models.DateField(_("voorgelegd op"))
    due_on = models.DateField(_("te beslissen tegen"))
    reason = models.TextField(_("motivering"), blank=True, db_default="")
    closed_at = models.DateTimeField(_("beslist op"), null=True, editable=False)
    seen_version = models.PositiveBigIntegerField(
        null=True,
        editable=False,
        help_text=_("Hoe de microcredential in de geschiedenis stond bij het voorleggen."),
    )
    reminded_at = models.DateTimeField(null=True, editable=False)

    objects = RevaluationQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        verbose_name = _("herwaardering")
        constraints = [
            models.CheckConstraint(
                name="revaluation_is_of_one_thing",
                condition=Q(microcredential=None, recognition__isnull=False)
                | Q(microcredential__isnull=False, recognition=None),
            ),
            models.CheckConstraint(
                name="revaluation_closed_says_when_and_why",
                condition=Q(state="open", closed_at=None)
                | (~Q(state="open") & Q(closed_at__isnull=False) & ~Q(reason="")),
            ),
            models.UniqueConstraint(
                fields=["microcredential"],
                condition=Q(state="open"),
                name="revaluation_open_once_of_a_credential",
            ),
            models.UniqueConstraint(
                fields=["recognition"],
                condition=Q(state="open"),
                name="revaluation_open_once_of_a_recognition",
            ),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def subject(self) -> str:
        """What is revalued, as people call it."""
        if self.microcredential is not None:
            return self.microcredential.title
        return self.recognition.scheme if self.recognition is not None else ""

    @property
    def provider(self) -> Provider:
        """Whose it is."""
        if self.microcredential is not None:
            return self.microcredential.offer.provider
        assert self.recognition is not None  # noqa: S101  the database says that it is one of the two
        return self.recognition.provider
