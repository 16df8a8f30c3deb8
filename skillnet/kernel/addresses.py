"""Addresses of pages: as others can follow them, and of the many rows of a list."""

from collections.abc import Callable
from functools import cache
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import get_script_prefix, reverse

PLACEHOLDER = UUID("00000000-0000-7000-8000-00000000cafe")


def absolute(path: str) -> str:
    """The address of a page of this site, from a mail or a file."""
    return f"{settings.SITE_URL.rstrip('/')}{path}"


def page_of(name: str, of: str = "") -> Callable[[Any], str]:
    """What tells the page called `name` of a record, by its public id; `of`: of what the record belongs to.

    A list asks for one address a row. The address is worked out once, and each row only fills in its key:
    Django would compare all patterns of that name for every row.
    """
    key = attrgetter(f"{of}.public_id" if of else "public_id")

    def address(record: Any) -> str:
        before, after = _around_key(name, get_script_prefix())
        return f"{before}{key(record)}{after}"

    return address


@cache
def _around_key(name: str, _prefix: str) -> tuple[str, str]:
    before, _key, after = reverse(name, args=[PLACEHOLDER]).partition(str(PLACEHOLDER))
    return before, after
