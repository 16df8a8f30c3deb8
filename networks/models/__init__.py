"""Who asks."""

from networks.models.applications import (
    ApplicationAnswer,
    ApplicationCondition,
    ApplicationReview,
    CallCriterion,
    NetworkApplication,
    ReviewScore,
)
from networks.models.gaps import Depth, Direction, Gap, Mode, NeedsAnalysis, NeedsVote, Transition
from networks.models.networks import Call, Network, NetworkMember
from networks.models.onboarding import AccessRequest, Establishment, JointCommittee
from networks.models.organisations import (
    AnnualAccounts,
    Invitation,
    Membership,
    Organisation,
    OwnershipLink,
)
from networks.models.plans import NetworkPlan, PlanLine, PlanVote
from networks.models.transfers import UnsentGap, WorkTransfer
from networks.models.votes import SteeringVote

__all__ = [
    "AccessRequest",
    "AnnualAccounts",
    "ApplicationAnswer",
    "ApplicationCondition",
    "ApplicationReview",
    "Call",
    "CallCriterion",
    "Depth",
    "Direction",
    "Establishment",
    "Gap",
    "Invitation",
    "JointCommittee",
    "Membership",
    "Mode",
    "NeedsAnalysis",
    "NeedsVote",
    "Network",
    "NetworkApplication",
    "NetworkMember",
    "NetworkPlan",
    "Organisation",
    "OwnershipLink",
    "PlanLine",
    "PlanVote",
    "ReviewScore",
    "SteeringVote",
    "Transition",
    "UnsentGap",
    "WorkTransfer",
]
