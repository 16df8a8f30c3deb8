"""What belongs to one organisation is not found by another, at every address that takes an object.

A region with something at each address (the one that the browser tests look at), and for each role a person of
an organisation that has nothing to do with it. An address that answers such a person otherwise must stand in
`OPEN`, with the reason why what it shows is nobody's secret.
"""

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import pytest
from django.urls import reverse

from skillnet.access import access_table
from skillnet.kernel.roles import Role
from tests.browser.places import Places, build_places
from tests.site.step_objects import SENT, step_objects
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

# Open to one of the roles that may come to an address, closed to strangers in the others.
OPEN_TO = {
    ("catalogue:provider_step", Role.COORDINATOR): "every coordinator verifies providers",
    ("networks:link_confirm", Role.COORDINATOR): "coordinators look at what one organisation says of another",
}
# Who runs the site is no stranger, and nobody else comes here.
FOR_ADMINISTRATORS = {
    "networks:organisation_merge",
    "networks:organisation_verify",
    "networks:rate_action",
    "networks:user_detail",
}


@pytest.fixture
def places(client_for: Callable[..., Any], tmp_path: Any, settings: Any) -> Places:
    storages = settings.STORAGES | {"default": dict(settings.STORAGES["default"])}
    storages["default"]["OPTIONS"] = storages["default"]["OPTIONS"] | {"location": str(tmp_path)}
    settings.STORAGES = storages
    found = build_places(client_for)
    found.objects |= step_objects(found)
    return found


def changing_addresses() -> set[str]:
    """Every address, read from the URLconf, at which somebody can change an object that is not his."""
    table = access_table()
    return {
        name
        for name, kinds in converters().items()
        if kinds and name in table and not table[name].public and "POST" in table[name].methods
    }


def tries(name: str, role: Role, method: str) -> bool:
    """Whether somebody in this role, of another organisation, may come to the address at all."""
    rule = access_table()[name]
    if name in OPEN or (name, role) in OPEN_TO or method not in rule.methods:
        return False
    return (rule.signed_in or role in rule.roles) and (role in STRANGERS or method == "POST")


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
    strangers = {role: client_for(role) for role in Role if role != Role.ADMINISTRATOR}
    looked_at, changed, shown = set(), set(), []
    for name, url in addresses(places):
        for method, role in product(("GET", "POST"), strangers):
            if not tries(name, role, method):
                continue
            looked_at.add(name)
            changed |= {name} if method == "POST" else set()
            status = getattr(strangers[role], method.lower())(url, SENT.get(name)).status_code
            if status != 404:
                shown.append(f"{name} answers a strange {role} with {status} ({method})")
    assert shown == []
    assert len(looked_at) > 85, sorted(looked_at)
    assert changing_addresses() - changed - set(OPEN) - set(FOR_ADMINISTRATORS) == set()
    hidden = [name for name in sorted(SENT) if not _is_there(places, name)]
    assert hidden == []  # a step that nobody finds would prove nothing of strangers


def _is_there(places: Places, name: str) -> bool:
    """Whether one of the people of the region finds what a stranger does not."""
    given = places.objects[name]
    url = reverse(name, args=given if isinstance(given, tuple) else [given])
    roles = access_table()[name].roles
    answers = (client.post(url, SENT[name]) for role, client in places.people.items() if role in roles)
    return any(answer.status_code != 404 for answer in answers)


def test_open_addresses_exist() -> None:
    table = access_table()
    assert set(OPEN) | {name for name, _role in OPEN_TO} <= set(table)
    assert all(table[name].roles == {Role.ADMINISTRATOR} for name in FOR_ADMINISTRATORS)
