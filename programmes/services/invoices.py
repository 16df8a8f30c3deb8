"""Invoice lines: what each company owes each provider, kept in step with the programme; invoiced and paid."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from programmes.invoice_transitions import INVOICE_TRANSITIONS
from programmes.models import InvoiceLine, Participation, Programme
from programmes.querysets import AFTER_APPROVAL
from programmes.services.seat_costs import seat_costs
from skillnet.kernel.actor import Actor
from skillnet.kernel.transitions import TransitionRefused, run_transition

ZERO = Decimal("0.00")
CENT = Decimal("0.01")
LOOK_BACK = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class InvoiceTotals:
    """Euro excluding VAT over a set of lines: all that is due, billed of it, paid of it, and not paid yet."""

    due: Decimal
    invoiced: Decimal
    paid: Decimal

    @property
    def open(self) -> Decimal:
        return self.due - self.paid


def sync_invoice_lines(*, programme: Programme) -> int:
    """Lines as the approved programme says: new ones added, unbilled ones corrected, dropped ones cancelled.

    What was invoiced stays as it was invoiced. Safe to repeat. Returns how many lines changed.
    """
    with transaction.atomic():
        locked = Programme.objects.select_for_update(of=("self",)).get(pk=programme.pk)
        wanted = _wanted(locked) if locked.state in AFTER_APPROVAL else {}
        known = {
            (line.edition_id, line.organisation_id): line
            for line in InvoiceLine.objects.select_for_update(of=("self",)).filter(programme=locked)
        }
        changed = sum(_write(locked, key, values, known.get(key)) for key, values in wanted.items())
        gone = [
            line for key, line in known.items() if key not in wanted and line.state == InvoiceLine.State.DUE
        ]
        for line in gone:
            line.state = InvoiceLine.State.CANCELLED
            line.save(update_fields=["state", "updated_at"])
    return changed + len(gone)


def sync_all() -> int:
    """Every approved programme that lacks a line, or changed since; what the clock does."""
    lines = InvoiceLine.objects.filter(programme=OuterRef("pk"))
    stale = Programme.objects.filter(state__in=AFTER_APPROVAL).filter(
        ~Exists(lines) | Q(updated_at__gt=timezone.now() - LOOK_BACK)
    )
    return sum(sync_invoice_lines(programme=programme) for programme in stale.order_by("pk"))


def mark_invoiced(
    *, line: InvoiceLine, actor: Actor, number: str, invoiced_on: date, vat_note: str = ""
) -> InvoiceLine:
    """The provider billed it. Raises ValidationError beside the field, TransitionRefused for the step."""
    number = number.strip()
    if not number:
        raise ValidationError({"invoice_number": _("Vul het nummer van de factuur in.")})
    if invoiced_on > timezone.localdate():
        raise ValidationError({"invoiced_on": _("Een factuur van morgen bestaat nog niet.")})
    values = {"invoice_number": number[:60], "invoiced_on": invoiced_on, "vat_note": vat_note.strip()[:200]}
    return _step(line, "invoice", actor, values)


def mark_paid(*, line: InvoiceLine, actor: Actor, paid_on: date) -> InvoiceLine:
    """The company (or its network's manager) says that it paid. Raises as `mark_invoiced`."""
    if paid_on > timezone.localdate():
        raise ValidationError({"paid_on": _("Deze dag moet nog komen.")})
    if line.invoiced_on and paid_on < line.invoiced_on:
        raise ValidationError({"paid_on": _("Betaald vóór de factuur: kijk de datum na.")})
    return _step(line, "pay", actor, {"paid_on": paid_on})


def undo_step(*, line: InvoiceLine, actor: Actor) -> InvoiceLine:
    """Take the last step back: who set it may undo it."""
    if line.state == InvoiceLine.State.PAID:
        return _step(line, "unpay", actor, {"paid_on": None})
    return _step(line, "uninvoice", actor, {"invoice_number": "", "invoiced_on": None})


def invoice_totals(lines: QuerySet[InvoiceLine]) -> InvoiceTotals:
    """Sums of these lines; cancelled ones do not count. One query."""
    billed = Q(state__in=[InvoiceLine.State.INVOICED, InvoiceLine.State.PAID])
    sums = lines.exclude(state=InvoiceLine.State.CANCELLED).aggregate(
        due=Sum("amount"),
        invoiced=Sum("amount", filter=billed),
        paid=Sum("amount", filter=Q(state=InvoiceLine.State.PAID)),
    )
    return InvoiceTotals(sums["due"] or ZERO, sums["invoiced"] or ZERO, sums["paid"] or ZERO)


def _step(line: InvoiceLine, action: str, actor: Actor, values: Mapping[str, Any]) -> InvoiceLine:
    """The fields of a step and the step itself, in one transaction: a refusal leaves nothing behind."""
    undoing = action in ("unpay", "uninvoice")
    with transaction.atomic():
        InvoiceLine.objects.select_for_update(of=("self",)).get(pk=line.pk)
        if not undoing:
            _allowed_first(line, action, actor)
            InvoiceLine.objects.filter(pk=line.pk).update(**values)
        moved: InvoiceLine = run_transition(
            table=INVOICE_TRANSITIONS,
            pk=line.pk,
            action=action,
            actor=actor,
            evidence={name: str(value) for name, value in values.items()},
        )
        if undoing:
            for name, value in values.items():
                setattr(moved, name, value)
            moved.save(update_fields=[*values, "updated_at"])
    return moved


def _allowed_first(line: InvoiceLine, action: str, actor: Actor) -> None:
    """The same person who asks again changes nothing of what was written before."""
    current = InvoiceLine.objects.with_parties().get(pk=line.pk)
    if action not in INVOICE_TRANSITIONS.available(current, actor):
        raise TransitionRefused(
            _("Dit kan niet meer: iemand was u voor, of de toestand is intussen veranderd.")
        )


def _wanted(programme: Programme) -> dict[tuple[int, int], dict[str, Any]]:
    """{(edition, company): values} as the plan promised them: by its price and key, without the jobseekers.

    Who did not confirm or withdrew owes nothing, and nobody owes an edition that was cancelled.
    """
    confirmed = set(
        programme.participations.filter(state=Participation.State.COMMITTED).values_list(
            "organisation_id", flat=True
        )
    )
    return {
        (seat.edition.pk, seat.organisation_id): {
            "learners": seat.learners,
            "amount": seat.cost,
            "unit_price": (seat.cost / seat.learners).quantize(CENT),
        }
        for seat in seat_costs(programme)
        if seat.cost is not None and seat.is_live and seat.organisation_id in confirmed
    }


def _write(
    programme: Programme, key: tuple[int, int], values: dict[str, Any], line: InvoiceLine | None
) -> int:
    if line is None:
        InvoiceLine.objects.create(programme=programme, edition_id=key[0], organisation_id=key[1], **values)
        return 1
    if line.state not in (InvoiceLine.State.DUE, InvoiceLine.State.CANCELLED):
        return 0
    wanted = {**values, "state": InvoiceLine.State.DUE}
    if all(getattr(line, name) == value for name, value in wanted.items()):
        return 0
    for name, value in wanted.items():
        setattr(line, name, value)
    line.save()
    return 1
