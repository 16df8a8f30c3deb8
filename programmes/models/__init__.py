"""Programmes, who takes part, what it costs, what is delivered and claimed."""

from programmes.models.programmes import (
    Comment,
    CompanySeats,
    CostLine,
    DeMinimisAid,
    FundingLine,
    Instrument,
    Participation,
    Programme,
    ProgrammeEdition,
    ProgrammePool,
    Signature,
)

__all__ = [
    "Comment",
    "CompanySeats",
    "CostLine",
    "DeMinimisAid",
    "FundingLine",
    "Instrument",
    "Participation",
    "Programme",
    "ProgrammeEdition",
    "ProgrammePool",
    "Signature",
]
