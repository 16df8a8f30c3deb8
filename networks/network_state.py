"""What still comes into a network: one rule for members, gaps and programmes.

A suspended network lies still and one that ends begins nothing new; what runs there runs on.
"""

from typing import Any

from django.utils.translation import gettext as _

from networks.models import Network, Organisation

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


PAID_BY_THE_PUBLIC = frozenset({Organisation.Kind.ADMINISTRATION, Organisation.Kind.SCHOOL})


def why_no_member(organisation: Organisation) -> str:
    """Why an organisation cannot train in a network, as a sentence; empty for an enterprise.

    A network is of private enterprises: no public bodies and none that public money pays. A company that the
    public owns may take part where its own share comes from elsewhere; its commitment says so.
    """
    if organisation.kind not in PAID_BY_THE_PUBLIC:
        return ""
    return _(
        "%(organisation)s staat geregistreerd als “%(kind)s”: overheden en instellingen die van publiek geld "
        "leven, kunnen geen lid zijn en krijgen geen steun. Klopt dat niet, vraag dan een beheerder om het recht "
        "te zetten."
    ) % {"organisation": organisation.name, "kind": organisation.get_kind_display()}


def can_be_member(member: Any) -> list[str]:
    """The guard of becoming a member: the network takes new ones, and this is an enterprise."""
    refusal = why_no_member(member.organisation)
    return [*nothing_new(member), *([refusal] if refusal else [])]


def nothing_new(subject: Any) -> list[str]:
    """The same as the guard of a step: what has a `network` cannot begin there, or come back into play."""
    refusal = why_nothing_new(subject.network) if subject.network else ""
    return [refusal] if refusal else []
