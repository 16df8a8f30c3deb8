"""Filters of the lists of `programmes`."""

from typing import Any

import django_filters
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from networks.models import Call, Network
from programmes.models import Programme
from programmes.services.budgets import KINDS
from skillnet.kernel.actor import actor_of
from skillnet.list_filters import WordsFilter


class ProgrammeFilter(WordsFilter):
    search_in = ("title", "network__name")
    state = django_filters.ChoiceFilter(label=_("Toestand"), choices=Programme.State, empty_label=_("alle"))
    network = django_filters.ModelChoiceFilter(
        label=_("Netwerk"),
        queryset=lambda request: Network.objects.visible_to(actor_of(request)),
        empty_label=_("alle"),
    )
    call = django_filters.ModelChoiceFilter(
        label=_("Oproep"),
        field_name="network__call",
        queryset=lambda request: Call.objects.visible_to(actor_of(request)),
        empty_label=_("alle"),
    )
    money = django_filters.ChoiceFilter(
        label=_("Geld"),
        method="only_money",
        choices=[("reserved", _("gereserveerd")), ("granted", _("toegekend")), ("paid", _("betaald"))],
        empty_label=_("alle"),
    )
    late = django_filters.BooleanFilter(
        label=_("Enkel te laat"), method="only_late", widget=forms.CheckboxInput
    )

    class Meta:
        model = Programme
        fields = ["q", "state", "network", "call", "money", "late"]

    def only_money(self, queryset: Any, name: str, value: str) -> Any:
        """The programmes of which a budget counts the grant as reserved, granted or paid."""
        return queryset.filter(state__in=KINDS[value])

    def only_late(self, queryset: Any, name: str, value: bool) -> Any:
        return queryset.late(timezone.localdate()) if value else queryset
