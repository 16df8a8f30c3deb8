"""What a network concludes of a programme before it closes."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from programmes.models.programmes import Programme
from programmes.querysets import EvaluationQuerySet
from skillnet.kernel.models import Stamped


@pghistory.track(exclude=["updated_at"])
class Evaluation(Stamped):
    """The evaluation of one programme: what worked, what has to change, whether to do it again.

    What companies say of their gaps stands apart (`Outcome`); the closing decision keeps both.
    """

    class Again(models.TextChoices):
        YES = "yes", _("ja, zo")
        CHANGED = "changed", _("ja, maar anders")
        NO = "no", _("neen")

    programme = models.OneToOneField(Programme, on_delete=models.PROTECT, related_name="evaluation")
    worked = models.TextField(_("wat werkte"), max_length=4_000)
    to_change = models.TextField(
        _("wat anders moet"), blank=True, max_length=4_000, help_text=_("Leeg: niets.")
    )
    again = models.CharField(_("opnieuw inrichten?"), max_length=7, choices=Again)
    satisfaction = models.DecimalField(
        _("tevredenheid van de deelnemers (op 10)"),
        max_digits=3,
        decimal_places=1,
        null=True,
        blank=True,
        help_text=_("Het gemiddelde van de bevraging; leeg als er geen was."),
    )
    written_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")

    objects = EvaluationQuerySet.as_manager()

    class Meta:
        verbose_name = _("evaluatie")
        constraints = [
            models.CheckConstraint(name="evaluation_says_what_worked", condition=~Q(worked="")),
            models.CheckConstraint(
                name="evaluation_changed_says_what",
                condition=Q(again="yes") | ~Q(to_change=""),
                violation_error_message=_("Zeg wat er anders moet, of waarom niet meer."),
            ),
            models.CheckConstraint(
                name="evaluation_satisfaction_out_of_ten",
                condition=Q(satisfaction=None) | Q(satisfaction__range=(0, 10)),
                violation_error_message=_("Geef een cijfer van 0 tot 10."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme_id}: {self.again}"


__all__ = ["Evaluation"]
