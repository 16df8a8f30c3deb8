"""Keys and clients for tests of the API."""

from collections.abc import Iterable
from itertools import count
from typing import Any

from rest_framework.test import APIClient

from networks.models import Network, Organisation
from skillnet.api.authentication import SCOPES, digest_of
from skillnet.kernel.models import ApiToken
from skillnet.kernel.roles import NETWORK_ROLES, Role
from tests.factories import make_membership, make_organisation, make_provider

_serial = count(1)


def make_key(
    role: Role,
    *,
    organisation: Organisation | None = None,
    network: Network | None = None,
    scopes: Iterable[str] = SCOPES,
) -> tuple[ApiToken, str]:
    """A key of an organisation (a new one unless named) that somebody in this role made, and its text."""
    key = f"skn_test_{next(_serial)}"
    organisation = organisation or make_organisation()
    membership = make_membership(organisation=organisation, role=role, network=network)
    token = ApiToken.objects.create(
        organisation=organisation,
        created_by=membership.user,
        role=role,
        name="tests",
        digest=digest_of(key),
        prefix=key[:12],
        scopes=sorted(scopes),
    )
    return token, key


def client_of(
    role: Role,
    *,
    organisation: Organisation | None = None,
    network: Network | None = None,
    scopes: Iterable[str] = SCOPES,
) -> Any:
    """A client that speaks with a key of this role; `client.organisation` is whose key it is."""
    organisation = organisation or make_organisation()
    network = network if role in NETWORK_ROLES else None
    _token, key = make_key(role, organisation=organisation, network=network, scopes=scopes)
    client: Any = APIClient()
    client.organisation = organisation
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {key}")
    return client


def company(**options: Any) -> Any:
    return client_of(Role.COMPANY_CONTACT, **options)


def provider(**options: Any) -> Any:
    """A client of a provider; `client.provider` is its row."""
    client = client_of(Role.PROVIDER, **options)
    client.provider = make_provider(organisation=client.organisation)
    return client
