"""People of the demo as they act: for one organisation, with all roles that they hold there."""

from networks.models import Membership
from skillnet.current import actor_for
from skillnet.kernel.actor import Actor


def actor_of_member(membership: Membership) -> Actor:
    """The holder of a membership, speaking for its organisation."""
    memberships = Membership.objects.filter(
        user=membership.user, organisation=membership.organisation, ended_at=None
    )
    return actor_for(
        membership.user,
        list(memberships.select_related("organisation", "network")),
        membership.organisation_id,
    )
