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

CONFIRMING = ("confirm", "replace")
FIRST_YEAR, LAST_YEAR = 1990, 2100
WHOLE = Decimal(100)
SWITCH = "flag"
SHARES = frozenset({"percent", "percentage_point", "percent_of_wages", "points"})
COUNTED = frozenset(
    {
        "accounting_periods",
        "calendar_days",
        "days",
        "files",
        "months",
        "people",
        "quotes",
        "working_days",
        "years",
    }
)


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
    _check_period(valid_from, valid_to)
    _check_value(key.unit, value)
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

    Confirming ends the rate that held until further notice on the day before. `replace` confirms as well, and
    ends on that day a rate that was to hold until a later day: the law may change sooner than was announced.
    Any other overlap is refused.
    """
    with transaction.atomic():
        RateKey.objects.select_for_update().get(pk=rate.key_id)
        if action in CONFIRMING:
            return _confirm(rate, action, actor, reason)
        withdrawn: Rate = run_transition(
            table=RATE_TRANSITIONS, pk=rate.pk, action=action, actor=actor, reason=reason
        )
    return withdrawn


def ended_by(rate: Rate, action: str) -> Rate | None:
    """The confirmed rate that `action` would end the day before `rate` begins, or None.

    Raises TransitionRefused where another confirmed rate would still hold on a day of `rate`, or where
    replacing a rate before its end would leave days for which no rate holds.
    """
    clashes = list(_confirmed(rate).filter(period__overlap=rate.period).order_by("period"))
    if not clashes:
        return None
    before = clashes[0]
    if len(clashes) > 1 or before.period.lower >= rate.period.lower:
        raise TransitionRefused(_("Voor een deel van deze periode bestaat al een bevestigd tarief."))
    if before.period.upper is None:
        return before
    if action != "replace":
        raise TransitionRefused(
            _("Voor een deel van deze periode bestaat al een bevestigd tarief."),
            _("Eindigt dat vroeger dan gepland, kies dan om het te vervangen."),
        )
    if rate.period.upper is not None and rate.period.upper < before.period.upper:
        raise TransitionRefused(
            _("Het tarief dat nu bevestigd is, geldt langer dan dit. Stel eerst voor wat daarna geldt.")
        )
    return before


def _confirm(rate: Rate, action: str, actor: Actor, reason: str) -> Rate:
    before = ended_by(rate, action) if rate.state == Rate.State.PROPOSED else None
    if before is not None:
        before.period = DateRange(before.period.lower, rate.period.lower)
        before.save(update_fields=["period", "updated_at"])
        record_decision(
            subject=before, action="end", from_state=before.state, to_state=before.state, actor=actor
        )
    changed: Rate = run_transition(
        table=RATE_TRANSITIONS, pk=rate.pk, action=action, actor=actor, reason=reason
    )
    if changed.confirmed_by is None:
        changed.confirmed_by = actor.user
        changed.save(update_fields=["confirmed_by", "updated_at"])
    return changed


def _check_period(valid_from: date, valid_to: date | None) -> None:
    if valid_to is not None and valid_to < valid_from:
        raise ValidationError({"valid_to": _("De laatste dag ligt voor de eerste.")})
    for name, day in (("valid_from", valid_from), ("valid_to", valid_to)):
        if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise ValidationError(
                {
                    name: _("Kies een dag tussen %(first)s en %(last)s.")
                    % {"first": FIRST_YEAR, "last": LAST_YEAR}
                }
            )


def _check_value(unit: str, value: Decimal) -> None:
    """A share is at most the whole, a switch is on or off, days and pieces are whole; nothing is below zero."""
    problem = ""
    if value < 0:
        problem = _("Een tarief ligt niet onder nul.")
    elif unit in SHARES and value > WHOLE:
        problem = _("Een percentage ligt tussen 0 en 100.")
    elif unit == SWITCH and value not in (0, 1):
        problem = _("Een schakelaar staat op 1 (ja) of 0 (nee).")
    elif unit in COUNTED and value != value.to_integral_value():
        problem = _("Vul een geheel getal in.")
    if problem:
        raise ValidationError({"value": problem})


def _confirmed(rate: Rate) -> RateQuerySet:
    return Rate.objects.confirmed().filter(key=rate.key_id).exclude(pk=rate.pk)


def _day_after(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)
