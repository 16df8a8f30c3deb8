"""A filter for lists that need no more than words to look for and a choice or two."""

from collections.abc import Sequence
from typing import Any, ClassVar

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

SEARCH_BOX = forms.TextInput(attrs={"type": "search", "data-search": ""})


class WordsFilter(django_filters.FilterSet):
    """A search box: each word has to stand in one of the columns `search_in`."""

    search_in: ClassVar[tuple[str, ...]] = ()
    q = django_filters.CharFilter(label=_("Zoeken"), method="look_for", widget=SEARCH_BOX)

    def look_for(self, queryset: QuerySet[Any], _name: str, words: str) -> QuerySet[Any]:
        for word in words.split():
            wanted = Q()
            for column in self.search_in:
                # An enterprise number is kept without the dots with which every page writes it.
                is_number = column.endswith("enterprise_number")
                wanted |= Q(**{f"{column}__icontains": word.replace(".", "") or word if is_number else word})
            queryset = queryset.filter(wanted)
        return queryset


class FilledFilter(django_filters.ChoiceFilter):
    """Whether the instant in a column is known: it happened, or not yet."""

    def __init__(self, **options: Any) -> None:
        offered = [("yes", _("ja")), ("no", _("nog niet"))]
        super().__init__(choices=offered, empty_label=_("alle"), **options)

    def filter(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        return qs.filter(**{f"{self.field_name}__isnull": value == "no"}) if value else qs


def simple_filterset(
    *search: str, **choices: tuple[Any, Sequence[tuple[Any, Any]]]
) -> type[django_filters.FilterSet]:
    """A filterset with a search box over the columns `search`, and one choice for each keyword.

    A keyword is a column of the list's model, its value the label and the choices to offer.
    """

    parts: dict[str, Any] = {"search_in": search}
    for name, (label, offered) in choices.items():
        parts[name] = django_filters.ChoiceFilter(label=label, choices=offered, empty_label=_("alle"))
    return type("SimpleFilter", (WordsFilter if search else django_filters.FilterSet,), parts)
