"""What still comes into a network: one rule for members, gaps and programmes.

A suspended network lies still and one that ends begins nothing new; what runs there runs on.
"""

from typing import Any

from django.utils.translation import gettext as _

from networks.models import Network

N = Network.State
CLOSED_TO_NEW = frozenset({N.SUSPENDED, N.WINDING_DOWN, N.CLOSED, N.REJECTED})


def why_nothing_new(network: Network) -> str:
    """Why no member, gap or programme comes into the network any more, as a sentence; empty while they do."""
    if network.state not in CLOSED_TO_NEW:
        return ""
    return _(
        "%(network)s staat op “%(state)s”: er komen geen nieuwe leden, kloven of programma’s bij. "
        "Wat loopt, loopt voort."
    ) % {"network": network.name, "state": network.get_state_display()}


def nothing_new(subject: Any) -> list[str]:
    """The same as the guard of a step: what has a `network` cannot begin there, or come back into play."""
    refusal = why_nothing_new(subject.network) if subject.network else ""
    return [refusal] if refusal else []
