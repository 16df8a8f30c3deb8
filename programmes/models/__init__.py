"""Programmes, who takes part, what it costs, what is delivered and claimed."""

from programmes.models.budget_lines import BudgetLine
from programmes.models.leave import LeaveEntry, LeaveProposal, LeaveWorker
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
from programmes.models.statements import AidStatement
from programmes.models.waiting import WaitingPlace

__all__ = [
    "AidStatement",
    "BudgetLine",
    "Comment",
    "CompanySeats",
    "CostLine",
    "DeMinimisAid",
    "FundingLine",
    "Instrument",
    "LeaveEntry",
    "LeaveProposal",
    "LeaveWorker",
    "Participation",
    "Programme",
    "ProgrammeEdition",
    "ProgrammePool",
    "Signature",
    "WaitingPlace",
]
