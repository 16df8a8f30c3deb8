"""Filters of the lists of `matching`."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from catalogue.filters import PROVINCES
from matching.models import Bid, DemandCard, MatchChange, MatchRun, Pool
from matching.shortage_models import ShortageOccupation
from networks.models import Gap, Network
from skillnet.kernel import regions
from skillnet.kernel.actor import actor_of
from skillnet.kernel.fields import LANGUAGES
from skillnet.kernel.names import fold
from skillnet.list_filters import SEARCH_BOX, WordsFilter


class ShortageFilter(django_filters.FilterSet):
    """Occupations of one list: words of their names or group, a cause, linked to ESCO or not."""

    list = django_filters.UUIDFilter(field_name="listing__public_id", widget=forms.HiddenInput)
    q = django_filters.CharFilter(label=_("Zoeken"), method="by_text", widget=SEARCH_BOX)
    cause = django_filters.ChoiceFilter(
        label=_("Oorzaak"),
        choices=ShortageOccupation.Cause,
        empty_label=_("alle"),
        method="with_cause",
    )
    link = django_filters.ChoiceFilter(
        label=_("Koppeling"), choices=ShortageOccupation.Link, empty_label=_("alle")
    )
    is_ministerial = django_filters.BooleanFilter(
        label=_("Arbeidsmigratie"),
        widget=forms.Select(choices=[("", _("alle")), ("true", _("ja")), ("false", _("nee"))]),
    )

    class Meta:
        model = ShortageOccupation
        fields = ["list", "q", "cause", "link", "is_ministerial"]

    def by_text(self, queryset: QuerySet[ShortageOccupation], name: str, value: str) -> QuerySet[Any]:
        wanted = Q(key__contains=fold(value)) | Q(group__icontains=value)
        for language, _label in LANGUAGES:
            wanted |= Q(**{f"names__{language}__icontains": value})
        return queryset.filter(wanted)

    def with_cause(self, queryset: QuerySet[ShortageOccupation], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(causes__contains=[value])


class RunFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label=_("Toestand"), choices=MatchRun.State, empty_label=_("alle"))
    scope = django_filters.ChoiceFilter(label=_("Omvang"), choices=MatchRun.Scope, empty_label=_("alle"))

    class Meta:
        model = MatchRun
        fields = ["state", "scope"]


class ChangeFilter(WordsFilter):
    search_in = ("gap__title", "offer__title")
    kind = django_filters.ChoiceFilter(label=_("Wat"), choices=MatchChange.Kind, empty_label=_("alle"))
    reason = django_filters.ChoiceFilter(label=_("Waarom"), choices=MatchChange.Reason, empty_label=_("alle"))

    class Meta:
        model = MatchChange
        fields = ["kind", "reason"]


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
        return queryset.filter(Q(read_unmet=value == "unmet"))


class DemandFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("Zoeken"), field_name="public_title", lookup_expr="icontains",
                                  widget=SEARCH_BOX)  # fmt: skip
    unmet = django_filters.ChoiceFilter(
        label=_("Vraag"),
        choices=[("yes", _("zonder passend aanbod"))],
        method="only_unmet",
        empty_label=_("alle"),
    )

    region = django_filters.ChoiceFilter(
        label=_("Waar"), choices=PROVINCES, method="in_region", empty_label=_("overal")
    )
    language = django_filters.ChoiceFilter(
        label=_("Taal"), choices=LANGUAGES, method="spoken", empty_label=_("alle")
    )

    class Meta:
        model = Pool
        fields: list[str] = []

    def in_region(self, queryset: QuerySet[Pool], name: str, value: str) -> QuerySet[Pool]:
        """By the regions that the page shows, never by those that one company named."""
        codes = [code for code in regions.REGIONS if regions.overlaps(code, value)]
        return queryset.filter(shown__figures__regions__has_any_keys=codes)

    def spoken(self, queryset: QuerySet[Pool], name: str, value: str) -> QuerySet[Pool]:
        return queryset.filter(shown__figures__languages__has_key=value)

    def only_unmet(self, queryset: QuerySet[Pool], name: str, value: str) -> QuerySet[Pool]:
        return queryset.filter(Q(told_unmet=True) | Q(demand_card__state="open"))


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


class BidFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(
        label=_("Zoeken"), field_name="title", lookup_expr="icontains", widget=SEARCH_BOX
    )
    state = django_filters.ChoiceFilter(label=_("Toestand"), choices=Bid.State, empty_label=_("alle"))

    class Meta:
        model = Bid
        fields = ["q", "state"]


class DemandCardFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(
        label=_("Zoeken"), field_name="pool__title", lookup_expr="icontains", widget=SEARCH_BOX
    )
    state = django_filters.ChoiceFilter(label=_("Toestand"), choices=DemandCard.State, empty_label=_("alle"))
    answered = django_filters.ChoiceFilter(
        label=_("Antwoord"),
        choices=[("no", _("onbeantwoorde vraag")), ("yes", _("met een bod"))],
        method="by_answer",
        empty_label=_("alle"),
    )
    network = django_filters.ModelChoiceFilter(
        label=_("Netwerk"),
        field_name="pool__network",
        queryset=lambda request: Network.objects.visible_to(actor_of(request)),
        empty_label=_("alle"),
    )

    class Meta:
        model = DemandCard
        fields = ["q", "state"]

    def by_answer(self, queryset: QuerySet[DemandCard], name: str, value: str) -> QuerySet[DemandCard]:
        if value == "no":
            return queryset.filter(escalated_on__isnull=False)
        return queryset.filter(pool__bids__submitted_at__isnull=False).distinct()
