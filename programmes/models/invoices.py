"""What a provider bills a company for its seats in a programme's edition, and what has been paid of it."""

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalogue.models import Edition
from networks.models import Organisation
from programmes.invoice_querysets import InvoiceLineQuerySet
from programmes.models.programmes import Programme
from skillnet.kernel.fields import money, public_id
from skillnet.kernel.models import Stamped


@pghistory.track(exclude=["updated_at"])
class InvoiceLine(Stamped):
    """One company in one edition of one programme. Amounts in euro, excluding VAT."""

    class State(models.TextChoices):
        DUE = "due", _("te factureren")
        INVOICED = "invoiced", _("gefactureerd")
        PAID = "paid", _("betaald")
        CANCELLED = "cancelled", _("vervallen")

    public_id = public_id()
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="invoice_lines")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="invoice_lines")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="invoice_lines")
    learners = models.PositiveIntegerField(_("deelnemers"))
    unit_price = money(verbose_name=_("prijs per deelnemer"))
    amount = money(verbose_name=_("te betalen"))
    vat_note = models.CharField(_("btw"), max_length=200, blank=True)
    state = models.CharField(_("toestand"), max_length=9, choices=State, default=State.DUE)
    invoice_number = models.CharField(_("factuurnummer"), max_length=60, blank=True)
    invoiced_on = models.DateField(_("gefactureerd op"), null=True, blank=True)
    paid_on = models.DateField(_("betaald op"), null=True, blank=True)

    objects = InvoiceLineQuerySet.as_manager()

    class Meta:
        ordering = ["programme", "edition", "organisation__name"]
        verbose_name = _("factuurlijn")
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "edition", "organisation"], name="invoice_line_once_for_a_company"
            ),
            models.CheckConstraint(
                name="invoice_line_not_negative", condition=Q(amount__gte=0, unit_price__gte=0)
            ),
            models.CheckConstraint(
                name="invoice_line_invoiced_has_its_number",
                condition=~Q(state__in=["invoiced", "paid"])
                | (Q(invoiced_on__isnull=False) & ~Q(invoice_number="")),
            ),
            models.CheckConstraint(
                name="invoice_line_paid_has_its_day",
                condition=Q(state="paid", paid_on__gte=F("invoiced_on")) | ~Q(state="paid"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.amount}"
