"""The forms and filters of the capacity exchange: they read and clean, services decide."""

from datetime import date
from typing import Any

import django_filters
from django import forms
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from catalogue.filters import DATE_BOX, PROVINCES
from catalogue.forms import DATE, ServiceForm
from catalogue.models import CapacityOffer, CapacityRequest
from networks.forms import region_choices
from skillnet.kernel import regions
from skillnet.list_filters import SEARCH_BOX


class CapacityForm(ServiceForm):
    """What stands free, when, where and for how much."""

    region = forms.ChoiceField(label=_("Regio"), required=False)

    class Meta:
        model = CapacityOffer
        fields = [
            "kind",
            "title",
            "description",
            "quantity",
            "starts_on",
            "ends_on",
            "region",
            "location",
            "price",
            "price_unit",
            "conditions",
        ]
        widgets = {
            "description": forms.Textarea(attrs={"rows": 4}),
            "conditions": forms.Textarea(attrs={"rows": 3}),
            "starts_on": forms.DateInput(attrs=DATE, format="%Y-%m-%d"),
            "ends_on": forms.DateInput(attrs=DATE, format="%Y-%m-%d"),
        }
        labels = {"title": _("Wat is er vrij?"), "quantity": _("Hoeveel plaatsen, lokalen of mensen?")}
        help_texts = {
            "title": _(
                "Bijvoorbeeld: lasatelier met acht cabines, of drie plaatsen in onze heftruckopleiding."
            ),
            "price": _("Leeg: de prijs is af te spreken. Nul: gratis."),
            "conditions": _("Wat iemand moet weten voor hij vraagt: uren, verzekering, begeleiding."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"].choices = [("", _("onbekend")), *region_choices()]  # type: ignore[attr-defined]
        self.fields["kind"].choices = [("", _("kies een soort")), *CapacityOffer.Kind.choices]  # type: ignore[attr-defined]


class RequestForm(forms.Form):
    """How many, and a word to the owner."""

    quantity = forms.IntegerField(label=_("Hoeveel vraagt u?"), min_value=1, max_value=100_000, initial=1)
    message = forms.CharField(
        label=_("Boodschap"),
        required=False,
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Voor wie het is en wanneer het past."),
    )


class CapacityFilter(django_filters.FilterSet):
    """The search of the exchange."""

    q = django_filters.CharFilter(label=_("Zoeken"), method="search", widget=SEARCH_BOX)
    kind = django_filters.ChoiceFilter(label=_("Soort"), choices=CapacityOffer.Kind, empty_label=_("alle"))
    region = django_filters.ChoiceFilter(
        label=_("Waar"), choices=PROVINCES, method="in_region", empty_label=_("overal")
    )
    free_from = django_filters.DateFilter(label=_("Nodig vanaf"), method="from_day", widget=DATE_BOX)
    free_until = django_filters.DateFilter(label=_("Nodig tot"), method="to_day", widget=DATE_BOX)
    least = django_filters.NumberFilter(label=_("Minstens"), method="at_least", min_value=1)
    price_max = django_filters.NumberFilter(
        label=_("Hoogste prijs"), field_name="price", lookup_expr="lte", min_value=0
    )

    class Meta:
        model = CapacityOffer
        fields = ["q", "kind"]

    def search(self, queryset: QuerySet[CapacityOffer], name: str, value: str) -> QuerySet[CapacityOffer]:
        found = Q(title__icontains=value) | Q(description__icontains=value)
        return queryset.filter(found | Q(organisation__name__icontains=value) | Q(location__icontains=value))

    def in_region(self, queryset: QuerySet[CapacityOffer], name: str, value: str) -> QuerySet[CapacityOffer]:
        return queryset.filter(region__in=[c for c in regions.REGIONS if regions.overlaps(c, value)])

    def from_day(self, queryset: QuerySet[CapacityOffer], name: str, value: date) -> QuerySet[CapacityOffer]:
        return queryset.filter(ends_on__gte=value)

    def to_day(self, queryset: QuerySet[CapacityOffer], name: str, value: date) -> QuerySet[CapacityOffer]:
        return queryset.filter(starts_on__lte=value)

    def at_least(self, queryset: QuerySet[CapacityOffer], name: str, value: Any) -> QuerySet[CapacityOffer]:
        return queryset.filter(quantity__gte=F("taken") + int(value))


class CapacityRequestFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(
        label=_("Toestand"), choices=CapacityRequest.State, empty_label=_("alle")
    )

    class Meta:
        model = CapacityRequest
        fields = ["state"]
