"""The steps of the capacity exchange: what is offered, and what is asked of it."""

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from catalogue.models import CapacityOffer, CapacityRequest
from skillnet.kernel.actor import Actor
from skillnet.kernel.transitions import Transition, TransitionTable
from skillnet.templatetags.ui import date_long

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


def free_units(capacity: CapacityOffer, first: date, last: date) -> int:
    """How many units nobody was promised on any day of the period, first and last day included."""
    rows = CapacityOffer.objects.filter(pk=capacity.pk).with_promised(first, last)
    return capacity.quantity - sum(row.promised for row in rows)  # type: ignore[attr-defined]


def span_words(first: date, last: date) -> str:
    """The period as a sentence holds it."""
    if first == last:
        return _now("op %(day)s") % {"day": date_long(first)}
    return _now("van %(first)s tot en met %(last)s") % {"first": date_long(first), "last": date_long(last)}


def left_words(left: int, wanted: int, first: date, last: date) -> str:
    """Why so many cannot be had on those days."""
    values = {"span": span_words(first, last), "left": left, "n": wanted}
    if not left:
        return _now("Daarvan is %(span)s niets meer vrij. Kies andere dagen: de kalender toont ze.") % values
    return _now("Daarvan is %(span)s nog %(left)s vrij; gevraagd is %(n)s.") % values


def enough_is_left(request: CapacityRequest) -> list[str]:
    """Asked while the row of the capacity is held."""
    capacity = CapacityOffer.objects.get(pk=request.capacity_id)
    if capacity.state != O.OPEN:
        return [_now("Dit wordt niet meer aangeboden.")]
    if request.ends_on < timezone.localdate():
        return [_now("De gevraagde dagen zijn voorbij.")]
    if request.starts_on < capacity.starts_on or request.ends_on > capacity.ends_on:
        span = span_words(capacity.starts_on, capacity.ends_on)
        return [_now("Dit is nu vrij %(span)s: niet op alle gevraagde dagen.") % {"span": span}]
    left = free_units(capacity, request.starts_on, request.ends_on)
    if request.quantity > left:
        return [left_words(left, request.quantity, request.starts_on, request.ends_on)]
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
