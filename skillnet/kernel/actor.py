"""Who is asking: a person (or an API token) acting for one organisation in some roles."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from django.http import HttpRequest

from skillnet.kernel.roles import Role

if TYPE_CHECKING:
    from skillnet.accounts.models import User

SESSION_KEY = "organisation"  # in the session: the organisation that a person chose to act for


@dataclass(frozen=True, slots=True)
class Actor:
    """The one argument of every `visible_to` and of every permission predicate.

    `user` is None for API tokens and for the system itself. `managed_networks` and `steered_networks` hold
    primary keys of networks for which the person is manager or member of the steering group.
    `other_organisations` are those that the person also works for, in whatever role: who decides has to look
    past the organisation that speaks now.
    """

    user: "User | None" = None
    organisation_id: int | None = None
    organisation_name: str = ""
    roles: frozenset[Role] = frozenset()
    managed_networks: frozenset[int] = frozenset()
    steered_networks: frozenset[int] = frozenset()
    scopes: frozenset[str] = frozenset()
    is_system: bool = field(default=False)
    other_organisations: frozenset[int] = frozenset()

    def has(self, *roles: Role) -> bool:
        return not self.roles.isdisjoint(roles)

    @property
    def own_organisations(self) -> frozenset[int]:
        """Primary keys of every organisation on which this person (or token) is no neutral judge."""
        own = frozenset() if self.organisation_id is None else frozenset({self.organisation_id})
        return own | self.other_organisations

    @property
    def is_signed_in(self) -> bool:
        return self.user is not None

    @property
    def label(self) -> str:
        if self.is_system:
            return "Skillnet"
        return str(self.user) if self.user else self.organisation_name


ANONYMOUS = Actor()
SYSTEM = Actor(is_system=True)


class ActorRequest(HttpRequest):
    """For annotations only: a request after `ActorMiddleware`."""

    actor: Actor


def actor_of(request: HttpRequest) -> Actor:
    """The actor of a request that went through `ActorMiddleware`."""
    return cast(ActorRequest, request).actor
