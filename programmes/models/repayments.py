"""Money that came back of a recovery, in one payment or in several."""

import pghistory
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from programmes.models.audits import Recovery
from skillnet.kernel.fields import money, public_id


@pghistory.track()
class Repayment(models.Model):
    """One payment that was seen on the account. What is left of the recovery stays due."""

    public_id = public_id()
    recovery = models.ForeignKey(Recovery, on_delete=models.PROTECT, related_name="repayments")
    amount = money(verbose_name=_("bedrag"))
    paid_on = models.DateField(_("terugbetaald op"))
    recorded_at = models.DateTimeField(db_default=Now())
    recorded_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["paid_on", "id"]
        verbose_name = _("terugbetaling")
        constraints = [
            models.UniqueConstraint(fields=["recovery", "paid_on", "amount"], name="repayment_noted_once"),
            models.CheckConstraint(name="repayment_of_something", condition=Q(amount__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.paid_on}: {self.amount}"


__all__ = ["Repayment"]
