"""The steps of a passage from work to work. The sender names and changes it; the new employer says yes or no."""

from django.utils.translation import gettext_lazy as _

from networks.models import WorkTransfer
from networks.rules import is_party_to_transfer, is_receiving_company
from skillnet.kernel.transitions import Transition, TransitionTable

S = WorkTransfer.State

TRANSFER_TRANSITIONS = TransitionTable(
    model=WorkTransfer,
    transitions={
        "confirm": Transition(
            _("Bevestigen"), frozenset({S.PROPOSED}), S.CONFIRMED, is_receiving_company, style="main"
        ),
        "decline": Transition(
            _("Afwijzen"),
            frozenset({S.PROPOSED, S.CONFIRMED}),
            S.DECLINED,
            is_receiving_company,
            needs_reason=True,
            style="stop",
            confirm=_(
                "De overgang gaat dan niet door langs uw bedrijf, en de andere werkgever leest uw motivering. Zeker?"
            ),
        ),
        "finish": Transition(
            _("Afronden"),
            frozenset({S.SEARCHING, S.PROPOSED, S.CONFIRMED, S.DECLINED}),
            S.FINISHED,
            is_party_to_transfer,
            stamp="finished_at",
        ),
    },
)
