"""The steps of the capacity exchange: what is offered, and what is asked of it."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from catalogue.models import CapacityOffer, CapacityRequest
from skillnet.kernel.actor import Actor
from skillnet.kernel.transitions import Transition, TransitionTable

O = CapacityOffer.State  # noqa: E741  one letter a model, as in catalogue.transitions
R = CapacityRequest.State


def owns(actor: Actor, capacity: Any) -> bool:
    """Whose capacity it is."""
    return actor.organisation_id is not None and actor.organisation_id == capacity.organisation_id


def answers(actor: Actor, request: Any) -> bool:
    """The owner of the capacity says yes or no."""
    return owns(actor, request.capacity)


def may_cancel(actor: Actor, request: Any) -> bool:
    """Both sides may take it back; the owner only what it promised."""
    return owns(actor, request) or (answers(actor, request) and request.state == R.CONFIRMED)


def is_clock(actor: Actor, _subject: Any) -> bool:
    return actor.is_system


def is_not_over(capacity: CapacityOffer) -> list[str]:
    if capacity.ends_on < timezone.localdate():
        return [_now("Deze periode is voorbij. Pas eerst de datum aan.")]
    return []


def enough_is_left(request: CapacityRequest) -> list[str]:
    """Asked while the row of the capacity is held."""
    capacity = CapacityOffer.objects.get(pk=request.capacity_id)
    if capacity.state != O.OPEN:
        return [_now("Dit wordt niet meer aangeboden.")]
    if request.quantity > capacity.left:
        return [
            _now("Er is nog %(left)s over; gevraagd is %(n)s.")
            % {"left": capacity.left, "n": request.quantity}
        ]
    return []


CAPACITY_TRANSITIONS = TransitionTable(
    model=CapacityOffer,
    transitions={
        "close": Transition(
            _("Niet meer aanbieden"),
            frozenset({O.OPEN}),
            O.CLOSED,
            owns,
            style="stop",
            confirm=_("Niemand kan dit dan nog aanvragen. Opnieuw aanbieden kan altijd."),
        ),
        "reopen": Transition(
            _("Opnieuw aanbieden"),
            frozenset({O.CLOSED, O.EXPIRED}),
            O.OPEN,
            owns,
            guard=is_not_over,
            style="main",
        ),
        "expire": Transition(_("Verlopen"), frozenset({O.OPEN}), O.EXPIRED, is_clock),
    },
)

REQUEST_TRANSITIONS = TransitionTable(
    model=CapacityRequest,
    transitions={
        "confirm": Transition(
            _("Toezeggen"),
            frozenset({R.REQUESTED}),
            R.CONFIRMED,
            answers,
            guard=enough_is_left,
            stamp="decided_at",
            style="main",
            confirm=_("U zegt toe: wie vroeg, krijgt het te horen en mag erop rekenen."),
        ),
        "refuse": Transition(
            _("Weigeren"),
            frozenset({R.REQUESTED}),
            R.REFUSED,
            answers,
            needs_reason=True,
            stamp="decided_at",
            style="stop",
        ),
        "cancel": Transition(
            _("Annuleren"),
            frozenset({R.REQUESTED, R.CONFIRMED}),
            R.CANCELLED,
            may_cancel,
            stamp="decided_at",
            style="stop",
            confirm=_("De aanvraag vervalt, en de andere partij krijgt dat te horen. Zeker?"),
        ),
        "expire": Transition(_("Verlopen"), frozenset({R.REQUESTED}), R.EXPIRED, is_clock),
    },
)
