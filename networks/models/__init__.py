"""Who asks."""

from networks.models.gaps import Depth, Direction, Gap, Mode, NeedsAnalysis, NeedsVote
from networks.models.networks import Call, Network, NetworkMember
from networks.models.organisations import (
    AnnualAccounts,
    Invitation,
    Membership,
    Organisation,
    OwnershipLink,
)

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
]
