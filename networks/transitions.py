"""The steps of a gap's life."""

from django.utils.translation import gettext_lazy as _

from networks.models import Gap
from networks.rules import is_company_of, may_change_gap
from skillnet.kernel.transitions import Transition, TransitionTable

S = Gap.State

GAP_TRANSITIONS = TransitionTable(
    model=Gap,
    transitions={
        "confirm": Transition(
            _("Bevestigen"), frozenset({S.TO_CONFIRM}), S.OPEN, is_company_of, style="main"
        ),
        "close": Transition(_("Als gesloten melden"), frozenset({S.OPEN}), S.CLOSED, may_change_gap),
        "reopen": Transition(_("Heropenen"), frozenset({S.CLOSED, S.ARCHIVED}), S.OPEN, may_change_gap),
        "archive": Transition(
            _("Archiveren"),
            frozenset({S.OPEN, S.TO_CONFIRM, S.CLOSED}),
            S.ARCHIVED,
            may_change_gap,
            style="stop",
        ),
    },
)
