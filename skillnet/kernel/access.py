"""Deny by default: each app lists its addresses in `access.py`, and no other address can be opened."""

from collections.abc import Iterable
from dataclasses import dataclass

from skillnet.kernel.roles import Role

EVERYONE = frozenset(Role)


@dataclass(frozen=True, slots=True)
class Access:
    """Who may call one named address, with which methods. `public` needs no sign-in at all."""

    roles: frozenset[Role] = frozenset()
    methods: frozenset[str] = frozenset({"GET"})
    public: bool = False
    signed_in: bool = False  # any signed-in person, also one without a role yet


def allow(*roles: Role, methods: str = "GET") -> Access:
    """Access for the given roles; `methods` is written as "GET POST"."""
    return Access(roles=frozenset(roles), methods=_methods(methods))


def anyone(methods: str = "GET") -> Access:
    return Access(public=True, methods=_methods(methods))


def signed_in(methods: str = "GET") -> Access:
    return Access(signed_in=True, methods=_methods(methods))


def _methods(text: str) -> frozenset[str]:
    wanted = frozenset(text.split())
    return wanted | {"HEAD"} if "GET" in wanted else wanted


def allow_all(names: Iterable[str], access: Access) -> dict[str, Access]:
    return dict.fromkeys(names, access)
