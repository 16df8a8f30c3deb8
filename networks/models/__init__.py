"""Who asks."""

from networks.models.gaps import Depth, Direction, Gap, Mode, NeedsAnalysis, NeedsVote, Transition
from networks.models.networks import Call, Network, NetworkMember
from networks.models.organisations import (
    AnnualAccounts,
    Invitation,
    Membership,
    Organisation,
    OwnershipLink,
)
from networks.models.transfers import UnsentGap, WorkTransfer

__all__ = [
    "AnnualAccounts",
    "Call",
    "Depth",
    "Direction",
    "Gap",
    "Invitation",
    "Membership",
    "Mode",
    "NeedsAnalysis",
    "NeedsVote",
    "Network",
    "NetworkMember",
    "Organisation",
    "OwnershipLink",
    "Transition",
    "UnsentGap",
    "WorkTransfer",
]
