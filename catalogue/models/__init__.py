"""Providers and what they teach."""

from catalogue.models.offers import (
    Edition,
    Microcredential,
    Offer,
    Provider,
)

__all__ = [
    "Edition",
    "Microcredential",
    "Offer",
    "Provider",
]
