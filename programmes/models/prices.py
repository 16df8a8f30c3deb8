"""What shows that the price of a bought edition is a market price."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalogue.models import Edition
from programmes.models.delivery import EvidenceFile
from programmes.models.programmes import Programme
from programmes.models.retracting import Retractable
from programmes.querysets import PriceEvidenceQuerySet
from skillnet.kernel.fields import money, public_id


@pghistory.track(exclude=["updated_at"])
class PriceEvidence(Retractable):
    """A quote, a bid or a public list price beside the price that a programme pays for an edition.

    `amount` is euro for one learner, excluding VAT. `is_chosen` marks the one that is bought, `is_automatic`
    what the platform knew itself (bids that were compared, a published price) and froze at submission.
    Nothing is deleted: what proved wrong is retracted, and says why.
    """

    class Kind(models.TextChoices):
        QUOTE = "quote", _("offerte")
        LIST_PRICE = "list_price", _("openbare prijs")
        BID = "bid", _("bod op de gebundelde vraag")

    public_id = public_id()
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="price_evidence")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("wat het is"), max_length=10, choices=Kind)
    supplier = models.CharField(_("van wie"), max_length=200)
    amount = money(verbose_name=_("prijs per deelnemer (excl. btw)"))
    is_chosen = models.BooleanField(_("dit is wat het programma koopt"), default=False)
    source = models.CharField(
        _("waar het te vinden is"),
        max_length=500,
        blank=True,
        help_text=_("Een webadres, of het nummer van de offerte."),
    )
    why = models.TextField(_("waarom deze keuze"), blank=True, max_length=2_000)
    file = models.ForeignKey(
        EvidenceFile, on_delete=models.PROTECT, null=True, blank=True, related_name="price_evidence"
    )
    is_automatic = models.BooleanField(default=False, editable=False)
    recorded_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")

    objects = PriceEvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["programme", "edition", "id"]
        verbose_name = _("prijsbewijs")
        constraints = [
            models.CheckConstraint(name="price_evidence_not_negative", condition=Q(amount__gte=0)),
            models.CheckConstraint(name="price_evidence_names_its_supplier", condition=~Q(supplier="")),
            models.CheckConstraint(
                name="price_evidence_chosen_says_why",
                condition=Q(is_chosen=False) | Q(is_automatic=True) | ~Q(why=""),
                violation_error_message=_("Zeg waarom voor deze prijs gekozen is."),
            ),
            models.CheckConstraint(
                name="price_evidence_can_be_looked_up",
                condition=Q(is_automatic=True) | ~Q(source="") | Q(file__isnull=False),
                violation_error_message=_("Voeg het stuk toe, of zeg waar het te vinden is."),
            ),
            models.CheckConstraint(
                name="price_evidence_retracted_says_why",
                condition=Q(retracted_at=None) | ~Q(retracted_why=""),
            ),
            models.UniqueConstraint(
                fields=["programme", "edition", "kind", "supplier"],
                condition=Q(retracted_at=None),
                name="price_evidence_once_for_a_supplier",
                violation_error_message=_("Van deze verstrekker staat er al zo'n stuk: trek het eerst in."),
            ),
            models.UniqueConstraint(
                fields=["programme", "edition", "kind"],
                condition=Q(retracted_at=None, is_chosen=True),
                name="price_evidence_one_chosen",
                violation_error_message=_("Er is al een gekozen prijs voor deze editie: trek die eerst in."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.supplier}: {self.amount}"


__all__ = ["PriceEvidence"]
