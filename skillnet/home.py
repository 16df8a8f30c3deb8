"""What a person has to do next: each app adds the sections of its roles."""

from collections.abc import Callable
from importlib import import_module

from skillnet.kernel.actor import Actor
from skillnet.kernel.todo import Section

PROVIDERS = ["networks.home", "catalogue.home", "matching.home", "programmes.home", "cockpit.home"]


def tasks_for(actor: Actor) -> list[Section]:
    """The sections of all apps for this actor, in the order of the apps."""
    sections: list[Section] = []
    for module in PROVIDERS:
        build: Callable[[Actor], list[Section]] = import_module(module).sections
        sections += build(actor)
    return sections
