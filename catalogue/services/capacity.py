"""The capacity exchange: put on offer, ask, confirm or refuse, cancel; no day is ever promised twice."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max, Min
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue.capacity_transitions import (
    CAPACITY_TRANSITIONS,
    REQUEST_TRANSITIONS,
    free_units,
    left_words,
    span_words,
)
from catalogue.models import CapacityOffer, CapacityRequest
from catalogue.rules import TRADERS
from networks.models import Membership
from skillnet.kernel.actor import SYSTEM, Actor
from skillnet.kernel.importing import changes_of
from skillnet.kernel.outbox import queue_notice
from skillnet.kernel.transitions import TransitionRefused, run_transition
from skillnet.templatetags.ui import date_long


def save_capacity(
    *, actor: Actor, values: Mapping[str, Any], capacity: CapacityOffer | None = None
) -> CapacityOffer:
    """Put something on offer for the actor's organisation, or change it; only fields in `values` are touched.

    What was promised stays promised: neither quantity nor period go below it. Raises ValidationError.
    """
    with transaction.atomic():
        if capacity is None:
            if actor.organisation_id is None:
                raise ValidationError(_("Kies eerst voor welke organisatie u werkt."))
            capacity = CapacityOffer(organisation_id=actor.organisation_id, user=actor.user)
        else:
            capacity = CapacityOffer.objects.select_for_update(of=("self",)).get(pk=capacity.pk)
            if not actor.is_system and capacity.organisation_id != actor.organisation_id:
                raise ValidationError(_("Alleen wie dit aanbiedt, kan het aanpassen."))
        changed = changes_of(capacity, dict(values))
        if capacity.pk and not changed:
            return capacity
        _check_capacity(capacity)
        capacity.full_clean(exclude=["public_id", "organisation", "user"], validate_constraints=False)
        capacity.save()
    return capacity


def take_capacity_action(
    *, capacity: CapacityOffer, action: str, actor: Actor, reason: str = ""
) -> CapacityOffer:
    """Close or reopen. Raises TransitionRefused."""
    moved: CapacityOffer = run_transition(
        table=CAPACITY_TRANSITIONS, pk=capacity.pk, action=action, actor=actor, reason=reason
    )
    return moved


def request_capacity(
    *,
    capacity: CapacityOffer,
    actor: Actor,
    quantity: int,
    starts_on: date | None = None,
    ends_on: date | None = None,
    message: str = "",
) -> CapacityRequest:
    """Ask for some of it, for the actor's organisation; its owner hears of it. Raises ValidationError.

    Without days it is asked for all that is left of the period. Asking takes nothing yet: units are counted when
    the owner confirms.
    """
    if actor.organisation_id is None:
        raise ValidationError(_("Kies eerst voor welke organisatie u werkt."))
    if not actor.is_system and not actor.has(*TRADERS):
        raise ValidationError(
            _("Wie voor een bedrijf, een opleidingsverstrekker of een netwerk spreekt, vraagt dit.")
        )
    with transaction.atomic():
        locked = CapacityOffer.objects.select_for_update(of=("self",)).get(pk=capacity.pk)
        first = starts_on or max(locked.starts_on, timezone.localdate())
        last = ends_on or locked.ends_on
        _check_request(locked, actor.organisation_id)
        _check_days(locked, first, last)
        _check_quantity(locked, quantity, first, last)
        request = CapacityRequest(
            capacity=locked,
            organisation_id=actor.organisation_id,
            quantity=quantity,
            starts_on=first,
            ends_on=last,
            message=message.strip()[:1_000],
            user=actor.user,
        )
        _save_once(request)
        _tell(
            locked.organisation_id,
            "capacity_requested",
            request,
            {"organisation": actor.organisation_name, "message": request.message},
        )
    return request


def take_request_action(
    *, request: CapacityRequest, action: str, actor: Actor, reason: str = ""
) -> CapacityRequest:
    """Confirm, refuse or cancel; the other side hears of it. Raises TransitionRefused.

    Holds the row of the capacity first, so that two confirmations at once never promise more than there is.
    """
    with transaction.atomic():
        CapacityOffer.objects.select_for_update(of=("self",)).get(pk=request.capacity_id)
        before = CapacityRequest.objects.get(pk=request.pk).state
        if action in ("refuse", "cancel"):
            live = CapacityRequest.objects.filter(pk=request.pk, state__in=["requested", "confirmed"])
            live.update(reason=reason.strip())
        moved: CapacityRequest = run_transition(
            table=REQUEST_TRANSITIONS, pk=request.pk, action=action, actor=actor, reason=reason
        )
        if moved.state != before:
            _count(moved)
            _tell_other_side(moved, action, actor, reason)
    return moved


def expire_capacity() -> int:
    """What is over is no longer on offer, and open requests for it end. Returns how many ended; repeatable."""
    today = timezone.localdate()
    count = 0
    for row in CapacityOffer.objects.filter(state=CapacityOffer.State.OPEN, ends_on__lt=today).order_by("pk"):
        with transaction.atomic():
            try:
                run_transition(table=CAPACITY_TRANSITIONS, pk=row.pk, action="expire", actor=SYSTEM)
            except TransitionRefused:  # closed in between
                continue
            waiting = row.requests.filter(state=CapacityRequest.State.REQUESTED)
            for pk in waiting.values_list("pk", flat=True):
                run_transition(table=REQUEST_TRANSITIONS, pk=pk, action="expire", actor=SYSTEM)
            count += 1
    _expire_requests(today)
    return count


def _expire_requests(today: date) -> None:
    """What was asked for days that are over, while the rest is still on offer."""
    late = CapacityRequest.objects.filter(state=CapacityRequest.State.REQUESTED, ends_on__lt=today)
    for pk in late.order_by("pk").values_list("pk", flat=True):
        try:
            run_transition(table=REQUEST_TRANSITIONS, pk=pk, action="expire", actor=SYSTEM)
        except TransitionRefused:  # answered or taken back in between
            continue


def _count(request: CapacityRequest) -> None:
    """What is promised on the fullest day, kept with what is on offer."""
    capacity = request.capacity
    fullest = capacity.quantity - free_units(capacity, capacity.starts_on, capacity.ends_on)
    CapacityOffer.objects.filter(pk=capacity.pk).update(taken=fullest)


def _check_capacity(capacity: CapacityOffer) -> None:
    if capacity.starts_on and capacity.ends_on and capacity.ends_on < capacity.starts_on:
        raise ValidationError({"ends_on": _("De periode eindigt voor ze begint.")})
    if not capacity.pk and capacity.ends_on and capacity.ends_on < timezone.localdate():
        raise ValidationError({"ends_on": _("Deze periode is al voorbij.")})
    if capacity.quantity is not None and capacity.quantity < max(1, capacity.taken):
        message = _("Er is al %(taken)s toegezegd: minder kan niet.") % {"taken": capacity.taken}
        raise ValidationError({"quantity": message if capacity.taken else _("Vul minstens 1 in.")})
    if capacity.pk and capacity.starts_on and capacity.ends_on:
        _check_promises(capacity)


def _check_promises(capacity: CapacityOffer) -> None:
    """The period still holds what was promised."""
    held = capacity.requests.promised().aggregate(first=Min("starts_on"), last=Max("ends_on"))
    if held["first"] and held["first"] < capacity.starts_on:
        message = _("Er is al toegezegd vanaf %(day)s: later beginnen kan niet.")
        raise ValidationError({"starts_on": message % {"day": date_long(held["first"])}})
    if held["last"] and held["last"] > capacity.ends_on:
        message = _("Er is al toegezegd tot en met %(day)s: vroeger eindigen kan niet.")
        raise ValidationError({"ends_on": message % {"day": date_long(held["last"])}})


def _check_days(capacity: CapacityOffer, first: date, last: date) -> None:
    if last < first:
        raise ValidationError({"ends_on": _("De periode eindigt voor ze begint.")})
    if first < capacity.starts_on or last > capacity.ends_on:
        field = "starts_on" if first < capacity.starts_on else "ends_on"
        message = _("Dit is vrij %(span)s. Kies dagen daarbinnen.")
        raise ValidationError({field: message % {"span": span_words(capacity.starts_on, capacity.ends_on)}})
    if first < timezone.localdate():
        raise ValidationError({"starts_on": _("Die dag is al voorbij.")})


def _check_quantity(capacity: CapacityOffer, quantity: int, first: date, last: date) -> None:
    if quantity < 1:
        raise ValidationError({"quantity": _("Vul minstens 1 in.")})
    left = free_units(capacity, first, last)
    if quantity > left:
        raise ValidationError({"quantity": left_words(left, quantity, first, last)})


def _check_request(capacity: CapacityOffer, organisation_id: int) -> None:
    if capacity.organisation_id == organisation_id:
        raise ValidationError(_("Dit is uw eigen aanbod."))
    if capacity.state != CapacityOffer.State.OPEN or capacity.ends_on < timezone.localdate():
        raise ValidationError(_("Dit wordt niet meer aangeboden."))


def _save_once(request: CapacityRequest) -> None:
    try:
        with transaction.atomic():
            request.save()
    except IntegrityError as error:
        raise ValidationError(
            _("Uw organisatie vroeg dit al voor die dagen. Annuleer die aanvraag eerst.")
        ) from error


def _tell_other_side(request: CapacityRequest, action: str, actor: Actor, reason: str) -> None:
    by_owner = actor.organisation_id == request.capacity.organisation_id
    receiver = request.organisation_id if by_owner else request.capacity.organisation_id
    templates = {
        "confirm": "capacity_confirmed",
        "refuse": "capacity_refused",
        "cancel": "capacity_cancelled",
    }
    _tell(receiver, templates[action], request, {"organisation": actor.organisation_name, "reason": reason})


def _tell(organisation_id: int, template: str, request: CapacityRequest, more: dict[str, Any]) -> None:
    context = {
        "capacity": request.capacity.title,
        "quantity": request.quantity,
        "starts_on": f"{request.starts_on:%d/%m/%Y}",
        "ends_on": f"{request.ends_on:%d/%m/%Y}",
        "id": str(CapacityOffer.objects.values_list("public_id", flat=True).get(pk=request.capacity_id)),
        **more,
    }
    for user in _people(organisation_id):
        queue_notice(user=user, key=f"{template}:{request.pk}", template=template, context=context)


def contact_of(*, request: CapacityRequest, actor: Actor) -> Any:
    """Whom the actor arranges the rest with once it is promised: who asked or who offered. None before that, and
    where that person works there no more."""
    if request.state != CapacityRequest.State.CONFIRMED:
        return None
    side: Any = request if request.capacity.organisation_id == actor.organisation_id else request.capacity
    return next((user for user in _people(side.organisation_id) if user and user.pk == side.user_id), None)


def _people(organisation_id: int) -> Iterable[Any]:
    """Everybody with a role at the organisation, once."""
    rows = Membership.objects.filter(organisation=organisation_id, ended_at=None).select_related("user")
    return {row.user_id: row.user for row in rows}.values()
