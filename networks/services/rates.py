"""Dated rates: one administrator proposes what the law says, another one confirms it."""

from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange  # type: ignore[import-untyped]
from django.utils.translation import gettext as _

from networks.transitions import RATE_TRANSITIONS
from skillnet.kernel.actor import Actor
from skillnet.kernel.models import Rate, RateKey, RateQuerySet
from skillnet.kernel.transitions import TransitionRefused, record_decision, run_transition


def propose_rate(
    *,
    actor: Actor,
    key: RateKey,
    value: Decimal,
    valid_from: date,
    valid_to: date | None,
    legal_basis: str,
    source: str = "",
    is_certain: bool = True,
) -> Rate:
    """A value for the days from `valid_from` up to and including `valid_to` (None: until further notice).

    It counts for nothing until a second person confirms it. Raises ValidationError.
    """
    if valid_to is not None and valid_to < valid_from:
        raise ValidationError({"valid_to": _("De laatste dag ligt voor de eerste.")})
    if not legal_basis.strip():
        raise ValidationError(
            {"legal_basis": _("Noem het artikel of de beslissing waarop het tarief steunt.")}
        )
    with transaction.atomic():
        rate = Rate.objects.create(
            key=key,
            value=value,
            period=DateRange(valid_from, None if valid_to is None else _day_after(valid_to)),
            legal_basis=legal_basis.strip(),
            source=source.strip(),
            is_certain=is_certain,
            proposed_by=actor.user,
        )
        record_decision(subject=rate, action="propose", from_state="", to_state=rate.state, actor=actor)
    return rate


def take_rate_action(*, rate: Rate, action: str, actor: Actor, reason: str = "") -> Rate:
    """Confirm or withdraw a proposed rate.

    Confirming ends the rate that held until further notice on the day before. Any other overlap is refused.
    """
    with transaction.atomic():
        RateKey.objects.select_for_update().get(pk=rate.key_id)
        if action == "confirm":
            _end_predecessor(rate, actor)
            clash = _confirmed(rate).filter(period__overlap=rate.period).first()
            if clash is not None:
                raise TransitionRefused(_("Voor een deel van deze periode bestaat al een bevestigd tarief."))
        changed: Rate = run_transition(
            table=RATE_TRANSITIONS, pk=rate.pk, action=action, actor=actor, reason=reason
        )
        if action == "confirm" and changed.confirmed_by is None:
            changed.confirmed_by = actor.user
            changed.save(update_fields=["confirmed_by", "updated_at"])
    return changed


def _end_predecessor(rate: Rate, actor: Actor) -> None:
    first_day = rate.period.lower
    before = _confirmed(rate).filter(period__contains=first_day).first()
    if before is None or before.period.upper is not None or before.period.lower == first_day:
        return
    before.period = DateRange(before.period.lower, first_day)
    before.save(update_fields=["period", "updated_at"])
    record_decision(subject=before, action="end", from_state=before.state, to_state=before.state, actor=actor)


def _confirmed(rate: Rate) -> RateQuerySet:
    return Rate.objects.confirmed().filter(key=rate.key_id).exclude(pk=rate.pk)


def _day_after(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)
