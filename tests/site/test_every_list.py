"""Every list of the site can be searched or filtered: a new one without it does not pass."""

import pkgutil
from importlib import import_module
from typing import Any

from skillnet.lists import ListSpec

APPS = ("skillnet", "networks", "catalogue", "matching", "programmes", "cockpit")
# What only writes a file: its page is no list, and the file holds all rows.
FILES_ONLY = {
    "networks.views.needs.EXPORT",
    "networks.views.ranking.EXPORT",
    "cockpit.views.balance.SKILLS",
    "cockpit.views.balance.THEMES",
    "cockpit.views.overlap.EXPORT",
    "cockpit.views.unmet.UNMET",
}


def test_every_list_has_filters_columns_that_sort_and_a_name_for_its_file() -> None:
    specs = _specs()
    without = {name for name, spec in specs.items() if spec.filterset is None}
    assert without == FILES_ONLY
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
