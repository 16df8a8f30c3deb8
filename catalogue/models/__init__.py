"""Providers and what they teach."""

from catalogue.models.capacity import CapacityOffer, CapacityRequest
from catalogue.models.issued import IssuedCredential
from catalogue.models.microcredentials import Microcredential
from catalogue.models.offers import Edition, Offer, Provider
from catalogue.models.recognition import QualityLabel, Recognition, RecognitionScore
from catalogue.models.revaluation import Revaluation
from catalogue.models.waiting import CalendarFeed, WaitingEntry

__all__ = [
    "CalendarFeed",
    "CapacityOffer",
    "CapacityRequest",
    "Edition",
    "IssuedCredential",
    "Microcredential",
    "Offer",
    "Provider",
    "QualityLabel",
    "Recognition",
    "RecognitionScore",
    "Revaluation",
    "WaitingEntry",
]
