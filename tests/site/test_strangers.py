"""What belongs to one organisation is not found by another, at every address that takes an object.

A region with something at each address (the one that the browser tests look at), and for each role a person of
an organisation that has nothing to do with it. An address that answers such a person otherwise must stand in
`OPEN`, with the reason why what it shows is nobody's secret.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.urls import reverse

from skillnet.access import access_table
from skillnet.kernel.roles import Role
from tests.browser.places import Places, build_places
from tests.site.test_access_matrix import converters

pytestmark = pytest.mark.django_db

# Who reads everything in aggregate, or runs the site, is no stranger anywhere.
STRANGERS = [role for role in Role if role not in (Role.ANALYST, Role.ADMINISTRATOR)]
# What a page of the same object is called, where an action has no page of its own.
PAGE_OF = {
    "networks:gap_": "networks:gap_detail",
    "networks:network_": "networks:network_detail",
    "networks:member_": "networks:network_members",
    "networks:application_": "networks:application_detail",
    "networks:plan_": "networks:plan_detail",
    "networks:transfer_": "networks:transfer_detail",
    "networks:needs_": "networks:needs_detail",
    "catalogue:offer_": "catalogue:offer_edit",
    "catalogue:edition_": "catalogue:edition_edit",
    "matching:pool_": "matching:pool_detail",
    "matching:bid_": "matching:bid_detail",
    "programmes:ledger_registered": "programmes:ledger_entry",
    "programmes:ledger_corrected": "programmes:ledger_entry",
    "programmes:published": "programmes:commit",
    "programmes:wait": "programmes:commit",
    "programmes:programme_": "programmes:programme_detail",
    "programmes:claim_": "programmes:claim",
    "programmes:audit_": "programmes:audit_case",
    "programmes:enrolment_": "programmes:enrolment_detail",
}
OPEN = {
    "catalogue:capacity_detail": "the capacity exchange is for everybody who has signed in",
    "catalogue:provider_review": "every coordinator verifies providers: they teach for all calls",
    "catalogue:recognition_new": "recognition holds for all calls",
    "catalogue:waiting": "anybody may queue for a published edition",
    "import_new": "a kind of file, no object",
    "import_example": "a kind of file, no object",
    "interchange_export": "a kind of file, with the own rows",
    "matching:bid_new": "providers answer pooled demand",
    "matching:demand_detail": "pooled demand: counts of three undertakings or more",
    "matching:run_detail": "coordinators run the engine for all: counts only",
    "matching:run_changes": "the page opens, and shows no change of a gap that they may not read",
    "matching:run_progress": "coordinators run the engine for all: counts only",
    "matching:run_cancel": "coordinators run the engine for all",
    "matching:shortage": "a public list",
    "networks:application_start": "a published call is open to every network",
    "networks:call_detail": "a call is published",
    "networks:network_join": "every company may ask to join an active network",
    "programmes:instrument": "a public register",
}


@pytest.fixture
def places(client_for: Callable[..., Any], tmp_path: Any, settings: Any) -> Places:
    storages = settings.STORAGES | {"default": dict(settings.STORAGES["default"])}
    storages["default"]["OPTIONS"] = storages["default"]["OPTIONS"] | {"location": str(tmp_path)}
    settings.STORAGES = storages
    return build_places(client_for)


def addresses(places: Places) -> Iterator[tuple[str, str]]:
    """Every address with an object of this region in it, that is not public."""
    for name, rule in sorted(access_table().items()):
        if rule.public or name == "api" or not converters().get(name):
            continue
        given = _objects(places, name)
        if given is not None:
            yield name, reverse(name, args=given)


def _objects(places: Places, name: str) -> tuple[Any, ...] | None:
    page = next((page for prefix, page in PAGE_OF.items() if name.startswith(prefix)), name)
    given = places.objects.get(name, places.objects.get(page))
    if given is None:
        return None
    objects = given if isinstance(given, tuple) else (given,)
    return objects if len(objects) == len(converters()[name]) else None


def test_a_stranger_finds_nothing(places: Places, client_for: Callable[..., Any]) -> None:
    strangers = {role: client_for(role) for role in STRANGERS}
    looked_at, shown = set(), []
    for name, url in addresses(places):
        rule = access_table()[name]
        if name in OPEN:
            continue
        for role, client in strangers.items():
            if not (rule.signed_in or role in rule.roles):
                continue
            for method in {"GET", "POST"} & set(rule.methods):
                looked_at.add(name)
                status = getattr(client, method.lower())(url).status_code
                if status != 404:
                    shown.append(f"{name} answers a strange {role} with {status} ({method})")
    assert shown == []
    assert len(looked_at) > 85, sorted(looked_at)


def test_open_addresses_exist() -> None:
    assert set(OPEN) <= set(access_table())
