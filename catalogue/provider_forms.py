"""Forms about providers themselves: recognition with its scores, labels, and the filter of their list."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalogue.filters import PROVINCES
from catalogue.forms import DATE, ServiceForm
from catalogue.models import Provider, QualityLabel, Recognition, RecognitionScore
from catalogue.services.recognition import Scores
from skillnet.list_filters import SEARCH_BOX

SCORES = [
    ("", _("niet beoordeeld")),
    (0, _("0: afwezig")),
    (1, _("1: zwak")),
    (2, _("2: voldoende")),
    (3, _("3: goed")),
    (4, _("4: voorbeeldig")),
]
DAYS = forms.DateInput(attrs=DATE, format="%Y-%m-%d")


class RecognitionForm(ServiceForm):
    """A decision with its reason, its dates, and a score and a remark for each criterion."""

    class Meta:
        model = Recognition
        fields = ["scheme", "outcome", "valid_from", "valid_until", "revalue_on", "reason"]
        widgets = {
            "valid_from": DAYS,
            "valid_until": DAYS,
            "revalue_on": DAYS,
            "reason": forms.Textarea(attrs={"rows": 4}),
        }
        help_texts = {
            "reason": _("De verstrekker leest dit; bij een erkenning leest iedereen het."),
            "valid_until": _("Leeg: zonder einddatum."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for criterion, label in RecognitionScore.Criterion.choices:
            self.fields[f"score_{criterion}"] = forms.TypedChoiceField(
                label=label, choices=SCORES, required=False, coerce=int, empty_value=None
            )
            self.fields[f"remark_{criterion}"] = forms.CharField(
                label=_("Waarop dat steunt"), required=False, max_length=500
            )

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}

    def pairs(self) -> list[tuple[Any, Any]]:
        """The fields of each criterion, to show beside each other."""
        return [
            (self[f"score_{criterion}"], self[f"remark_{criterion}"])
            for criterion in RecognitionScore.Criterion.values
        ]

    def scores(self) -> Scores:
        """The criteria that were scored."""
        given = self.cleaned_data
        return {
            criterion: (given[f"score_{criterion}"], given[f"remark_{criterion}"])
            for criterion in RecognitionScore.Criterion.values
            if given[f"score_{criterion}"] is not None
        }


class LabelForm(ServiceForm):
    """A label that the provider holds."""

    class Meta:
        model = QualityLabel
        fields = ["name", "awarded_by", "number", "valid_from", "valid_until"]
        widgets = {"valid_from": DAYS, "valid_until": DAYS}
        help_texts = {"number": _("Met het nummer kan iedereen het label nakijken bij wie het toekent.")}


class ProviderFilter(django_filters.FilterSet):
    """Everybody who teaches."""

    q = django_filters.CharFilter(label=_("Zoeken"), method="named", widget=SEARCH_BOX)
    kind = django_filters.ChoiceFilter(label=_("Soort"), choices=Provider.Kind, empty_label=_("alle"))
    region = django_filters.ChoiceFilter(
        label=_("Waar"), choices=PROVINCES, method="in_region", empty_label=_("overal")
    )
    recognised = django_filters.BooleanFilter(
        label=_("Erkenning"),
        method="is_recognised",
        widget=forms.Select(choices=[("", _("alle")), ("true", _("erkend")), ("false", _("niet erkend"))]),
    )
    state = django_filters.ChoiceFilter(label=_("Nazicht"), choices=Provider.State, empty_label=_("alle"))

    class Meta:
        model = Provider
        fields = ["q", "kind", "region", "recognised", "state"]

    def named(self, queryset: QuerySet[Provider], name: str, value: str) -> QuerySet[Provider]:
        digits = "".join(character for character in value if character.isdigit())
        wanted = Q(organisation__name__icontains=value)
        if digits:
            wanted |= Q(organisation__enterprise_number__startswith=digits)
        return queryset.filter(wanted)

    def in_region(self, queryset: QuerySet[Provider], name: str, value: str) -> QuerySet[Provider]:
        return queryset.filter(organisation__region__startswith=value)

    def is_recognised(self, queryset: QuerySet[Provider], name: str, value: bool) -> QuerySet[Provider]:
        today = timezone.localdate()
        held = Q(recognised_since__lte=today) & (Q(recognised_until=None) | Q(recognised_until__gte=today))
        return queryset.filter(held) if value else queryset.exclude(held)
