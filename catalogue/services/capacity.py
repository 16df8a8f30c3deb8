"""The capacity exchange: put on offer, ask, confirm or refuse, cancel; never promised twice."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue.capacity_transitions import CAPACITY_TRANSITIONS, REQUEST_TRANSITIONS
from catalogue.models import CapacityOffer, CapacityRequest
from networks.models import Membership
from skillnet.kernel.actor import SYSTEM, Actor
from skillnet.kernel.importing import changes_of
from skillnet.kernel.outbox import queue_notice
from skillnet.kernel.transitions import TransitionRefused, run_transition


def save_capacity(
    *, actor: Actor, values: Mapping[str, Any], capacity: CapacityOffer | None = None
) -> CapacityOffer:
    """Put something on offer for the actor's organisation, or change it; only fields in `values` are touched.

    What was promised stays promised: the quantity does not go below it. Raises ValidationError.
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
    *, capacity: CapacityOffer, actor: Actor, quantity: int, message: str = ""
) -> CapacityRequest:
    """Ask for some of it, for the actor's organisation; its owner hears of it. Raises ValidationError.

    Asking takes nothing yet: units are counted when the owner confirms.
    """
    if actor.organisation_id is None:
        raise ValidationError(_("Kies eerst voor welke organisatie u werkt."))
    with transaction.atomic():
        locked = CapacityOffer.objects.select_for_update(of=("self",)).get(pk=capacity.pk)
        _check_request(locked, actor.organisation_id, quantity)
        request = CapacityRequest(
            capacity=locked,
            organisation_id=actor.organisation_id,
            quantity=quantity,
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
            _count(moved, before)
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
    return count


def _count(request: CapacityRequest, before: str) -> None:
    """Units that are promised: more when confirmed, fewer when a promise is taken back."""
    step = 0
    if request.state == CapacityRequest.State.CONFIRMED:
        step = request.quantity
    elif before == CapacityRequest.State.CONFIRMED:
        step = -request.quantity
    if step:
        CapacityOffer.objects.filter(pk=request.capacity_id).update(taken=F("taken") + step)


def _check_capacity(capacity: CapacityOffer) -> None:
    if capacity.starts_on and capacity.ends_on and capacity.ends_on < capacity.starts_on:
        raise ValidationError({"ends_on": _("De periode eindigt voor ze begint.")})
    if not capacity.pk and capacity.ends_on and capacity.ends_on < timezone.localdate():
        raise ValidationError({"ends_on": _("Deze periode is al voorbij.")})
    if capacity.quantity is not None and capacity.quantity < max(1, capacity.taken):
        message = _("Er is al %(taken)s toegezegd: minder kan niet.") % {"taken": capacity.taken}
        raise ValidationError({"quantity": message if capacity.taken else _("Vul minstens 1 in.")})


def _check_request(capacity: CapacityOffer, organisation_id: int, quantity: int) -> None:
    if capacity.organisation_id == organisation_id:
        raise ValidationError(_("Dit is uw eigen aanbod."))
    if capacity.state != CapacityOffer.State.OPEN or capacity.ends_on < timezone.localdate():
        raise ValidationError(_("Dit wordt niet meer aangeboden."))
    if quantity < 1:
        raise ValidationError({"quantity": _("Vul minstens 1 in.")})
    if quantity > capacity.left:
        raise ValidationError(
            {"quantity": _("Er is nog %(left)s; u vraagt %(n)s.") % {"left": capacity.left, "n": quantity}}
        )


def _save_once(request: CapacityRequest) -> None:
    try:
        with transaction.atomic():
            request.save()
    except IntegrityError as error:
        raise ValidationError(_("Uw organisatie vroeg dit al. Annuleer die aanvraag eerst.")) from error


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
