"""Token authentication: the organisation's key speaks for it in one role, within its scopes."""

import hashlib
from datetime import timedelta
from typing import Any

import pghistory
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from networks.models import Membership
from skillnet.kernel.actor import Actor
from skillnet.kernel.models import ApiToken
from skillnet.kernel.roles import Role

SCOPES = [
    "gaps:read",
    "gaps:write",
    "networks:read",
    "networks:write",
    "offers:read",
    "offers:write",
    "imports:read",
    "imports:write",
    "organisations:read",
    "organisations:write",
    "people:read",
    "people:write",
    "matches:read",
    "matches:write",
    "pools:read",
    "pools:write",
    "programmes:read",
    "programmes:write",
    "enrolments:read",
    "enrolments:write",
    "demand:read",
    "demand:write",
    "capacity:read",
    "capacity:write",
    "claims:read",
    "claims:write",
    "invoices:read",
    "invoices:write",
]


def digest_of(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer <key>`."""

    def authenticate(self, request: Request) -> tuple[None, ApiToken] | None:
        parts = get_authorization_header(request).decode("latin-1").split()
        if not parts or parts[0].lower() != "bearer":
            return None
        if len(parts) != 2:
            raise AuthenticationFailed(_("Stuur de sleutel als “Authorization: Bearer <sleutel>”."))
        token = (
            ApiToken.objects.select_related("organisation")
            .filter(digest=digest_of(parts[1]), revoked_at=None)
            .first()
        )
        actor = actor_of_token(token) if token else None
        if token is None or actor is None:
            raise AuthenticationFailed(_("Deze sleutel is onbekend of ingetrokken."))
        _note_use(token)
        request._request.actor = actor  # type: ignore[attr-defined]
        # The history of what a request changes names the key, as there is no person to name.
        pghistory.context(api_key=str(token.public_id), organisation=token.organisation_id)
        return None, token

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


def actor_of_token(token: ApiToken) -> Actor | None:
    """The actor of a token; None when the membership that it stands on is gone.

    A key stands on a membership: of its maker, in its role, at its organisation. It ends with that role and with
    the account of the person, and a network role reaches only the networks for which its maker holds it now. Who
    made the key is no more neutral with it than without: what that person also works for counts along, or a key
    would decide where its maker may not.
    """
    held = list(
        Membership.objects.current()
        .filter(user=token.created_by_id, user__is_active=True)
        .values_list("organisation_id", "role", "network_id")
    )
    networks = {network for at, role, network in held if (at, role) == (token.organisation_id, token.role)}
    if not networks:  # not even {None}, which stands for a role outside networks
        return None
    reached = frozenset(network for network in networks if network is not None)
    role = Role(token.role)
    return Actor(
        organisation_id=token.organisation_id,
        organisation_name=token.organisation.name,
        roles=frozenset({role}),
        managed_networks=reached if role == Role.NETWORK_MANAGER else frozenset(),
        steered_networks=reached if role == Role.STEERING_MEMBER else frozenset(),
        scopes=frozenset(token.scopes),
        other_organisations=frozenset(at for at, _role, _network in held),
    )


def maker_of(request: Request) -> Any:
    """Who made the key of this request: the person to whom a role goes that the request brings about."""
    return request.auth.created_by if isinstance(request.auth, ApiToken) else None


def _note_use(token: ApiToken) -> None:
    """Once an hour is enough to see whether a key is still in use."""
    now = timezone.now()
    if token.last_used_at is None or now - token.last_used_at > timedelta(hours=1):
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
