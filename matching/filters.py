"""Filters of the lists of `matching`."""

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from matching.models import MatchRun, Pool
from networks.models import Gap, Network
from skillnet.kernel.actor import actor_of

SEARCH_BOX = forms.TextInput(attrs={"type": "search", "data-search": ""})


class RunFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label=_("Toestand"), choices=MatchRun.State, empty_label=_("alle"))
    scope = django_filters.ChoiceFilter(label=_("Omvang"), choices=MatchRun.Scope, empty_label=_("alle"))

    class Meta:
        model = MatchRun
        fields = ["state", "scope"]


class PoolFilter(django_filters.FilterSet):
    """`shown_title` is annotated by the view: nobody can search in words that they may not read."""

    q = django_filters.CharFilter(label=_("Zoeken"), field_name="shown_title", lookup_expr="icontains",
                                  widget=SEARCH_BOX)  # fmt: skip
    network = django_filters.ModelChoiceFilter(
        label=_("Netwerk"),
        queryset=lambda request: Network.objects.visible_to(actor_of(request)),
        empty_label=_("alle"),
    )
    supply = django_filters.ChoiceFilter(
        label=_("Aanbod"),
        choices=[("unmet", _("hiaat: geen passend aanbod")), ("met", _("er is aanbod"))],
        method="by_supply",
        empty_label=_("alle"),
    )
    state = django_filters.ChoiceFilter(
        label=_("Toestand"),
        choices=[(Pool.State.OPEN.value, _("open")), (Pool.State.FROZEN.value, _("in een programma"))],
        empty_label=_("alle"),
    )

    class Meta:
        model = Pool
        fields = ["network", "state"]

    def by_supply(self, queryset: QuerySet[Pool], name: str, value: str) -> QuerySet[Pool]:
        return queryset.filter(is_unmet=value == "unmet")


class DemandFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("Zoeken"), field_name="public_title", lookup_expr="icontains",
                                  widget=SEARCH_BOX)  # fmt: skip
    unmet = django_filters.ChoiceFilter(
        label=_("Vraag"),
        choices=[("yes", _("zonder passend aanbod"))],
        method="only_unmet",
        empty_label=_("alle"),
    )

    class Meta:
        model = Pool
        fields: list[str] = []

    def only_unmet(self, queryset: QuerySet[Pool], name: str, value: str) -> QuerySet[Pool]:
        return queryset.filter(Q(is_unmet=True) | Q(demand_card__state="open"))


class UnpooledFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(
        label=_("Zoeken"), field_name="title", lookup_expr="icontains", widget=SEARCH_BOX
    )
    network = django_filters.ModelChoiceFilter(
        label=_("Netwerk"),
        queryset=lambda request: Network.objects.visible_to(actor_of(request)),
        empty_label=_("alle"),
    )

    class Meta:
        model = Gap
        fields = ["network"]
