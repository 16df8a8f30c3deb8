"""Every list of the site can be searched or filtered: a new one without it does not pass."""

import pkgutil
from importlib import import_module
from typing import Any

import pytest
from django.urls import reverse

from skillnet.kernel.roles import Role
from skillnet.lists import ListSpec
from tests.factories import make_call

APPS = ("skillnet", "networks", "catalogue", "matching", "programmes", "cockpit")
# What only writes a file: its page is no list, and the file holds all rows.
FILES_ONLY = {
    "networks.views.needs.EXPORT": "what a version froze; its page stands by pool",
    "networks.views.ranking.EXPORT": "the ranking of one call, whole or not at all",
    "cockpit.views.balance.SKILLS": "what the filters of the page chose",
    "cockpit.views.balance.THEMES": "what the filters of the page chose",
    "cockpit.views.overlap.EXPORT": "what the filters of the page chose",
    "cockpit.views.unmet.UNMET": "what the filters of the page chose",
}


def test_every_list_has_filters_columns_that_sort_and_a_name_for_its_file() -> None:
    specs = _specs()
    without = {name for name, spec in specs.items() if spec.filterset is None}
    assert without == set(FILES_ONLY)
    for name, spec in specs.items():
        assert spec.filename, name
        if name not in FILES_ONLY:
            assert any(column.sort for column in spec.columns), name


def _specs() -> dict[str, ListSpec]:
    """Every list that a module of views holds, by where it was made."""
    found: dict[str, ListSpec] = {}
    for app in APPS:
        package: Any = import_module(f"{app}.views")
        for module in pkgutil.iter_modules(package.__path__, f"{app}.views."):
            held = vars(import_module(module.name))
            for name, value in held.items():
                if isinstance(value, ListSpec) and not any(value is known for known in found.values()):
                    found[f"{module.name}.{name}"] = value
    return found


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
