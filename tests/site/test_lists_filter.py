"""Every list that can grow can be filtered; the few that cannot say why."""

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from skillnet.kernel.roles import Role
from skillnet.lists import ListSpec
from tests.factories import make_call

ROOT = Path(__file__).resolve().parents[2]
APPS = ("networks", "catalogue", "matching", "programmes", "cockpit", "skillnet")
# Module and name of the spec → why nothing is filtered.
NOT_FILTERED = {
    "networks.views.needs.EXPORT": "what a version froze; an export, its page stands by pool",
    "networks.views.ranking.EXPORT": "the ranking of one call, whole or not at all",
    "programmes.views.claims.CLAIM_LIST": "filtered by tabs of states",
    "programmes.views.instruments.INSTRUMENTS": "the few instruments there are",
    "programmes.views.leave.WORKERS": "an export of the own pseudonymous workers",
    "programmes.views.ledger.LEDGER_LIST": "sums for each undertaking, not rows of a table",
    "programmes.views.ledger.REGISTER_LIST": "what has to be registered within its term, worked off one by one",
    "programmes.views.publications.PUBLICATION_LIST": "what has to be published within its term, worked off one by one",
    "cockpit.views.balance.THEMES": "an export of what the filters of the page chose",
    "cockpit.views.balance.SKILLS": "an export of what the filters of the page chose",
    "cockpit.views.overlap.EXPORT": "an export of what the filters of the page chose",
    "cockpit.views.unmet.UNMET": "an export of what the filters of the page chose",
}


def specs() -> Iterator[tuple[str, ListSpec]]:
    for app in APPS:
        for file in sorted((ROOT / app / "views").glob("*.py")):
            named = re.findall(r"^([A-Z_]+)(?:: ListSpec)? = ListSpec\(", file.read_text(), re.MULTILINE)
            for name in named:
                module = f"{app}.views.{file.stem}"
                yield f"{module}.{name}", getattr(import_module(module), name)


def test_every_list_has_a_filter_or_says_why_not() -> None:
    known = dict(specs())
    assert len(known) > 40
    without = {name for name, spec in known.items() if spec.filterset is None}
    assert without == {name for name in NOT_FILTERED if name in known}


@pytest.mark.django_db
def test_calls_are_found_by_their_words_and_state(client_for: Any) -> None:
    coordinator = client_for(Role.COORDINATOR)
    organisation = coordinator.actor.organisation_id
    make_call(title="Oproep metaal", coordinator_id=organisation, state="open")
    make_call(title="Oproep zorg", coordinator_id=organisation, state="draft")

    def titles(**query: str) -> list[str]:
        return sorted(row.name for row in coordinator.get(reverse("networks:calls"), query).context["rows"])

    assert titles(q="metaal oproep") == ["Oproep metaal"]
    assert titles(state="draft") == ["Oproep zorg"]
    assert titles(q="zorg", state="open") == []
    page = coordinator.get(reverse("networks:calls"), {"q": "niets"}).content.decode()
    assert "Niets past bij deze filters" in page
