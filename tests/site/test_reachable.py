"""Every page that needs no object is found by following links from the home page, by each role that may open it."""

import re
from collections import deque
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.urls import NoReverseMatch, Resolver404, resolve, reverse

from catalogue.services.providers import save_provider
from networks.models import Organisation
from skillnet.access import access_table
from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role

pytestmark = pytest.mark.django_db
LINK = re.compile(r'(?:href|action|hx-get)="(/[^"]*)"')
# Opened by a machine, by a link in a mail, half-way a sign-in, or before there is an account.
NOT_BY_LINK = re.compile(
    r"^(account_|mfa_|socialaccount_|openid_|accept_invitation|unsubscribe|health|robots|sitemap|styleguide"
    r"|set_language|api|catalogue:catalogue_jsonld)"
)
# Reached from the page of something that an empty site lacks; the page is told in the value.
FROM_AN_OBJECT = {
    "programmes:sme_figures": "the second step of programmes:sme, once the first is answered",
    "programmes:sme_linked": "a step of programmes:sme",
    "programmes:sme_owners": "a step of programmes:sme",
    "programmes:sme_statement": "the result of programmes:sme",
}


def pages_of(role: Role) -> dict[str, str]:
    """Name → address of the pages that the role may open and that need no object."""
    pages = {}
    for name, rule in access_table().items():
        if NOT_BY_LINK.match(name) or "GET" not in rule.methods:
            continue
        if rule.public or rule.signed_in or role in rule.roles:
            try:
                pages[name] = reverse(name)
            except NoReverseMatch:
                continue
    return pages


def follow(client: Any, wanted: dict[str, str]) -> set[str]:
    """Names of the addresses that links lead to, from the home page on; only pages without an object are read."""
    found: set[str] = set()
    seen, queue = {"/"}, deque(["/"])
    while queue:
        answer = client.get(queue.popleft())
        if "text/html" not in answer.get("Content-Type", ""):
            continue
        for link in LINK.findall(answer.content.decode()):
            path = urlsplit(link).path
            try:
                found.add(name := resolve(path).view_name)
            except Resolver404:
                continue
            if path not in seen and name in wanted:
                seen.add(path)
                queue.append(path)
    return found


def change_the_profile(actor: Actor) -> None:
    """The profile of the provider's organisation, saved twice: there is something to put back."""
    organisation = Organisation.objects.get(pk=actor.organisation_id)
    for text in ("Lasschool", "Las- en soldeerschool"):
        save_provider(actor=actor, organisation=organisation, values={"description": text})


@pytest.mark.parametrize("role", Role)
def test_every_page_is_reached_from_home(client_for: Any, role: Role) -> None:
    wanted = pages_of(role)
    client = client_for(role)
    if role == Role.PROVIDER:
        change_the_profile(client.actor)
    found = follow(client, wanted)
    missing = sorted(set(wanted) - found - set(FROM_AN_OBJECT))
    assert not missing, " ".join(missing)
