"""The current organisation: which of a person's memberships speak now."""

from django.http import HttpRequest

from networks.models import Membership
from skillnet.accounts.models import User
from skillnet.kernel.actor import SESSION_KEY, Actor
from skillnet.kernel.roles import Role

__all__ = ["SESSION_KEY", "actor_for", "actor_from_session", "memberships_of"]


def memberships_of(user: User) -> list[Membership]:
    return list(
        Membership.objects.filter(user=user, ended_at=None)
        .select_related("organisation", "network")
        .order_by("organisation__name", "role", "id")
    )


def actor_from_session(request: HttpRequest) -> Actor:
    """The actor for the organisation chosen in the session; the first one when none is chosen."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101  the middleware asks only for signed-in people
    memberships = memberships_of(user)
    request.memberships = memberships  # type: ignore[attr-defined]
    return actor_for(user, memberships, request.session.get(SESSION_KEY))


def actor_for(user: User, memberships: list[Membership], organisation_id: int | None = None) -> Actor:
    """Actor of `user` at `organisation_id`, or at the first organisation when that is not theirs."""
    chosen = [m for m in memberships if m.organisation_id == organisation_id]
    if not chosen and memberships:
        chosen = [m for m in memberships if m.organisation_id == memberships[0].organisation_id]
    if not chosen:
        return Actor(user=user)
    return Actor(
        user=user,
        organisation_id=chosen[0].organisation_id,
        organisation_name=chosen[0].organisation.name,
        roles=frozenset(Role(m.role) for m in chosen),
        managed_networks=_networks(chosen, Role.NETWORK_MANAGER),
        steered_networks=_networks(chosen, Role.STEERING_MEMBER),
        other_organisations=frozenset(m.organisation_id for m in memberships),
    )


def _networks(memberships: list[Membership], role: Role) -> frozenset[int]:
    return frozenset(m.network_id for m in memberships if m.role == role and m.network_id)
