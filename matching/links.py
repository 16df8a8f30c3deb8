"""Addresses of pages of other apps, by name, since those above are never imported."""

from typing import Any

from django.urls import NoReverseMatch, reverse


def address(name: str, *args: Any) -> str:
    """The address of a named page; empty when this site is built without that page."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
