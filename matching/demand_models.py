"""Unmet demand as providers see it, and who says that it could teach it."""

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from catalogue.models import Offer, Provider
from matching.querysets import DemandCardQuerySet
from skillnet.kernel.fields import unguessable_id
from skillnet.kernel.models import Stamped


@pghistory.track(exclude=["updated_at"])
class DemandCard(Stamped):
    """An unmet pool as providers see it: k-anonymous, with a term. `withdrawn` is met again by the matcher."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        ANSWERED = "answered", _("beantwoord")
        EXPIRED = "expired", _("verlopen")
        WITHDRAWN = "withdrawn", _("ingetrokken")
        CLOSED = "closed", _("gesloten")

    public_id = unguessable_id()
    pool = models.OneToOneField("matching.Pool", on_delete=models.CASCADE, related_name="demand_card")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    nearest_offer = models.ForeignKey(
        Offer, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    lacks = models.JSONField(default=list)
    opened_on = models.DateField(_("open sinds"), default=localdate)
    expires_on = models.DateField(_("open tot"))
    renewals = models.PositiveSmallIntegerField(_("keren verlengd"), default=0)
    escalated_on = models.DateField(_("onbeantwoord sinds"), null=True, blank=True)

    objects = DemandCardQuerySet.as_manager()

    class Meta:
        ordering = ["expires_on", "id"]
        verbose_name = _("vraagkaart")
        constraints = [
            models.CheckConstraint(
                name="demand_card_expires_after_it_opens", condition=Q(expires_on__gte=F("opened_on"))
            ),
        ]

    def __str__(self) -> str:
        return str(self.pool)


class ProviderInterest(Stamped):
    """A provider says that it could teach what a pool asks; the network's manager takes it from there."""

    class State(models.TextChoices):
        OPEN = "open", _("gemeld")
        WITHDRAWN = "withdrawn", _("ingetrokken")

    pool = models.ForeignKey("matching.Pool", on_delete=models.CASCADE, related_name="interests")
    provider = models.ForeignKey(Provider, on_delete=models.CASCADE, related_name="interests")
    note = models.CharField(_("boodschap"), max_length=1000, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["pool", "provider"], name="interest_once_for_each_provider"),
        ]

    def __str__(self) -> str:
        return f"{self.provider}: {self.pool_id}"
