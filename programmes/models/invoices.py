"""What a provider bills a company for its seats in a programme's edition, and what has been paid of it."""

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalogue.models import Edition
from networks.models import Organisation
from programmes.invoice_querysets import InvoiceLineQuerySet
from programmes.models.budget_lines import BudgetLine
from programmes.models.programmes import Programme
from skillnet.kernel.fields import money, public_id
from skillnet.kernel.models import Stamped


@pghistory.track(exclude=["updated_at"])
class InvoiceLine(Stamped):
    """One company in one edition of one programme, or all its jobseekers. Amounts in euro, excluding VAT.

    `organisation` is who pays: the company, or for jobseekers the coordinator of the call, from a ring-fenced
    line. The database keeps the two apart: a company's line never names a budget line, a jobseekers' line
    always names one for jobseekers, of the programme's own call.
    """

    class State(models.TextChoices):
        DUE = "due", _("te factureren")
        INVOICED = "invoiced", _("gefactureerd")
        PAID = "paid", _("betaald")
        CANCELLED = "cancelled", _("vervallen")

    class Stream(models.TextChoices):
        COMPANY = "company", _("bedrijf")
        JOBSEEKER = "jobseeker", _("werkzoekenden")

    public_id = public_id()
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="invoice_lines")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="invoice_lines")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="invoice_lines")
    stream = models.CharField(_("voor wie"), max_length=10, choices=Stream, default=Stream.COMPANY)
    budget_line = models.ForeignKey(
        BudgetLine, on_delete=models.PROTECT, null=True, blank=True, related_name="invoice_lines"
    )
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
                fields=["programme", "edition", "organisation"],
                condition=Q(stream="company"),
                name="invoice_line_once_for_a_company",
            ),
            models.UniqueConstraint(
                fields=["programme", "edition"],
                condition=Q(stream="jobseeker"),
                name="invoice_line_once_for_jobseekers",
            ),
            models.CheckConstraint(
                name="invoice_line_of_jobseekers_is_ring_fenced",
                condition=Q(stream="company", budget_line=None)
                | Q(stream="jobseeker", budget_line__isnull=False),
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
        triggers = [
            # What no CheckConstraint can say: the line of another purpose or call pays for no jobseeker.
            pgtrigger.Trigger(
                name="jobseekers_by_their_own_line",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("budget_line_id", "programme_id"),
                condition=pgtrigger.Q(new__budget_line_id__isnull=False),
                func=(
                    "IF NOT EXISTS (SELECT 1 FROM programmes_budgetline b"
                    " JOIN networks_network n ON n.call_id = b.call_id"
                    " JOIN programmes_programme p ON p.network_id = n.id"
                    " WHERE b.id = NEW.budget_line_id AND b.purpose = 'jobseekers' AND p.id = NEW.programme_id)"
                    " THEN RAISE EXCEPTION 'invoice line % is not paid by its own ring-fenced line', NEW.id"
                    " USING ERRCODE = 'check_violation'; END IF; RETURN NEW;"
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.amount}"

    @property
    def is_for_jobseekers(self) -> bool:
        return bool(self.stream == self.Stream.JOBSEEKER)
