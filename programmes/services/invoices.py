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
from programmes.services.jobseekers import wanted_jobseeker_lines
from programmes.services.seat_costs import seat_costs
from programmes.states import AFTER_APPROVAL, GIVEN
from skillnet.kernel.actor import SYSTEM, Actor
from skillnet.kernel.transitions import TransitionRefused, decisions_on, run_transition

ZERO = Decimal("0.00")
CENT = Decimal("0.01")
Key = tuple[int, int | None]  # edition, and company; None for the jobseekers in it
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
            (line.edition_id, None if line.is_for_jobseekers else line.organisation_id): line
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


def waive_line(*, line: InvoiceLine, actor: Actor, reason: str) -> InvoiceLine:
    """Nothing will be billed for these jobseekers. Raises TransitionRefused; without a reason too."""
    with transaction.atomic():
        _lock(line)
        moved: InvoiceLine = run_transition(
            table=INVOICE_TRANSITIONS, pk=line.pk, action="waive", actor=actor, reason=reason
        )
    return moved


def pay_jobseeker_lines(*, lines: QuerySet[InvoiceLine], paid_on: date) -> None:
    """The claim was paid, and with it these lines; call it in the transaction of that payment."""
    for line in lines.select_for_update(of=("self",)).order_by("pk"):
        InvoiceLine.objects.filter(pk=line.pk).update(paid_on=paid_on)
        run_transition(table=INVOICE_TRANSITIONS, pk=line.pk, action="pay", actor=SYSTEM)


def undo_step(*, line: InvoiceLine, actor: Actor) -> InvoiceLine:
    """Take the last step back: who set it may undo it."""
    if line.state == InvoiceLine.State.CANCELLED:
        return _step(line, "unwaive", actor, {"invoice_number": ""})
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


def _lock(line: InvoiceLine) -> None:
    """The line; for jobseekers its programme first, so that no claim is approved on a bill that just changes."""
    if line.is_for_jobseekers:
        Programme.objects.select_for_update(of=("self",)).get(pk=line.programme_id)
    InvoiceLine.objects.select_for_update(of=("self",)).get(pk=line.pk)


def _step(line: InvoiceLine, action: str, actor: Actor, values: Mapping[str, Any]) -> InvoiceLine:
    """The fields of a step and the step itself, in one transaction: a refusal leaves nothing behind."""
    undoing = action in ("unpay", "uninvoice", "unwaive")
    with transaction.atomic():
        _lock(line)
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
        if moved.is_for_jobseekers and moved.state == InvoiceLine.State.DUE:
            sync_invoice_lines(programme=moved.programme)  # what is billed anew follows who came
            moved.refresh_from_db()
    return moved


def _allowed_first(line: InvoiceLine, action: str, actor: Actor) -> None:
    """The same person who asks again changes nothing of what was written before."""
    current = InvoiceLine.objects.with_parties().get(pk=line.pk)
    if action not in INVOICE_TRANSITIONS.available(current, actor):
        raise TransitionRefused(
            _("Dit kan niet meer: iemand was u voor, of de toestand is intussen veranderd.")
        )


def _wanted(programme: Programme) -> dict[Key, dict[str, Any]]:
    """Lines as the plan promised them, by its price and key; jobseekers apart, paid by the coordinator."""
    wanted: dict[Key, dict[str, Any]] = dict(_of_companies(programme))
    for edition, values in wanted_jobseeker_lines(programme).items():
        wanted[edition, None] = {"stream": InvoiceLine.Stream.JOBSEEKER} | values
    return wanted


def _of_companies(programme: Programme) -> dict[Key, dict[str, Any]]:
    """Who did not confirm or withdrew owes nothing, and nobody owes an edition that was cancelled."""
    confirmed = set(
        programme.participations.filter(state=Participation.State.COMMITTED).values_list(
            "organisation_id", flat=True
        )
    )
    return {
        (seat.edition.pk, seat.organisation_id): {
            "organisation_id": seat.organisation_id,
            "learners": seat.learners,
            "amount": seat.cost,
            "unit_price": (seat.cost / seat.learners).quantize(CENT),
        }
        for seat in seat_costs(programme)
        if seat.cost is not None and seat.is_live and seat.organisation_id in confirmed
    }


def _write(programme: Programme, key: Key, values: dict[str, Any], line: InvoiceLine | None) -> int:
    if line is None:
        InvoiceLine.objects.create(programme=programme, edition_id=key[0], **values)
        return 1
    if line.state not in (InvoiceLine.State.DUE, InvoiceLine.State.CANCELLED) or _was_waived(programme, line):
        return 0
    wanted = {**values, "state": InvoiceLine.State.DUE}
    if all(getattr(line, name) == value for name, value in wanted.items()):
        return 0
    for name, value in wanted.items():
        setattr(line, name, value)
    line.save()
    return 1


def _was_waived(programme: Programme, line: InvoiceLine) -> bool:
    """Somebody said that nothing is billed for these jobseekers: that stands until they take it back."""
    if line.state != InvoiceLine.State.CANCELLED or programme.state not in GIVEN:
        return False
    last = decisions_on(line).order_by("-id").first()
    return last is not None and last.action == "waive"
