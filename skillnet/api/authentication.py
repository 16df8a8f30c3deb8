"""Token authentication: the organisation's key speaks for it in one role, within its scopes."""

import hashlib
from datetime import timedelta

import pghistory
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from networks.models import Membership
from skillnet.kernel.actor import Actor
from skillnet.kernel.models import ApiToken
from skillnet.kernel.roles import NETWORK_ROLES, Role

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
        if token is None:
            raise AuthenticationFailed(_("Deze sleutel is onbekend of ingetrokken."))
        _note_use(token)
        request._request.actor = actor_of_token(token)  # type: ignore[attr-defined]
        # The history of what a request changes names the key, as there is no person to name.
        pghistory.context(api_key=str(token.public_id), organisation=token.organisation_id)
        return None, token

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


def actor_of_token(token: ApiToken) -> Actor:
    """The actor of a token. A network role reaches the networks for which its people hold that role.

    Who made the key is no more neutral with it than without: what that person also works for counts along, or
    a key would decide where its maker may not.
    """
    role = Role(token.role)
    networks: frozenset[int] = frozenset()
    if role in NETWORK_ROLES:
        networks = frozenset(
            Membership.objects.filter(
                organisation=token.organisation, role=role, ended_at=None, network__isnull=False
            ).values_list("network_id", flat=True)
        )
    return Actor(
        organisation_id=token.organisation_id,
        organisation_name=token.organisation.name,
        roles=frozenset({role}),
        managed_networks=networks if role == Role.NETWORK_MANAGER else frozenset(),
        steered_networks=networks if role == Role.STEERING_MEMBER else frozenset(),
        scopes=frozenset(token.scopes),
        other_organisations=_others_of_maker(token),
    )


def _others_of_maker(token: ApiToken) -> frozenset[int]:
    """Primary keys of the organisations for which the person behind the key works now."""
    if token.created_by_id is None:
        return frozenset()
    held = Membership.objects.filter(user=token.created_by_id, ended_at=None)
    return frozenset(held.values_list("organisation_id", flat=True))


def _note_use(token: ApiToken) -> None:
    """Once an hour is enough to see whether a key is still in use."""
    now = timezone.now()
    if token.last_used_at is None or now - token.last_used_at > timedelta(hours=1):
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
