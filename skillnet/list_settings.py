"""What a person keeps of a list: its columns and named filters. Kept on the person's row, by the page's name."""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.http import HttpRequest
from django.utils.text import slugify
from django.utils.translation import gettext as _

MOST_COLUMNS = 60
MOST_FILTERS = 12
MOST_NAME = 60
MOST_QUERY = 1_000


class TooManyFiltersError(ValueError):
    """A person keeps a handful of filters a page."""


def list_page(request: HttpRequest) -> str:
    """The name of the page's address: what a choice belongs to."""
    return request.resolver_match.view_name if request.resolver_match else ""


def chosen_keys(request: HttpRequest) -> frozenset[str]:
    """Keys of columns from `?columns=a&columns=b` (or `a,b`), else what the person keeps here."""
    asked = [key for value in request.GET.getlist("columns") for key in value.split(",")]
    return frozenset(clean_keys(asked) if asked else _settings(request).get("columns", []))


def saved_filters(request: HttpRequest) -> list[dict[str, str]]:
    """The filters that the person keeps for this page: name and query."""
    return list(_settings(request).get("filters", []))


def clean_keys(keys: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(slugify(key) for key in keys if slugify(key)))[:MOST_COLUMNS]


def keep_columns(*, user: Any, page: str, keys: Sequence[str]) -> None:
    """The person's columns of a page from now on; none: as the page comes."""
    _change(user, page, lambda kept: kept | {"columns": clean_keys(keys)})


def keep_filter(*, user: Any, page: str, name: str, query: str) -> None:
    """Keep a filter under a name; a known name is replaced. Raises TooManyFiltersError."""
    name, query = " ".join(name.split())[:MOST_NAME] or _("Mijn filter"), query[:MOST_QUERY]

    def add(kept: dict[str, Any]) -> dict[str, Any]:
        others = [one for one in kept.get("filters", []) if one["name"] != name]
        if len(others) >= MOST_FILTERS:
            raise TooManyFiltersError
        return kept | {"filters": [*others, {"name": name, "query": query}]}

    _change(user, page, add)


def drop_filter(*, user: Any, page: str, name: str) -> None:
    """Forget a kept filter; an unknown one changes nothing."""

    def without(kept: dict[str, Any]) -> dict[str, Any]:
        return kept | {"filters": [one for one in kept.get("filters", []) if one["name"] != name]}

    _change(user, page, without)


def _settings(request: HttpRequest) -> dict[str, Any]:
    if not request.user.is_authenticated:
        return {}
    kept = getattr(request.user, "list_settings", {})
    return dict(kept.get(list_page(request), {}))


def _change(user: Any, page: str, change: Any) -> None:
    with transaction.atomic():
        row = get_user_model().objects.select_for_update(no_key=True).get(pk=user.pk)
        settings = dict(row.list_settings)
        kept = {name: value for name, value in change(dict(settings.get(page, {}))).items() if value}
        settings.pop(page, None)
        row.list_settings = settings | ({page: kept} if kept else {})
        row.save(update_fields=["list_settings"])
