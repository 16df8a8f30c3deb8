"""Money of a call that may pay for one purpose only."""

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from networks.models import Call
from programmes.querysets_leave import BudgetLineQuerySet
from skillnet.kernel.fields import money, public_id
from skillnet.kernel.models import Stamped


@pghistory.track(exclude=["updated_at"])
class BudgetLine(Stamped):
    """A ring-fenced line of a call: so much for this purpose, in this period, on this legal basis. Euro."""

    class Purpose(models.TextChoices):
        JOBSEEKERS = "jobseekers", _("plaatsen voor werkzoekenden")
        BASIC_SKILLS = "basic_skills", _("basisvaardigheden")
        LANGUAGE = "language", _("taal")

    public_id = public_id()
    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="budget_lines")
    purpose = models.CharField(_("waarvoor"), max_length=12, choices=Purpose)
    amount = money(verbose_name=_("bedrag"))
    valid_from = models.DateField(_("geldt vanaf"))
    valid_to = models.DateField(_("tot en met"), null=True, blank=True)
    legal_basis = models.CharField(_("rechtsgrond"), max_length=300)

    objects = BudgetLineQuerySet.as_manager()

    class Meta:
        ordering = ["purpose", "valid_from", "id"]
        constraints = [
            models.CheckConstraint(name="budget_line_not_negative", condition=Q(amount__gte=0)),
            models.CheckConstraint(name="budget_line_has_a_legal_basis", condition=~Q(legal_basis="")),
            models.CheckConstraint(
                name="budget_line_ends_after_it_starts",
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                violation_error_message=_("De laatste dag ligt voor de eerste."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()}: {self.amount}"


__all__ = ["BudgetLine"]
