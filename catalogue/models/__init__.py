"""Providers and what they teach."""

from catalogue.models.capacity import CapacityOffer, CapacityRequest
from catalogue.models.offers import (
    Edition,
    Microcredential,
    Offer,
    Provider,
)

__all__ = [
    "CapacityOffer",
    "CapacityRequest",
    "Edition",
    "Microcredential",
    "Offer",
    "Provider",
]
