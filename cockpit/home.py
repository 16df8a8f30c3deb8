"""What `cockpit` asks people to do on their home page."""

from skillnet.kernel.actor import Actor
from skillnet.kernel.todo import Section


def sections(actor: Actor) -> list[Section]:
    return []
