"""Programmes, who takes part, what it costs, what is delivered and claimed."""

from programmes.models.audits import AuditCase, AuditItem, AuditSample, LedgerCorrection, Recovery
from programmes.models.budget_lines import BudgetLine
from programmes.models.claims import Claim, ClaimLine, ClaimShare, Contingent, Outcome
from programmes.models.declined import DeclinedPlan
from programmes.models.delivery import Attendance, Enrolment, EnrolmentInvitation, EvidenceFile, Learner
from programmes.models.evaluation import Evaluation
from programmes.models.invoices import InvoiceLine
from programmes.models.jobseekers import JobseekerAttendance, JobseekerShare
from programmes.models.leave import LeaveEntry, LeaveProposal, LeaveWorker
from programmes.models.ledger import DeclarationFile, DeMinimisAid, Publication
from programmes.models.other_funding import OtherFunding
from programmes.models.prices import PriceEvidence
from programmes.models.programmes import (
    Comment,
    CompanySeats,
    CostLine,
    FundingLine,
    Instrument,
    Participation,
    Programme,
    ProgrammeEdition,
    ProgrammePool,
    Signature,
)
from programmes.models.repayments import Repayment
from programmes.models.statements import AidStatement
from programmes.models.supplements import Supplement, SupplementLine
from programmes.models.votes import ProgrammeVote
from programmes.models.waiting import WaitingPlace

__all__ = [
    "AidStatement",
    "Attendance",
    "AuditCase",
    "AuditItem",
    "AuditSample",
    "BudgetLine",
    "Claim",
    "ClaimLine",
    "ClaimShare",
    "Comment",
    "CompanySeats",
    "Contingent",
    "CostLine",
    "DeMinimisAid",
    "DeclarationFile",
    "DeclinedPlan",
    "Enrolment",
    "EnrolmentInvitation",
    "Evaluation",
    "EvidenceFile",
    "FundingLine",
    "Instrument",
    "InvoiceLine",
    "JobseekerAttendance",
    "JobseekerShare",
    "Learner",
    "LeaveEntry",
    "LeaveProposal",
    "LeaveWorker",
    "LedgerCorrection",
    "OtherFunding",
    "Outcome",
    "Participation",
    "PriceEvidence",
    "Programme",
    "ProgrammeEdition",
    "ProgrammePool",
    "ProgrammeVote",
    "Publication",
    "Recovery",
    "Repayment",
    "Signature",
    "Supplement",
    "SupplementLine",
    "WaitingPlace",
]
