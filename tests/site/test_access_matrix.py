"""Roles × addresses × methods: read from the access table, tried against the running site.

An address that is added without a row fails `test_every_address_has_a_row`; a row that lets in whom it should
not, or keeps out whom it should let in, fails the matrix.
"""

import uuid
from functools import cache
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from skillnet.access import access_table, rules_without_address, unruled_addresses
from skillnet.kernel.access import Access
from skillnet.kernel.roles import Role

pytestmark = pytest.mark.django_db
METHODS = ["GET", "POST", "DELETE"]
# What allauth and the site answer to nobody in particular when something is missing in the session.
FINE = {200, 204, 286, 302, 400, 401, 404, 405, 409, 422}
SAMPLES = {
    "uuid": uuid.UUID(int=7),
    "int": 987_654_321,
    "slug": "onbekend",
    "str": "onbekend",
    "path": "onbekend",
}


def test_every_address_has_a_row() -> None:
    assert unruled_addresses() == []
    assert rules_without_address() == []
    call_command("check", "--fail-level", "WARNING")


def names() -> list[str]:
    return sorted(name for name in access_table() if name != "api")


@cache
def converters() -> dict[str, dict[str, Any]]:
    return dict(_walk(get_resolver(), "", {}))


def _walk(resolver: URLResolver, prefix: str, inherited: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    found: list[tuple[str, dict[str, Any]]] = []
    for entry in resolver.url_patterns:
        mine = {**inherited, **getattr(entry.pattern, "converters", {})}
        if isinstance(entry, URLResolver):
            found += _walk(entry, f"{prefix}{entry.namespace}:" if entry.namespace else prefix, mine)
        elif isinstance(entry, URLPattern) and entry.name:
            found.append((f"{prefix}{entry.name}", mine))
    return found


def address(name: str) -> str:
    """The address with values that nothing has."""
    kinds = converters()[name]
    values = {key: _sample(key, converter) for key, converter in kinds.items()}
    if name == "account_reset_password_from_key":
        values = {"uidb36": "1", "key": "onbekend"}
    if name in ("openid_connect_login", "openid_connect_callback"):
        values = {"provider_id": "onbekend"}
    if name == "account_confirm_email":
        values = {"key": "onbekend"}
    return reverse(name, kwargs=values or None)


def _sample(key: str, converter: Any) -> Any:
    if key == "kind":
        return "gaps"
    kind = type(converter).__name__.removesuffix("Converter").replace("String", "str").lower()
    return SAMPLES[kind]


def allowed(rule: Access, role: Role | None) -> bool:
    if rule.public:
        return True
    if role is None:
        return False
    return rule.signed_in or role in rule.roles


@pytest.mark.parametrize("role", [None, *Role], ids=lambda role: role.value if role else "anonymous")
def test_matrix(role: Role | None, client_for: Any) -> None:
    """One client a role, all addresses and methods: who is let in, and who is not."""
    wrong = []
    for name in names():
        rule = access_table()[name]
        url = address(name)
        for method in METHODS if role is None else sorted(rule.methods & set(METHODS)):
            client = (
                client_for(role) if name in ("account_logout", "switch_role") else _client(client_for, role)
            )
            status = client.generic(method, url).status_code
            if not _as_expected(rule, role, method, status):
                wrong.append(f"{method} {name}: {status}")
    assert wrong == []


_clients: dict[Any, Any] = {}


def _client(client_for: Any, role: Role | None) -> Any:
    """The same signed-in client through one test: 8 × 100 × 5 sign-ins would take minutes."""
    key = (id(client_for), role)
    if key not in _clients:
        _clients.clear()
        _clients[key] = client_for(role)
    return _clients[key]


def _as_expected(rule: Access, role: Role | None, method: str, status: int) -> bool:
    if method not in rule.methods:
        return status == 405
    if allowed(rule, role):
        return status in FINE
    return status == (302 if role is None else 403)


def test_nobody_is_sent_to_the_sign_in_page_with_the_way_back(client_for: Any) -> None:
    response = client_for(None).get(reverse("networks:gaps"))
    assert response.status_code == 302
    assert response["Location"] == f"{reverse('account_login')}?next={reverse('networks:gaps')}"


def test_a_fragment_tells_the_browser_to_sign_in(client_for: Any) -> None:
    response = client_for(None).get(reverse("networks:gaps"), headers={"HX-Request": "true"})
    assert response.status_code == 204
    assert response["HX-Redirect"].startswith(reverse("account_login"))
