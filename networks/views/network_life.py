"""Where a network is in its life, and what its last steps mean for the companies in it."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from networks.models import Network
from networks.network_transitions import what_a_closing_lacks, what_a_network_lacks, what_a_renewal_lacks
from skillnet.ui import Step

State = Network.State
PATH: tuple[tuple[str, ...], ...] = (
    (State.DRAFT, State.REJECTED),
    (State.SUBMITTED,),
    (State.CONTRACTED,),
    (State.ACTIVE, State.PROBATION, State.SUSPENDED),
    (State.RENEWAL,),
    (State.WINDING_DOWN,),
    (State.CLOSED,),
)
STOPPED = (State.REJECTED, State.SUSPENDED, State.CLOSED)


def life_of(network: Network) -> list[Step]:
    """The steps of a network's life; the step where it is takes the name of its state."""
    now = next(index for index, states in enumerate(PATH) if network.state in states)
    found = []
    for index, states in enumerate(PATH):
        label = network.get_state_display() if index == now else State(states[0]).label
        if index < now:
            # A renewal is no station on the way to the end: it comes back every year.
            mark = "" if states[0] == State.RENEWAL else "done"
        elif index == now:
            mark = "stop" if network.state in STOPPED else "current"
        else:
            mark = ""
        found.append(Step(label, mark))  # type: ignore[arg-type]
    return found


def lacks_of(network: Network, *, may_submit: bool) -> list[str]:
    """What keeps the network from its next step, read before somebody tries: by its manager and its coordinator."""
    if may_submit:
        return what_a_network_lacks(network)
    waits = {State.RENEWAL: what_a_renewal_lacks, State.WINDING_DOWN: what_a_closing_lacks}
    return waits[State(network.state)](network) if network.state in waits else []


def consequences_of(steps: Mapping[str, Any]) -> str:
    """What the steps that end something mean, said before they are taken."""
    said = []
    if "renew" in steps:
        said.append(
            _("Verlengen: het netwerk werkt een jaar verder, op een goedgekeurd jaarplan en een jaarbudget.")
        )
    if "suspend" in steps:
        said.append(
            _("Schorsen: er komen geen nieuwe leden, kloven of programma’s bij; wat loopt, loopt voort.")
        )
    if "wind_down" in steps:
        said.append(
            _(
                "Afbouwen: lopende programma’s worden nog afgewerkt, er komen geen leden meer bij; daarna sluit u af."
            )
        )
    if "close" in steps:
        said.append(
            _(
                "Afsluiten: het netwerk blijft leesbaar, met al zijn beslissingen. De kloven blijven van de bedrijven."
            )
        )
    return " ".join(said)
