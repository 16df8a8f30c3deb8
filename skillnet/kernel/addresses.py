"""Addresses of pages as others can follow them."""

from django.conf import settings


def absolute(path: str) -> str:
    """The address of a page of this site, from a mail or a file."""
    return f"{settings.SITE_URL.rstrip('/')}{path}"
