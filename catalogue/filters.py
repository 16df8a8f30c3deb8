"""Filters of the lists of `catalogue`. A facet shows what is known to fit: unknown is left out of it."""

from datetime import date
from decimal import Decimal
from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from catalogue.models import Edition, Offer, Provider
from catalogue.search import search_offers, with_words
from networks.models import Mode
from skillnet.kernel import regions
from skillnet.kernel.fields import LANGUAGES
from skillnet.list_filters import SEARCH_BOX

DATE_BOX = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
PROVINCE = 2  # NUTS level: what people search by


def _region_name(code: str) -> str:
    return regions.display_name(code, get_language() or "nl")


_lazy_name = lazy(_region_name, str)
# In the reader's language, in the order of their Dutch names.
PROVINCES = [
    (code, _lazy_name(code))
    for code in sorted(regions.REGIONS, key=regions.display_name)
    if regions.REGIONS[code].level == PROVINCE
]


def _districts() -> list[tuple[Any, list[tuple[str, Any]]]]:
    """Provinces, each with itself as a whole and its arrondissements, for a grouped choice."""
    return [
        (name, [(code, name), *((child, _lazy_name(child)) for child in regions.children(code))])
        for code, name in PROVINCES
    ]


DISTANCES = [("10", _("10 km")), ("25", _("25 km")), ("50", _("50 km")), ("100", _("100 km"))]


class OfferFilter(django_filters.FilterSet):
    """The public catalogue."""

    q = django_filters.CharFilter(label=_("Zoeken"), method="search", widget=SEARCH_BOX)
    mode = django_filters.ChoiceFilter(label=_("Lesvorm"), choices=Mode, empty_label=_("alle"))
    daypart = django_filters.ChoiceFilter(
        label=_("Wanneer"), choices=Offer.Daypart, method="at_daypart", empty_label=_("alle")
    )
    language = django_filters.ChoiceFilter(
        label=_("Lestaal"), choices=LANGUAGES, method="taught_in", empty_label=_("alle")
    )
    region = django_filters.ChoiceFilter(
        label=_("Waar"), choices=_districts(), method="in_region", empty_label=_("overal")
    )
    within = django_filters.ChoiceFilter(
        label=_("En tot"), choices=DISTANCES, method="unchanged", empty_label=_("niet verder")
    )
    place = django_filters.CharFilter(label=_("Gemeente"), method="at_place", max_length=60)
    starts_after = django_filters.DateFilter(label=_("Begint vanaf"), method="from_day", widget=DATE_BOX)
    price_max = django_filters.NumberFilter(label=_("Hoogste prijs"), method="up_to_price", min_value=0)
    kind = django_filters.ChoiceFilter(
        label=_("Soort verstrekker"),
        field_name="provider__kind",
        choices=Provider.Kind,
        empty_label=_("alle"),
    )
    credential = django_filters.ChoiceFilter(
        label=_("Bewijs"), choices=Offer.Credential, empty_label=_("alle")
    )
    free = django_filters.BooleanFilter(
        label=_("Plaatsen"),
        method="with_seat",
        widget=forms.Select(choices=[("", _("alle")), ("true", _("met vrije plaatsen"))]),
    )

    class Meta:
        model = Offer
        fields = [
            "q",
            "mode",
            "daypart",
            "language",
            "region",
            "within",
            "place",
            "starts_after",
            "price_max",
            "kind",
            "credential",
            "free",
        ]

    def search(self, queryset: QuerySet[Offer], name: str, value: str) -> QuerySet[Offer]:
        return search_offers(queryset, value)

    def at_daypart(self, queryset: QuerySet[Offer], name: str, value: str) -> QuerySet[Offer]:
        return queryset.filter(dayparts__contains=[value])

    def taught_in(self, queryset: QuerySet[Offer], name: str, value: str) -> QuerySet[Offer]:
        """The language of the lessons; where that is unknown, the language of the description."""
        return queryset.filter(
            Q(teaching_languages__contains=[value]) | Q(teaching_languages=[], language=value)
        )

    def in_region(self, queryset: QuerySet[Offer], name: str, value: str) -> QuerySet[Offer]:
        """In the region, in a part of it, in the one that it lies in, not further than asked, or online."""
        codes = [code for code in regions.REGIONS if regions.overlaps(code, value)]
        if within := self.form.cleaned_data.get("within"):
            codes += [code for code in regions.REGIONS if _is_near(code, value, int(within))]
        return queryset.filter(Q(places__overlap=codes) | Q(mode=Mode.ONLINE))

    def unchanged(self, queryset: QuerySet[Offer], name: str, value: str) -> QuerySet[Offer]:
        """Says how far around the region; on its own it filters nothing."""
        return queryset

    def at_place(self, queryset: QuerySet[Offer], name: str, value: str) -> QuerySet[Offer]:
        """An edition in that place, or a provider from there."""
        held = Edition.objects.filter(offer=OuterRef("pk"), location__icontains=value)
        return queryset.filter(Q(provider__organisation__municipality__iexact=value) | Exists(held))

    def from_day(self, queryset: QuerySet[Offer], name: str, value: date) -> QuerySet[Offer]:
        return queryset.starting_from(value)  # type: ignore[attr-defined, no-any-return]

    def up_to_price(self, queryset: QuerySet[Offer], name: str, value: Decimal) -> QuerySet[Offer]:
        """A price for an edition is shared by as many as it has seats."""
        each = Q(price_basis=Offer.PriceBasis.PARTICIPANT, price__lte=value)
        shared = Q(price_basis=Offer.PriceBasis.EDITION, seats__gt=0, price__lte=F("seats") * value)
        return queryset.filter(each | shared)

    def with_seat(self, queryset: QuerySet[Offer], name: str, value: bool) -> QuerySet[Offer]:
        if not value:
            return queryset
        return queryset.with_free_seat(timezone.localdate())  # type: ignore[attr-defined, no-any-return]


def _is_near(code: str, other: str, kilometres: int) -> bool:
    """Whether an arrondissement lies within so many kilometres, as the crow flies, of a region."""
    if regions.REGIONS[code].level <= PROVINCE:
        return False
    distance = regions.distance_km(code, other)
    return distance is not None and distance <= kilometres


LACKS: list[tuple[str, Any]] = [
    ("price", _("prijs")),
    ("seats", _("plaatsen")),
    ("description", _("omschrijving")),
    ("outcomes", _("leerresultaten")),
    ("dates", _("een editie met datum")),
]


class OwnOfferFilter(django_filters.FilterSet):
    """A provider's own list."""

    q = django_filters.CharFilter(label=_("Zoeken"), method="search", widget=SEARCH_BOX)
    state = django_filters.ChoiceFilter(label=_("Toestand"), choices=Offer.State, empty_label=_("alle"))
    credential = django_filters.ChoiceFilter(
        label=_("Bewijs"), choices=Offer.Credential, empty_label=_("alle")
    )

    lacks = django_filters.ChoiceFilter(
        label=_("Wat ontbreekt"), choices=LACKS, method="without", empty_label=_("niets gekozen")
    )

    class Meta:
        model = Offer
        fields = ["q", "state", "credential", "lacks"]

    def without(self, queryset: QuerySet[Offer], name: str, value: str) -> QuerySet[Offer]:
        if value == "dates":
            return queryset.exclude(editions__starts_on__gte=timezone.localdate())
        empty: dict[str, Any] = {"price": None, "seats": None, "description": "", "outcomes": []}
        return queryset.filter(**{value: empty[value]})

    def search(self, queryset: QuerySet[Offer], name: str, value: str) -> QuerySet[Offer]:
        return with_words(queryset, value)
