"""The forms and filters of the capacity exchange: they read and clean, services decide."""

from datetime import date
from typing import Any

import django_filters
from django import forms
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalogue.filters import DATE_BOX, PROVINCES
from catalogue.forms import DATE, ServiceForm
from catalogue.models import CapacityOffer, CapacityRequest
from networks.forms import region_choices
from skillnet.kernel import regions
from skillnet.list_filters import SEARCH_BOX

# A place in a course or at work is mostly taken for as long as it lasts; a room or a trainer by the day.
WHOLE_PERIOD = (CapacityOffer.Kind.SEATS, CapacityOffer.Kind.WORKPLACE)


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
    """How many, which days, and a word to the owner."""

    starts_on = forms.DateField(label=_("Van"), widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"))
    ends_on = forms.DateField(label=_("Tot en met"), widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"))
    quantity = forms.IntegerField(label=_("Hoeveel vraagt u?"), min_value=1, max_value=100_000, initial=1)
    message = forms.CharField(
        label=_("Boodschap"),
        required=False,
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Voor wie het is en wat de aanbieder moet weten."),
    )

    def __init__(self, *args: Any, capacity: CapacityOffer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first, last = max(capacity.starts_on, timezone.localdate()), capacity.ends_on
        for name in ("starts_on", "ends_on"):
            self.fields[name].widget.attrs |= {"min": first.isoformat(), "max": last.isoformat()}
        if capacity.kind in WHOLE_PERIOD:
            self.initial.update({"starts_on": first, "ends_on": last})


class CapacityFilter(django_filters.FilterSet):
    """The search of the exchange."""

    q = django_filters.CharFilter(label=_("Zoeken"), method="search", widget=SEARCH_BOX)
    kind = django_filters.ChoiceFilter(label=_("Soort"), choices=CapacityOffer.Kind, empty_label=_("alle"))
    region = django_filters.ChoiceFilter(
        label=_("Waar"), choices=PROVINCES, method="in_region", empty_label=_("overal")
    )
    free_from = django_filters.DateFilter(label=_("Nodig vanaf"), method="on_days", widget=DATE_BOX)
    free_until = django_filters.DateFilter(label=_("Nodig tot en met"), method="on_days", widget=DATE_BOX)
    least = django_filters.NumberFilter(label=_("Minstens"), method="on_days", min_value=1)
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

    def on_days(self, queryset: Any, name: str, value: Any) -> QuerySet[CapacityOffer]:
        """Both days together: free on all of them. One of them: free on some day from or until then."""
        asked = self.form.cleaned_data
        first, last, least = asked.get("free_from"), asked.get("free_until"), int(asked.get("least") or 1)
        if first and last:
            rows = queryset.filter(starts_on__lte=first, ends_on__gte=last).with_promised(first, last)
            return rows.filter(quantity__gte=F("promised") + least)  # type: ignore[no-any-return]
        return queryset.free_between(first or date.min, last or date.max).filter(quantity__gte=least)  # type: ignore[no-any-return]


class CapacityRequestFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(
        label=_("Toestand"), choices=CapacityRequest.State, empty_label=_("alle")
    )

    class Meta:
        model = CapacityRequest
        fields = ["state"]
