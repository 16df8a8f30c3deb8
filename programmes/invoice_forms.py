"""Forms and filters of the invoice lines."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from programmes.models import InvoiceLine
from skillnet.list_filters import SEARCH_BOX

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class InvoicedForm(forms.Form):
    """Number and day of the bill."""

    invoice_number = forms.CharField(label=_("Factuurnummer"), max_length=60)
    invoiced_on = forms.DateField(label=_("Gefactureerd op"), widget=DATE)
    vat_note = forms.CharField(
        label=_("Btw"),
        max_length=200,
        required=False,
        help_text=_("Bijvoorbeeld: 21 %, of vrijgesteld (artikel 44, § 2, 4° van het Btw-Wetboek)."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["invoiced_on"].initial = timezone.localdate()


class PaidForm(forms.Form):
    """The day of the payment."""

    paid_on = forms.DateField(label=_("Betaald op"), widget=DATE)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["paid_on"].initial = timezone.localdate()


class InvoiceFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("Zoeken"), method="search", widget=SEARCH_BOX)
    state = django_filters.ChoiceFilter(label=_("Toestand"), choices=InvoiceLine.State, empty_label=_("alle"))
    open = django_filters.ChoiceFilter(
        label=_("Openstaand"),
        choices=[("yes", _("nog niet betaald"))],
        method="only_open",
        empty_label=_("alle"),
    )

    class Meta:
        model = InvoiceLine
        fields = ["q", "state"]

    def search(self, queryset: QuerySet[InvoiceLine], name: str, value: str) -> QuerySet[InvoiceLine]:
        found = Q(organisation__name__icontains=value) | Q(programme__title__icontains=value)
        return queryset.filter(
            found | Q(invoice_number__icontains=value) | Q(edition__offer__title__icontains=value)
        )

    def only_open(self, queryset: QuerySet[InvoiceLine], name: str, value: str) -> QuerySet[InvoiceLine]:
        return queryset.filter(state__in=[InvoiceLine.State.DUE, InvoiceLine.State.INVOICED])
