"""Filters of the lists of `networks`."""

import django_filters
from django import forms
from django.contrib.postgres.search import SearchQuery
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from networks.models import Gap, Network
from skillnet.kernel.actor import actor_of
from skillnet.kernel.fields import TEXT_SEARCH_CONFIGS

SEARCH_BOX = forms.TextInput(attrs={"type": "search", "data-search": ""})


def full_text(queryset: QuerySet[Gap], words: str) -> QuerySet[Gap]:
    """Rows whose text has these words, each read in its own language, or whose reference is just that."""
    wanted = Q(external_id__iexact=words) | Q(title__icontains=words)
    for language, config in TEXT_SEARCH_CONFIGS.items():
        wanted |= Q(language=language, search=SearchQuery(words, config=config, search_type="websearch"))
    return queryset.filter(wanted)


class GapFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("Zoeken"), method="search", widget=SEARCH_BOX)
    state = django_filters.ChoiceFilter(label=_("Toestand"), choices=Gap.State, empty_label=_("alle"))
    urgency = django_filters.ChoiceFilter(label=_("Dringendheid"), choices=Gap.Urgency, empty_label=_("alle"))
    network = django_filters.ModelChoiceFilter(
        label=_("Netwerk"),
        queryset=lambda request: Network.objects.visible_to(actor_of(request)),
        empty_label=_("alle"),
    )

    class Meta:
        model = Gap
        fields = ["q", "state", "urgency", "network"]

    def search(self, queryset: QuerySet[Gap], name: str, value: str) -> QuerySet[Gap]:
        return full_text(queryset, value)
