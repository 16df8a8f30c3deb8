"""A filter for lists that need no more than words to look for and a choice or two."""

from collections.abc import Sequence
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

SEARCH_BOX = forms.TextInput(attrs={"type": "search", "data-search": ""})


def simple_filterset(
    *search: str, **choices: tuple[Any, Sequence[tuple[Any, Any]]]
) -> type[django_filters.FilterSet]:
    """A filterset with a search box over the columns `search`, and one choice for each keyword.

    A keyword is a column of the list's model, its value the label and the choices to offer.
    """

    def look_for(_self: Any, queryset: QuerySet[Any], _name: str, words: str) -> QuerySet[Any]:
        for word in words.split():
            wanted = Q()
            for column in search:
                wanted |= Q(**{f"{column}__icontains": word})
            queryset = queryset.filter(wanted)
        return queryset

    parts: dict[str, Any] = {"look_for": look_for}
    if search:
        parts["q"] = django_filters.CharFilter(label=_("Zoeken"), method="look_for", widget=SEARCH_BOX)
    for name, (label, offered) in choices.items():
        parts[name] = django_filters.ChoiceFilter(label=label, choices=offered, empty_label=_("alle"))
    return type("SimpleFilter", (django_filters.FilterSet,), parts)
