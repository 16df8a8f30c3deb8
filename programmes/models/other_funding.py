"""Other money for the same costs, as the company declares it."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from programmes.claim_querysets import OtherFundingQuerySet
from programmes.models.delivery import EvidenceFile
from programmes.models.programmes import CostLine, Participation
from programmes.models.retracting import Retractable
from skillnet.kernel.fields import money, public_id


@pghistory.track(exclude=["updated_at"])
class OtherFunding(Retractable):
    """What another instrument pays of a company's costs in a programme (article 8 GBER): declared when the
    company applies and when it settles. Nothing is deleted: what proved wrong is retracted, and says why."""

    class Basis(models.TextChoices):
        OTHER_STATE_AID = "other_state_aid", _("staatssteun van een andere overheid of regeling")
        TRAINING_AID = "training_aid", _("opleidingssteun onder de groepsvrijstelling")
        DE_MINIMIS = "de_minimis", _("de minimis")
        DE_MINIMIS_SGEI = "de_minimis_sgei", _("de minimis DAEB")
        NOT_AID = "not_aid", _("geen staatssteun (bijvoorbeeld een sectorfonds met eigen bijdragen)")

    class Moment(models.TextChoices):
        APPLICATION = "application", _("bij de aanvraag")
        CLAIM = "claim", _("bij de afrekening")

    public_id = public_id()
    participation = models.ForeignKey(Participation, on_delete=models.PROTECT, related_name="other_funding")
    category = models.CharField(_("soort kost"), max_length=10, choices=CostLine.Category)
    instrument = models.CharField(_("instrument"), max_length=40, help_text=_("Sleutel uit het register."))
    amount = money(verbose_name=_("bedrag"))
    basis = models.CharField(_("soort steun"), max_length=16, choices=Basis)
    reference = models.CharField(_("kenmerk"), max_length=80, blank=True)
    moment = models.CharField(_("aangegeven"), max_length=11, choices=Moment)
    declared_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    evidence = models.ForeignKey(
        EvidenceFile, on_delete=models.PROTECT, null=True, blank=True, related_name="other_funding"
    )

    objects = OtherFundingQuerySet.as_manager()

    class Meta:
        ordering = ["participation", "id"]
        verbose_name = _("andere financiering")
        constraints = [
            models.CheckConstraint(name="other_funding_of_something", condition=Q(amount__gt=0)),
            models.CheckConstraint(name="other_funding_names_its_instrument", condition=~Q(instrument="")),
            models.CheckConstraint(
                name="other_funding_retracted_says_why",
                condition=Q(retracted_at=None) | ~Q(retracted_why=""),
            ),
            models.UniqueConstraint(
                fields=["participation", "category", "instrument"],
                condition=Q(retracted_at=None),
                name="other_funding_once_for_a_cost",
                violation_error_message=_("Dit instrument staat er al voor deze kost: trek het eerst in."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participation_id}: {self.instrument} {self.amount}"


__all__ = ["OtherFunding"]
