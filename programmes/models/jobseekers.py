"""Jobseekers in a programme: how many came where no names are known, and what a ring-fenced line pays for them."""

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalogue.models import Edition
from networks.models import Organisation
from programmes.models.budget_lines import BudgetLine
from programmes.models.claims import Claim
from programmes.models.delivery import EvidenceFile
from programmes.models.invoices import InvoiceLine
from programmes.models.programmes import Programme
from skillnet.kernel.fields import money, public_id
from skillnet.kernel.models import Stamped


@pghistory.track(exclude=["updated_at"])
class JobseekerAttendance(Stamped):
    """How many jobseekers came to an edition, beside those who are enrolled by name.

    The public employment service knows their names; here only the count stands, the hours of all of them
    together, and the list that proves it.
    """

    public_id = public_id()
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="jobseeker_attendance")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="jobseeker_attendance")
    people = models.PositiveIntegerField(_("werkzoekenden die kwamen"))
    hours = models.DecimalField(_("uren van hen samen"), max_digits=8, decimal_places=2)
    service = models.CharField(_("dienst die de namen bewaart"), max_length=200)
    evidence = models.ForeignKey(
        EvidenceFile, on_delete=models.PROTECT, related_name="+", verbose_name=_("aanwezigheidslijst")
    )
    recorded_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    recorded_for = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="+", help_text=_("Namens wie.")
    )

    class Meta:
        ordering = ["programme", "edition"]
        verbose_name = _("telling van werkzoekenden")
        constraints = [
            models.UniqueConstraint(fields=["programme", "edition"], name="jobseekers_counted_once"),
            models.CheckConstraint(
                name="jobseekers_who_came_have_hours",
                condition=Q(people=0, hours=0) | Q(people__gt=0, hours__gt=0),
                violation_error_message=_("Wie kwam, heeft uren; kwam niemand, schrijf dan tweemaal 0."),
            ),
            models.CheckConstraint(name="jobseekers_service_is_named", condition=~Q(service="")),
        ]

    def __str__(self) -> str:
        return f"{self.edition_id}: {self.people}"


class JobseekerShare(models.Model):
    """What a claim pays from a ring-fenced line for the jobseekers in one edition, euro.

    An invoice line stands in one share only: it cannot be paid twice. Without an edition it is what the network
    spent on jobseekers itself, by its own cost lines, which `payee` gets back (`planned` by the plan, `invoiced`
    by the proofs of the claim). Written anew until finance approved.
    """

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="jobseeker_shares")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, null=True, related_name="+")
    payee = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text=_("Wie de eigen kosten terugkrijgt; van een editie is dat wie ze geeft."),
    )
    budget_line = models.ForeignKey(BudgetLine, on_delete=models.PROTECT, related_name="shares")
    invoice_line = models.OneToOneField(
        InvoiceLine, on_delete=models.PROTECT, null=True, related_name="jobseeker_share"
    )
    seats = models.PositiveIntegerField(_("plaatsen"))
    used = models.PositiveIntegerField(_("bijgewoond"))
    planned = money(verbose_name=_("gepland"))
    invoiced = money(verbose_name=_("gefactureerd"))
    payable = money(verbose_name=_("te betalen"))
    record = models.JSONField(default=dict, help_text=_("De volledige berekening, zoals ze toen was."))

    class Meta:
        ordering = ["claim", "edition"]
        constraints = [
            models.UniqueConstraint(
                fields=["claim", "edition"], name="jobseekers_once_in_a_claim", nulls_distinct=False
            ),
            models.CheckConstraint(
                name="jobseekers_own_costs_have_a_payee",
                condition=Q(edition__isnull=False, payee=None)
                | Q(edition=None, payee__isnull=False, invoice_line=None),
            ),
            models.CheckConstraint(
                name="jobseekers_paid_what_was_planned_and_invoiced",
                condition=Q(payable__gte=0, payable__lte=F("planned")) & Q(payable__lte=F("invoiced")),
            ),
            models.CheckConstraint(
                name="jobseekers_paid_by_an_invoice",
                condition=Q(payable=0)
                | Q(invoice_line__isnull=False, used__gt=0)
                | Q(edition=None, used__gt=0),
            ),
            models.CheckConstraint(name="jobseekers_in_their_seats", condition=Q(used__lte=F("seats"))),
        ]

    def __str__(self) -> str:
        return f"{self.about}: {self.payable}"

    @property
    def about(self) -> str:
        """The course, or that these are costs of the network's own."""
        return self.edition.offer.title if self.edition else gettext("eigen kosten van het netwerk")

    @property
    def paid_to(self) -> Organisation:
        """Who gets the money: who gives the edition, or who made the costs."""
        edition = self.edition
        return edition.offer.provider.organisation if edition is not None else self.payee  # type: ignore[return-value]  # a constraint


__all__ = ["JobseekerAttendance", "JobseekerShare"]
